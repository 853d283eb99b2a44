import { API_BASE } from '../contract/index.ts';

/**
 * The first parts of paths below `/plugins/<id>/` that belong to the host API or to NousViz itself, in lower case. A plugin's own
 * route may not have such a name in a sandbox: requests by prefix alone would let a widget trust itself.
 */
const CORE = new Set(
  `trust-frontend sandbox-frontend revoke-frontend-trust trust-history frontend-components components widget source
  dashboards manifest install uninstall reinstall update upgrade rollback enable disable start stop restart reload settings config
  permissions secrets env logs jobs migrate migrations run sync delete remove`.split(/\s+/),
);

const isCore = (name: string) => CORE.has(name) || /^(trust|revoke|sandbox|un?install)/.test(name);

/** A part of a path as a server may read it: unreserved characters only, apart from spaces, colons, `@` and letters beyond ASCII. */
const PART = /^[\p{L}\p{M}\p{N}._~ :@!$&'()*+,=-]+$/u;

/** Whether a path has a dot segment, also with encoded dots. The browser would resolve it before the server sees it. */
const DOTS = /(^|\/)(\.|%2e){1,2}(?=\/|$)/i;

/** The place that a request is resolved for. */
export interface RouteOptions {
  pluginId: string;
  /** URL of the host API, absolute or root-relative, without a trailing slash. */
  apiBase: string;
  /** The page's URL. */
  page: string;
}

/** The absolute URL of an allowed request, or the reason why it is refused. */
export type Route = { url: string; refusal?: never } | { url?: never; refusal: string };

const refuse = (refusal: string): Route => ({ refusal });

/** Decodes one part of a path; `undefined` if that is not possible, or if it is encoded twice. */
function decodeOnce(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return text.includes('%') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Resolves what a widget has written to a URL, as `apiFetch` of the page does: bundles use `/api/…` whatever the API's base is. */
function resolve(written: string, { apiBase, page }: RouteOptions): URL | undefined {
  try {
    const isMoved = apiBase !== API_BASE && written.startsWith(`${API_BASE}/`);
    return new URL(
      isMoved ? `${new URL(apiBase, page).href}${written.slice(API_BASE.length)}` : written,
      page,
    );
  } catch {
    return undefined;
  }
}

/**
 * Resolves a request of a sandboxed widget, as the server will read it, and allows the plugin's own routes only (CONTRACT X2).
 * What servers read in several ways is refused: backslashes, dot segments, empty parts, and encoded slashes, dots and percent signs.
 */
export function resolveRoute(written: string, options: RouteOptions): Route {
  const { pluginId, apiBase, page } = options;
  if (/[\\\p{Cc}\p{Cf}]/u.test(written)) return refuse('it has a backslash or an invisible character');
  const url = resolve(written, options);
  if (!url) return refuse('it is not a URL');
  const base = new URL(apiBase, page);
  if (url.origin !== base.origin || url.username || url.password) return refuse('it is another server');
  const [path = ''] = written.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  if (DOTS.test(path)) return refuse('it has a dot segment');
  const own = `${base.pathname.replace(/\/$/, '')}/plugins/${pluginId}/`;
  if (!url.pathname.startsWith(own)) return refuse('it is not a route of this plugin');
  const parts = url.pathname.slice(own.length).split('/');
  // A slash at the end is the spelling of many servers.
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const decoded = parts.map(decodeOnce);
  if (decoded.some((part) => part === undefined || !PART.test(part) || /^\.+$/.test(part.trim())))
    return refuse('it has a part that servers read in different ways');
  // Servers may ignore case, dots and spaces at the end, and compatibility forms of letters.
  const first = decoded[0]!
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/[. ]+$/, '');
  if (!/^[a-z0-9_~-][a-z0-9._~-]*$/.test(first) || isCore(first))
    return refuse('the host API has that route for itself');
  return { url: url.origin + url.pathname + url.search };
}
