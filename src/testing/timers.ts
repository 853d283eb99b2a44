import { patch, placeOfCall, type Trace, type Watch } from './trace.ts';

interface Timer {
  trace: Trace;
  /** Milliseconds until it ends by itself; nothing where it does not. */
  ends: number | undefined;
}

/** Timers that are watched. */
export interface TimerWatch extends Watch {
  /** Waits for those that end by themselves at once, such as a last animation frame. */
  settle(): Promise<void>;
}

/** Milliseconds that a timer which ends by itself may take. */
const SHORT = 100;

type Run = (callback: unknown, ...rest: unknown[]) => unknown;
type Clear = (handle: unknown) => void;

/** Watches timers and animation frames. */
export function watchTimers(): TimerWatch {
  const timers = new Map<string, Timer>();
  const wait = setTimeout;
  /** How deep in functions that start timers, which may be made of other such functions. */
  let depth = 0;
  const page = globalThis as unknown as Record<string, Run & Clear>;

  /** The replacements of a function that starts timers, and of those that clear them. */
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
        fact: `${fact(ms)} goes on after the widget has left`,
        at: placeOfCall(),
        end: () => clear(handle),
      };
      timers.set(key, { trace, ends });
      return handle;
    };
    return {
      // Node's promisify looks for a symbol on it.
      [name]: Object.defineProperties(start, Object.getOwnPropertyDescriptors(run)),
      ...Object.fromEntries(
        clears.map((other) => {
          const clear = page[other]!;
          return [other, (handle: unknown) => (timers.delete(keyOf(handle)), clear(handle))];
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
      const isShort = () => [...timers.values()].some(({ ends }) => ends !== undefined && ends < SHORT);
      for (let waited = 0; isShort() && waited < SHORT + 50; waited += 10)
        await new Promise((resolve) => wait(resolve, 10));
    },
    stop() {
      restore();
      return [...timers.values()].map(({ trace }) => trace);
    },
  };
}
