import { API_BASE } from '../contract/index.ts';
import type { OnUnauthorized } from './session.ts';

/** The options of {@link createApiFetch}. */
export interface ApiFetchOptions {
  /** Absolute or root-relative URL of the host API, without a trailing slash. */
  apiBase: string;
  /** Returns the operator's session token, or nothing if no operator is signed in. Called for every request. */
  getSessionToken: () => string | null | undefined | Promise<string | null | undefined>;
  fetch: typeof fetch;
  /** What happens when the host API answers with 401. @default the caller gets the 401 */
  onUnauthorized?: OnUnauthorized | undefined;
}

/** `fetch` for widgets, see {@link createApiFetch}. */
export type ApiFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const TOKEN = 'X-Session-Token';

/**
 * Makes a `fetch` that sends the operator's session token, only to the host's own origin and API (CONTRACT H1).
 * Nothing is cached unless the caller requests it. The caller handles a 401, unless there is `onUnauthorized`. The function rejects with `API_REDIRECTED` if the
 * server redirects a request that cannot be repeated safely.
 */
export function createApiFetch({
  apiBase,
  getSessionToken,
  fetch,
  onUnauthorized,
}: ApiFetchOptions): ApiFetch {
  // The page's own URL, not document.baseURI: a <base> element may move the URLs that widgets request, but not the host API.
  const page = () => globalThis.location?.href;
  const base = () => new URL(apiBase, page());

  const isOurs = (address: string) => {
    const url = new URL(address);
    const { origin, pathname } = base();
    if (!/^https?:$/.test(url.protocol)) return false;
    return (
      url.origin === globalThis.location?.origin || (url.origin === origin && isBelow(url.pathname, pathname))
    );
  };

  const resolve = (input: string | URL) => {
    const isRooted = /^\/(?![/\\])/.test(`${input}`);
    const url = new URL(input, isRooted ? page() : (globalThis.document?.baseURI ?? page()));
    // Bundles use "/api/…" whatever the API's base is (CONTRACT S6).
    const moved = apiBase !== API_BASE && typeof input === 'string' && isBelow(input, API_BASE);
    return moved ? new URL(base().href + input.slice(API_BASE.length)) : url;
  };

  // Few apps have a policy. If its code cannot be loaded, callers get their 401s as without one.
  const session =
    onUnauthorized &&
    import('./session.ts').then(
      (module) => module.createSession(onUnauthorized),
      () => undefined,
    );

  /** Sends a request to the host's own origin or API. */
  async function send(request: Request, cache: RequestCache): Promise<Response> {
    const headers = new Headers(request.headers);
    const token = await getSessionToken();
    if (token) headers.set(TOKEN, token);
    if (!headers.has(TOKEN)) return fetch(new Request(request, { cache }));

    const { redirect } = request;
    const response = await fetch(new Request(request, { cache, headers, redirect: 'manual' }));
    if (redirect === 'manual' || !isRedirect(response)) return response;
    // Redirects are rare, so their code is loaded with the first one.
    return import('./redirect.ts').then((module) =>
      module.repeat(request, { cache, headers, redirect: 'manual' }, fetch, isOurs, isRedirect),
    );
  }

  return async (input, init) => {
    const caller = new Request(input instanceof Request ? input : resolve(input).href, init);
    const cache = caller.cache === 'default' && init?.cache === undefined ? 'no-store' : caller.cache;
    if (isOurs(caller.url)) {
      const policy = await session;
      const sendOurs = (request: Request) => send(request, cache);
      return policy ? policy(caller, sendOurs) : sendOurs(caller);
    }
    const headers = new Headers(caller.headers);
    headers.delete(TOKEN);
    return fetch(new Request(caller, { cache, headers }));
  };
}

// A redirect that was not followed has the type "opaqueredirect" in browsers, and a redirect status elsewhere.
const isRedirect = ({ type, status }: Response) =>
  type === 'opaqueredirect' || (status > 300 && status < 309 && status !== 304);

const isBelow = (path: string, folder: string) => path.startsWith(folder.replace(/\/?$/, '/'));
