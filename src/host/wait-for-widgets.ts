/**
 * The time that a dashboard waits for its next widget, in milliseconds; it waits three times as long in all. Rendering all widgets
 * in a single pass is cheaper, and a shorter wait would show skeletons for a moment.
 */
const MAX_WAIT = 100;

/** Waits until all widgets of a dashboard are loaded or have failed, or until the next one takes too long. */
export function waitForWidgets(loads: readonly Promise<unknown>[]): Promise<void> {
  return new Promise((resolve) => {
    let ended = false;
    const end = () => {
      ended = true;
      clearTimeout(next);
      clearTimeout(all);
      resolve();
    };
    let next = setTimeout(end, MAX_WAIT);
    const all = setTimeout(end, 3 * MAX_WAIT);
    for (const load of loads)
      void load.then(() => {
        clearTimeout(next);
        if (!ended) next = setTimeout(end, MAX_WAIT);
      });
    void Promise.all(loads).then(end);
  });
}
