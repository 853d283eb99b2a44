import { watchSuspensions } from './suspensions.ts';
import type { Pace, Starter } from './pace.ts';
import { createWork, MICROTASKS, type Worker } from './work.ts';

/**
 * What is wrong with a widget that renders without end, each reported at most once: its own commits cause each other, it suspends
 * each time with a new promise, or it starts a request or a timer after each commit, which causes the next commit, and was slowed down.
 */
export type Fault =
  { code: 'RENDER_LOOP' | 'SUSPENDS_FOREVER'; count: number } | { code: 'UPDATES_ITSELF'; starter: Starter };

/** The members of React's internal root that the watch reads: the same in React 18.3 and 19, in all builds. */
export interface FiberRoot {
  /** Read when React begins a render and the effects, assigned in each commit. */
  current: object;
  /** A bit mask of the work to do. Each update adds its bit, also if the bit is set already. */
  pendingLanes: number;
  /** Gets each promise that a render waits for. */
  pingCache: WeakMap<object, unknown> | null;
  /** The number of commits, which `startWatch` counts. */
  commits?: number;
}

/** The number of commits of a chain in which each commit causes the next. No derived state and no gradual render is as long. */
const MAX_CHAIN = 1000;
/** The milliseconds for twenty commits above which the widget is too slow to be a burden. */
const [COMMITS, SLOW] = [20, 4000];
/** The commits of a chain that one update from outside makes up for: state that is derived in several steps. */
const STEPS = 4;
/** The number of synchronous commits of a chain, after which each further one waits for the next task, and then counts. */
const MAX_SYNC = 500;
/** The number of commits with a cause outside, after which one is followed for as many microtasks. */
const [DEEP_LOOK, DEEP] = [500, 2000];
/** React's lanes for synchronous work. */
const SYNC = 3;

const work = createWork();

/** A user's action is from outside, even if React runs effects during its event. */
const isUserAction = () => typeof UIEvent === 'function' && globalThis.event instanceof UIEvent;

/** Counts how many commits of a root caused each other. */
function createChain(onLoop: (commits: number) => void) {
  let length = 0;
  let inside = false;
  let outside = 0;
  let isBurst = false;
  let lastTask = -1;
  let syncs = 0;
  let others = 0;
  let isDeep = false;
  return {
    isLong: () => syncs > MAX_SYNC,
    microtasks: () => (isDeep ? DEEP : MICROTASKS),
    /** @returns Whether the update is from outside. */
    update(isHost: boolean) {
      if (work.root && !isHost && !isUserAction()) {
        inside = true;
        return false;
      }
      // All updates of one message count once.
      if (!isBurst) queueMicrotask(() => (isBurst = false));
      if (!isBurst) outside += 1;
      isBurst = true;
      return true;
    },
    /** @param lanes The lanes that were pending before the commit. */
    commit(lanes: number) {
      if (!inside) {
        [length, syncs] = [0, 0];
        // An effect may wait for more promises than usual.
        others += 1;
        isDeep = others % DEEP_LOOK === 0;
      } else if (outside > 0) length = Math.max(0, length - STEPS * outside);
      // A reader of many lines that are there already, or a loop over flushSync, may update a store synchronously in one task.
      // It goes on when its updates wait for the next task, whereas a loop then has one update for each commit.
      else if (lastTask === work.task && (lanes & SYNC) !== 0) syncs += 1;
      else length += 1;
      inside = false;
      outside = 0;
      lastTask = work.task;
      if (length < MAX_CHAIN) return;
      length = Number.NEGATIVE_INFINITY;
      // In a microtask, so that React finishes its commit first.
      queueMicrotask(() => onLoop(MAX_CHAIN));
    },
  };
}

/** Loads the second half of the watch for a widget that renders often. */
function createPaceOf(onSlowed: (starter: Starter) => void) {
  let pace: Pace | undefined;
  let commits = 0;
  let since = performance.now();
  async function load() {
    // Without it the widget is neither named nor slowed, as when the server is down.
    const { createPace } = (await import('./pace.ts').catch(() => undefined)) ?? {};
    pace = createPace?.(onSlowed);
  }
  return {
    get current() {
      return pace;
    },
    commit() {
      commits += 1;
      pace?.commit();
      if (pace || commits % COMMITS > 0) return;
      const now = performance.now();
      if (now - since < SLOW) void load();
      since = now;
    },
  };
}

/** Follows what React does with a root. */
export interface Watch {
  /** React begins to work on the root. */
  begin(): void;
  /** The root gets an update, of the host or of the widget. */
  update(isHost: boolean): void;
  /** A commit is done with these lanes; the commit follows. */
  finish(lanes: number): void;
  commit(): void;
  /** @returns Whether synchronous updates must wait for the next task. */
  isLong(): boolean;
}

/**
 * Watches a root that renders often, for renders without end (CONTRACT F17). React stops only loops that block the browser; a loop
 * through a passive effect never ends, and in production React does not warn of it.
 *
 * The watch asks for the cause of a commit, not for the rate: an update is the widget's own if it arrives while React works on a
 * widget, or in the microtasks after that. Everything else comes from outside: data, timers, frames, users. Only a chain of
 * commits without anything from outside is a loop. React has no callbacks for this in production, but it reads and assigns
 * members of its root.
 */
export function createWatch(fiberRoot: FiberRoot, onFault: (fault: Fault) => void): Watch {
  const suspensions = watchSuspensions((count) => onFault({ code: 'SUSPENDS_FOREVER', count }));
  const chain = createChain((count) => onFault({ code: 'RENDER_LOOP', count }));
  const pace = createPaceOf((starter) => onFault({ code: 'UPDATES_ITSELF', starter }));
  const worker: Worker = { enter: () => pace.current?.enter(), leave: () => pace.current?.leave() };
  let finished = 0;

  fiberRoot.pingCache = suspensions.promises;
  return {
    begin: () => work.begin(worker, chain.microtasks()),
    isLong: chain.isLong,
    update(isHost) {
      if (chain.update(isHost)) pace.current?.update();
    },
    finish: (lanes) => (finished = lanes),
    commit() {
      chain.commit(finished);
      pace.commit();
      suspensions.commit(fiberRoot.pendingLanes === 0);
      work.begin(worker, chain.microtasks());
    },
  };
}
