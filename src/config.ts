/** Plain data, frozen through and through. */
export type Config = Readonly<Record<string, unknown>>;

/** The deepest nesting that plain data may have (CONTRACT D5). */
export const DEPTH = 64;

/** Whether a value is an object with keys, not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A frozen deep copy of plain data (CONTRACT D2). Own keys only, so that `__proto__` stays a key like any other.
 *
 * @param tooDeep Called, to throw, where the value nests deeper than {@link DEPTH}.
 */
export function freezeCopy<Value>(value: Value, tooDeep: () => never, depth = 0): Value {
  if (depth > DEPTH) tooDeep();
  const inner = (item: unknown) => freezeCopy(item, tooDeep, depth + 1);
  if (Array.isArray(value)) return Object.freeze(value.map(inner)) as Value;
  if (!isRecord(value)) return value;
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)])),
  ) as Value;
}
