import { requestGate } from '../host/index.ts';
import { replaceStarters, type Starters } from './starters.ts';
import { afterMicrotasks, type Worker } from './work.ts';

/** What a widget starts after each of its commits. */
export type Starter = 'request' | 'timer';

/** Follows a widget that renders often, and slows it down if the widget itself is the cause. */
export interface Pace extends Worker {
  /** Reports an update from outside. */
  update(): void;
  commit(): void;
}

/** The number of commits that make a widget suspicious, and that an update of another cause takes away. */
const [SUSPICIOUS, ACQUITS] = [100, 10];
/** The number of slowed commits that prove the suspicion. */
const PROOF = 8;
/** The delay of a slowed request or timer in milliseconds, its growth per commit, and its limit. */
const [DELAY, GROWTH, LONGEST] = [250, 5, 1000];
/** Shorter timers than this, in milliseconds, end before the screen shows the commit that started them. */
const FRAME = 8;

/**
 * Finds widgets whose effects start a request or a short timer after each commit, which sets state and causes the next commit.
 *
 * While React works on the widget, the page's functions that start timers and requests are replaced; all others of the page are
 * not affected. A hundred commits in lockstep with them are only a suspicion, since data may arrive at the same rate as a beacon is
 * sent. So the next ones are delayed: if updates arrive nevertheless, they have another cause, and nothing more is delayed.
 * Animation frames, sockets, ports, intervals and streams are never replaced.
 *
 * @param onSlowed Called once, when the widget is slowed for good.
 */
export function createPace(onSlowed: (starter: Starter) => void): Pace {
  let commits = 0;
  let [timerOf, requestOf, inFlight] = [-1, -1, 0];
  let cause: Starter | undefined;
  let hasOther = false;
  let [streak, patience] = [0, SUSPICIOUS];
  let [isSlow, isNamed, slowed, delay] = [false, false, 0, DELAY];
  let restore: (() => void) | undefined;

  const starters: Starters = {
    delay: () => (isSlow ? delay : 0),
    isShort: (wait) => wait < FRAME,
    /** Marks what a timer does, and the microtasks after it. */
    timer() {
      const started = commits;
      return (run) => {
        timerOf = started;
        afterMicrotasks(() => (timerOf = -1));
        run();
      };
    },
    request() {
      requestOf = commits;
      inFlight += 1;
      return () => (inFlight -= 1);
    },
  };

  function acquit() {
    streak = Math.max(0, streak - ACQUITS);
    if (!isSlow || isNamed) return;
    // The suspicion was wrong. The next one needs more evidence.
    isSlow = false;
    streak = 0;
    patience *= 4;
  }

  function suspect(starter: Starter) {
    streak += 1;
    if (!isSlow) {
      isSlow = streak >= patience;
      slowed = 0;
      return;
    }
    slowed += 1;
    delay = Math.min(LONGEST, delay + GROWTH);
    if (slowed < PROOF || isNamed) return;
    isNamed = true;
    onSlowed(starter);
  }

  return {
    enter() {
      restore ??= replaceStarters(starters, requestGate);
    },
    leave() {
      restore?.();
      restore = undefined;
    },
    update() {
      if (timerOf === commits) cause = 'timer';
      else if (requestOf === commits && inFlight === 0) cause = 'request';
      else hasOther = true;
    },
    commit() {
      if (hasOther) acquit();
      else if (cause) suspect(cause);
      cause = undefined;
      hasOther = false;
      commits += 1;
    },
  };
}
