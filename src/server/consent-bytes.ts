import { mapOf, type DiskBundles } from './bundle-file.ts';
import type { ReviewedHashes } from './consent-body.ts';
import { isMap } from './trust/against.ts';
import { hashesOf } from './trust/grant.ts';

/** The bytes that an operator consents to, by file name, or the reason why there is no consent. */
export type ConsentBytes =
  { bytes: ReadonlyMap<string, Uint8Array>; isRestored: boolean; detail?: undefined } | { detail: string };

/** Finds bytes of an earlier consent; `undefined` if there was none, an empty object if the server no longer has them. */
export type FindConsented = (
  filename: string,
  sha256: string,
) => Promise<{ bytes?: Uint8Array | undefined } | undefined>;

/**
 * Finds the bytes for the hashes of a consent: on the disk, or among those of earlier consents (CONTRACT P3, T6). A consent covers all
 * bundles on the disk, so that none is left undecided by mistake. Only one that is a whole earlier version may leave some out.
 *
 * @param reviewed The hashes that the operator saw; without them, the consent is to the files on the disk.
 */
export async function findConsentBytes(
  { bundles, maps, problems }: DiskBundles,
  reviewed: ReviewedHashes | undefined,
  findConsented: FindConsented,
): Promise<ConsentBytes> {
  const disk = new Map([...bundles, ...maps]);
  if (!reviewed)
    return problems.length > 0 ? { detail: problems.join(' ') } : { bytes: disk, isRestored: false };
  const hashes = hashesOf(disk);
  const bytes = new Map<string, Uint8Array>();
  const differences: [filename: string, phrase: string][] = [];
  let isRestored = false;
  for (const [filename, sha256] of reviewed) {
    const isOnDisk = hashes[filename] === sha256;
    const earlier = isOnDisk ? undefined : await findConsented(filename, sha256);
    const found = isOnDisk ? disk.get(filename) : earlier?.bytes;
    if (found) bytes.set(filename, found);
    else if (earlier) differences.push([filename, `the server no longer has these bytes of ${filename}`]);
    else differences.push([filename, `${filename} ${disk.has(filename) ? 'has other bytes' : 'is missing'}`]);
    isRestored ||= found !== undefined && !isOnDisk && !isMap(filename);
  }
  const unseen = [...bundles.keys()].filter((filename) => !reviewed.has(filename));
  const isWhole = async () => {
    for (const [filename, sha256] of reviewed) if (!(await findConsented(filename, sha256))) return false;
    return reviewed.size > 0;
  };
  const isIncomplete = unseen.length > 0 || problems.length > 0;
  if (isIncomplete && (differences.length > 0 || !(await isWhole()))) {
    if (problems.length > 0) return { detail: problems.join(' ') };
    differences.push(...unseen.map((filename): [string, string] => [filename, `${filename} was not shown`]));
  }
  if (differences.length === 0) return { bytes, isRestored };
  const phrases = differences.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, phrase]) => phrase);
  return {
    detail: `The files have changed since you saw them: ${phrases.join(', ')}. Review the plugin again, then decide.`,
  };
}

/**
 * Adds the source maps that were consented to with the same bundles. The list names no map of a bundle about which no decision is
 * pending, so a consent to its bytes, with another verdict for instance, must not lose it.
 *
 * @param findMap Returns the bytes of the map that was consented to with a bundle that runs.
 */
export async function withMaps(
  bytes: ReadonlyMap<string, Uint8Array>,
  findMap: (filename: string, sha256: string) => Promise<Uint8Array | undefined>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const all = new Map(bytes);
  for (const [filename, sha256] of Object.entries(hashesOf(bytes))) {
    if (isMap(filename) || all.has(mapOf(filename))) continue;
    // A store that cannot be read will say so itself.
    const map = await findMap(filename, sha256).catch(() => undefined);
    if (map) all.set(mapOf(filename), map);
  }
  return all;
}
