/** A value that changes as a whole and notifies its subscribers. */
export interface Store<Value> {
  /** @returns A function that ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** The value: the same object until it changes. */
  getSnapshot(): Value;
}

/** Makes a store that only its maker can set. */
export function createStore<Value>(value: Value): Store<Value> & { set(next: Value): void } {
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
