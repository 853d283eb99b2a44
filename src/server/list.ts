import pLimit from 'p-limit';
import { bundlePath } from '../contract/index.ts';
import type { FrontendBlock, ListAnswer, PartAnswer, PluginEntry, RefusedPlugin } from '../contract/index.ts';
import type { Bundles } from './bundles.ts';
import { consentedBlock, consentedOf, isTrusted } from './decisions.ts';
import { componentOf, prefixOf, readOwners } from './name-owners.ts';
import { createConfigChecks } from './panel-configs.ts';
import {
  createEntries,
  withManifest,
  withRevision,
  type DescribedPlugin,
  type EntryOptions,
} from './plugin-entry.ts';
import { PLUGIN_CONCURRENCY, refusedPluginOf } from './plugins-folder.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import { createScanAllowance, type ScanAllowance } from './scans.ts';
import { createSharing, share } from './share.ts';
import type { Grant } from './trust/store.ts';

/** A dashboard's part of the list, and its document as JSON. */
export interface Part {
  answer: PartAnswer;
  document: string;
}

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

/** The entry of a plugin, its refusal, or both. */
interface ListedPlugin {
  entry?: PluginEntry | undefined;
  refused?: RefusedPlugin;
}

const answerOf = (listed: readonly ListedPlugin[]): ListAnswer => ({
  plugins: listed.flatMap(({ entry }) => entry ?? []),
  refused: listed.flatMap(({ refused }) => refused ?? []),
});

/** A plugin that is to be listed. */
interface AskedPlugin {
  plugin: DeclaredPlugin;
  grant: Grant | undefined;
  readBlock(): Promise<FrontendBlock> | FrontendBlock;
  /** Whether its entry names its dashboards. @default true */
  isWhole?: boolean;
}

/** A value, or why there is none. */
type Attempt<Value> = { value: Value; thrown?: undefined } | { value?: undefined; thrown: unknown };

const attempt = <Value>(promise: Promise<Value>): Promise<Attempt<Value>> =>
  promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );

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
  const checkConfigs = createConfigChecks();

  const dashboardsOf = async (plugin: DeclaredPlugin) =>
    (await folder.dashboards.list(plugin)).map(({ name, label }) => ({ name, ...(label && { label }) }));

  async function describe({
    plugin,
    grant,
    readBlock,
    isWhole = true,
  }: AskedPlugin): Promise<DescribedPlugin> {
    const frontend = await readBlock();
    return { plugin, grant, frontend, ...(isWhole && { dashboards: await dashboardsOf(plugin) }) };
  }

  /** Makes the entry of a plugin from what was read of it. */
  async function entryOf(asked: AskedPlugin): Promise<PluginEntry> {
    const described = await describe(asked);
    return makeEntry(described, (await bundles.factsOf([described])).get(asked.plugin.id));
  }

  /** Reads the entry of a trusted or sandboxed plugin with only the consented bytes, whatever is on disk. */
  async function readConsentedEntry({ plugin, grant }: AskedPlugin): Promise<PluginEntry | undefined> {
    const block = consentedBlock(plugin, grant);
    return block && makeEntry(await describe({ plugin, grant, readBlock: () => block }));
  }

  /** Makes the plugins' entries. One that is too large is a refusal; if an update made it so, the consented bytes still run (CONTRACT T4, M5). */
  async function listAll(asked: readonly AskedPlugin[]): Promise<ListedPlugin[]> {
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
  }

  /** Describes a plugin that a dashboard needs. It reads the disk only if a component may not run. */
  function readPartBlock(plugin: DeclaredPlugin, grant: Grant | undefined, scan: ScanAllowance) {
    const running = consentedBlock(plugin, grant);
    const isAll = running?.components.length === plugin.components.length;
    return running && isAll ? running : bundles.blockOf(plugin, grant, { scan });
  }

  async function readAll(): Promise<ListAnswer> {
    const { plugins, refused } = await folder.readAll();
    const grants = await bundles.decisionsOf(plugins);
    const scan = createScanAllowance();
    const asked = plugins.map((plugin) => {
      const grant = grants.get(plugin.id);
      return { plugin, grant, readBlock: () => bundles.blockOf(plugin, grant, { scan }) };
    });
    const answer = answerOf(await listAll(asked));
    return { plugins: answer.plugins.map(withRevision), refused: [...refused, ...answer.refused] };
  }

  async function readPart(pluginId: string, name: string): Promise<Part | undefined> {
    const { plugin: own } = await folder.find(pluginId);
    // The dashboard's own route reports its errors.
    const declared = own && (await folder.dashboards.find(own, name).catch(() => undefined));
    const document = declared && (await folder.dashboards.read(own, declared).catch(() => undefined));
    if (!document?.components) return undefined;
    const { components } = document;
    const ownersOf = await readOwners(folder, own!, components);
    const needed = [...new Set([own!, ...components.flatMap(ownersOf)])];
    const grants = await bundles.decisionsOf(needed);
    const scan = createScanAllowance();
    const asked = needed.map((plugin) => {
      const grant = grants.get(plugin.id);
      const readBlock = () => readPartBlock(plugin, grant, scan);
      return { plugin, grant, readBlock, isWhole: plugin === own };
    });
    const paths = components.flatMap((component) => {
      const bare = component.slice(prefixOf(component).length);
      const running = ownersOf(component).flatMap((plugin) => {
        const { filename } = componentOf(plugin, bare) ?? {};
        const grant = grants.get(plugin.id);
        // The page never loads a sandboxed plugin's bundle itself.
        const sha256 = filename && isTrusted(grant) && consentedOf(grant, filename);
        return sha256 ? [bundlePath(plugin.id, filename, sha256)] : [];
      });
      // An ambiguous name has no bundle.
      return running.length === 1 ? running : [];
    });
    const checked = await checkConfigs(own!, declared!, document, (id) => ownersOf(`${id}/`)[0]);
    const dashboard = { plugin: own!.id, name, components, bundles: [...new Set(paths)] };
    return { answer: { ...answerOf(await listAll(asked)), dashboard }, document: checked.json };
  }

  async function readOne(id: string, withFindings: boolean): Promise<FoundEntry> {
    const { plugin, refused } = await folder.find(id);
    if (!plugin) return { refused };
    const grant = await bundles.decisionOf(plugin);
    const options = withFindings ? { withFindings } : { scan: createScanAllowance() };
    const entry = await entryOf({
      plugin,
      grant,
      readBlock: () => bundles.blockOf(plugin, grant, options),
    });
    return { details: withManifest(plugin, entry), refused };
  }

  const parts = createSharing<Part | undefined>();
  const entries = createSharing<FoundEntry>();
  return {
    entryOf: (plugin, grant) => entryOf({ plugin, grant, readBlock: () => bundles.blockOf(plugin, grant) }),
    readAll: share(readAll),
    readPart: (pluginId, name) => parts(JSON.stringify([pluginId, name]), () => readPart(pluginId, name)),
    readOne: (id, withFindings = false) => entries(`${withFindings} ${id}`, () => readOne(id, withFindings)),
  };
}
