import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' };

/** What a URL that names its bytes may be cached with: they never change (CONTRACT P4). */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** A JSON answer, which no cache keeps: trust may change at any moment. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { ...NOSNIFF, 'Cache-Control': 'no-store', ...headers } });

/** A failure as the contract tells it, `{detail}` (CONTRACT P7). */
export const refuse = (status: number, detail: string, headers?: Record<string, string>): Response =>
  json({ detail }, status, headers);

/** JavaScript with a validator, readable from any origin: 200, or 304 where the caller has these bytes (CONTRACT S1, P4). */
export function javascript(request: Request, bytes: Uint8Array, cacheControl: string): Response {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  const headers = {
    ...NOSNIFF,
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': cacheControl,
    ETag: etag,
  };
  const known = request.headers.get('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))))
    return new Response(null, { status: 304, headers });
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' },
  });
}

// Not spelled as one expression: bundlers take that for an asset of their own and move it.
const here = import.meta.url;

/** The bytes of a shim as the package ships it. */
export const readShim = (shim: string): Promise<Uint8Array> => readFile(new URL(`../../shims/${shim}`, here));
