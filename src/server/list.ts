import pLimit from 'p-limit';
import { bundlePath, type ComponentDeclaration } from '../contract/index.ts';
import { consentedBlock, consentedOf, type Bundles, type FrontendBlock } from './bundles.ts';
import { AT_ONCE, type DeclaredPlugin, type PluginsReader, type RefusedPlugin } from './plugins-folder.ts';
import type { Grant } from './trust/store.ts';

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
  entryOf(plugin: DeclaredPlugin, grant: Grant | undefined): Promise<PluginEntry>;
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
    return { id, name, display_name, version, ...more, frontend };
  }

  const dashboardsOf = async (plugin: DeclaredPlugin) => ({
    dashboards: (await folder.dashboards.list(plugin)).map(({ name, label }) => ({
      name,
      ...(label && { label }),
    })),
  });
  const entryOf = async (plugin: DeclaredPlugin, grant: Grant | undefined) =>
    entryWith(plugin, await bundles.blockOf(plugin, grant), await dashboardsOf(plugin));

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
      const entries = pLimit(AT_ONCE).map(plugins, (plugin) => entryOf(plugin, grants.get(plugin.id)));
      return { plugins: await entries, refused };
    },
    async part(pluginId, name) {
      const { plugin: own } = await folder.find(pluginId);
      const declared = own && (await folder.dashboards.find(own, name));
      // What is wrong with it says its own route.
      const document = declared && (await folder.dashboards.read(own, declared).catch(() => undefined));
      if (!document?.components) return undefined;
      const { components, json } = document;
      const ownersOf = await readOwners(own!, components);
      const needed = [...new Set([own!, ...components.flatMap(ownersOf)])];
      const grants = await bundles.grantsOf(needed);
      const entries = needed.map(async (plugin) => {
        const grant = grants.get(plugin.id);
        const block = consentedBlock(plugin, grant) ?? (await bundles.blockOf(plugin, grant));
        return entryWith(plugin, block, plugin === own ? await dashboardsOf(plugin) : {});
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
      return { answer: { plugins: await Promise.all(entries), refused: [], dashboard }, document: json };
    },
  };
}
