/** Applies changes to the page. */
export interface Batch {
  /** Applies a change, now or soon. @returns A function that drops the change if it has not been applied yet. */
  apply(change: () => void): () => void;
  /** Says that something starts, with changes to come. @returns A function that ends it. With the last end, no change waits longer. */
  expect(): () => void;
}

/**
 * Makes a batch of changes of the page's layout: a few are applied at once, and more of them together. Many frames that start would
 * otherwise move all panels below them one after another, and the browser would draw the first of them again and again while it starts
 * the others: they appear together.
 *
 * @param few The number of changes that are applied at once in a pause. If more than that start, their changes wait for all of them.
 * @param pause The time between two applications of further changes, in milliseconds.
 * @param longest The longest time that a change waits for others that start, in milliseconds.
 */
export function createBatch(few: number, pause: number, longest: number): Batch {
  const waiting = new Set<() => void>();
  const starting = new Set<object>();
  let areMany = false;
  let hasOneStarted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = few;
  function flush() {
    const changes = [...waiting];
    waiting.clear();
    for (const change of changes) change();
  }
  function reset() {
    clearTimeout(timer);
    timer = undefined;
    left = few;
  }
  function onPause() {
    // Those that hang keep nobody waiting.
    if (!hasOneStarted) areMany = false;
    hasOneStarted = false;
    if (areMany || waiting.size === 0) reset();
    else timer = setTimeout(onPause, pause);
    flush();
  }
  return {
    apply(change) {
      timer ??= setTimeout(onPause, areMany ? longest : pause);
      left -= 1;
      if (left >= 0 && !areMany) change();
      else waiting.add(change);
      return () => void waiting.delete(change);
    },
    expect() {
      const one = {};
      starting.add(one);
      areMany ||= starting.size > few;
      return () => {
        if (!starting.delete(one)) return;
        hasOneStarted = true;
        if (starting.size > 0) return;
        if (areMany) reset();
        areMany = false;
        flush();
      };
    },
  };
}
