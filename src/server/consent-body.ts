import { BUNDLE_NAME, isRecord } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { isSha256 } from './trust/grant.ts';

/** The largest size of a body, in bytes. */
const MAX_BODY_BYTES = 1_000_000;

/** The number of bytes that are read of a body that is too large: most clients read no answer until they have sent their request. */
const MAX_READ_BYTES = 64_000_000;

/** The hashes that an operator reviewed, by file name. */
export type ReviewedHashes = ReadonlyMap<string, string>;

/** The status and the message with which a body is refused. */
export interface BodyRefusal {
  status: 400 | 413;
  detail: string;
}

const EXAMPLE = 'The body of a consent is {"bundles": {"File.js": "<SHA-256 in lower-case hex>"}}.';
const HASHES_REQUIRED = `This server requires the hashes of the reviewed files. ${EXAMPLE}`;
const PARSER_ADVICE =
  'In the app on the server, mount the handler before body parsers such as express.json(), or pass on the raw body ' +
  'as request.rawBody.';
const malformed = (fact: string) => ({
  refusal: { status: 400, detail: `${fact} ${PARSER_ADVICE} ${EXAMPLE}` } satisfies BodyRefusal,
});

/** Whether the headers announce a body (CONTRACT P3). A length that is not a number counts, a content type alone does not. */
const isAnnounced = ({ headers }: Request) =>
  headers.has('transfer-encoding') || Number(headers.get('content-length')) !== 0;

/** Reads the text of a body. @returns `undefined` if it is too large. */
async function readText(request: Request): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_READ_BYTES) break;
    if (size <= MAX_BODY_BYTES) text += decoder.decode(chunk, { stream: true });
  }
  return size > MAX_BODY_BYTES ? undefined : text + decoder.decode();
}

/**
 * Reads the body of a consent, `{bundles: {"File.js": sha256}}` (CONTRACT P3). Only a request that neither announces nor has a body
 * consents to the files on disk: a body that was lost on its way must not.
 *
 * @param requireHashes Refuses the request without a body.
 * @returns The reviewed hashes, `undefined` without a body.
 */
export async function readConsent(
  request: Request,
  requireHashes = false,
): Promise<{ reviewed: ReviewedHashes | undefined; refusal?: undefined } | { refusal: BodyRefusal }> {
  if (request.bodyUsed || request.body?.locked)
    return malformed(
      'The body was read before: something on the server, such as a body parser, has read it.',
    );
  const text = await readText(request);
  if (text === undefined) return { refusal: { status: 413, detail: `The body is over 1 MB. ${EXAMPLE}` } };
  if (text === '') {
    if (isAnnounced(request))
      return malformed(
        'The body arrived empty, so something on the server, such as a body parser, has read it already.',
      );
    return requireHashes ? { refusal: { status: 400, detail: HASHES_REQUIRED } } : { reviewed: undefined };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed('The body is not JSON.');
  }
  if (!isRecord(body)) return malformed('The body is not a JSON object.');
  const { bundles } = body;
  if (!isRecord(bundles)) return malformed(`"bundles" is ${quote(bundles)}, not an object of hashes.`);
  const reviewed = new Map<string, string>();
  for (const [filename, sha256] of Object.entries(bundles)) {
    // A source map is consented to with its bundle.
    if (!BUNDLE_NAME.test(filename.replace(/\.map$/, '')))
      return malformed(`${quote(filename)} cannot be a bundle’s file name.`);
    if (!isSha256(sha256)) return malformed(`The hash of ${filename} is ${quote(sha256)}, not a SHA-256.`);
    reviewed.set(filename, sha256);
  }
  return { reviewed };
}
