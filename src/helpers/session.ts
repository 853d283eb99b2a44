import type { WIDGET_HEADER } from '../contract/index.ts';

// A type only: an import of the value would make this file depend on one that it does not need.
const MARK: typeof WIDGET_HEADER = 'X-NousViz-Widget';

/**
 * The app's session policy, for requests that the host API answers with 401 (CONTRACT H1). It is called once for all requests that
 * are refused until its promise settles. A request is repeated once, with a new token, if `retry` was called before that. Otherwise
 * the session is over: the callers get their 401s, and it is not called again until a request succeeds.
 *
 * @param response A copy of the first refused answer.
 * @param retry Lets the waiting requests be repeated. @throws {Error} after the promise has settled.
 */
export type OnUnauthorized = (response: Response, retry: () => void) => void | Promise<void>;

/** The largest body that is stored for a repetition, in bytes. A request with a larger one is not repeated. */
export const REPEATED_BODY_BYTES = 1_000_000;

/** Sends a request of the host's own, with the operator's current token. */
type Send = (request: Request) => Promise<Response>;

/** Reads a request's body. @returns `undefined` if it is too large or cannot be read, `null` if there is none. */
async function readBody(request: Request): Promise<Blob | null | undefined> {
  // Firefox has no streams of requests.
  if (!request.body) return /^(GET|HEAD)$/.test(request.method) ? null : request.blob();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.length;
    if (size > REPEATED_BODY_BYTES) {
      void reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

/** Settles like a promise, or rejects as soon as a signal fires. */
const unlessAborted = (promise: Promise<void>, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    void promise.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });

/** Makes the function that sends requests under the app's session policy. */
export function createSession(
  onUnauthorized: OnUnauthorized,
): (request: Request, send: Send) => Promise<Response> {
  let isOver = false;
  /** The number of times that the policy has been called and has settled. */
  let settled = 0;
  let pending: Promise<void> | undefined;

  async function ask(response: Response) {
    let isRenewed = false;
    let hasSettled = false;
    try {
      await onUnauthorized(response, () => {
        if (hasSettled) throw new Error('retry() came after the promise of onUnauthorized had settled.');
        isRenewed = true;
      });
    } catch (thrown) {
      // An uncaught error of the page, since no caller can handle it.
      queueMicrotask(() => {
        throw thrown;
      });
    }
    hasSettled = true;
    isOver = !isRenewed;
    settled += 1;
    pending = undefined;
  }

  return async (request, send) => {
    // The plugin's own route chooses the status, so it says nothing about the session (CONTRACT X2).
    if (request.headers.has(MARK)) return send(request);
    const body = readBody(request.clone()).catch(() => undefined);
    const before = settled;
    const response = await send(request);
    if (response.status !== 401) {
      isOver = false;
      return response;
    }
    // A request that was sent before the operator signed in is repeated without another dialog.
    if (!isOver && settled === before)
      await unlessAborted((pending ??= ask(response.clone())), request.signal);
    const copy = await body;
    if (isOver || copy === undefined || (copy && copy.size > REPEATED_BODY_BYTES)) return response;
    return send(new Request(request, { method: request.method, body: copy }));
  };
}
