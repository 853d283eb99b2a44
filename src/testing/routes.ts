import { suggest } from '../contract/words.ts';
import { API_BASE, pluginPath } from '../contract/index.ts';
import { createMockRoutes, type FoundRoute } from '../dev/mock-routes.ts';
import type { Answer, Api } from './answers.ts';
import { TestingError } from './errors.ts';

/** The routes of one widget's `api`. */
export interface Routes {
  /** Adds routes, or replaces them. @throws {TestingError} `ROUTE_INVALID` */
  add(api: Api): void;
  find(request: Request): FoundRoute<Answer> | undefined;
  /** Spells a request's path like a key of `api`. */
  pathOf(request: Request): string;
  /** Whether a request is for one of the plugin's own routes. */
  isOwn(request: Request): boolean;
  /** Makes the remedy for a request that has no answer. */
  adviseOn(request: Request): string;
}

const KEY = /^(?:([A-Z]+) +)?(\/(?!\/)\S*|https?:\/\/\S+)$/;

/** Makes an empty set of routes for a plugin's widget. */
export function createRoutes(pluginId: string): Routes {
  const own = API_BASE + pluginPath(pluginId);
  const { origin, href } = globalThis.location;
  const routes = createMockRoutes<{ key: string; answer: Answer }>();

  /** Removes the page's origin and the query string from a URL. */
  const shorten = (url: URL) => (url.origin === origin ? '' : url.origin) + url.pathname;
  const isOwn = ({ url }: Request) => shorten(new URL(url)).startsWith(`${own}/`);

  function pathOf({ url }: Request) {
    const parsed = new URL(url);
    const path = shorten(parsed);
    // A key is relative to the plugin's own routes unless it begins with /api/.
    const isBelow = path.startsWith(`${own}/`) && !path.startsWith(`${own}${API_BASE}/`);
    if (isBelow) return path.slice(own.length);
    return path.startsWith(`${API_BASE}/`) ? path : parsed.origin + parsed.pathname;
  }

  return {
    isOwn,
    pathOf,

    add(api) {
      for (const [key, answer] of Object.entries(api)) {
        const [, method = 'GET', path = ''] = KEY.exec(key) ?? [];
        if (!path)
          throw new TestingError(
            'ROUTE_INVALID',
            `api has the key "${key}". Write "/items" or "POST /items/:id" for a route of the plugin, "POST /api/query" for another one.`,
          );
        const isWhole = path.startsWith('http') || path.startsWith(`${API_BASE}/`);
        const url = new URL(isWhole ? path : own + path, href);
        routes.set(method, shorten(url) + url.search, { key, answer });
      }
    },

    find({ url, method }) {
      const parsed = new URL(url);
      const found = routes.find(method, shorten(parsed) + parsed.search);
      return found && { answer: found.answer.answer, params: found.params };
    },

    adviseOn(request) {
      const keys = routes.answers().map(({ key }) => key);
      const path = pathOf(request);
      const { method } = request;
      // `suggest` reads a slash as the end of a plugin's id.
      const fold = (text: string) => text.replaceAll('/', '\\');
      const similar = suggest(
        fold(`${method} ${path}`),
        keys.map((key) => fold(key.includes(' ') ? key : `GET ${key}`)),
      ).map((key) => key.replaceAll('\\', '/'));
      const advice = [`It answers ${keys.join(', ') || 'nothing'}.`];
      if (path.startsWith('http'))
        advice.push(`Was \`/api/plugins/\${pluginId}${new URL(path).pathname}\` meant?`);
      else if (similar.length > 0) advice.push(`Was ${similar.join(' or ')} meant?`);
      advice.push(`Add '${method === 'GET' ? path : `${method} ${path}`}' to api, or correct the widget.`);
      return advice.join(' ');
    },
  };
}
