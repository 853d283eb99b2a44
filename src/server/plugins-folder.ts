import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import {
  isWidgetError,
  PLUGIN_ID,
  type Manifest,
  type RefusedPlugin,
  type WidgetError,
} from '../contract/index.ts';
import { checkDeclared, checkLimit, createError, parseManifest } from '../contract/words.ts';
import { createPatternsReader, withUsableSchemas } from './schemas.ts';
import { createDashboardsFolder } from './dashboards-folder.ts';
import type { DashboardsFolder, InstalledDashboard } from './dashboards-folder.ts';
import { isRange, needsOf } from './engines.ts';
import { createFileCache, realPath, statInner, statPath, type FileStat } from './files.ts';
import { readFacts, type ManifestFacts } from './manifest-facts.ts';
import { createSharing, share } from './share.ts';
import { isManifestText } from './text-fields.ts';
import { readYaml } from './yaml.ts';

export { innerFile } from './files.ts';
export type { InstalledDashboard } from './dashboards-folder.ts';

/** The number of plugins that are read at the same time, so that other requests need not wait for a thousand plugins. */
export const PLUGIN_CONCURRENCY = 16;

/** A plugin with a valid manifest; its other files have not been read. */
export interface DeclaredPlugin extends Manifest {
  /** The absolute path of its folder, links resolved. */
  folder: string;
  /** The whole content of its `plugin.yaml`. */
  document: Record<string, unknown>;
  /** What the manifest says about the plugin, for operators. */
  facts: ManifestFacts;
  /** What it needs of a page, see {@link needsOf}; absent if every version fits. */
  needs?: string | undefined;
}

/** A plugin with a valid manifest. */
export interface InstalledPlugin extends DeclaredPlugin {
  /** The dashboards of the manifest, then the other files in `dashboards/`. */
  dashboards: InstalledDashboard[];
}

/** The plugins in a folder, in the order of their folders' names. */
export interface PluginsFolder<Plugin = InstalledPlugin> {
  plugins: Plugin[];
  refused: RefusedPlugin[];
}

/** The plugin of an id; if there is none, all refused plugins. */
export interface FoundPlugin {
  plugin: DeclaredPlugin | undefined;
  refused: RefusedPlugin[];
}

/** Reads a folder of plugins. Simultaneous calls share a read. It reads a file again only if it has changed. */
export interface PluginsReader {
  /** Reads all plugins. @throws if the folder itself cannot be read. */
  readAll(): Promise<PluginsFolder<DeclaredPlugin>>;
  /** Reads the plugin whose id is the name of its folder, and no other plugin. */
  readByFolder(id: string): Promise<DeclaredPlugin | undefined>;
  /** Finds a plugin by id; if there is none, returns all refused plugins. @throws if the folder itself cannot be read. */
  find(id: string): Promise<FoundPlugin>;
  dashboards: DashboardsFolder;
}

/**
 * The name of a plugin's folder while an update takes its place. It is read as the plugin if there is no other folder: the process of
 * the update may have ended between two steps.
 */
const REPLACED = '.replaced-';

/** Returns a folder's real path; if it is missing, that of the one that was about to be replaced. */
const realFolder = (dir: string, name: string): Promise<string> =>
  realPath(join(dir, name)).catch((thrown: unknown) =>
    realPath(join(dir, REPLACED + name)).catch(() => {
      throw thrown;
    }),
  );

const refusedFor = (id: string, error: WidgetError): RefusedPlugin => ({ id, detail: error.message });

/**
 * Converts the error of a plugin that breaks a rule to a refusal.
 *
 * @param thrown The thrown value; if it is not a {@link WidgetError}, it is thrown again.
 */
export function refusedPluginOf({ id }: DeclaredPlugin, thrown: unknown): RefusedPlugin {
  if (!isWidgetError(thrown)) throw thrown;
  return refusedFor(id, thrown);
}

/** The number of folders that a refusal names, so that many refusals do not grow with each other. */
const MAX_NAMED = 5;

/** Names the other folders that claim an id. */
function namesOf(claimants: readonly string[], own: string): string {
  const named = claimants.slice(0, MAX_NAMED + 1).filter((other) => other !== own);
  const shown = named.slice(0, MAX_NAMED);
  const more = claimants.length - 1 - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' and ');
}

/**
 * Decides which plugin has an id that several folders claim: the folder of that name. Of several other folders none has the id, so
 * that no plugin gets the trust of another.
 */
function resolveIds(
  folders: readonly { name: string; read: DeclaredPlugin | RefusedPlugin | undefined }[],
): PluginsFolder<DeclaredPlugin> {
  const plugins: DeclaredPlugin[] = [];
  const refused: RefusedPlugin[] = [];
  const claims = new Map<string, string[]>();
  for (const { read, name } of folders) {
    if (!read || !('folder' in read)) continue;
    const claimants = claims.get(read.id);
    if (claimants) claimants.push(name);
    else claims.set(read.id, [name]);
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
      const place = `id, the same as of ${namesOf(claimants, name)},`;
      const details = { pluginId: name, place, value: read.id, rule: 'unique' } as const;
      refused.push(refusedFor(name, createError('MANIFEST_INVALID', details)));
    }
  }
  return { plugins, refused };
}

/**
 * Makes a reader of a folder of plugins.
 *
 * @param dir The folder whose subfolders each contain a `plugin.yaml` or `plugin.yml`; they may be links.
 */
export function createPluginsReader(dir: string): PluginsReader {
  const manifests = createFileCache<DeclaredPlugin>();
  const patterns = createPatternsReader();

  /** @param known The stats of its `plugin.yaml`, if they were read already. */
  async function readManifest(
    name: string,
    folder: string,
    known?: FileStat,
  ): Promise<DeclaredPlugin | undefined> {
    const yaml = known?.stats.isFile()
      ? { ...known, path: join(folder, 'plugin.yaml') }
      : await statInner(folder, 'plugin.yaml');
    const file = yaml ?? (await statInner(folder, 'plugin.yml'));
    if (!file) {
      if (!(await stat(folder)).isDirectory()) return undefined;
      throw createError('YAML_INVALID', {
        pluginId: name,
        place: 'plugin.yaml',
        message: 'the file is missing in the plugin’s folder.',
      });
    }
    const place = yaml ? 'plugin.yaml' : 'plugin.yml';
    checkLimit('manifest', Number(file.stats.size), { pluginId: name, place, unit: 'bytes' });
    // A folder may have several names because of links. The plugin is the same object until its manifest changes.
    return manifests(`${name} ${folder} ${file.path}`, file, async () => {
      const read = await readYaml(file.path, { pluginId: name, file: place }, { isText: isManifestText });
      const declared = await withUsableSchemas(parseManifest(read, name, isRange), patterns);
      checkDeclared(declared, name);
      const document = read as Record<string, unknown>;
      return { document, facts: readFacts(document), needs: needsOf(declared.engines), ...declared, folder };
    });
  }

  async function readPlugin(
    name: string,
    folder?: string,
  ): Promise<DeclaredPlugin | RefusedPlugin | undefined> {
    try {
      if (folder !== undefined) return await readManifest(name, folder);
      const [real, known] = await Promise.all([
        realFolder(dir, name),
        statPath(join(dir, name, 'plugin.yaml')).catch(() => undefined),
      ]);
      return await readManifest(name, real, known);
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

  const readAll = share(async (): Promise<PluginsFolder<DeclaredPlugin>> => {
    const [root, entries] = await Promise.all([realPath(dir), readdir(dir, { withFileTypes: true })]);
    const folders = new Map<string, string | undefined>();
    for (const entry of entries) {
      const { name } = entry;
      if (name.startsWith(REPLACED)) folders.set(name.slice(REPLACED.length), undefined);
      else if (!name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
        folders.set(name, entry.isDirectory() ? join(root, name) : undefined);
    }
    const sorted = [...folders].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const results = pLimit(PLUGIN_CONCURRENCY).map(sorted, async ([name, folder]) => {
      return { name, read: await readPlugin(name, folder) };
    });
    return resolveIds(await results);
  });

  async function readByFolder(id: string): Promise<DeclaredPlugin | undefined> {
    // An invalid id such as ".." or "a/b" could lead out of the folder.
    const read = PLUGIN_ID.test(id) ? await readPlugin(id) : undefined;
    return read && 'folder' in read && read.id === id ? read : undefined;
  }

  async function find(id: string): Promise<FoundPlugin> {
    const own = await readByFolder(id);
    if (own) return { plugin: own, refused: [] };
    const { plugins, refused } = await readAll();
    return { plugin: plugins.find((plugin) => plugin.id === id), refused };
  }

  const shared = createSharing<FoundPlugin>();
  return {
    readAll,
    readByFolder,
    find: (id) => shared(id, () => find(id)),
    dashboards: createDashboardsFolder(),
  };
}

/**
 * Reads a folder of plugins once (CONTRACT M). A plugin that cannot be used is refused; the others are not affected.
 *
 * @throws if the folder itself cannot be read.
 */
export async function readPlugins(dir: string): Promise<PluginsFolder> {
  const { readAll, dashboards } = createPluginsReader(dir);
  const { plugins, refused } = await readAll();
  const results = plugins.map(async (plugin) =>
    dashboards.list(plugin).then(
      (listed): InstalledPlugin => ({ ...plugin, dashboards: listed }),
      (thrown: unknown) => refusedPluginOf(plugin, thrown),
    ),
  );
  const all = await Promise.all(results);
  return {
    plugins: all.filter((one) => 'folder' in one),
    refused: [...refused, ...all.filter((one) => 'detail' in one)],
  };
}
