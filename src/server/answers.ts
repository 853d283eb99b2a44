import type { RefusedPlugin } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import type { TrustStoreError } from './trust/store-error.ts';

/** Stops browsers from guessing another type than the answer's. */
export const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' };

/** The `Cache-Control` of a URL that contains the hash of its bytes, which never change (CONTRACT P4). */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Makes a JSON answer that is never cached, since trust may change at any moment. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { ...NOSNIFF, 'Cache-Control': 'no-store', ...headers } });

/** Whether a client has the answer with an ETag already; `W/` does not count (RFC 9110, 13.1.2). */
export function hasTag(request: Request, etag: string): boolean {
  const strong = (tag: string) => tag.trim().replace(/^W\//, '');
  const tags = request.headers.get('if-none-match')?.split(',') ?? [];
  return tags.some((tag) => ['*', strong(etag)].includes(strong(tag)));
}

/** Makes an error answer, `{detail}` (CONTRACT P7). */
export const refuse = (status: number, detail: string, headers?: Record<string, string>): Response =>
  json({ detail }, status, headers);

/** What helps against an address that was right before, or is made by hand. */
export const LIST_AGAIN = 'Load the list of plugins again.';

/** Makes the answer about a plugin that is refused or not installed. */
export function notInstalled(id: string, refused: readonly RefusedPlugin[]): Response {
  const found = refused.find((plugin) => plugin.id === id);
  return refuse(
    404,
    found ? `Plugin refused. ${found.detail}` : `No plugin ${quote(id)} is installed. ${LIST_AGAIN}`,
  );
}

/** Makes the answer of a trust store that failed. Only operators change trust, so only they read the paths of the server. */
export const refuseStore = (request: Request, { message }: TrustStoreError): Response =>
  refuse(
    503,
    request.method === 'POST'
      ? message
      : 'The trust store cannot be read, so no widgets run. Read the reason in the server’s log.',
  );

/**
 * Makes a JavaScript answer with an ETag: 200, or 304 if the caller has these bytes (CONTRACT S1, P4).
 *
 * @param sha256 The SHA-256 of the bytes, lower-case hex.
 */
export const javascript = (
  request: Request,
  bytes: Uint8Array,
  sha256: string,
  cacheControl: string,
  more: Record<string, string> = {},
): Response =>
  tagged(request, bytes, sha256, {
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': cacheControl,
    ...more,
  });

/** Makes a JSON answer with an ETag from bytes, which browsers ask for again each time: 200, or 304 if the caller has these bytes. */
export const jsonBytes = (request: Request, bytes: Uint8Array, sha256: string): Response =>
  tagged(request, bytes, sha256, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });

/** Makes an answer with a bundle's bytes as text, which no browser runs: 200, or 304 if the caller has these bytes. */
export const text = (request: Request, bytes: Uint8Array, sha256: string): Response =>
  tagged(request, bytes, sha256, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'private, no-cache',
  });

function tagged(request: Request, bytes: Uint8Array, sha256: string, more: Record<string, string>): Response {
  const etag = `"${Buffer.from(sha256, 'hex').toString('base64url')}"`;
  const headers = { ...NOSNIFF, ...more, ETag: etag };
  if (!hasTag(request, etag)) return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
  const { 'Content-Type': _, ...others } = headers as Record<string, string>;
  return new Response(null, { status: 304, headers: others });
}
