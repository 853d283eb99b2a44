import { dirname, join } from 'node:path';
import type { Problem } from '../build/problems.ts';
import { createBundles } from '../server/bundles.ts';
import { createPluginList } from '../server/list.ts';
import { createPluginsReader } from '../server/plugins-folder.ts';
import { fileTrustStore } from '../server/store.ts';
import { unreadable, type PluginFolder } from './plugin.ts';

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
