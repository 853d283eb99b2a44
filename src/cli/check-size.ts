import { dirname, join } from 'node:path';
import type { Problem } from '../bundling/index.ts';
import { unreadable, type PluginFolder } from '../dev/index.ts';
import { fileTrustStore } from '../server/index.ts';
import { createBundles, createPluginList, createPluginsReader } from '../server/tools.ts';

/** Creates the plugin's entry in the list as hosts do, and reports an entry that hosts reject as too large (CONTRACT M5). */
export async function checkSize({ manifest, folder, file }: PluginFolder): Promise<Problem[]> {
  if (!manifest) return [];
  // Without a grant the store is not read, and the entry has its largest size: it contains the findings of every bundle.
  const bundles = createBundles(fileTrustStore(join(folder, 'trust.jsonl')));
  const list = createPluginList(createPluginsReader(dirname(folder)), bundles);
  try {
    await list.entryOf({ ...manifest, folder, document: {}, facts: {} }, undefined);
    return [];
  } catch (thrown) {
    return [unreadable(file, thrown)];
  }
}
