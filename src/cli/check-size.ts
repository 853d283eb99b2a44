import { dirname, join } from 'node:path';
import type { Problem } from '../bundling/index.ts';
import { unreadable, type PluginFolder } from '../dev/index.ts';
import { fileTrustStore } from '../server/index.ts';
import { createBundles, createPluginList, createPluginsReader } from '../server/tools.ts';

/** Makes the plugin's entry as a host does, and says where a host refuses it as too large (CONTRACT M5). */
export async function checkSize({ manifest, folder, file }: PluginFolder): Promise<Problem[]> {
  if (!manifest) return [];
  // Without a grant the store is not asked, and the entry is the largest: it has the findings of every bundle.
  const bundles = createBundles(fileTrustStore(join(folder, 'trust.jsonl')));
  const list = createPluginList(createPluginsReader(dirname(folder)), bundles);
  try {
    await list.entryOf({ ...manifest, folder, document: {} }, undefined);
    return [];
  } catch (thrown) {
    return [unreadable(file, thrown)];
  }
}
