/** Applies changes to the page. */
export interface Batch {
  /** Applies a change, now or soon. @returns A function that drops the change if it has not been applied yet. */
  apply(change: () => void): () => void;
  /** Says that something starts, with changes to come. @returns A function that ends it. With the last end, no change waits longer. */
  expect(): () => void;
}

/**
 * Makes a batch of changes of the page's layout: a few are applied at once, and more of them together. Many frames that start would
 * otherwise move all panels below them one after another, and with each move the browser tells all frames their new places.
 *
 * @param few The number of changes that are applied at once in a pause; as long as something starts, until there was none for a pause.
 * @param pause The time between two applications of further changes, in milliseconds.
 */
export function createBatch(few: number, pause: number): Batch {
  const waiting = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = few;
  let isQuiet = true;
  const expected = new Set<object>();
  function flush() {
    const changes = [...waiting];
    waiting.clear();
    for (const change of changes) change();
  }
  function onPause() {
    // Later, a widget may change its height with each frame of the page, as an animation does.
    const isOver = expected.size > 0 ? isQuiet : waiting.size === 0;
    if (isOver) left = few;
    timer = isOver ? undefined : setTimeout(onPause, pause);
    isQuiet = true;
    flush();
  }
  return {
    apply(change) {
      timer ??= setTimeout(onPause, pause);
      isQuiet = false;
      left -= 1;
      if (left >= 0) change();
      else waiting.add(change);
      return () => void waiting.delete(change);
    },
    expect() {
      const one = {};
      expected.add(one);
      return () => {
        if (expected.delete(one) && expected.size === 0) flush();
      };
    },
  };
}
