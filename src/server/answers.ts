const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' };

/** What a URL that names its bytes may be cached with: they never change (CONTRACT P4). */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** A JSON answer, which no cache keeps: trust may change at any moment. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { ...NOSNIFF, 'Cache-Control': 'no-store', ...headers } });

/** The same of a body that is JSON already. */
export const jsonText = (body: string): Response =>
  new Response(body, {
    headers: { ...NOSNIFF, 'Cache-Control': 'no-store', 'Content-Type': 'application/json' },
  });

/** A failure as the contract tells it, `{detail}` (CONTRACT P7). */
export const refuse = (status: number, detail: string, headers?: Record<string, string>): Response =>
  json({ detail }, status, headers);

/**
 * JavaScript with a validator, readable from any origin: 200, or 304 where the caller has these bytes (CONTRACT S1, P4).
 *
 * @param sha256 The bytes' own, lower-case hex.
 */
export function javascript(
  request: Request,
  bytes: Uint8Array,
  sha256: string,
  cacheControl: string,
): Response {
  const etag = `"${Buffer.from(sha256, 'hex').toString('base64url')}"`;
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
