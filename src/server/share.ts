import { setTimeout as wait } from 'node:timers/promises';

/** The time after which a computation does not wait for the one before it any longer, in milliseconds: that one may never end. */
const PATIENCE = 10_000;

/** Waits until a computation ends, with success or not. */
async function settled(computation: Promise<unknown>, patience: number): Promise<void> {
  const timer = new AbortController();
  const late = wait(patience, undefined, { ref: false, signal: timer.signal });
  await Promise.race([computation, late]).catch(() => undefined);
  timer.abort();
  await late.catch(() => undefined);
}

/** Runs a computation for all calls that come before it starts. All computations that it is called with must be equivalent. */
type Shared<Result> = (compute: () => Promise<Result>) => Promise<Result>;

function createShared<Result>(patience: number): Shared<Result> {
  let running: Promise<unknown> | undefined;
  let next: Promise<Result> | undefined;

  async function start(compute: () => Promise<Result>): Promise<Result> {
    // The calls of one turn of the event loop start together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (running) await settled(running, patience);
    next = undefined;
    const own = compute();
    running = own;
    try {
      return await own;
    } finally {
      if (running === own) running = undefined;
    }
  }

  return (compute) => (next ??= start(compute));
}

/**
 * Makes a function whose calls share computations. A computation answers only the calls that came before it started, so that its
 * result is never older than a call. At most one computation runs, and one waits for it.
 *
 * @param patience The time after which the next computation starts although the one before it has not ended, in milliseconds.
 */
export function share<Result>(compute: () => Promise<Result>, patience = PATIENCE): () => Promise<Result> {
  const shared = createShared<Result>(patience);
  return () => shared(compute);
}

/** Makes a function that shares computations as {@link share} does, separately for each key. */
export function createSharing<Result>(): (key: string, compute: () => Promise<Result>) => Promise<Result> {
  const calls = new Map<string, { shared: Shared<Result>; pending: number }>();
  return async (key, compute) => {
    const call = calls.get(key) ?? { shared: createShared<Result>(PATIENCE), pending: 0 };
    calls.set(key, call);
    call.pending += 1;
    try {
      return await call.shared(compute);
    } finally {
      call.pending -= 1;
      if (call.pending === 0) calls.delete(key);
    }
  };
}

/** Makes a function whose calls within one turn of the event loop share one read, which starts after all of them. */
export function oncePerTurn<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let next: Promise<Result> | undefined;
  return () =>
    (next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      // A later caller may know of a revoke that this read does not see.
      next = undefined;
      return read();
    }));
}
