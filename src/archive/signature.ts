import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto';
import { ArchiveError } from './archive-error.ts';

// The format is that of minisign: a signature that `minisign -S` made is accepted, and `minisign -V` accepts ours.

/** The algorithm's mark in a key, and in a signature of the hash of a file. */
const KEY_MARK = 'Ed';
const HASHED_MARK = 'ED';

/** What precedes the 32 bytes of a public key in its DER form. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const hashOf = (bytes: Uint8Array) => createHash('blake2b512').update(bytes).digest();

/** A publisher's public key. */
interface PublicKey {
  /** As minisign spells it: 56 characters that begin with `RW`. */
  text: string;
  /** The 8 bytes by which a signature names its key. */
  id: Buffer;
  key: KeyObject;
}

/** Parses a public key as minisign spells it: the one line, or the file with a comment above it. */
function parsePublicKey(text: string): PublicKey {
  const line = text.trim().split(/\r?\n/).at(-1)!.trim();
  const bytes = Buffer.from(line, 'base64');
  if (bytes.length !== 42 || bytes.toString('latin1', 0, 2) !== KEY_MARK)
    throw new ArchiveError(`the key “${line.slice(0, 60)}” is not a public key of minisign`, {
      remedy: 'Give the line that begins with RW.',
    });
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, bytes.subarray(10)]),
    format: 'der',
    type: 'spki',
  });
  return { text: bytes.toString('base64'), id: bytes.subarray(2, 10), key };
}

/** Returns the public key of a private one. Its id is made from the key, so that it needs no file of its own. */
function publicKeyOf(privateKey: KeyObject): PublicKey {
  const raw = createPublicKey(privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(PUBLIC_PREFIX.length);
  const id = createHash('sha256').update(raw).digest().subarray(0, 8);
  return parsePublicKey(Buffer.concat([Buffer.from(KEY_MARK), id, raw]).toString('base64'));
}

/** The signature of an archive. */
export interface SignedArchive {
  /** The content of the file `<archive>.minisig`. */
  signature: string;
  /** The public key that publishers give to operators. */
  publicKey: string;
}

/**
 * Signs an archive.
 *
 * @param privateKey An Ed25519 key in PEM, such as `openssl genpkey -algorithm ed25519` writes.
 * @param name The archive's file name, which is signed too.
 * @throws {ArchiveError} for another kind of key.
 */
export function signArchive(bytes: Uint8Array, privateKey: string, name: string): SignedArchive {
  let secret: KeyObject;
  try {
    secret = createPrivateKey(privateKey);
  } catch {
    throw new ArchiveError('the private key is not in PEM');
  }
  if (secret.asymmetricKeyType !== 'ed25519')
    throw new ArchiveError(`the private key is of the kind ${secret.asymmetricKeyType}, not Ed25519`);
  const { id, text } = publicKeyOf(secret);
  const signature = sign(null, hashOf(bytes), secret);
  const comment = `file:${name}\tkey:${text}`;
  const whole = sign(null, Buffer.concat([signature, Buffer.from(comment)]), secret);
  const line = Buffer.concat([Buffer.from(HASHED_MARK), id, signature]).toString('base64');
  return {
    publicKey: text,
    signature: `untrusted comment: signature of ${name}\n${line}\ntrusted comment: ${comment}\n${whole.toString('base64')}\n`,
  };
}

/** Parses the four lines of a signature. */
function parseSignature(text: string) {
  const [first = '', line = '', comment = '', whole = ''] = text.split(/\r?\n/);
  const bytes = Buffer.from(line, 'base64');
  const prefix = 'trusted comment: ';
  if (!first.startsWith('untrusted comment:') || !comment.startsWith(prefix) || bytes.length !== 74)
    throw new ArchiveError('its signature is not one of minisign');
  if (bytes.toString('latin1', 0, 2) !== HASHED_MARK)
    throw new ArchiveError('its signature is of an old kind', {
      remedy: 'Sign it with a current version of minisign.',
    });
  return {
    keyId: bytes.subarray(2, 10),
    signature: bytes.subarray(10),
    comment: comment.slice(prefix.length),
    whole: Buffer.from(whole, 'base64'),
  };
}

/**
 * Checks the signature of an archive.
 *
 * @param text The content of the file `<archive>.minisig`.
 * @param expected The public key that the operator knows. @default the one that the signature names
 * @returns The public key whose owner signed exactly these bytes. Whose key it is, it does not say.
 * @throws {ArchiveError} whose message is the fact alone.
 */
export function verifyArchive(bytes: Uint8Array, text: string, expected?: string): string {
  const { keyId, signature, comment, whole } = parseSignature(text);
  const named = /(?:^|\t)key:(\S+)/.exec(comment)?.[1];
  const stated = expected ?? named;
  if (stated === undefined)
    throw new ArchiveError('its signature does not name its key', {
      remedy: 'Give the publisher’s public key with --key.',
    });
  const key = parsePublicKey(stated);
  if (!timingSafeEqual(keyId, key.id))
    throw new ArchiveError('another key than the expected one signed it', {
      remedy: 'Ask its author whether the key has changed.',
    });
  const isGood =
    verify(null, hashOf(bytes), key.key, signature) &&
    verify(null, Buffer.concat([signature, Buffer.from(comment)]), key.key, whole);
  if (!isGood) throw new ArchiveError('its signature does not belong to these bytes');
  return key.text;
}
