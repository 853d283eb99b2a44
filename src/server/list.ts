import pLimit from 'p-limit';
import { bundlePath, PLUGIN_LIMITS } from '../contract/index.ts';
import type {
  ComponentDeclaration,
  FrontendBlock,
  ListAnswer,
  PartAnswer,
  PluginEntry,
  PluginFacts,
  RefusedPlugin,
} from '../contract/index.ts';
import { checkLimit, jsonBytes } from '../contract/words.ts';
import type { Bundles } from './bundles.ts';
import { consentedBlock, consentedOf, isTrusted } from './decisions.ts';
import { needsOf } from './engines.ts';
import { createInstallRecords, signatureFacts } from './install-record.ts';
import { lineOf } from './manifest-facts.ts';
import { PLUGIN_CONCURRENCY, refusedPluginOf } from './plugins-folder.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import type { ServerOptions } from './server-options.ts';
import { createSharing, share } from './share.ts';
import { acceptedVersion, waitingFacts, type FactsReader } from './waiting-facts.ts';
import { sha256Of } from './trust/grant.ts';
import type { Grant } from './trust/store.ts';

/** The largest length of the place from which a plugin was installed, in characters. */
const MAX_PLACE = 500;

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
   * @param withFindings Whether it says what was found in bytes about which no decision is pending, too.
   * @throws {WidgetError} `PLUGIN_TOO_LARGE` if the entry is too large.
   */
  readOne(id: string, withFindings?: boolean): Promise<FoundEntry>;
  /** Reads a plugin's entry. @throws {WidgetError} `PLUGIN_TOO_LARGE` if the entry is too large. */
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

/** Checks the size of an entry (CONTRACT M5). @throws {WidgetError} `PLUGIN_TOO_LARGE` */
function checkEntry(entry: PluginEntry): PluginEntry {
  const bytes = jsonBytes(entry);
  if (bytes <= PLUGIN_LIMITS.entry) return entry;
  const { components } = entry.frontend;
  const found = components.flatMap(({ findings, consented }) => [findings ?? [], consented?.findings ?? []]);
  checkLimit('entry', bytes, {
    pluginId: entry.id,
    place: 'Its entry in the list',
    unit: `bytes (${jsonBytes(found)} of them are findings about its bundles)`,
  });
  return entry;
}

/** Adds a revision, the first 128 bits of the hash of the entry: a plugin’s author cannot make two entries with the same one. */
const withRevision = (entry: PluginEntry): PluginEntry => ({
  ...entry,
  revision: Buffer.from(sha256Of(Buffer.from(JSON.stringify(entry))), 'hex').toString('base64url', 0, 16),
});

const componentOf = ({ components }: DeclaredPlugin, name: string): ComponentDeclaration | undefined =>
  components.find((component) => component.name === name);

/** Returns the plugin id of a full name with its slash: `sales/` for `sales/Chart`, an empty string for `Chart`. */
const prefixOf = (name: string) => name.slice(0, name.indexOf('/') + 1);

/** Whose decision counts, and since when. A time that NousViz 1.0 has not recorded is the beginning of 1970. */
const decisionOf = ({ who, when }: Grant): Pick<PluginFacts, 'trusted_by' | 'trusted_at'> => ({
  trusted_by: who,
  ...(Date.parse(when) > 0 && { trusted_at: when }),
});

/** The facts that only the server states, or that it has checked. A manifest may have any value under their names. */
const FACTS: Readonly<Record<keyof PluginFacts, true>> = {
  author: true,
  homepage: true,
  repository: true,
  license: true,
  description: true,
  installed_from: true,
  signed_by: true,
  signer: true,
  needs: true,
  update_needs: true,
  trusted_by: true,
  trusted_at: true,
  accepted_version: true,
  declined: true,
};

/**
 * Makes the reader of the plugin list.
 *
 * @param installedFrom Returns the place from which a plugin was installed.
 * @param ignoreEngines The ids of the plugins that run whatever they need.
 */
export function createPluginList(
  folder: PluginsReader,
  bundles: Bundles,
  {
    installedFrom = () => undefined,
    ignoreEngines = [],
  }: Pick<ServerOptions, 'installedFrom' | 'ignoreEngines'> = {},
): PluginListReader {
  const recordOf = createInstallRecords();

  async function placeOf(id: string): Promise<string | undefined> {
    try {
      return lineOf(await installedFrom(id), MAX_PLACE);
    } catch (thrown) {
      // The list does not depend on the host's knowledge of one plugin.
      console.error(`${id}: the option "installedFrom" of createServer failed:`, thrown);
      return undefined;
    }
  }

  async function entryWith(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    frontend: FrontendBlock,
    more: Pick<PluginEntry, 'dashboards'>,
    factsOf = bundles.factsIn([plugin]),
  ): Promise<PluginEntry> {
    const { id, name, display_name, version } = plugin;
    const place = await placeOf(id);
    const facts = {
      ...plugin.facts,
      ...(place !== undefined && { installed_from: place }),
      ...signatureFacts(await recordOf(plugin.folder), frontend),
      ...(await needsFacts(plugin, grant, factsOf)),
      ...(grant && decisionOf(grant)),
      ...(await waitingFacts(id, frontend, grant, factsOf)),
    };
    // The facts have limits of their own, so that `nousviz-widget check` finds the same size as a server.
    return { ...checkEntry({ id, name, display_name, version, ...more, frontend }), ...facts };
  }

  /** What the plugin needs of a page, unless an option says that the host ignores it. */
  async function needsFacts(
    { id, version, engines }: DeclaredPlugin,
    grant: Grant | undefined,
    factsOf: FactsReader,
  ): Promise<Pick<PluginFacts, 'needs' | 'update_needs'>> {
    const needs = needsOf(engines);
    if (needs === undefined || ignoreEngines.includes(id)) return {};
    // The manifest is that of the bytes on the disk. Those of an earlier version have needs of their own, which nobody has recorded.
    const accepted = grant && (await acceptedVersion(id, factsOf));
    return accepted === undefined || accepted === version ? { needs } : { update_needs: needs };
  }

  const dashboardsOf = async (plugin: DeclaredPlugin) => ({
    dashboards: (await folder.dashboards.list(plugin)).map(({ name, label }) => ({
      name,
      ...(label && { label }),
    })),
  });
  const entryOf = async (
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    factsOf?: FactsReader,
    withFindings?: boolean,
  ) => {
    const block = await bundles.blockOf(plugin, grant, withFindings);
    return entryWith(plugin, grant, block, await dashboardsOf(plugin), factsOf);
  };

  /** Reads the entry of a trusted or sandboxed plugin with only the consented bytes, whatever is on disk. */
  async function readConsentedEntry(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
  ): Promise<PluginEntry | undefined> {
    const block = consentedBlock(plugin, grant);
    return block && entryWith(plugin, grant, block, await dashboardsOf(plugin));
  }

  /** Reads the entry of a plugin that a dashboard needs. It reads the disk only if a component may not run. */
  async function readPartEntry(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    isOwn: boolean,
    factsOf: FactsReader,
  ): Promise<PluginEntry> {
    const running = consentedBlock(plugin, grant);
    const isAll = running?.components.length === plugin.components.length;
    const block = running && isAll ? running : await bundles.blockOf(plugin, grant);
    return entryWith(plugin, grant, block, isOwn ? await dashboardsOf(plugin) : {}, factsOf);
  }

  /** Adds the refusal of an entry that is too large. If an update made it so, the consented bytes still run (CONTRACT T4, M5). */
  async function listPlugin(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    entry: Promise<PluginEntry>,
  ): Promise<ListedPlugin> {
    try {
      return { entry: await entry };
    } catch (thrown) {
      const refused = refusedPluginOf(plugin, thrown);
      return {
        refused,
        entry: await readConsentedEntry(plugin, grant).catch(() => undefined),
      };
    }
  }

  /** Finds the plugins that a name on a plugin's dashboard can resolve to, trusted or not (CONTRACT D4). */
  async function readOwners(
    own: DeclaredPlugin,
    names: readonly string[],
  ): Promise<(name: string) => readonly DeclaredPlugin[]> {
    const prefixes = [...new Set(names.filter((name) => !componentOf(own, name)).map(prefixOf))];
    const isBare = prefixes.includes('');
    const readById = async (prefix: string) => {
      const id = prefix.slice(0, -1);
      return id === own.id ? own : folder.readByFolder(id);
    };
    const named = isBare ? [] : await Promise.all(prefixes.map(readById));
    const owners = new Map<string, DeclaredPlugin[]>();
    const add = (key: string, plugin: DeclaredPlugin) =>
      owners.set(key, [...(owners.get(key) ?? []), plugin]);
    // A plugin may be in a folder whose name is not its id.
    const isWhole = isBare || named.includes(undefined);
    for (const plugin of isWhole ? (await folder.readAll()).plugins : (named as DeclaredPlugin[])) {
      const owner = plugin.id === own.id ? own : plugin;
      add(`${owner.id}/`, owner);
      for (const { name } of owner.components) add(name, owner);
    }
    return (name) => (componentOf(own, name) ? [own] : (owners.get(prefixOf(name) || name) ?? []));
  }

  async function readAll(): Promise<ListAnswer> {
    const { plugins, refused } = await folder.readAll();
    const grants = await bundles.decisionsOf(plugins);
    const factsOf = bundles.factsIn(plugins);
    const entries = pLimit(PLUGIN_CONCURRENCY).map(plugins, (plugin) => {
      const grant = grants.get(plugin.id);
      return listPlugin(plugin, grant, entryOf(plugin, grant, factsOf));
    });
    const answer = answerOf(await entries);
    return { plugins: answer.plugins.map(withRevision), refused: [...refused, ...answer.refused] };
  }

  async function readPart(pluginId: string, name: string): Promise<Part | undefined> {
    const { plugin: own } = await folder.find(pluginId);
    // The dashboard's own route reports its errors.
    const declared = own && (await folder.dashboards.find(own, name).catch(() => undefined));
    const document = declared && (await folder.dashboards.read(own, declared).catch(() => undefined));
    if (!document?.components) return undefined;
    const { components, json } = document;
    const ownersOf = await readOwners(own!, components);
    const needed = [...new Set([own!, ...components.flatMap(ownersOf)])];
    const grants = await bundles.decisionsOf(needed);
    const factsOf = bundles.factsIn(needed);
    const entries = needed.map((plugin) => {
      const grant = grants.get(plugin.id);
      return listPlugin(plugin, grant, readPartEntry(plugin, grant, plugin === own, factsOf));
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
    const dashboard = { plugin: own!.id, name, components, bundles: [...new Set(paths)] };
    return { answer: { ...answerOf(await Promise.all(entries)), dashboard }, document: json };
  }

  async function readOne(id: string, withFindings: boolean): Promise<FoundEntry> {
    const { plugin, refused } = await folder.find(id);
    if (!plugin) return { refused };
    const entry = await entryOf(plugin, await bundles.decisionOf(plugin), undefined, withFindings);
    // The entry comes last, so that a manifest cannot declare itself trusted.
    const others = Object.entries(plugin.document).filter(([key]) => !Object.hasOwn(FACTS, key));
    return { details: { ...Object.fromEntries(others), ...entry }, refused };
  }

  const parts = createSharing<Part | undefined>();
  const entries = createSharing<FoundEntry>();
  return {
    entryOf: (plugin, grant) => entryOf(plugin, grant),
    readAll: share(readAll),
    readPart: (pluginId, name) => parts(JSON.stringify([pluginId, name]), () => readPart(pluginId, name)),
    readOne: (id, withFindings = false) => entries(`${withFindings} ${id}`, () => readOne(id, withFindings)),
  };
}
