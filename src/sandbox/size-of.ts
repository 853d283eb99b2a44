/** The bytes that are counted for each value, whatever it contains. */
const VALUE = 64;

const isPlain = (value: object) => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || Array.isArray(value);
};

/**
 * Counts the bytes of a message, at most a little over `most`: the rest is not read. Whatever the protocol has not, such as a `Map`, an
 * image or another port, counts as more than `most`.
 */
export function sizeOf(message: unknown, most: number): number {
  const waiting: unknown[] = [message];
  let size = 0;
  while (waiting.length > 0 && size <= most) {
    const value = waiting.pop();
    size += VALUE;
    if (typeof value === 'string') size += value.length;
    else if (value instanceof ArrayBuffer) size += value.byteLength;
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
