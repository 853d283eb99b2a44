import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { isWidgetError, PLUGIN_ID, type Manifest, type WidgetError } from '../contract/index.ts';
import { createError, parseManifest } from '../contract/words.ts';
import {
  createDashboardsFolder,
  type DashboardsFolder,
  type InstalledDashboard,
} from './dashboards-folder.ts';
import { createFileMemory, seeInner } from './files.ts';
import { readYaml } from './yaml.ts';

export { innerFile } from './files.ts';
export type { InstalledDashboard } from './dashboards-folder.ts';

/** Plugins that are read at once where all are: what others ask for meanwhile does not wait behind a thousand. */
export const AT_ONCE = 16;

/** A plugin whose manifest is valid, before anybody looked at its other files. */
export interface DeclaredPlugin extends Manifest {
  /** Absolute path of its folder, links resolved. */
  folder: string;
  /** All that its `plugin.yaml` holds. */
  document: Record<string, unknown>;
}

/** A plugin whose manifest is valid. */
export interface InstalledPlugin extends DeclaredPlugin {
  /** Those of the manifest, then every other file in `dashboards/`. */
  dashboards: InstalledDashboard[];
}

/** A plugin that cannot be used. */
export interface RefusedPlugin {
  /** The name of its folder. */
  id: string;
  /** Plugin, place, rule and remedy. */
  detail: string;
}

/** What a folder of plugins holds, in the order of the folders' names. */
export interface PluginsFolder<Plugin = InstalledPlugin> {
  plugins: Plugin[];
  refused: RefusedPlugin[];
}

/** A reader of a folder of plugins that reads anew only what has changed. */
export interface PluginsReader {
  /** All of the folder. @throws if the folder itself cannot be read. */
  readAll(): Promise<PluginsFolder<DeclaredPlugin>>;
  /** The plugin whose id is the name of its folder, by that id; nothing else of the folder of plugins is read. */
  readOwn(id: string): Promise<DeclaredPlugin | undefined>;
  /** The plugin of an id; where there is none, with all that is refused. @throws if the folder itself cannot be read. */
  find(id: string): Promise<{ plugin: DeclaredPlugin | undefined; refused: RefusedPlugin[] }>;
  dashboards: DashboardsFolder;
}

const refusedFor = (id: string, error: WidgetError): RefusedPlugin => ({ id, detail: error.message });

/** Gives an id to the folder of that name; of several others that claim it none gets it, nor the trust that was given to it. */
function settleClaims(
  folders: readonly { name: string; read: DeclaredPlugin | RefusedPlugin | undefined }[],
): PluginsFolder<DeclaredPlugin> {
  const plugins: DeclaredPlugin[] = [];
  const refused: RefusedPlugin[] = [];
  const claims = new Map<string, string[]>();
  for (const { read, name } of folders) {
    if (read && 'folder' in read) claims.set(read.id, [...(claims.get(read.id) ?? []), name]);
  }
  for (const { read, name } of folders) {
    if (read === undefined) continue;
    if (!('folder' in read)) {
      refused.push(read);
      continue;
    }
    const claimants = claims.get(read.id)!;
    if (name === read.id || claimants.length === 1) plugins.push(read);
    else {
      const place = `id, the same as of ${claimants.filter((other) => other !== name).join(' and ')},`;
      const details = { pluginId: name, place, value: read.id, rule: 'unique' } as const;
      refused.push(refusedFor(name, createError('MANIFEST_INVALID', details)));
    }
  }
  return { plugins, refused };
}

/**
 * A reader of a folder of plugins that reads anew only what has changed.
 *
 * @param dir The folder whose subfolders hold a `plugin.yaml` or `plugin.yml` each; they may be links.
 */
export function createPluginsReader(dir: string): PluginsReader {
  const manifests = createFileMemory<Omit<DeclaredPlugin, 'folder'>>();

  async function readManifest(name: string, folder: string): Promise<DeclaredPlugin | undefined> {
    const yaml = await seeInner(folder, 'plugin.yaml');
    const file = yaml ?? (await seeInner(folder, 'plugin.yml'));
    if (!file) {
      if (!(await stat(folder)).isDirectory()) return undefined;
      throw createError('YAML_INVALID', {
        pluginId: name,
        place: 'plugin.yaml',
        message: 'there is no such file in the plugin’s folder.',
      });
    }
    // A folder may have several names, by links.
    const manifest = await manifests(`${name} ${file.path}`, file, async () => {
      const document = await readYaml(file.path, {
        pluginId: name,
        file: yaml ? 'plugin.yaml' : 'plugin.yml',
      });
      return { document: document as Record<string, unknown>, ...parseManifest(document, name) };
    });
    return { ...manifest, folder };
  }

  async function readPlugin(
    name: string,
    folder?: string,
  ): Promise<DeclaredPlugin | RefusedPlugin | undefined> {
    try {
      return await readManifest(name, folder ?? (await realpath(join(dir, name))));
    } catch (thrown) {
      if (isWidgetError(thrown)) return refusedFor(name, thrown);
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === undefined) throw thrown;
      return {
        id: name,
        detail: `${name}: the plugin’s folder cannot be read (${code}). Check its permissions.`,
      };
    }
  }

  async function readAll(): Promise<PluginsFolder<DeclaredPlugin>> {
    const [root, entries] = await Promise.all([realpath(dir), readdir(dir, { withFileTypes: true })]);
    const folders = entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const reads = pLimit(AT_ONCE).map(folders, async (entry) => {
      const { name } = entry;
      return { name, read: await readPlugin(name, entry.isDirectory() ? join(root, name) : undefined) };
    });
    return settleClaims(await reads);
  }

  async function readOwn(id: string): Promise<DeclaredPlugin | undefined> {
    // No other id is the name of a folder here, such as "..", "a/b".
    const read = PLUGIN_ID.test(id) ? await readPlugin(id) : undefined;
    return read && 'folder' in read && read.id === id ? read : undefined;
  }

  return {
    readAll,
    readOwn,
    async find(id) {
      const own = await readOwn(id);
      if (own) return { plugin: own, refused: [] };
      const { plugins, refused } = await readAll();
      return { plugin: plugins.find((plugin) => plugin.id === id), refused };
    },
    dashboards: createDashboardsFolder(),
  };
}

/**
 * Reads a folder of plugins once (CONTRACT M). A plugin that cannot be used is refused and costs the others nothing.
 *
 * @throws if the folder itself cannot be read.
 */
export async function readPlugins(dir: string): Promise<PluginsFolder> {
  const { readAll, dashboards } = createPluginsReader(dir);
  const { plugins, refused } = await readAll();
  const withDashboards = plugins.map(async (plugin) => ({
    ...plugin,
    dashboards: await dashboards.list(plugin),
  }));
  return { plugins: await Promise.all(withDashboards), refused };
}
