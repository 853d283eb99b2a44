/** Plain data, frozen at every level. */
export type Config = Readonly<Record<string, unknown>>;

/** The deepest nesting that plain data may have (CONTRACT D5). */
export const DEPTH = 64;

/** Whether a value is an object with keys, not a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The copies that {@link freezeCopy} made; they need no further copy. */
const copies = new WeakSet<object>();

/** Whether an object is a list or a plain one, of any realm. */
function isPlain(value: object): boolean {
  const parent: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || parent === null || Object.getPrototypeOf(parent) === null;
}

/** The type of a value that is not plain data: `a Date`, `a function`; `undefined` for plain data. */
export function oddTypeOf(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null)
    return isPlain(value) ? undefined : `a ${value.constructor?.name ?? 'class instance'}`;
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : undefined;
}

function copy<Value>(value: Value, place: string, depth: number): Value {
  if (depth > DEPTH) throw new RangeError(`deeper than ${DEPTH} levels`);
  const odd = oddTypeOf(value);
  if (odd) throw new TypeError(`${place} is ${odd}`);
  if (typeof value !== 'object' || value === null || copies.has(value)) return value;
  const made: object = Array.isArray(value)
    ? value.map((item, index) => copy(item, `${place}[${index}]`, depth + 1))
    : Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, copy(item, `${place}.${key}`, depth + 1)]),
      );
  copies.add(Object.freeze(made));
  return made as Value;
}

/**
 * Makes a frozen deep copy of plain data (CONTRACT D2). It copies own keys only, so that `__proto__` is an ordinary key. Every value
 * in the copy is the same as in the original.
 *
 * @throws {RangeError} if the value nests deeper than {@link DEPTH}.
 * @throws {TypeError} for a function, a symbol and an object of a class, a `Date` for instance; the message names its place.
 * @throws what the value throws when it is read.
 */
export const copyData = <Value>(value: Value): Value => copy(value, 'config', 0);

/**
 * Makes a frozen deep copy of plain data, see {@link copyData}.
 *
 * @returns `undefined` where the value is not plain data, nests deeper than {@link DEPTH}, or throws when it is read.
 */
export function freezeCopy<Value>(value: Value): Value | undefined {
  try {
    return copyData(value);
  } catch {
    return undefined;
  }
}
