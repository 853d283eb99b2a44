import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isRecord } from '../config.ts';
import { isWidgetError, WidgetError } from '../errors.ts';
import { DASHBOARD_NAME, parseManifest } from '../manifest.ts';
import type { DashboardRef, Manifest } from '../manifest.ts';
import { tell } from '../words.ts';
import { readYaml } from './yaml.ts';

/** A dashboard of an installed plugin. */
export interface InstalledDashboard extends DashboardRef {
  /** Relative path of its file inside the plugin's folder; the file may be missing. */
  path: string;
}

/** A plugin whose manifest is valid. */
export interface InstalledPlugin extends Manifest {
  /** Absolute path of its folder, links resolved. */
  folder: string;
  /** All that its `plugin.yaml` holds. */
  document: Record<string, unknown>;
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
export interface PluginsFolder {
  plugins: InstalledPlugin[];
  refused: RefusedPlugin[];
}

/** Titles are looked for in files up to this many bytes: the list must stay cheap. */
const TITLE_BYTES = 65_536;

/** Remembers what is read of a file until the file changes. */
function byFile<T>(read: (path: string, pluginId: string, file: string) => Promise<T>): typeof read {
  const kept = new Map<string, { stamp: string; value: Promise<T> }>();
  return async (path, pluginId, file) => {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    const stamp = `${ino} ${size} ${mtimeNs}`;
    const known = kept.get(path);
    if (known?.stamp === stamp) return known.value;
    const value = read(path, pluginId, file);
    kept.set(path, { stamp, value });
    // Only what the file itself says is worth remembering, not a disk that failed for a moment.
    value.catch((thrown: unknown) => isWidgetError(thrown) || kept.delete(path));
    return value;
  };
}

/**
 * The file at a relative path inside a plugin's folder.
 *
 * @param folder The plugin's folder, links resolved.
 * @returns Its absolute path, links resolved; `undefined` if there is none, or if a link leads out of the folder.
 */
export async function innerFile(folder: string, path: string): Promise<string | undefined> {
  try {
    const target = await realpath(join(folder, path));
    const isInside = target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
    return isInside && (await stat(target)).isFile() ? target : undefined;
  } catch {
    return undefined;
  }
}

function refusedFor(id: string, error: WidgetError): RefusedPlugin {
  tell(error);
  return { id, detail: error.message };
}

async function titleOf(path: string, pluginId: string, file: string): Promise<string | undefined> {
  if ((await stat(path)).size > TITLE_BYTES) return undefined;
  const document = await readYaml(path, { pluginId, file });
  if (!isRecord(document)) return undefined;
  return [document.label, document.title].find((text) => typeof text === 'string' && text !== '') as
    string | undefined;
}

/** Paths of the files in `dashboards/` that a URL can name, by dashboard. */
async function findDashboards(folder: string): Promise<Map<string, string>> {
  const files = await readdir(join(folder, 'dashboards')).catch(() => []);
  const found = new Map<string, string>();
  files.sort();
  for (const file of files) {
    const [, name] = /^(.*)\.ya?ml$/s.exec(file) ?? [];
    const path = `dashboards/${file}`;
    if (name === undefined || !DASHBOARD_NAME.test(name) || found.has(name)) continue;
    if (await innerFile(folder, path)) found.set(name, path);
  }
  return found;
}

/**
 * A reader of a folder of plugins that parses a manifest anew only when its file has changed.
 *
 * @param dir The folder whose subfolders hold a `plugin.yaml` or `plugin.yml` each; they may be links.
 */
export function createPluginsReader(dir: string): () => Promise<PluginsFolder> {
  const manifestOf = byFile(async (path, id, file) => {
    const document = await readYaml(path, { pluginId: id, file });
    return { document: document as Record<string, unknown>, ...parseManifest(document, id) };
  });
  const title = byFile(titleOf);

  async function dashboardsOf(folder: string, manifest: Manifest): Promise<InstalledDashboard[]> {
    const found = await findDashboards(folder);
    const all = new Map<string, InstalledDashboard>();
    for (const dashboard of manifest.dashboards) {
      const { name, path = found.get(name) ?? `dashboards/${name}.yaml` } = dashboard;
      if (!all.has(name)) all.set(name, { ...dashboard, path });
    }
    const taken = new Set([...all.values()].map(({ path }) => path));
    for (const [name, path] of found) if (!all.has(name) && !taken.has(path)) all.set(name, { name, path });
    const dashboards = [...all.values()];
    await Promise.all(
      dashboards.map(async (dashboard) => {
        const path = dashboard.label === undefined && (await innerFile(folder, dashboard.path));
        const label = path && (await title(path, manifest.id, dashboard.path).catch(() => undefined));
        if (label) dashboard.label = label;
      }),
    );
    return dashboards;
  }

  async function readPlugin(name: string): Promise<InstalledPlugin | RefusedPlugin | undefined> {
    try {
      const folder = await realpath(join(dir, name));
      if (!(await stat(folder)).isDirectory()) return undefined;
      const yaml = await innerFile(folder, 'plugin.yaml');
      const path = yaml ?? (await innerFile(folder, 'plugin.yml'));
      if (path === undefined)
        throw new WidgetError('YAML_INVALID', {
          pluginId: name,
          place: 'plugin.yaml',
          message: 'there is no such file in the plugin’s folder.',
        });
      const manifest = await manifestOf(path, name, yaml ? 'plugin.yaml' : 'plugin.yml');
      return { ...manifest, folder, dashboards: await dashboardsOf(folder, manifest) };
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

  return async () => {
    const names = (await readdir(dir)).filter((name) => !name.startsWith('.'));
    names.sort();
    const plugins = new Map<string, InstalledPlugin>();
    const refused: RefusedPlugin[] = [];
    const folders = (await Promise.all(names.map(readPlugin))).map((read, index) => ({
      read,
      name: names[index]!,
    }));
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
      // An id is its folder's. Of several others that claim it none gets it, nor the trust that was given to it.
      if (name === read.id || claimants.length === 1) plugins.set(read.id, read);
      else {
        const place = `id, the same as of ${claimants.filter((other) => other !== name).join(' and ')},`;
        const details = { pluginId: name, place, value: read.id, rule: 'unique' } as const;
        refused.push(refusedFor(name, new WidgetError('MANIFEST_INVALID', details)));
      }
    }
    return { plugins: [...plugins.values()], refused };
  };
}

/**
 * Reads a folder of plugins once (CONTRACT M). A plugin that cannot be used is refused and costs the others nothing.
 *
 * @throws if the folder itself cannot be read.
 */
export const readPlugins = (dir: string): Promise<PluginsFolder> => createPluginsReader(dir)();
