/**
 * Milliseconds that a dashboard waits for its next widget, and a third of those that it waits in all, before it renders the
 * widgets that have arrived: to render in a single pass is cheaper, and less would show skeletons for a moment.
 */
const PATIENCE = 100;

/** Waits until all widgets of a dashboard are loaded or have failed, or until the next one takes too long. */
export function waitForWidgets(loads: readonly Promise<void>[]): Promise<void> {
  return new Promise((resolve) => {
    let ended = false;
    const end = () => {
      ended = true;
      clearTimeout(next);
      clearTimeout(all);
      resolve();
    };
    let next = setTimeout(end, PATIENCE);
    const all = setTimeout(end, 3 * PATIENCE);
    for (const load of loads)
      void load.then(() => {
        clearTimeout(next);
        if (!ended) next = setTimeout(end, PATIENCE);
      });
    void Promise.all(loads).then(end);
  });
}
