import pLimit from 'p-limit';
import { checkLimit, jsonBytes, type ComponentDeclaration } from '../manifest.ts';
import { bundlePath } from '../urls.ts';
import { consentedBlock, consentedOf, type Bundles, type FrontendBlock } from './bundles.ts';
import { AT_ONCE, refusalOf } from './plugins-folder.ts';
import type { DeclaredPlugin, PluginsReader, RefusedPlugin } from './plugins-folder.ts';
import type { Grant } from './store.ts';

/** A plugin in the answer to `GET /plugins` (CONTRACT P1). */
export interface PluginEntry {
  id: string;
  name: string;
  display_name: string;
  version: string;
  /** Absent of plugins whose components alone are asked for. */
  dashboards?: { name: string; label?: string }[];
  frontend: FrontendBlock;
}

/** The answer to `GET /plugins` (CONTRACT P1). */
export interface ListAnswer {
  plugins: PluginEntry[];
  refused: RefusedPlugin[];
}

/** The part of the list that one dashboard needs: its own plugin, and those that its panels' names can stand for. */
export interface PartAnswer extends ListAnswer {
  dashboard: {
    plugin: string;
    name: string;
    /** The names of components as the dashboard's panels write them, each once. */
    components: readonly string[];
    /** Paths below the API's base of the bundles that these names lead to and that may run, each once, in the panels' order. */
    bundles: readonly string[];
  };
}

/** What the host API tells of plugins. */
export interface PluginList {
  whole(): Promise<ListAnswer>;
  /** A dashboard's part of the list, with its document as JSON; `undefined` where it cannot be read as a dashboard. */
  part(pluginId: string, name: string): Promise<{ answer: PartAnswer; document: string } | undefined>;
  /** A plugin's entry. @throws {WidgetError} `PLUGIN_TOO_LARGE` where it has more than its share of the list. */
  entryOf(plugin: DeclaredPlugin, grant: Grant | undefined): Promise<PluginEntry>;
}

/** What the list has of a plugin. */
interface Listed {
  entry?: PluginEntry | undefined;
  refused?: RefusedPlugin;
}

const answerOf = (listed: readonly Listed[]): ListAnswer => ({
  plugins: listed.flatMap(({ entry }) => entry ?? []),
  refused: listed.flatMap(({ refused }) => refused ?? []),
});

/** Checks that an entry keeps to its share of the list (CONTRACT M5). @throws {WidgetError} `PLUGIN_TOO_LARGE` */
function checked(entry: PluginEntry): PluginEntry {
  const { components } = entry.frontend;
  const found = components.flatMap(({ findings, consented }) => [findings ?? [], consented?.findings ?? []]);
  checkLimit('entry', jsonBytes(entry), {
    pluginId: entry.id,
    place: 'Its entry in the list',
    unit: `bytes (${jsonBytes(found)} of them say what its bundles name)`,
  });
  return entry;
}

const componentOf = ({ components }: DeclaredPlugin, name: string): ComponentDeclaration | undefined =>
  components.find((component) => component.name === name);

/** The plugin's id with its slash, of names that say whose they are: `sales/` of `sales/Chart`, nothing of `Chart`. */
const prefixOf = (name: string) => name.slice(0, name.indexOf('/') + 1);

/** Makes the list of a folder of plugins. */
export function createPluginList(folder: PluginsReader, bundles: Bundles): PluginList {
  function entryWith(
    plugin: DeclaredPlugin,
    frontend: FrontendBlock,
    more: Pick<PluginEntry, 'dashboards'>,
  ): PluginEntry {
    const { id, name, display_name, version } = plugin;
    return checked({ id, name, display_name, version, ...more, frontend });
  }

  const dashboardsOf = async (plugin: DeclaredPlugin) => ({
    dashboards: (await folder.dashboards.list(plugin)).map(({ name, label }) => ({
      name,
      ...(label && { label }),
    })),
  });
  const entryOf = async (plugin: DeclaredPlugin, grant: Grant | undefined) =>
    entryWith(plugin, await bundles.blockOf(plugin, grant), await dashboardsOf(plugin));

  /** The entry of a trusted plugin with what runs alone, whatever is on disk. */
  async function runningOf(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
  ): Promise<PluginEntry | undefined> {
    const block = consentedBlock(plugin, grant);
    return block && entryWith(plugin, block, await dashboardsOf(plugin));
  }

  /** The entry of a plugin that a dashboard needs; the disk is looked at only where something may not run. */
  async function partOf(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    isOwn: boolean,
  ): Promise<PluginEntry> {
    const running = consentedBlock(plugin, grant);
    const isAll = running?.components.length === plugin.components.length;
    const block = running && isAll ? running : await bundles.blockOf(plugin, grant);
    return entryWith(plugin, block, isOwn ? await dashboardsOf(plugin) : {});
  }

  /** What the list has of a plugin. Where an update makes it too large, what was trusted runs on (CONTRACT T4, M5). */
  async function listed(
    plugin: DeclaredPlugin,
    grant: Grant | undefined,
    entry: Promise<PluginEntry>,
  ): Promise<Listed> {
    try {
      return { entry: await entry };
    } catch (thrown) {
      const refused = refusalOf(plugin, thrown);
      return { refused, entry: await runningOf(plugin, grant).catch(() => undefined) };
    }
  }

  /** Which plugins a name can stand for, seen from a plugin's dashboard, whatever is trusted (CONTRACT D4). */
  async function readOwners(
    own: DeclaredPlugin,
    names: readonly string[],
  ): Promise<(name: string) => readonly DeclaredPlugin[]> {
    const prefixes = [...new Set(names.filter((name) => !componentOf(own, name)).map(prefixOf))];
    const isBare = prefixes.includes('');
    const read = async (prefix: string) => {
      const id = prefix.slice(0, -1);
      return id === own.id ? own : folder.readOwn(id);
    };
    const named = isBare ? [] : await Promise.all(prefixes.map(read));
    const owners = new Map<string, DeclaredPlugin[]>();
    const add = (key: string, plugin: DeclaredPlugin) =>
      owners.set(key, [...(owners.get(key) ?? []), plugin]);
    // A folder of another name may have the id.
    const isWhole = isBare || named.includes(undefined);
    for (const plugin of isWhole ? (await folder.readAll()).plugins : (named as DeclaredPlugin[])) {
      const one = plugin.id === own.id ? own : plugin;
      add(`${one.id}/`, one);
      for (const { name } of one.components) add(name, one);
    }
    return (name) => (componentOf(own, name) ? [own] : (owners.get(prefixOf(name) || name) ?? []));
  }

  return {
    entryOf,
    async whole() {
      const { plugins, refused } = await folder.readAll();
      const grants = await bundles.grantsOf(plugins);
      const entries = pLimit(AT_ONCE).map(plugins, (plugin) => {
        const grant = grants.get(plugin.id);
        return listed(plugin, grant, entryOf(plugin, grant));
      });
      const answer = answerOf(await entries);
      return { ...answer, refused: [...refused, ...answer.refused] };
    },
    async part(pluginId, name) {
      const { plugin: own } = await folder.find(pluginId);
      // What is wrong with it says its own route.
      const declared = own && (await folder.dashboards.find(own, name).catch(() => undefined));
      const document = declared && (await folder.dashboards.read(own, declared).catch(() => undefined));
      if (!document?.components) return undefined;
      const { components, json } = document;
      const ownersOf = await readOwners(own!, components);
      const needed = [...new Set([own!, ...components.flatMap(ownersOf)])];
      const grants = await bundles.grantsOf(needed);
      const entries = needed.map((plugin) => {
        const grant = grants.get(plugin.id);
        return listed(plugin, grant, partOf(plugin, grant, plugin === own));
      });
      const paths = components.flatMap((name) => {
        const bare = name.slice(prefixOf(name).length);
        const running = ownersOf(name).flatMap((plugin) => {
          const { filename } = componentOf(plugin, bare) ?? {};
          const grant = grants.get(plugin.id);
          const sha256 = filename && grant && consentedOf(grant, filename);
          return sha256 ? [bundlePath(plugin.id, filename, sha256)] : [];
        });
        // Of several a bare name means none.
        return running.length === 1 ? running : [];
      });
      const dashboard = { plugin: own!.id, name, components, bundles: [...new Set(paths)] };
      return { answer: { ...answerOf(await Promise.all(entries)), dashboard }, document: json };
    },
  };
}
