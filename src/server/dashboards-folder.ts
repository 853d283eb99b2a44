import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import {
  DASHBOARD_NAME,
  isRecord,
  readDashboard,
  type DashboardRef,
  type Manifest,
} from '../contract/index.ts';
import { checkLimit } from '../contract/words.ts';
import {
  createFileCache,
  isStampReliable,
  MAX_CACHED_FILES,
  statPath,
  statInner,
  stampOf,
  type FileStat,
} from './files.ts';
import { readDashboardFile } from './dashboard-file.ts';

/** A dashboard of an installed plugin. */
export interface InstalledDashboard extends DashboardRef {
  /** The relative path of its file inside the plugin's folder; the file may be missing. */
  path: string;
}

/** The document of a dashboard. */
export interface DashboardDocument {
  /** As JSON (CONTRACT P5). */
  json: string;
  /** The component names of its panels, each once, in the panels' order; absent if the document is not a dashboard. */
  components?: readonly string[];
}

/** Reads the dashboards of plugins. */
export interface DashboardsFolder {
  /**
   * Lists the dashboards of the manifest, then the other files in `dashboards/`, each with its label if it has one.
   * @throws {WidgetError} `PLUGIN_TOO_LARGE` if there are too many.
   */
  list(plugin: PluginFolder): Promise<InstalledDashboard[]>;
  /**
   * Finds a dashboard by name; it has a label only if the manifest has one.
   * @throws {WidgetError} `PLUGIN_TOO_LARGE` if there are too many dashboards.
   */
  find(plugin: PluginFolder, name: string): Promise<InstalledDashboard | undefined>;
  /**
   * Reads a dashboard's document; `undefined` if its file is not in the plugin's folder.
   * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
   */
  read(plugin: PluginFolder, dashboard: InstalledDashboard): Promise<DashboardDocument | undefined>;
}

type PluginFolder = Pick<Manifest, 'id' | 'dashboards'> & { folder: string };

/** The largest file whose title is read for the list, in bytes. */
const MAX_TITLE_FILE_BYTES = 65_536;
/** The total size of cached documents, in characters. */
const MAX_CACHED_DOCUMENTS = 32_000_000;

/** The number of entries that are read from a `dashboards/` folder. */
const MAX_ENTRIES = 10_000;

/** The place of too many dashboards, for the message. */
const PLACE = 'The plugin, with the files in dashboards/,';

/** A file in `dashboards/` whose name is a valid dashboard name. */
interface Candidate {
  name: string;
  /** Relative to the plugin's folder. */
  path: string;
  /** Whether a link leads to it, so that its target is checked each time. */
  isLink: boolean;
}

/** The files in a `dashboards/` folder. */
interface Listing {
  candidates: Candidate[];
  /** The number of all entries; the files are incomplete if there are more than {@link MAX_ENTRIES}. */
  entries: number;
}

function candidateOf(entry: Dirent, isLinked: boolean): Candidate | undefined {
  const [, name] = /^(.*)\.ya?ml$/s.exec(entry.name) ?? [];
  const isLink = isLinked || entry.isSymbolicLink();
  if (name === undefined || !DASHBOARD_NAME.test(name) || !(isLink || entry.isFile())) return undefined;
  return { name, path: `dashboards/${entry.name}`, isLink };
}

async function readListing(folder: string, isLinked: boolean): Promise<Listing> {
  const candidates: Candidate[] = [];
  let entries = 0;
  try {
    for await (const entry of await opendir(join(folder, 'dashboards'), { bufferSize: 256 })) {
      entries += 1;
      if (entries > MAX_ENTRIES) break;
      const candidate = candidateOf(entry, isLinked);
      if (candidate) candidates.push(candidate);
    }
  } catch {
    return { candidates: [], entries: 0 };
  }
  return { candidates: candidates.toSorted((a, b) => (a.path < b.path ? -1 : 1)), entries };
}

async function titleOf(file: FileStat, pluginId: string, path: string): Promise<string | undefined> {
  if (Number(file.stats.size) > MAX_TITLE_FILE_BYTES) return undefined;
  const { document } = await readDashboardFile(file.path, { pluginId, file: path });
  if (!isRecord(document)) return undefined;
  return [document.label, document.title].find((label) => typeof label === 'string' && label !== '') as
    string | undefined;
}

/** Returns the component names of a document's panels; `undefined` if the document is not a dashboard. */
function componentsOf(document: unknown, name: string): readonly string[] | undefined {
  const { layout } = readDashboard(document, name);
  const names = layout?.rows.flatMap(({ cells }) => cells.flatMap(({ panel }) => panel.component ?? []));
  return names && [...new Set(names)];
}

/** Makes a reader of plugins' dashboards, which reads a file again only if it has changed. */
export function createDashboardsFolder(): DashboardsFolder {
  const listings = new LRUCache<string, { stamp: string; listing: Listing }>({
    max: MAX_CACHED_FILES,
  });
  const titles = createFileCache<string | undefined>();
  const documents = createFileCache<DashboardDocument>(MAX_CACHED_DOCUMENTS, ({ json }) => json.length);

  async function listingOf(folder: string): Promise<Listing> {
    const directory = await statPath(join(folder, 'dashboards')).catch(() => undefined);
    if (!directory) return { candidates: [], entries: 0 };
    // The target of a link may change without the link.
    if (!directory.stats.isDirectory()) return readListing(folder, true);
    const stamp = stampOf(directory);
    const cached = listings.get(folder);
    if (cached?.stamp === stamp) return cached.listing;
    const listing = await readListing(folder, false);
    if (isStampReliable(directory)) listings.set(folder, { stamp, listing });
    return listing;
  }

  /** Returns the files in `dashboards/` by dashboard name. Too many are refused before any of them is read. */
  async function filesOf({ id, folder }: PluginFolder): Promise<Map<string, Candidate>> {
    const found = new Map<string, Candidate>();
    const { candidates, entries } = await listingOf(folder);
    const place = 'dashboards/';
    if (entries > MAX_ENTRIES)
      checkLimit('dashboards', entries, { pluginId: id, place, unit: 'files or more' });
    const names = new Set(candidates.map(({ name }) => name));
    // The plugin has more if its manifest declares others.
    checkLimit('dashboards', names.size, { pluginId: id, place: PLACE });
    for (const candidate of candidates) {
      const { name, path, isLink } = candidate;
      if (!found.has(name) && (!isLink || (await statInner(folder, path)))) found.set(name, candidate);
    }
    return found;
  }

  function mergeDashboards(
    { id, dashboards }: PluginFolder,
    found: ReadonlyMap<string, Candidate>,
  ): InstalledDashboard[] {
    const all = new Map<string, InstalledDashboard>();
    for (const dashboard of dashboards) {
      const { name, path = found.get(name)?.path ?? `dashboards/${name}.yaml` } = dashboard;
      if (!all.has(name)) all.set(name, { ...dashboard, path });
    }
    const taken = new Set([...all.values()].map(({ path }) => path));
    for (const [name, { path }] of found)
      if (!all.has(name) && !taken.has(path)) all.set(name, { name, path });
    checkLimit('dashboards', all.size, { pluginId: id, place: PLACE });
    return [...all.values()];
  }

  async function withLabel(
    { id, folder }: PluginFolder,
    dashboard: InstalledDashboard,
    isDirect: boolean,
  ): Promise<InstalledDashboard> {
    const { path } = dashboard;
    if (dashboard.label !== undefined) return dashboard;
    const file = await statInner(folder, path, isDirect);
    const label =
      file &&
      (await titles(`${id} ${path} ${file.path}`, file, () => titleOf(file, id, path)).catch(
        () => undefined,
      ));
    return label ? { ...dashboard, label } : dashboard;
  }

  return {
    async list(plugin) {
      const found = await filesOf(plugin);
      const direct = new Set([...found.values()].filter(({ isLink }) => !isLink).map(({ path }) => path));
      return Promise.all(
        mergeDashboards(plugin, found).map((dashboard) =>
          withLabel(plugin, dashboard, direct.has(dashboard.path)),
        ),
      );
    },
    find: async (plugin, name) =>
      mergeDashboards(plugin, await filesOf(plugin)).find((dashboard) => dashboard.name === name),
    async read({ id, folder }, { name, path }) {
      const file = await statInner(folder, path);
      if (!file) return undefined;
      return documents(`${id} ${path} ${file.path}`, file, async () => {
        const { document } = await readDashboardFile(file.path, { pluginId: id, file: path });
        const components = componentsOf(document, name);
        return { json: JSON.stringify(document), ...(components && { components }) };
      });
    },
  };
}
