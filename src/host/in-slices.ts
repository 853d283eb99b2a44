import { inTask } from './in-task.ts';

/** The work that is done in one task; the work of reading a plugin with one component is 2. */
const SLICE = 100;

/** Lets the page do other work first, such as the answer to a click. */
const yieldToPage = () =>
  (globalThis as { scheduler?: { yield?(): Promise<void> } }).scheduler?.yield?.() ??
  new Promise<void>(inTask);

/**
 * Takes the steps of a work in several tasks, so that the page answers meanwhile. A short work is done at once.
 *
 * @param steps The work; it yields how much work each step was.
 * @param signal Ends it.
 * @throws the reason of the signal.
 */
export async function inSlices<Result>(
  steps: Generator<number, Result>,
  signal?: AbortSignal,
): Promise<Result> {
  let work = 0;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if ((work += value) < SLICE) continue;
    work = 0;
    await yieldToPage();
    signal?.throwIfAborted();
  }
}
