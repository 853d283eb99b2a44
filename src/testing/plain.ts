import { DEPTH, isRecord } from '../contract/index.ts';
import { TestingError } from './errors.ts';

const isPlain = (value: object) =>
  Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value) as object | null);

/** What a value is, where a YAML file could not have given it; nothing where it could. */
function oddityOf(value: unknown): string | undefined {
  if (value === undefined) return 'undefined';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value === 'object')
    return value === null || isPlain(value) ? undefined : `a ${value.constructor?.name ?? 'class instance'}`;
  return ['string', 'boolean'].includes(typeof value) ? undefined : `a ${typeof value}`;
}

/**
 * Holds a panel's config to what the YAML of a dashboard can say. What nests too deep is left to the panel, which says so itself.
 * @throws {TestingError} `CONFIG_NOT_PLAIN`, naming the place.
 */
export function assertPlain(value: unknown, place = 'config', depth = 0): void {
  const oddity = depth === 0 && !isRecord(value) ? `not a mapping` : oddityOf(value);
  if (oddity)
    throw new TestingError(
      'CONFIG_NOT_PLAIN',
      `${place} is ${oddity}, and a dashboard's config is plain data: a mapping of texts, numbers, booleans, null, lists and mappings. Give what the YAML would say, or leave the key out.`,
    );
  if (typeof value !== 'object' || value === null || depth > DEPTH) return;
  for (const [key, item] of Object.entries(value))
    assertPlain(item, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, depth + 1);
}
