/**
 * The time that a dashboard waits for its next widget, in milliseconds; it waits three times as long in all. Rendering all widgets
 * in a single pass is cheaper, and a shorter wait would show skeletons for a moment.
 */
const MAX_WAIT = 100;
/** The length of a step of a wait, in milliseconds. */
const STEP = 20;

/**
 * Calls a function after some time in which the page had nothing else to do: a step that begins late, because the page was busy
 * with the widgets themselves, counts as one step.
 *
 * @returns A function that ends the wait.
 */
function whenFree(time: number, act: () => void): () => void {
  let left = time;
  let timer = setTimeout(step, STEP);
  function step() {
    left -= STEP;
    if (left > 0) timer = setTimeout(step, STEP);
    else act();
  }
  return () => clearTimeout(timer);
}

/**
 * Waits until all widgets of a dashboard are loaded or have failed, or until the next one takes too long.
 *
 * @param trip The time that the dashboard's own request took, in milliseconds. No widget arrives faster, so the first may take as
 *   much longer, to a limit.
 */
export function waitForWidgets(loads: readonly Promise<unknown>[], trip = 0): Promise<void> {
  return new Promise((resolve) => {
    const more = Math.min(trip, 2 * MAX_WAIT);
    let ended = false;
    const end = () => {
      ended = true;
      endNext();
      endAll();
      resolve();
    };
    let endNext = whenFree(MAX_WAIT + more, end);
    const endAll = whenFree(3 * MAX_WAIT + more, end);
    for (const load of loads)
      void load.then(() => {
        endNext();
        if (!ended) endNext = whenFree(MAX_WAIT, end);
      });
    void Promise.all(loads).then(end);
  });
}
