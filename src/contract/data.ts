/** Plain data, frozen through and through. */
export type Config = Readonly<Record<string, unknown>>;

/** The deepest nesting that plain data may have (CONTRACT D5). */
export const DEPTH = 64;

/** Whether a value is an object with keys, not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What {@link freezeCopy} made: copied once, it stays as it is. */
const copies = new WeakSet<object>();

/**
 * A frozen deep copy of plain data (CONTRACT D2). Own keys only, so that `__proto__` stays a key like any other.
 *
 * @param tooDeep Called, to throw, where the value nests deeper than {@link DEPTH}.
 */
export function freezeCopy<Value>(value: Value, tooDeep: () => never, depth = 0): Value {
  if (depth > DEPTH) tooDeep();
  if (typeof value !== 'object' || value === null || copies.has(value)) return value;
  const inner = (item: unknown) => freezeCopy(item, tooDeep, depth + 1);
  const copy: object = Array.isArray(value)
    ? value.map(inner)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
  copies.add(Object.freeze(copy));
  return copy as Value;
}
