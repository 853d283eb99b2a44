import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

// Headers that apply to a single connection (RFC 9110, 7.6.1). Node answers Expect itself.
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

/** Removes the hop-by-hop headers, including those that the `Connection` header names. */
function endToEnd(headers: Iterable<[string, string]>, connection = ''): [string, string][] {
  const dropped = new Set([...HOP_BY_HOP, ...connection.toLowerCase().split(/\s*,\s*/)]);
  return [...headers].filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** Converts a list of alternating names and values to pairs. */
const pairs = (raw: readonly string[]) =>
  raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1]!]] : []));

/**
 * Sends a request to another server and returns its answer, both unchanged. It does not follow redirects, and streams bodies
 * without decoding them, so that `Content-Encoding` stays valid.
 *
 * @param target The server's URL. Its path, without a trailing `/api`, is prepended to the request's path.
 * @returns 502 `{detail}` if the server cannot be reached.
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
    // The answer or the end of the connection may come before the body is sent. `answered` handles both.
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
