import { isRecord } from '../contract/index.ts';
import type { Check, ConfigFault, Path } from './context.ts';
import type { ConfigSchema } from './schema.ts';
import { quoteValue } from './wanted.ts';

/** The longest text that a pattern is tried on, in characters. */
export const MAX_MATCHED = 1000;

/** The text of a value, the same for equal values. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    isRecord(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );

/** Whether two values are equal in JSON. */
export const isEqual = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));

/** Whether a value has a type of JSON Schema. */
export function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}

const limit = (schema: ConfigSchema, keyword: string, fallback: number) =>
  typeof schema[keyword] === 'number' ? schema[keyword] : fallback;

const but = (value: unknown, rule: string) => `is ${quoteValue(value)}, but ${rule}`;

export function checkNumber(schema: ConfigSchema, value: number, path: Path, faults: ConfigFault[]): void {
  const fail = (rule: string) => faults.push({ path, fact: but(value, rule), hint: '' });
  const least = limit(schema, 'minimum', Number.NEGATIVE_INFINITY);
  const most = limit(schema, 'maximum', Number.POSITIVE_INFINITY);
  const above = limit(schema, 'exclusiveMinimum', Number.NEGATIVE_INFINITY);
  const below = limit(schema, 'exclusiveMaximum', Number.POSITIVE_INFINITY);
  const step = limit(schema, 'multipleOf', 0);
  if (value < least) fail(`must be at least ${least}`);
  if (value > most) fail(`must be at most ${most}`);
  if (value <= above) fail(`must be above ${above}`);
  if (value >= below) fail(`must be below ${below}`);
  const ratio = value / step;
  // 0.3 is a multiple of 0.1, although its quotient is not a whole number.
  if (step > 0 && Math.abs(ratio - Math.round(ratio)) > 1e-9 * Math.max(1, Math.abs(ratio)))
    fail(`must be a multiple of ${step}`);
}

export function checkText(
  schema: ConfigSchema,
  value: string,
  path: Path,
  faults: ConfigFault[],
  { spend, matches }: Check,
): void {
  const fail = (rule: string) => faults.push({ path, fact: but(value, rule), hint: '' });
  const least = limit(schema, 'minLength', 0);
  const most = limit(schema, 'maxLength', Number.POSITIVE_INFINITY);
  if (least > 0 || most < value.length) {
    spend(value.length / 16);
    const { length } = [...value];
    if (length < least) fail(`must have at least ${least} characters`);
    if (length > most) fail(`must have at most ${most} characters`);
  }
  const { pattern, format } = schema;
  if (typeof pattern !== 'string') return;
  if (value.length > MAX_MATCHED) return void fail(`must have at most ${MAX_MATCHED} characters`);
  spend(20 * value.length);
  const named = typeof format === 'string' ? `the format ${quoteValue(format)}` : `the pattern ${pattern}`;
  if (!matches(pattern, value)) fail(`must match ${named}`);
}

/** Checks a list, and returns it with the defaults within its items. */
export function checkList(
  schema: ConfigSchema,
  value: readonly unknown[],
  path: Path,
  faults: ConfigFault[],
  { spend, visit }: Check,
): unknown[] {
  const fail = (rule: string) =>
    faults.push({ path, fact: `has ${value.length} items, but ${rule}`, hint: '' });
  const first = Array.isArray(schema.prefixItems) ? (schema.prefixItems as unknown[]) : [];
  const { items = true, uniqueItems } = schema;
  const least = limit(schema, 'minItems', 0);
  const most = Math.min(
    limit(schema, 'maxItems', Number.POSITIVE_INFINITY),
    items === false ? first.length : Number.POSITIVE_INFINITY,
  );
  if (value.length < least) fail(`must have at least ${least}`);
  if (value.length > most) fail(`must have at most ${most}`);
  const made = value.map((item, index) => {
    if (index < first.length) return visit(first[index], item, [...path, index], faults);
    // The number of items is the fault.
    return items === false ? item : visit(items, item, [...path, index], faults);
  });
  if (uniqueItems === true) {
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      const text = canonical(item);
      spend(text.length / 16);
      if (seen.has(text)) faults.push({ path: [...path, index], fact: 'is there twice', hint: '' });
      seen.add(text);
    }
  }
  return made;
}
