import { createError } from '../contract/words.ts';

/**
 * Repeats a request that was redirected, where that is safe (CONTRACT H1). Browsers hide where a redirect leads, so the
 * way is walked once without the token; a GET or HEAD that ends at an address of ours is sent there again with it.
 *
 * @param request The caller's request; none of it is sent to another origin. Its body is gone by now.
 * @param init What makes it the host's, its token among the headers.
 * @throws {WidgetError} `API_REDIRECTED` in every other case.
 */
export async function repeat(
  request: Request,
  init: RequestInit,
  fetch: (input: string | Request, init?: RequestInit) => Promise<Response>,
  isOurs: (url: string) => boolean,
  isRedirect: (response: Response) => boolean,
): Promise<Response> {
  const { url, method, redirect, credentials, signal } = request;
  if (redirect === 'follow' && /^(GET|HEAD)$/.test(method)) {
    const probe = await fetch(url, { method, credentials, signal, cache: 'no-store' }).catch(() => undefined);
    signal.throwIfAborted();
    void probe?.body?.cancel();
    if (probe?.redirected && isOurs(probe.url)) {
      const there = new Request(probe.url, new Request(request, init));
      const repeated = await fetch(there);
      if (!isRedirect(repeated)) return repeated;
    }
  }
  throw createError('API_REDIRECTED', { url });
}
