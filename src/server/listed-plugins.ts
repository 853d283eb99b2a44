import pLimit from 'p-limit';
import type { FrontendBlock, ListAnswer, PluginEntry, RefusedPlugin } from '../contract/index.ts';
import type { Bundles } from './bundles.ts';
import { consentedBlock } from './decisions.ts';
import type { DescribedPlugin, MakeEntry } from './plugin-entry.ts';
import { PLUGIN_CONCURRENCY, refusedPluginOf, type DeclaredPlugin } from './plugins-folder.ts';
import type { Grant } from './trust/store.ts';

/** The entry of a plugin, its refusal, or both. */
export interface ListedPlugin {
  entry?: PluginEntry | undefined;
  refused?: RefusedPlugin;
}

export const answerOf = (listed: readonly ListedPlugin[]): ListAnswer => ({
  plugins: listed.flatMap(({ entry }) => entry ?? []),
  refused: listed.flatMap(({ refused }) => refused ?? []),
});

/** A plugin that is to be listed. */
export interface AskedPlugin {
  plugin: DeclaredPlugin;
  grant: Grant | undefined;
  readBlock(): Promise<FrontendBlock> | FrontendBlock;
  /** Reads the names of its dashboards; absent if its entry does not have them. */
  readDashboards?(): Promise<PluginEntry['dashboards']>;
}

/** A value, or why there is none. */
type Attempt<Value> = { value: Value; thrown?: undefined } | { value?: undefined; thrown: unknown };

const attempt = <Value>(promise: Promise<Value>): Promise<Attempt<Value>> =>
  promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );

/** Reads what the entry of a plugin is made of. */
export async function describe(asked: AskedPlugin): Promise<DescribedPlugin> {
  const { plugin, grant } = asked;
  const frontend = await asked.readBlock();
  const dashboards = await asked.readDashboards?.();
  return { plugin, grant, frontend, ...(dashboards && { dashboards }) };
}

/**
 * Makes the function that makes the entries of plugins. One that is too large is a refusal; if an update made it so, the consented
 * bytes still run (CONTRACT T4, M5).
 */
export function createLister(
  bundles: Bundles,
  makeEntry: MakeEntry,
): (asked: readonly AskedPlugin[]) => Promise<ListedPlugin[]> {
  /** Reads the entry of a trusted or sandboxed plugin with only the consented bytes, whatever is on disk. */
  async function readConsentedEntry(asked: AskedPlugin): Promise<PluginEntry | undefined> {
    const block = consentedBlock(asked.plugin, asked.grant);
    return block && makeEntry(await describe({ ...asked, readBlock: () => block }));
  }

  return async (asked) => {
    const limit = pLimit(PLUGIN_CONCURRENCY);
    const described = await limit.map(asked, (one) => attempt(describe(one)));
    // One read of the record for all.
    const facts = await bundles.factsOf(described.flatMap(({ value }) => value ?? []));
    return limit.map(asked, async (one, index): Promise<ListedPlugin> => {
      const { plugin } = one;
      const { value, thrown: early } = described[index]!;
      const made = value ? await attempt(makeEntry(value, facts.get(plugin.id))) : { thrown: early };
      if (made.value) return { entry: made.value };
      const refused = refusedPluginOf(plugin, made.thrown);
      return { refused, entry: await readConsentedEntry(one).catch(() => undefined) };
    });
  };
}
