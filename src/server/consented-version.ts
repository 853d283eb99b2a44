import type { ReviewedHashes } from './consent-body.ts';
import { isRefusal } from './trust/act.ts';
import { isMap } from './trust/against.ts';
import type { TrustStore } from './trust/store.ts';

/** The records that are read at once. */
const PAGE = 500;

/**
 * Finds the version that a plugin had with bytes of an earlier consent, which are no longer on the disk.
 *
 * @param history Reads the record; without it the version is not known.
 */
export async function consentedVersion(
  history: TrustStore['history'],
  pluginId: string,
  hashes: ReviewedHashes,
): Promise<{ version?: string }> {
  const wanted = [...hashes].filter(([filename]) => !isMap(filename));
  for (let before: string | null | undefined; before !== null;) {
    const page = await history?.({ pluginId, limit: PAGE, ...(before !== undefined && { before }) });
    const found = page?.records.find(
      ({ act, bundles }) =>
        !isRefusal(act) && wanted.every(([filename, sha256]) => bundles[filename] === sha256),
    );
    if (found) return found.version === undefined ? {} : { version: found.version };
    before = page?.next ?? null;
  }
  return {};
}
