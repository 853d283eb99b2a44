import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

// Headers of one connection, which the next one has its own of (RFC 9110, 7.6.1). Expect is answered on arrival.
const HOP_BY_HOP = [
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Headers without those of one connection; the `Connection` header may name more of them. */
function endToEnd(headers: Iterable<[string, string]>, connection = ''): [string, string][] {
  const dropped = new Set([...HOP_BY_HOP, ...connection.toLowerCase().split(/\s*,\s*/)]);
  return [...headers].filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** Pairs of a list that has names and values by turns. */
const pairs = (raw: readonly string[]) =>
  raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1]!]] : []));

/**
 * Sends a request to another server and returns its answer, both as they are: redirects are not followed, and bodies stream through
 * without being decoded, so that `Content-Encoding` stays true.
 *
 * @param target The server; a path in it goes before the request's, but for a last `/api`.
 * @returns 502 `{detail}` where the server cannot be reached.
 */
export async function forward(target: URL, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const prefix = target.pathname.replace(/(\/api)?\/*$/, '');
  const headers = endToEnd(request.headers, request.headers.get('connection') ?? '');
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = send(new URL(prefix + pathname + search, target), {
    method: request.method,
    headers: Object.fromEntries(headers),
    signal: request.signal,
  });
  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).on('error', reject);
    });
    // An answer may come, or the connection end, before the body is through: `answered` sees both.
    if (request.body) pipeline(Readable.fromWeb(request.body as NodeStream), outgoing).catch(() => {});
    else outgoing.end();
    const incoming = await answered;
    const { statusCode = 502, rawHeaders } = incoming;
    const isEmpty = [204, 205, 304].includes(statusCode) || request.method === 'HEAD';
    if (isEmpty) incoming.resume();
    return new Response(isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream), {
      status: statusCode,
      headers: endToEnd(pairs(rawHeaders), incoming.headers.connection),
    });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const detail = `${target.origin} cannot be reached (${code ?? message}). Is it running? See --api.`;
    return Response.json({ detail }, { status: 502 });
  }
}
