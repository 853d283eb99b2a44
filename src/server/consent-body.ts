import { BUNDLE_NAME, isRecord } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { hashesOf, isSha256 } from './trust/grant.ts';

/** A body is read up to this many bytes. */
const LARGEST_BODY = 1_000_000;

/** What an operator saw, hashes by file name. */
export type Seen = ReadonlyMap<string, string>;

/** Why a body is refused. */
export interface BodyRefusal {
  status: 400 | 413;
  detail: string;
}

const EXAMPLE = 'Send {"bundles": {"File.js": "<SHA-256 in lower-case hex>"}}, or no body at all.';
const EATEN =
  'If the caller did, the server changed the body before the handler could read it: ' +
  'mount the handler before body parsers such as express.json(), or hand on the raw body.';
const malformed = (fact: string) => ({
  refusal: { status: 400, detail: `${fact} ${EXAMPLE} ${EATEN}` } satisfies BodyRefusal,
});

/** Whether the headers announce a body (CONTRACT P3). A length that is not a number counts, a content type alone does not. */
const isAnnounced = ({ headers }: Request) =>
  headers.has('transfer-encoding') || Number(headers.get('content-length')) !== 0;

async function textOf(request: Request): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Reads the body of a consent, `{bundles: {"File.js": sha256}}` (CONTRACT P3). Only a call that announces no body and has none
 * says nothing of what the operator saw: a body that was lost on its way is no consent to what is on disk.
 */
export async function readConsent(
  request: Request,
): Promise<{ seen: Seen | undefined; refusal?: undefined } | { refusal: BodyRefusal }> {
  if (request.bodyUsed || request.body?.locked) return malformed('The body has been read already.');
  const text = await textOf(request);
  if (text === undefined) return { refusal: { status: 413, detail: `The body is over 1 MB. ${EXAMPLE}` } };
  if (text === '')
    return isAnnounced(request)
      ? malformed('The body that the request announces is empty.')
      : { seen: undefined };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed('The body is not JSON.');
  }
  if (!isRecord(body)) return malformed('The body is not a JSON object.');
  const { bundles } = body;
  if (!isRecord(bundles)) return malformed(`"bundles" is ${quote(bundles)}, not an object of hashes.`);
  const seen = new Map<string, string>();
  for (const [filename, sha256] of Object.entries(bundles)) {
    if (!BUNDLE_NAME.test(filename)) return malformed(`${quote(filename)} cannot be a bundle’s file name.`);
    if (!isSha256(sha256)) return malformed(`The hash of ${filename} is ${quote(sha256)}, not a SHA-256.`);
    seen.set(filename, sha256);
  }
  return { seen };
}

/** What differs between what an operator saw and what is on disk, one phrase for each file; empty where nothing does. */
export function differencesOf(seen: Seen, onDisk: ReadonlyMap<string, Uint8Array>): string[] {
  const hashes = new Map(Object.entries(hashesOf(onDisk)));
  const names = [...new Set([...seen.keys(), ...hashes.keys()])].toSorted();
  return names.flatMap((name) => {
    if (seen.get(name) === hashes.get(name)) return [];
    if (!hashes.has(name)) return [`${name} is not there`];
    return [seen.has(name) ? `${name} has other bytes` : `${name} was not shown`];
  });
}
