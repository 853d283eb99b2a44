import { DEPTH, isRecord, oddTypeOf } from '../contract/index.ts';
import { TestingError } from './errors.ts';

/** The type of a value that YAML cannot express, or `undefined` for every other value. */
function nonPlainType(value: unknown): string | undefined {
  if (value === undefined) return 'undefined';
  if (typeof value === 'bigint') return 'a bigint';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  return oddTypeOf(value);
}

/**
 * Checks that a panel's config is data that YAML can express. The panel itself reports data that nests too deep.
 *
 * @throws {TestingError} `CONFIG_NOT_PLAIN`, with the place.
 */
export function assertPlain(value: unknown, place = 'config', depth = 0): void {
  const type = depth === 0 && !isRecord(value) ? 'not a mapping' : nonPlainType(value);
  if (type)
    throw new TestingError(
      'CONFIG_NOT_PLAIN',
      `${place} is ${type}, but a dashboard's config is plain data: a mapping of strings, numbers, booleans, null, lists and mappings. Use a value that YAML can express, or omit the key.`,
    );
  if (typeof value !== 'object' || value === null || depth > DEPTH) return;
  for (const [key, item] of Object.entries(value))
    assertPlain(item, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, depth + 1);
}
