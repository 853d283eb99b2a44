import type { ListAnswer, PluginEntry, RefusedPlugin } from '../contract/index.ts';
import type { Bundles } from './bundles.ts';
import { createPartReader, type Part } from './dashboard-part.ts';
import { answerOf, createLister, describe } from './listed-plugins.ts';
import { createEntries, withManifest, withRevision, type EntryOptions } from './plugin-entry.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import { createScanAllowance } from './scans.ts';
import { createSharing, share } from './share.ts';
import type { Grant } from './trust/store.ts';

/** An installed plugin's manifest with its entry, or all refused plugins. */
interface FoundEntry {
  details?: PluginEntry;
  refused: readonly RefusedPlugin[];
}

/**
 * Makes the host API's answers about plugins. Simultaneous calls share an answer, which reflects every change before the calls; it
 * must not be changed.
 */
export interface PluginListReader {
  /** Reads the whole list. */
  readAll(): Promise<ListAnswer>;
  /** Reads a dashboard's part of the list, with its document as JSON; `undefined` if the document is not a dashboard. */
  readPart(pluginId: string, name: string): Promise<Part | undefined>;
  /**
   * Reads an installed plugin: its manifest with its entry, or all refused plugins if there is none of that id.
   *
   * @param withFindings Whether it says what was found in the plugin's code, however long that takes and whatever was decided.
   * @throws {WidgetError} `PLUGIN_TOO_LARGE` if the entry is too large.
   */
  readOne(id: string, withFindings?: boolean): Promise<FoundEntry>;
  /** Reads a plugin's entry with what was found in code that waits for a decision. @throws {WidgetError} `PLUGIN_TOO_LARGE` if the entry is too large. */
  entryOf(plugin: DeclaredPlugin, grant: Grant | undefined): Promise<PluginEntry>;
}

/**
 * Makes the reader of the plugin list.
 *
 * @param installedFrom Returns the place from which a plugin was installed.
 * @param ignoreEngines The ids of the plugins that run whatever they need.
 */
export function createPluginList(
  folder: PluginsReader,
  bundles: Bundles,
  entryOptions?: EntryOptions,
): PluginListReader {
  const makeEntry = createEntries(entryOptions);
  const listAll = createLister(bundles, makeEntry);

  const dashboardsOf = async (plugin: DeclaredPlugin) =>
    (await folder.dashboards.list(plugin)).map(({ name, label }) => ({ name, ...(label && { label }) }));

  /** Reads the entry of a plugin. */
  async function readEntry(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    options?: Parameters<Bundles['blockOf']>[2],
  ): Promise<PluginEntry> {
    const readBlock = () => bundles.blockOf(plugin, grant, options);
    const described = await describe({
      plugin,
      grant,
      readBlock,
      readDashboards: () => dashboardsOf(plugin),
    });
    return makeEntry(described, (await bundles.factsOf([described])).get(plugin.id));
  }

  async function readAll(): Promise<ListAnswer> {
    const { plugins, refused } = await folder.readAll();
    const grants = await bundles.decisionsOf(plugins);
    const scan = createScanAllowance();
    const asked = plugins.map((plugin) => {
      const grant = grants.get(plugin.id);
      const readBlock = () => bundles.blockOf(plugin, grant, { scan });
      return { plugin, grant, readBlock, readDashboards: () => dashboardsOf(plugin) };
    });
    const answer = answerOf(await listAll(asked));
    return { plugins: answer.plugins.map(withRevision), refused: [...refused, ...answer.refused] };
  }

  async function readOne(id: string, withFindings: boolean): Promise<FoundEntry> {
    const { plugin, refused } = await folder.find(id);
    if (!plugin) return { refused };
    const grant = await bundles.decisionOf(plugin);
    const options = withFindings ? { withFindings } : { scan: createScanAllowance() };
    const entry = await readEntry(plugin, grant, options);
    return { details: withManifest(plugin, entry), refused };
  }

  const readPart = createPartReader(folder, bundles, {
    listAll,
    dashboardsOf,
    hasPlaces: entryOptions?.installedFrom !== undefined,
  });
  const parts = createSharing<Part | undefined>();
  const entries = createSharing<FoundEntry>();
  return {
    entryOf: (plugin, grant) => readEntry(plugin, grant),
    readAll: share(readAll),
    readPart: (pluginId, name) => parts(JSON.stringify([pluginId, name]), () => readPart(pluginId, name)),
    readOne: (id, withFindings = false) => entries(`${withFindings} ${id}`, () => readOne(id, withFindings)),
  };
}
