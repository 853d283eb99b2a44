import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';
import { loadFailure } from './told.ts';
import { API_BASE } from './urls.ts';

/** What the helpers need of the host. */
export interface HelperOptions {
  /** Absolute or root-relative URL of the host API, without a trailing slash. */
  apiBase: string;
  /** The operator's session token, or nothing where nobody is signed in. Asked at every request. */
  getSessionToken: () => string | null | undefined | Promise<string | null | undefined>;
  fetch: typeof fetch;
}

/** The host's helpers, `window.NousViz.widgets` (CONTRACT H). */
export interface Widgets {
  /**
   * `fetch` with the operator's session token, which goes to the host's own origin and API alone (CONTRACT H1).
   * Nothing is cached unless the caller says so; a 401 is the caller's to handle.
   * @throws {WidgetError} `API_REDIRECTED` where the server redirects a request that cannot be repeated safely.
   */
  apiFetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** "2 hours ago", "in 5 minutes"; "—" for nothing or no ISO 8601 time. A time without a zone is UTC (CONTRACT H2). */
  formatRelativeTime(iso: string | Date | null | undefined): string;
  /** "2026-04-25, 14:00:00 UTC" in every browser; "—" for nothing or no ISO 8601 time (CONTRACT H3). */
  formatAbsoluteTime(iso: string | Date | null | undefined): string;
  /** "1,234,567", at most two decimals; "—" for what is no finite number (CONTRACT H4). */
  formatNumber(n: number | bigint | null | undefined): string;
  /** A count of bytes in units of 1024: "1.4 MB"; "—" for what is no finite number (CONTRACT H5). */
  formatBytes(n: number | null | undefined): string;
  /** Joins class names; of conflicting Tailwind utilities the later wins (CONTRACT H6). */
  cn(...inputs: ClassValue[]): string;
}

const NONE = '—';
const TOKEN = 'X-Session-Token';

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z)|([+-]\d\d):?(\d\d)?)?)?$/i;

// Engines read a time without a zone as local and accept much that is no time at all; this reads it as UTC or not.
function parseTime(iso: unknown): Date | undefined {
  let time = Number.NaN;
  if (iso instanceof Date) time = iso.getTime();
  const parts = typeof iso === 'string' && ISO.exec(iso.trim());
  if (parts) {
    const [, day, clock = '00:00', , hours, minutes = '00'] = parts;
    // Engines take February 30 for March 2.
    if (!new Date(`${day}T00:00Z`).toJSON()?.startsWith(day!)) return undefined;
    time = Date.parse(`${day}T${clock}${hours ? `${hours}:${minutes}` : 'Z'}`);
  }
  return Number.isNaN(time) ? undefined : new Date(time);
}

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number, below: number][] = [
  ['second', 1, 60],
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 2_592_000, 12],
  ['year', 31_536_000, Number.POSITIVE_INFINITY],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

function formatRelativeTime(iso: unknown): string {
  const time = parseTime(iso);
  if (!time) return NONE;
  const seconds = (time.getTime() - Date.now()) / 1000;
  for (const [unit, size, below] of STEPS) {
    const amount = Math.round(Math.abs(seconds) / size);
    if (amount < below) return relative.format(seconds < 0 ? -amount : amount, unit);
  }
  return NONE;
}

function formatAbsoluteTime(iso: unknown): string {
  const time = parseTime(iso);
  return time
    ? time
        .toISOString()
        .replace('T', ', ')
        .replace(/\.\d+Z$/, ' UTC')
    : NONE;
}

const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, signDisplay: 'negative' });
const isNumber = (n: unknown): n is number | bigint => typeof n === 'bigint' || Number.isFinite(n);

const formatNumber = (n: unknown): string => (isNumber(n) ? decimal.format(n) : NONE);

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

function formatBytes(n: unknown): string {
  if (!isNumber(n)) return NONE;
  let amount = Number(n);
  let unit = 0;
  const rounded = () => Math.round(Math.abs(amount) * 10) / 10;
  // The rounded amount decides: 1,048,575 bytes are "1 MB", not "1024 KB".
  while (rounded() >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount < 0 && rounded() > 0 ? '-' : ''}${rounded()} ${UNITS[unit]}`;
}

const cn = (...inputs: ClassValue[]): string => twMerge(clsx(inputs));

function createApiFetch({ apiBase, getSessionToken, fetch }: HelperOptions): Widgets['apiFetch'] {
  // The page itself, not document.baseURI: an element <base> may move what widgets ask for, but not what is the host's.
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
    // Bundles spell the API "/api/…" wherever the host keeps it (CONTRACT S6).
    const moved = apiBase !== API_BASE && typeof input === 'string' && isBelow(input, API_BASE);
    return moved ? new URL(base().href + input.slice(API_BASE.length)) : url;
  };

  return async (input, init) => {
    const caller = new Request(input instanceof Request ? input : resolve(input).href, init);
    const cache = caller.cache === 'default' && init?.cache === undefined ? 'no-store' : caller.cache;
    const headers = new Headers(caller.headers);
    if (!isOurs(caller.url)) {
      headers.delete(TOKEN);
      return fetch(new Request(caller, { cache, headers }));
    }
    const token = await getSessionToken();
    if (token) headers.set(TOKEN, token);
    if (!headers.has(TOKEN)) return fetch(new Request(caller, { cache }));

    const { redirect } = caller;
    const response = await fetch(new Request(caller, { cache, headers, redirect: 'manual' }));
    if (redirect === 'manual' || !isRedirect(response)) return response;
    const { repeat } = await loadFailure();
    return repeat(caller, { cache, headers, redirect: 'manual' }, fetch, isOurs, isRedirect);
  };
}

// A redirect that was not followed: opaque in browsers, its own status elsewhere.
const isRedirect = ({ type, status }: Response) =>
  type === 'opaqueredirect' || (status > 300 && status < 309 && status !== 304);

const isBelow = (path: string, folder: string) => path.startsWith(folder.replace(/\/?$/, '/'));

/** Makes the helpers that widgets find at `window.NousViz.widgets`; the object is frozen (CONTRACT G3, H). */
export function createWidgets(options: HelperOptions): Widgets {
  return Object.freeze({
    apiFetch: createApiFetch(options),
    formatRelativeTime,
    formatAbsoluteTime,
    formatNumber,
    formatBytes,
    cn,
  });
}
