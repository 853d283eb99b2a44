import { isIP } from 'node:net';
import { quote } from '../contract/words.ts';

/** The host names of the local machine. */
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const REPEAT = 'Open the host’s own page and repeat it there.';

/** Decides by `Host`, `Origin` and `Sec-Fetch-Site` whether a request may be answered (CONTRACT P3). */
export interface Origins {
  /** Whether the option names any origin. */
  readonly areNamed: boolean;
  /** The origins that the option names. */
  readonly named: readonly string[];
  /** Whether the option names the origin of a request's `Origin` header. */
  includes(origin: string | null | undefined): boolean;
  /** Returns the message of the refusal of a request that reads, or `undefined` if it may. */
  refuseRead(request: Request): string | undefined;
  /** Returns the message of the refusal of a request that changes trust, or reads what only operators may; `undefined` if it may. */
  refuseWrite(request: Request): string | undefined;
}

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/**
 * Reads one origin of an option.
 *
 * @param place The origin's place in the options, for the message.
 * @throws {TypeError} if it has a path, has no scheme or is not a string.
 */
export function readOrigin(value: unknown, place: string): string {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  const isWeb = url && ['http:', 'https:'].includes(url.protocol);
  // The browser's address bar shows an origin with a slash at its end.
  if (isWeb && url.href === `${url.origin}/` && !/[?#]/.test(String(value))) return url.origin;
  const example = isWeb ? url.origin : 'https://dash.example.com';
  throw new TypeError(
    `createServer: ${place} is ${quote(value)}, which is not an origin. ` +
      `Write scheme, name and port as the browser’s address bar shows them, without a path: ${quote(example)}.`,
  );
}

/** The part of a request that decides under which name and for which path it is. */
export type AskedPart = Pick<Request, 'url' | 'headers'>;

/** Returns the `Host` header, or the host of the URL where HTTP has no such header. */
export const hostOf = (request: AskedPart) => request.headers.get('host') ?? new URL(request.url).host;

/** Returns the name in a `Host` header, without port; `undefined` if the header is malformed. */
const nameOf = (host: string) => /^(\[[\da-f:.]+\]|[^:]+)(?::\d*)?$/i.exec(host)?.[1]?.toLowerCase();

/** Whether an `Origin` header has the name and port of a `Host` header. A proxy that ends TLS changes the scheme. */
export function isSameHost(origin: URL, host: string): boolean {
  // With the scheme of the origin, a default port is left out of both.
  return origin.host === parseUrl(`${origin.protocol}//${host}`)?.host;
}

/**
 * Reads the option `origins`.
 *
 * A page of another site is recognised by `Origin` and `Sec-Fetch-Site`. A name that another site has pointed to this server is
 * recognised by `Host`, and an address is no name. A proxy may replace `Host`, and then the origin has to be a loopback name, which
 * no other site can have, or named. `X-Forwarded-Host` is ignored, because any page can send it.
 *
 * @throws {TypeError} if the option is not a list of origins.
 */
export function readOrigins(option: readonly string[]): Origins {
  if (!Array.isArray(option))
    throw new TypeError(
      `createServer: "origins" is ${quote(option)}. Write a list: ["https://dash.example.com"].`,
    );
  const named = new Set(option.map((value, index) => readOrigin(value, `origins[${index}]`)));
  const names = new Set([...LOOPBACK, ...[...named].map((origin) => new URL(origin).hostname)]);
  const includes = (origin: string | null | undefined) =>
    typeof origin === 'string' && named.has(origin.toLowerCase());

  function refuseHost(host: string): string | undefined {
    const name = nameOf(host);
    if (name !== undefined && (names.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0)) return undefined;
    return (
      `The host API is not available under the Host name ${quote(host)}. If it is this server’s own, ` +
      `add it to the option "origins" of createServer, as ${quote(`https://${host}`)}. ` +
      'If a proxy in front of the server has set it, let the proxy pass on the browser’s Host header.'
    );
  }

  function refuseSite(request: Request, host: string): string | undefined {
    const header = request.headers.get('origin');
    const site = request.headers.get('sec-fetch-site');
    // The headers are missing from requests of programs, and the second one from those of old browsers.
    const isOwn = ['same-origin', 'none', null].includes(site);
    if (header === null && isOwn) return undefined;
    const url = header === null ? undefined : parseUrl(header);
    const origin = url?.origin === header?.toLowerCase() ? url : undefined;
    if (origin && isOwn && isSameHost(origin, host)) return undefined;
    // No page can forge this header, so the page is from the proxy that passed the request on.
    if (origin && site === 'same-origin' && LOOPBACK.includes(origin.hostname)) return undefined;
    const refused =
      request.method === 'POST' ? 'Consent is not accepted from' : 'Operators’ data is not sent to';
    const fact = `${refused} another site (Origin ${quote(header)}, Sec-Fetch-Site ${quote(site)}).`;
    if (!origin || origin.origin === 'null') return `${fact} ${REPEAT}`;
    return `${fact} If ${quote(header)} is the origin of the host’s own pages, add it to the option "origins" of createServer. Otherwise: ${REPEAT}`;
  }

  const isNamed = ({ headers }: Request) => includes(headers.get('origin'));
  return {
    areNamed: named.size > 0,
    named: [...named],
    includes,
    refuseRead: (request) => (isNamed(request) ? undefined : refuseHost(hostOf(request))),
    refuseWrite: (request) =>
      isNamed(request) ? undefined : (refuseHost(hostOf(request)) ?? refuseSite(request, hostOf(request))),
  };
}
