import { createHash } from 'node:crypto';
import { isMatch, isRecord, SHA256 } from '../../contract/index.ts';
import type { Grant } from './store.ts';

/** Whether a value is a SHA-256 of 64 lower-case hex digits. */
export const isSha256 = (value: unknown): value is string => isMatch(SHA256, value);

/** Returns the SHA-256 of bytes, in lower-case hex. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Returns the bytes if they match the hash. */
export const verified = (bytes: Uint8Array, sha256: string): Uint8Array | undefined =>
  sha256Of(bytes) === sha256 ? bytes : undefined;

/** Makes a record without a prototype, so that no file name finds a member of `Object.prototype`. */
const recordOf = <Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> =>
  Object.assign(Object.create(null), Object.fromEntries(entries));

/** Returns the hashes of bytes, by file name. */
export const hashesOf = (bundles: ReadonlyMap<string, Uint8Array>): Readonly<Record<string, string>> =>
  recordOf([...bundles].map(([file, bytes]) => [file, sha256Of(bytes)]));

/** Reads `{file: sha256}`; `undefined` for anything else. */
export function parseHashes(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => isSha256(entry[1]))
    ? recordOf(entries)
    : undefined;
}

/** Reads `{file: [sha256, …]}`; `undefined` for anything else. */
export function parseEarlier(value: unknown): Readonly<Record<string, readonly string[]>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  const isList = (list: unknown): list is string[] => Array.isArray(list) && list.every(isSha256);
  return entries.every((entry): entry is [string, string[]] => isList(entry[1]))
    ? recordOf(entries)
    : undefined;
}

/** Makes the grant of a consent that follows another grant. It still covers the earlier bytes, since open pages may request them. */
export function grantAfter(before: Grant | undefined, { who, when, bundles }: Omit<Grant, 'earlier'>): Grant {
  const earlier = new Map(Object.entries(before?.earlier ?? {}).map(([file, list]) => [file, new Set(list)]));
  for (const [file, sha256] of Object.entries(before?.bundles ?? {}))
    earlier.set(file, new Set([...(earlier.get(file) ?? []), sha256]));
  for (const [file, sha256] of Object.entries(bundles ?? {})) earlier.get(file)?.delete(sha256);
  const lists = [...earlier]
    .filter(([, set]) => set.size > 0)
    .map(([file, set]) => [file, [...set]] as const);
  return { who, when, ...(bundles && { bundles }), ...(lists.length > 0 && { earlier: recordOf(lists) }) };
}
