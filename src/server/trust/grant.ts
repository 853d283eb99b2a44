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
function recordOf<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  // A literal takes less memory than an object of Object.create, and a store may have a hundred thousand.
  const record: Record<string, Value> = { __proto__: null } as never;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

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

/** The grant of one plugin while records are applied to it. Each record costs its own size, however many came before. */
export interface GrantState extends Omit<Grant, 'earlier'> {
  /**
   * The hashes of earlier consents by file, in their order, with repetitions; they may have the hash that runs. Lists only grow, so
   * that grants share them. Absent until there are earlier bytes; most plugins have none.
   */
  earlier?: Map<string, string[]> | undefined;
}

/** Makes the state of a grant that further records change. */
const stateOf = ({ earlier, ...consent }: Grant): GrantState => ({
  ...consent,
  earlier: earlier && new Map(Object.entries(earlier).map(([file, list]) => [file, [...list]])),
});

/** Returns the state after a consent, which uses up the state before. Earlier bytes stay covered, since open pages may request them. */
export function stateAfter(
  last: GrantState | undefined,
  { who, when, bundles, verdict }: Omit<Grant, 'earlier'>,
): GrantState {
  // Bytes that were only sandboxed must never be trusted through a later consent to other bytes.
  const before = last?.verdict === verdict ? last : undefined;
  let earlier = before?.earlier;
  for (const [file, sha256] of Object.entries(before?.bundles ?? {})) {
    if (bundles?.[file] === sha256) continue;
    earlier ??= new Map<string, string[]>();
    const list = earlier.get(file);
    if (!list) earlier.set(file, [sha256]);
    // No two neighbours are the same, so a list of two has a hash that does not run.
    else if (list.at(-1) !== sha256) list.push(sha256);
  }
  return { who, when, ...(verdict && { verdict }), ...(bundles && { bundles }), earlier };
}

/** Returns the first hashes of a list, each once, where it is last; without the hash that runs. */
function distinct(list: readonly string[], length: number, running: string | undefined): string[] {
  const found = new Set(list.slice(0, length).toReversed());
  if (running !== undefined) found.delete(running);
  return [...found].toReversed();
}

/** Returns the grant of a state, which does not change with the state. Its earlier hashes are listed when they are first read. */
export function grantOfState({ earlier, ...consent }: GrantState): Grant {
  const { bundles } = consent;
  const lists = [...(earlier ?? [])].flatMap(([file, list]) =>
    list.length > 1 || list[0] !== bundles?.[file] ? [{ file, list, length: list.length }] : [],
  );
  if (lists.length === 0) return consent;
  let listed: Grant['earlier'];
  return {
    ...consent,
    get earlier() {
      listed ??= recordOf(
        lists.map(({ file, list, length }) => [file, distinct(list, length, bundles?.[file])] as const),
      );
      return listed;
    },
  };
}

/** Makes the grant of a consent that follows another grant. It still covers the earlier bytes, since open pages may request them. */
export const grantAfter = (before: Grant | undefined, consent: Omit<Grant, 'earlier'>): Grant =>
  grantOfState(stateAfter(before && stateOf(before), consent));
