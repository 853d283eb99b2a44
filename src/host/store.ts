/** A value that changes as a whole, and tells who watches it. */
export interface Snapshot<Value> {
  /** @returns a function that ends it. */
  subscribe(listener: () => void): () => void;
  /** The same object until it changes. */
  getSnapshot(): Value;
}

/** Makes a value that its maker alone can set. */
export function createSnapshot<Value>(value: Value): Snapshot<Value> & { set(next: Value): void } {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
  };
}
