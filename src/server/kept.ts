/** A map with a limit, which lets go of what was not asked for the longest. */
export interface Kept<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/**
 * Makes a map with a limit.
 *
 * @param limit What all values together may weigh; one that weighs more alone is not kept.
 * @param weigh Asked once for each value. @default every value weighs 1
 */
export function createKept<Value>(limit: number, weigh: (value: Value) => number = () => 1): Kept<Value> {
  // In the order of their last use.
  const entries = new Map<string, { value: Value; weight: number }>();
  let total = 0;

  function remove(key: string) {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      remove(key);
      const weight = weigh(value);
      if (weight > limit) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= limit) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
