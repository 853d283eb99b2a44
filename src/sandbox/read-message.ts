import { isRecord, type Code } from '../contract/index.ts';
import type { FrameFailure, FrameRequest, ToPage } from './protocol.ts';

/** The longest text of a failure that reaches the page, in characters. */
const MAX_TEXT = 4000;
const MAX_URL = 8192;
const MAX_HEADERS = 100;

/** The codes of failures that happen inside a frame. */
const CODES: readonly Code[] = [
  'ASYNC_COMPONENT',
  'BARE_IMPORT',
  'BARE_REACT',
  'BUNDLES_REACT',
  'BUNDLE_CHANGED',
  'BUNDLE_MISSING',
  'BUNDLE_REFUSED',
  'BUNDLE_SYNTAX',
  'BUNDLE_THREW',
  'CLASSIC_JSX',
  'DYNAMIC_REQUIRE',
  'HOST_NOT_PUBLISHED',
  'IMPORT_FAILED',
  'MISSING_SHIM_EXPORT',
  'NAME_TAKEN',
  'NOT_JAVASCRIPT',
  'NO_DEFAULT_EXPORT',
  'OLD_JSX_RUNTIME',
  'RENDER_LOOP',
  'SERVER_ERROR',
  'SHIM_FAILED',
  'SUSPENDS_FOREVER',
  'UNCAUGHT_ERROR',
  'UNREACHABLE',
  'UPDATES_ITSELF',
  'WIDGET_CRASHED',
  'WRONG_SHIM',
];
const ALLOWED: ReadonlySet<unknown> = new Set(CODES);

const REDIRECTS: ReadonlySet<unknown> = new Set(['follow', 'error', 'manual']);
const CACHES: ReadonlySet<unknown> = new Set(['default', 'no-store', 'reload', 'no-cache', 'force-cache']);

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const textOf = (value: unknown) => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : '');

const VARIANTS: ReadonlySet<unknown> = new Set(['blocked', 'author', 'again']);

/** Keeps the arguments of a message that are text, numbers or lists of text. The place of the failure is the page's to say. */
function readDetails(details: Record<string, unknown>): Record<string, string | number | string[]> {
  const kept = Object.entries(details).flatMap(([name, value]) => {
    if (/^(pluginId|component|hash|cause|__proto__)$/.test(name)) return [];
    if (name === 'variant') return VARIANTS.has(value) ? [[name, value]] : [];
    if (typeof value === 'string') return [[name, textOf(value)]];
    if (typeof value === 'number') return [[name, value]];
    return Array.isArray(value) ? [[name, value.slice(0, 50).map(textOf)]] : [];
  });
  return Object.fromEntries(kept.slice(0, 20)) as Record<string, string | number | string[]>;
}

function readFailure(value: unknown): FrameFailure | undefined {
  if (!isRecord(value)) return undefined;
  const { code, details, message, stack, at, frame } = value;
  return {
    code: ALLOWED.has(code) ? (code as Code) : 'WIDGET_CRASHED',
    details: isRecord(details) ? readDetails(details) : {},
    message: textOf(message),
    stack: textOf(stack),
    ...(typeof at === 'string' && { at: textOf(at) }),
    ...(typeof frame === 'string' && { frame: textOf(frame) }),
  };
}

const isPair = (pair: unknown): pair is [string, string] =>
  Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');

/** Whether a clone is a buffer, of any realm. */
const isBuffer = (value: unknown): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === '[object ArrayBuffer]';

function readRequest(value: unknown): FrameRequest | undefined {
  if (!isRecord(value)) return undefined;
  const { id, url, method, headers, body, redirect, cache } = value;
  if (!isId(id) || typeof url !== 'string' || url.length > MAX_URL) return undefined;
  if (typeof method !== 'string' || !/^[A-Z-]{1,20}$/i.test(method)) return undefined;
  if (!Array.isArray(headers) || headers.length > MAX_HEADERS || !headers.every(isPair)) return undefined;
  if (body !== undefined && !isBuffer(body)) return undefined;
  return {
    id,
    url,
    method,
    headers: headers as [string, string][],
    body,
    redirect: (REDIRECTS.has(redirect) ? redirect : 'follow') as RequestRedirect,
    cache: CACHES.has(cache) ? (cache as RequestCache) : undefined,
  };
}

/**
 * Reads a message of a frame, whose code may send anything. Structured cloning has made plain data of it: it has no getters, no
 * proxies and no prototype but this realm's own.
 *
 * @returns `undefined` for anything but a message of the protocol.
 */
export function readMessage(data: unknown): ToPage | undefined {
  if (!isRecord(data)) return undefined;
  const { type } = data;
  if (type === 'rendered' || type === 'pong') return { type };
  if (type === 'booted') return typeof data.wire === 'number' ? { type, wire: data.wire } : undefined;
  if (type === 'height') {
    const { height } = data;
    return typeof height === 'number' && height >= 0 && Number.isFinite(height)
      ? { type, height }
      : undefined;
  }
  if (type === 'failed' || type === 'noted') {
    const failure = readFailure(data.failure);
    return failure && { type, failure };
  }
  if (type === 'more' || type === 'abort') return isId(data.id) ? { type, id: data.id } : undefined;
  if (type !== 'request') return undefined;
  const request = readRequest(data.request);
  return request && { type, request };
}
