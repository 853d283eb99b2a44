import { isRecord, type Code } from '../contract/index.ts';
import { isPower } from './powers.ts';
import { readRefused } from './refused.ts';
import { MAX_TEXT, type FrameFailure, type FrameRequest, type ToPage } from './protocol.ts';
import { isBuffer } from './size-of.ts';

const MAX_URL = 8192;
const MAX_HEADERS = 100;

/** The codes of failures that happen inside a frame. */
export const CODES: readonly Code[] = [
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
/** The codes of failures of a widget that goes on. */
const NOTED: ReadonlySet<unknown> = new Set<Code>(['UNCAUGHT_ERROR', 'UPDATES_ITSELF']);

const REDIRECTS: ReadonlySet<unknown> = new Set(['follow', 'error', 'manual']);
const CACHES: ReadonlySet<unknown> = new Set(['default', 'no-store', 'reload', 'no-cache', 'force-cache']);

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
/** The characters that change the direction of the text after them, which may be the page's own. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;
const textOf = (value: unknown) =>
  typeof value === 'string' ? value.slice(0, MAX_TEXT).replace(DIRECTIONS, '') : '';

const VARIANTS: ReadonlySet<unknown> = new Set(['blocked', 'author', 'again']);

/** The arguments of these codes' messages, without the place of the failure, which is the page's to say. */
export const ARGUMENTS =
  'count definer host line message missing name react runtime since specifier starter status type url'.split(
    ' ',
  );

/** Keeps the arguments of a message that are text, numbers or lists of text. */
function readDetails(details: Record<string, unknown>): Record<string, string | number | string[]> {
  const kept: Record<string, string | number | string[]> = {};
  for (const name of ARGUMENTS) {
    const value = Object.hasOwn(details, name) ? details[name] : undefined;
    if (typeof value === 'string') kept[name] = textOf(value);
    else if (typeof value === 'number') kept[name] = value;
    else if (Array.isArray(value)) kept[name] = value.slice(0, 50).map(textOf);
  }
  if (VARIANTS.has(details.variant)) kept.variant = details.variant as string;
  return kept;
}

function readFailure(value: unknown): FrameFailure | undefined {
  if (!isRecord(value)) return undefined;
  const { code, details, message, stack, at, frame, refused } = value;
  return {
    code: ALLOWED.has(code) ? (code as Code) : 'WIDGET_CRASHED',
    details: isRecord(details) ? readDetails(details) : {},
    message: textOf(message),
    stack: textOf(stack),
    ...(typeof at === 'string' && { at: textOf(at) }),
    ...(typeof frame === 'string' && { frame: textOf(frame) }),
    ...(isPower(refused) && { refused }),
  };
}

const isPair = (pair: unknown): pair is [string, string] =>
  Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');

function readRequest(value: unknown): FrameRequest | undefined {
  if (!isRecord(value)) return undefined;
  const { id, url, method, headers, body, refusedBytes, redirect, cache } = value;
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
    ...(isId(refusedBytes) && { refusedBytes }),
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
  if (type === 'pong') return { type };
  if (type === 'booted') return typeof data.wire === 'number' ? { type, wire: data.wire } : undefined;
  if (type === 'rendered' || type === 'height') {
    const { height } = data;
    return typeof height === 'number' && height >= 0 && Number.isFinite(height)
      ? { type, height }
      : undefined;
  }
  if (type === 'failed' || type === 'noted') {
    const failure = readFailure(data.failure);
    return failure && (type === 'failed' || NOTED.has(failure.code)) ? { type, failure } : undefined;
  }
  if (type === 'refused')
    return isRecord(data.requests) ? { type, requests: readRefused(data.requests) } : undefined;
  if (type === 'more' || type === 'abort') return isId(data.id) ? { type, id: data.id } : undefined;
  if (type !== 'request') return undefined;
  const request = readRequest(data.request);
  return request && { type, request };
}
