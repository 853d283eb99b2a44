import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { hasTag, NOSNIFF } from './answers.ts';
import { sha256Of } from './trust/grant.ts';

/** The total size of the answers that are kept with their compressed form, in bytes. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

/** The size from which an answer is compressed, in bytes. */
const MIN_COMPRESSED = 1024;

/** An answer's JSON, which is compressed when the first client accepts that. */
interface Serialised {
  json: Uint8Array<ArrayBuffer>;
  etag: string;
  compressed?: Promise<Uint8Array<ArrayBuffer>>;
}

const compress = promisify(gzip);

/**
 * Whether an answer may be compressed for a client (RFC 9110, 12.5.3). Next removes `Content-Encoding` from the answers of route
 * handlers, and compresses them itself.
 */
const acceptsGzip = (request: Request): boolean =>
  process.env.NEXT_RUNTIME === undefined &&
  (request.headers.get('accept-encoding') ?? '').split(',').some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });

/**
 * Answers with JSON.
 *
 * @param answer The answer; requests that share it share its JSON.
 * @param stringify Makes the JSON of the answer.
 * @param type The content type.
 */
export type AnswerJson = (
  request: Request,
  answer: object,
  stringify?: () => string,
  type?: string,
) => Promise<Response>;

/**
 * Makes a function that answers with JSON and a validator: 200, or 304 if the client has the same answer (CONTRACT P1, P2, P5). An
 * answer that several requests share is serialised and compressed once, and so is one that is the same as an earlier one. Browsers
 * ask again before each use, since trust may change at any moment, and the validator is the hash of the answer. So no session gets the
 * stored answer of another one: it gets a 304 only if its own answer has the same bytes.
 */
export function createJsonAnswers(): AnswerJson {
  const shared = new WeakMap<object, Serialised>();
  const kept = new LRUCache<string, Serialised>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: ({ json }) => json.length,
  });

  function serialise(text: string): Serialised {
    const json = new TextEncoder().encode(text);
    // A weak one, because the compressed form has the same.
    const etag = `W/"${Buffer.from(sha256Of(json), 'hex').toString('base64url')}"`;
    const equal = kept.get(etag);
    if (equal) return equal;
    const made = { json, etag };
    kept.set(etag, made);
    return made;
  }

  return async (request, answer, stringify = () => JSON.stringify(answer), type = 'application/json') => {
    const serialised = shared.get(answer) ?? serialise(stringify());
    shared.set(answer, serialised);
    const { json, etag } = serialised;
    const headers = {
      ...NOSNIFF,
      'Cache-Control': 'private, no-cache',
      ETag: etag,
      Vary: 'Accept-Encoding',
    };
    if (hasTag(request, etag)) return new Response(null, { status: 304, headers });
    const typed = { ...headers, 'Content-Type': type };
    if (json.length < MIN_COMPRESSED || !acceptsGzip(request)) return new Response(json, { headers: typed });
    serialised.compressed ??= compress(json).then((bytes) => new Uint8Array(bytes));
    return new Response(await serialised.compressed, {
      headers: { ...typed, 'Content-Encoding': 'gzip' },
    });
  };
}
