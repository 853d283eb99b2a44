/** The bytes that are counted for each value, whatever it contains. */
const VALUE = 64;

/** Whether a clone is a buffer, of any realm: that of a test is not that of its environment. */
export const isBuffer = (value: unknown): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === '[object ArrayBuffer]';

/** Whether a clone is an array, or an object without a prototype but `Object.prototype`, of any realm. */
const isPlain = (value: object) =>
  Array.isArray(value) || Object.getPrototypeOf(Object.getPrototypeOf(value)) === null;

/**
 * Counts the bytes of a message, at most a little over `most`: the rest is not read. Whatever the protocol has not, such as a `Map`, an
 * image, another port or a `BigInt`, which may have millions of digits, counts as more than `most`.
 */
export function sizeOf(message: unknown, most: number): number {
  const waiting: unknown[] = [message];
  let size = 0;
  while (waiting.length > 0 && size <= most) {
    const value = waiting.pop();
    size += VALUE;
    if (typeof value === 'string') size += value.length;
    else if (typeof value === 'bigint') return Number.POSITIVE_INFINITY;
    else if (isBuffer(value)) size += value.byteLength;
    else if (typeof value !== 'object' || value === null) continue;
    else if (!isPlain(value)) return Number.POSITIVE_INFINITY;
    else if (Array.isArray(value) && value.length * VALUE > most) return Number.POSITIVE_INFINITY;
    else
      for (const name in value) {
        size += VALUE + name.length;
        if (size > most) break;
        waiting.push((value as Record<string, unknown>)[name]);
      }
  }
  return size;
}
