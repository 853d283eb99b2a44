import type { Plugin, TrustHistoryRecord } from '../contract/index.ts';
import { declaredBundles, runningBundles } from './bundles.ts';

type Bundles = TrustHistoryRecord['bundles'];

const isSame = (one: Bundles, other: Bundles | undefined) =>
  other !== undefined && Object.entries(other).every(([file, hash]) => one[file] === hash);

/** Whether earlier code runs in frames after a roll back: as the plugin's code does now, or as the old code did. */
export const rollsBackIntoFrames = ({ trusted, sandboxed }: Plugin, record: TrustHistoryRecord): boolean =>
  sandboxed === true || (!trusted && record.sandboxed === true);

/** The records of earlier code that can run again, each code once, the newest first. Files that are no longer declared do not count. */
export function earlierIn(
  records: readonly TrustHistoryRecord[],
  plugin: Plugin | undefined,
): TrustHistoryRecord[] {
  const running = plugin && (plugin.trusted || plugin.sandboxed) ? runningBundles(plugin) : undefined;
  const seen = new Set<string>();
  return records.filter(({ restorable, act, bundles: all }) => {
    const bundles = plugin ? declaredBundles(plugin, all) : all;
    const key = JSON.stringify(Object.entries(bundles).toSorted());
    if (!restorable || act === 'revoke' || key === '[]' || seen.has(key)) return false;
    seen.add(key);
    return !isSame(bundles, running);
  });
}
