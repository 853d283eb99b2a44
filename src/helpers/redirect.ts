import { createError } from '../contract/words.ts';

/**
 * Repeats a redirected request if that is safe (CONTRACT H1). Browsers hide the target of a redirect, so a request without the
 * token follows it first. If a GET or HEAD ends at one of the host's own URLs, it is repeated there with the token.
 *
 * @param request The caller's request, whose body has been sent already. Nothing of it goes to another origin.
 * @param init The options of the host's own requests, with the token among the headers.
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
      const repeated = await fetch(new Request(probe.url, new Request(request, init)));
      if (!isRedirect(repeated)) return repeated;
    }
  }
  throw createError('API_REDIRECTED', { url });
}
