/** The number of renders in a row that wait for another promise. A waterfall of requests is shorter, and a loop never ends. */
const MAX_SUSPENSIONS = 50;

/** Counts the renders of a root that wait for a new promise after the last one has settled. */
export interface Suspensions {
  /** The map that React keeps its promises in: it adds each new one, and deletes it when it settles. */
  promises: WeakMap<object, unknown>;
  /** Reports a commit. `isIdle` is whether React has nothing more to do. */
  commit(isIdle: boolean): void;
}

/**
 * Recognises a widget that makes a new promise in each render, and so never shows anything. A slow request is one promise, a
 * waterfall is several, and each widget that is shown in the end has a commit that waits for nothing new.
 */
export function watchSuspensions(onSuspendLoop: (attempts: number) => void): Suspensions {
  const known = new WeakSet<object>();
  const promises = new WeakMap<object, unknown>();
  let hasSettled = false;
  let attempts = 0;
  return {
    promises: Object.assign(promises, {
      set(promise: object, lanes: unknown) {
        if (hasSettled && !known.has(promise)) {
          attempts += 1;
          hasSettled = false;
          if (attempts === MAX_SUSPENSIONS) queueMicrotask(() => onSuspendLoop(MAX_SUSPENSIONS));
        }
        known.add(promise);
        return WeakMap.prototype.set.call(promises, promise, lanes);
      },
      delete(promise: object) {
        hasSettled = true;
        return WeakMap.prototype.delete.call(promises, promise);
      },
    }),
    commit(isIdle) {
      if (!isIdle || !hasSettled) return;
      hasSettled = false;
      attempts = 0;
    },
  };
}
