import { TrieRouter } from 'hono/router/trie-router';
import { isRecord } from '../contract/index.ts';

/** One answer of a plugin's `mock/*.json`, under a key such as `GET /items/:id` or `GET /items?page=2`. */
export interface Mock {
  /** 200 to 599. @default 200 */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** A JSON value. A string is sent unchanged if `headers` has its `Content-Type`. @default `{detail}` if the status is an error, else null */
  body?: unknown;
  /** Milliseconds. @default 0 */
  delay?: number;
}

/** The route that answers a request. */
export interface FoundRoute<Answer> {
  answer: Answer;
  /** The parts of the path that match the route's `:name` parts, decoded unless malformed. */
  params: Record<string, string>;
}

/**
 * Answers by method and address. An address is a path or a whole URL. `:name` matches one part of the path, `*` at the end matches any rest.
 * A route with a query string matches only the same query string; a route without one matches any.
 */
export interface MockRoutes<Answer> {
  /** Adds a route, or replaces the answer of the route with the same method and address. */
  set(method: string, address: string, answer: Answer): void;
  /**
   * Finds the route for a request. Exact paths have priority over patterns, then routes with a query string over those without. `GET` routes answer `HEAD` too.
   *
   * @param address The request's path with its query string, or its whole URL.
   */
  find(method: string, address: string): FoundRoute<Answer> | undefined;
  /** All answers, in the order in which their routes were added. */
  answers(): Answer[];
}

interface Route<Answer> {
  search: string;
  /** The route with the largest number wins. */
  priority: number;
  answer: Answer;
}

const BASE = 'http://routes.invalid';

const KEY = /^[A-Z]+ \/(?!\/|api\/)\S*$/;

const WITHOUT_BODY = new Set([204, 205, 304]);

const isPattern = (path: string) =>
  path.split('/').some((part) => part.startsWith(':') || part.endsWith('*'));

/** Splits an address, in the spelling of `URL`, into its path (with the origin of a whole URL) and its query string. */
function split(address: string): { path: string; search: string } {
  const { origin, pathname, search } = new URL(address.startsWith('/') ? BASE + address : address);
  return { path: (origin === BASE ? '' : origin) + pathname, search };
}

/** Decodes a part of a URL. A malformed part stays unchanged. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Creates an empty set of routes. */
export function createMockRoutes<Answer>(): MockRoutes<Answer> {
  const routes = new Map<string, Route<Answer>>();
  // One router for each method, because a single router uses methods as keys of plain objects.
  const routers = new Map<string, TrieRouter<Route<Answer>>>();

  function match(method: string, { path, search }: { path: string; search: string }) {
    // The library's type also covers another router, with numbered parameters.
    const matches = (routers.get(method)?.match(method, path)[0] ?? []) as [
      Route<Answer>,
      Record<string, string>,
    ][];
    const [best] = matches
      .filter(([route]) => ['', search].includes(route.search))
      .toSorted(([one], [other]) => other.priority - one.priority);
    return best;
  }

  return {
    set(method, address, answer) {
      const { path, search } = split(address);
      const key = `${method} ${path}${search}`;
      const known = routes.get(key);
      if (known) {
        known.answer = answer;
        return;
      }
      const route = { search, priority: (isPattern(path) ? 0 : 2) + (search ? 1 : 0), answer };
      const router = routers.get(method) ?? new TrieRouter();
      router.add(method, path, route);
      routes.set(key, route);
      routers.set(method, router);
    },

    find(method, address) {
      const wanted = split(address);
      const found = match(method, wanted) ?? (method === 'HEAD' ? match('GET', wanted) : undefined);
      if (!found) return undefined;
      const [{ answer }, params] = found;
      const decoded = Object.entries(params).map(([name, part]) => [name, decode(part)]);
      return { answer, params: Object.fromEntries(decoded) as Record<string, string> };
    },

    answers: () => [...routes.values()].map(({ answer }) => answer),
  };
}

/** Checks an entry of a mock file. @returns the broken rule, to be printed after the entry's place */
export function mockIssue(key: string, mock: unknown): string | undefined {
  if (!KEY.test(key)) return 'must be a method and a path below the plugin’s own routes: "GET /items"';
  if (!isRecord(mock)) return 'must be an object with status and body';
  const { status = 200, headers = {}, delay = 0, body: _, ...others } = mock;
  const [other] = Object.keys(others);
  if (other !== undefined)
    return `has the key ${JSON.stringify(other)}, which is none of status, headers, delay and body`;
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599)
    return 'must have a status from 200 to 599';
  if (!isRecord(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    return 'must have headers that are strings';
  if (typeof delay !== 'number' || !(delay >= 0)) return 'must have a delay in milliseconds';
  return undefined;
}

/** The response that a mock describes. */
export function mockResponse({ status = 200, headers = {}, body }: Mock): Response {
  if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers });
  if (body === undefined)
    return Response.json(status < 400 ? null : { detail: `HTTP ${status}` }, { status, headers });
  const isText = typeof body === 'string' && new Headers(headers).has('Content-Type');
  return isText ? new Response(body, { status, headers }) : Response.json(body, { status, headers });
}

/** Removes the body of a response to a `HEAD` request. */
export const responseFor = (method: string, response: Response): Response =>
  method === 'HEAD' ? new Response(null, response) : response;
