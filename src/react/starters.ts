import type { Gate } from '../host/index.ts';

/** What happens to timers and requests that a widget's effects start. */
export interface Starters {
  /** The milliseconds by which they start later; 0 for none. */
  delay(): number;
  /** Whether a timer of so many milliseconds counts. */
  isShort(wait: number): boolean;
  /** Reports a timer. @returns A function that runs its callback. */
  timer(): (run: () => void) => void;
  /** Reports a request. @returns A function that reports its end. */
  request(): () => void;
}

/** Replaces a member of an object. @returns A function that restores it, unless other code has replaced it again. */
function replace<Target extends object>(target: Target, key: keyof Target, member: unknown) {
  const before: unknown = target[key];
  Reflect.set(target, key, member);
  return () => {
    if (target[key] === member) Reflect.set(target, key, before);
  };
}

const isSynchronous = (request: XMLHttpRequest) => {
  try {
    // A synchronous request of a page refuses this.
    // oxlint-disable-next-line no-self-assign
    request.responseType = request.responseType;
    return false;
  } catch {
    return true;
  }
};

/**
 * Replaces the page's functions that start timers and requests.
 *
 * @param gate Gets the requests of the helpers, which use the page's own `fetch`.
 * @returns A function that restores them all.
 */
export function replaceStarters(starters: Starters, gate: { pass?: Gate | undefined }): () => void {
  const page = globalThis;
  const { setTimeout, fetch } = page;
  const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout.call(page, resolve, ms));

  const pass: Gate = async (send) => {
    const end = starters.request();
    const delay = starters.delay();
    try {
      if (delay > 0) await wait(delay);
      return await send();
    } finally {
      end();
    }
  };
  function startTimer(run: unknown, ms: unknown = 0, ...given: unknown[]) {
    const asked = Number(ms) || 0;
    if (typeof run !== 'function' || !starters.isShort(asked))
      return setTimeout.call(page, run as () => void, asked, ...(given as []));
    const around = starters.timer();
    return setTimeout.call(
      page,
      () => around(() => (run as (...all: unknown[]) => void)(...given)),
      Math.max(asked, starters.delay()),
    );
  }
  const ends = [
    replace(page, 'setTimeout', startTimer),
    replace(page, 'fetch', (...call: Parameters<typeof fetch>) => pass(() => fetch.apply(page, call))),
    replace(gate, 'pass', pass),
  ];
  if (typeof XMLHttpRequest === 'function') ends.push(replaceSend(starters, wait));
  return () => {
    for (const end of ends) end();
  };
}

function replaceSend(starters: Starters, wait: (ms: number) => Promise<void>): () => void {
  const { prototype } = XMLHttpRequest;
  const { send } = prototype;
  function sendLater(this: XMLHttpRequest, ...given: Parameters<typeof send>) {
    const delay = starters.delay();
    const end = starters.request();
    // Captured, so that the request has ended when the widget's own listeners hear of it.
    const onChange = () => this.readyState === XMLHttpRequest.DONE && end();
    this.addEventListener('readystatechange', onChange, { capture: true });
    if (delay === 0 || isSynchronous(this)) return send.apply(this, given);
    let isAborted = false;
    // The browser ignores abort() before a request is sent.
    this.abort = () => {
      if (!isAborted) end();
      isAborted = true;
    };
    void wait(delay).then(() => {
      Reflect.deleteProperty(this, 'abort');
      if (!isAborted) send.apply(this, given);
    });
  }
  return replace(prototype, 'send', sendLater);
}
