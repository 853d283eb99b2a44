import { API_BASE, isOwnRoute } from '../contract/index.ts';

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
 * The spellings that only browsers resolve are refused here: backslashes, dot segments and invisible characters.
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
  if (!isOwnRoute(base.pathname.replace(/\/$/, ''), pluginId, url.pathname))
    return refuse('it is not a route of the plugin itself');
  return { url: url.origin + url.pathname + url.search };
}
