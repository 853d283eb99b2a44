/** Applies a change to the page. @returns A function that drops the change if it has not been applied yet. */
export type Apply = (change: () => void) => () => void;

/**
 * Makes the function that applies changes of the page's layout: a few at once, and more of them together. Many frames that start would
 * otherwise move all panels below them one after another, and with each move the browser tells all frames their new places.
 *
 * @param few The number of changes that are applied at once, until there was none for a pause.
 * @param pause The time between two applications of further changes, in milliseconds.
 */
export function createBatch(few: number, pause: number): Apply {
  const waiting = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = few;
  function flush() {
    timer = waiting.size > 0 ? setTimeout(flush, pause) : undefined;
    if (!timer) left = few;
    const changes = [...waiting];
    waiting.clear();
    for (const change of changes) change();
  }
  return (change) => {
    timer ??= setTimeout(flush, pause);
    left -= 1;
    if (left >= 0) change();
    else waiting.add(change);
    return () => void waiting.delete(change);
  };
}
