/** Plain data, frozen at every level. */
export type Config = Readonly<Record<string, unknown>>;

/** The deepest nesting that plain data may have (CONTRACT D5). */
export const DEPTH = 64;

/** Whether a value is an object with keys, not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The copies that {@link freezeCopy} made; they need no further copy. */
const copies = new WeakSet<object>();

function copy<Value>(value: Value, depth: number): Value {
  if (depth > DEPTH) throw new RangeError(`deeper than ${DEPTH} levels`);
  if (typeof value !== 'object' || value === null || copies.has(value)) return value;
  const inner = (item: unknown) => copy(item, depth + 1);
  const made: object = Array.isArray(value)
    ? value.map(inner)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
  copies.add(Object.freeze(made));
  return made as Value;
}

/**
 * Makes a frozen deep copy of plain data (CONTRACT D2). It copies own keys only, so that `__proto__` is an ordinary key.
 *
 * @returns `undefined` where the value nests deeper than {@link DEPTH}, or throws when it is read.
 */
export function freezeCopy<Value>(value: Value): Value | undefined {
  try {
    return copy(value, 0);
  } catch {
    return undefined;
  }
}
