import type { WidgetError } from '../contract/index.ts';
import { isUnanswered } from './heals.ts';

/** Tries something again. Resolves with the error if it failed. */
export type Attempt = () => Promise<WidgetError | undefined>;

/** What a page does when it looks again. */
export interface LookAgainOptions {
  /** Reads the list of plugins again. */
  readList: Attempt;
  /** The list of plugins, and then the other parts of the page; each returns attempts for its temporary failures. */
  parts: readonly (() => readonly Attempt[])[];
  /** The time after which an attempt is no longer waited for, in milliseconds. */
  patience: number;
  /** Hides the widgets, which keep their state, or shows them. */
  hideWidgets(areHidden: boolean): void;
}

/** The page looks again at most once in this time, in milliseconds, however often its tab is shown. */
const INTERVAL = 10_000;

/** The number of times that failed things are tried after each look. */
const TRIES = 6;

/** The longest time that widgets of a restored page are hidden, in milliseconds. */
const MAX_HIDDEN = 3000;

const sleep = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms));

/** The time before a try: 1 s, 2 s, 4 s and so on, a quarter more or less, so that the pages of an office do not try together. */
const delayOf = (attempt: number) => 500 * 2 ** attempt * (0.75 + Math.random() / 2);

/**
 * Looks again when the network is back, and when the page is shown, resumed, or restored from the back/forward cache: reads the
 * list of plugins, and tries what has failed, one thing after the other.
 *
 * A frozen page hears nothing. Its widgets are hidden when it freezes, so that a widget that has lost its trust meanwhile is not in
 * the first frame, and shown again once the list is confirmed or its request has failed.
 *
 * @returns A function that ends it.
 */
export function lookAgain({ readList, parts, patience, hideWidgets }: LookAgainOptions): () => void {
  let wait: ReturnType<typeof setTimeout> | undefined;
  let isAskedAgain = false;
  let wasFrozen = false;
  let latest = 0;
  let running: Promise<unknown> = Promise.resolve();

  const canLook = () => !document.hidden && navigator.onLine;

  /** Makes the attempts of one try. Without an answer it stops, since the others would have none either. */
  async function tryAll(ofParts: LookAgainOptions['parts']) {
    for (const attemptsOf of ofParts)
      for (const attempt of attemptsOf()) {
        const error = await Promise.race([attempt(), sleep(patience)]);
        if (error && isUnanswered(error)) return;
      }
  }

  async function tryRepeatedly(list: Promise<WidgetError | undefined>) {
    latest += 1;
    const own = latest;
    for (let count = 0; count < TRIES; count += 1) {
      if (count > 0) await sleep(delayOf(count));
      if (own !== latest || (count > 0 && !canLook())) return;
      const ofParts = count > 0 ? parts : [() => [() => list], ...parts.slice(1)];
      // A try of an earlier look ends first, so that there is one attempt at a time.
      await (running = running.then(() => tryAll(ofParts)));
    }
  }

  function look() {
    const isRestored = wasFrozen;
    wasFrozen = false;
    if (!isRestored && !canLook()) return;
    if (wait && !isRestored) {
      isAskedAgain = true;
      return;
    }
    clearTimeout(wait);
    wait = setTimeout(() => {
      wait = undefined;
      if (isAskedAgain) look();
    }, INTERVAL);
    isAskedAgain = false;
    const list = readList();
    if (isRestored) void Promise.race([list, sleep(MAX_HIDDEN)]).then(() => wasFrozen || hideWidgets(false));
    void tryRepeatedly(list);
  }

  function onEvent({ type, persisted }: Event & { persisted?: boolean }) {
    // A page that is left for good, or shown for the first time.
    if (persisted === false) return;
    if (type !== 'freeze' && type !== 'pagehide') return look();
    wasFrozen = true;
    hideWidgets(true);
  }

  const controller = new AbortController();
  const { signal } = controller;
  for (const type of ['online', 'pagehide', 'pageshow'])
    globalThis.addEventListener(type, onEvent, { signal });
  for (const type of ['visibilitychange', 'freeze', 'resume'])
    document.addEventListener(type, onEvent, { signal });
  return () => {
    latest += 1;
    clearTimeout(wait);
    controller.abort();
  };
}
