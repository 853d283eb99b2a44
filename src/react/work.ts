/** The part of a watched root that hears when the work on it begins and ends. */
export interface Worker {
  /** Called when React begins to work on the root in a task. */
  enter(): void;
  /** Called when that task, with its microtasks, is over, or when React turns to another root. */
  leave(): void;
}

/**
 * The number of microtasks after React's work that still belong to it: an effect may wait for promises before it sets state.
 * Timers, messages, frames and clicks are later tasks, which begin after all microtasks.
 */
export const MICROTASKS = 50;

/** Calls a function after the next 50 microtasks of this task. */
export function afterMicrotasks(done: () => void, left = MICROTASKS): void {
  queueMicrotask(left > 0 ? () => afterMicrotasks(done, left - 1) : done);
}

/** Which widget root React works on. */
export interface Work {
  /** The root that React worked on last in this task; `undefined` when the task is over. */
  readonly root: Worker | undefined;
  /** Counts the tasks in which React worked on a root. */
  readonly task: number;
  /** Reports that React works on a root now. So many microtasks after it belong to it. */
  begin(root: Worker, microtasks: number): void;
}

/** Follows React's work on all widget roots of a page: a widget can update another one through a store. */
export function createWork(): Work {
  let root: Worker | undefined;
  let task = 0;
  let left = 0;
  // A promise's callback costs a tenth of queueMicrotask.
  const settled = Promise.resolve();
  const turnTo = (next: Worker | undefined) => {
    if (root === next) return;
    root?.leave();
    root = next;
    root?.enter();
  };
  function hop() {
    left -= 1;
    if (left > 0) void settled.then(hop);
    else turnTo(undefined);
  }
  return {
    get root() {
      return root;
    },
    get task() {
      return task;
    },
    begin(next, microtasks) {
      turnTo(next);
      if (left === 0) {
        task += 1;
        void settled.then(hop);
      }
      left = Math.max(left, microtasks);
    },
  };
}
