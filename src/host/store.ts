/** A value that changes as a whole and notifies its subscribers. */
export interface Store<Value> {
  /** @returns A function that ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** Returns the value, the same object until it changes. */
  getSnapshot(): Value;
}

/** Makes a store, with a function that sets its value. */
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
