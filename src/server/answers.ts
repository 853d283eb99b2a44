const NOSNIFF = { 'X-Content-Type-Options': 'nosniff' };

/** The `Cache-Control` of a URL that contains the hash of its bytes, which never change (CONTRACT P4). */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Makes a JSON answer that is never cached, since trust may change at any moment. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { ...NOSNIFF, 'Cache-Control': 'no-store', ...headers } });

/** Makes the same answer from a JSON string. */
export const jsonString = (body: string): Response =>
  new Response(body, {
    headers: { ...NOSNIFF, 'Cache-Control': 'no-store', 'Content-Type': 'application/json' },
  });

/** Makes an error answer, `{detail}` (CONTRACT P7). */
export const refuse = (status: number, detail: string, headers?: Record<string, string>): Response =>
  json({ detail }, status, headers);

/**
 * Makes a JavaScript answer with an ETag: 200, or 304 if the caller has these bytes (CONTRACT S1, P4).
 *
 * @param sha256 The SHA-256 of the bytes, lower-case hex.
 */
export function javascript(
  request: Request,
  bytes: Uint8Array,
  sha256: string,
  cacheControl: string,
  more: Record<string, string> = {},
): Response {
  const etag = `"${Buffer.from(sha256, 'hex').toString('base64url')}"`;
  const headers = { ...NOSNIFF, ...more, 'Cache-Control': cacheControl, ETag: etag };
  const tags = request.headers.get('if-none-match')?.split(',') ?? [];
  if (tags.some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))))
    return new Response(null, { status: 304, headers });
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' },
  });
}
