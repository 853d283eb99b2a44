import { patch, placeOfCall, type Trace, type Watch } from './trace.ts';

interface Timer {
  trace: Trace;
  /** The milliseconds until it ends, or `undefined` if it repeats. */
  ends: number | undefined;
}

/** A watch on timers. */
export interface TimerWatch extends Watch {
  /** Waits for short timers, such as a last animation frame. */
  settle(): Promise<void>;
}

/** The milliseconds within which a timer is short: it may end after the widget was unmounted. */
const SHORT_TIMER = 100;

type Run = (callback: unknown, ...rest: unknown[]) => unknown;
type Clear = (handle: unknown) => void;

/** Watches timers and animation frames. */
export function watchTimers(): TimerWatch {
  const timers = new Map<string, Timer>();
  const wait = setTimeout;
  /** The number of nested calls, because a function that starts timers may call another one. */
  let depth = 0;
  const page = globalThis as unknown as Record<string, Run & Clear>;

  /** The replacements of a function that starts timers, and of the functions that clear them. */
  function watch(
    name: string,
    clears: readonly string[],
    { endsAfter, fact }: { endsAfter: (ms: number) => number | undefined; fact: (ms: number) => string },
  ): Record<string, unknown> {
    const run = page[name];
    if (!run) return {};
    const kind = clears[0]!;
    const keyOf = (handle: unknown) => `${kind} ${Number(handle)}`;
    const clear = page[kind]!;
    const start: Run = (callback, ...rest) => {
      if (depth > 0 || typeof callback !== 'function') return run(callback, ...rest);
      const ms = Number(rest[0] ?? 0);
      const ends = endsAfter(ms);
      let key = '';
      const fire = (...given: unknown[]) => {
        if (ends !== undefined) timers.delete(key);
        return (callback as (...given: unknown[]) => unknown)(...given);
      };
      depth += 1;
      let handle: unknown;
      try {
        handle = run(fire, ...rest);
      } finally {
        depth -= 1;
      }
      key = keyOf(handle);
      const trace: Trace = {
        code: 'TIMER_LEFT',
        fact: `${fact(ms)} is still active after the widget was unmounted`,
        at: placeOfCall(),
        end: () => clear(handle),
      };
      timers.set(key, { trace, ends });
      return handle;
    };
    return {
      // Node's promisify reads a symbol on the function.
      [name]: Object.defineProperties(start, Object.getOwnPropertyDescriptors(run)),
      ...Object.fromEntries(
        clears.map((other) => {
          const original = page[other]!;
          return [other, (handle: unknown) => (timers.delete(keyOf(handle)), original(handle))];
        }),
      ),
    };
  }

  const both = ['clearTimeout', 'clearInterval'];
  const restore = patch(globalThis, {
    ...watch('setTimeout', both, { endsAfter: (ms) => ms, fact: (ms) => `setTimeout of ${ms} ms` }),
    ...watch('setInterval', both, { endsAfter: () => undefined, fact: (ms) => `setInterval of ${ms} ms` }),
    ...watch('requestAnimationFrame', ['cancelAnimationFrame'], {
      endsAfter: () => 16,
      fact: () => 'requestAnimationFrame',
    }),
  });
  return {
    async settle() {
      const isShort = () => [...timers.values()].some(({ ends }) => ends !== undefined && ends < SHORT_TIMER);
      for (let waited = 0; isShort() && waited < SHORT_TIMER + 50; waited += 10)
        await new Promise((resolve) => wait(resolve, 10));
    },
    stop() {
      restore();
      return [...timers.values()].map(({ trace }) => trace);
    },
  };
}
