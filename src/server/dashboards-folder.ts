import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DASHBOARD_NAME,
  isRecord,
  readDashboard,
  type DashboardRef,
  type Manifest,
} from '../contract/index.ts';
import { createFileMemory, isSettled, REMEMBERED, see, seeInner, stampOf, type Seen } from './files.ts';
import { createKept } from './kept.ts';
import { readYaml } from './yaml.ts';

/** A dashboard of an installed plugin. */
export interface InstalledDashboard extends DashboardRef {
  /** Relative path of its file inside the plugin's folder; the file may be missing. */
  path: string;
}

/** A dashboard's document. */
export interface DashboardDocument {
  /** As JSON (CONTRACT P5). */
  json: string;
  /** The components that its panels ask for, as they write them, each once, in the panels' order; absent where it is no dashboard. */
  components?: readonly string[];
}

/** What is read of plugins' dashboards. */
export interface DashboardsFolder {
  /** Those of the manifest, then every other file in `dashboards/`, each with a label if it has one anywhere. */
  list(plugin: Declaring): Promise<InstalledDashboard[]>;
  /** The dashboard of a name; its label only where the manifest has one. */
  find(plugin: Declaring, name: string): Promise<InstalledDashboard | undefined>;
  /**
   * A dashboard's document; `undefined` where its file is not in the plugin's folder.
   * @throws {WidgetError} `YAML_INVALID`, naming plugin, file, line and column.
   */
  read(plugin: Declaring, dashboard: InstalledDashboard): Promise<DashboardDocument | undefined>;
}

type Declaring = Pick<Manifest, 'id' | 'dashboards'> & { folder: string };

/** Titles are looked for in files up to this many bytes: the list must stay cheap. */
const TITLE_BYTES = 65_536;
/** Characters of documents that are remembered. */
const DOCUMENTS_REMEMBERED = 32_000_000;

/** A file in `dashboards/` that a URL can name. */
interface Candidate {
  name: string;
  /** Relative to the plugin's folder. */
  path: string;
  /** Whether where it leads has to be asked each time. */
  isLink: boolean;
}

async function readCandidates(folder: string, isLinked: boolean): Promise<Candidate[]> {
  const entries = await readdir(join(folder, 'dashboards'), { withFileTypes: true }).catch(() => []);
  const candidates = entries.flatMap((entry) => {
    const [, name] = /^(.*)\.ya?ml$/s.exec(entry.name) ?? [];
    const isLink = isLinked || entry.isSymbolicLink();
    if (name === undefined || !DASHBOARD_NAME.test(name) || !(isLink || entry.isFile())) return [];
    return [{ name, path: `dashboards/${entry.name}`, isLink }];
  });
  return candidates.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function titleOf(file: Seen, pluginId: string, path: string): Promise<string | undefined> {
  if (Number(file.stats.size) > TITLE_BYTES) return undefined;
  const document = await readYaml(file.path, { pluginId, file: path });
  if (!isRecord(document)) return undefined;
  return [document.label, document.title].find((text) => typeof text === 'string' && text !== '') as
    string | undefined;
}

/** The names that a document's panels ask for; `undefined` where it cannot be read as a dashboard. */
function componentsOf(document: unknown, name: string): readonly string[] | undefined {
  const { layout } = readDashboard(document, name);
  const named = layout?.rows.flatMap(({ cells }) => cells.flatMap(({ panel }) => panel.component ?? []));
  return named && [...new Set(named)];
}

/** A reader of plugins' dashboards that reads anew only what has changed. */
export function createDashboardsFolder(): DashboardsFolder {
  const listings = createKept<{ stamp: string; candidates: Candidate[] }>(REMEMBERED);
  const titles = createFileMemory<string | undefined>();
  const documents = createFileMemory<DashboardDocument>(DOCUMENTS_REMEMBERED, ({ json }) => json.length);

  async function candidatesOf(folder: string): Promise<Candidate[]> {
    const seen = await see(join(folder, 'dashboards')).catch(() => undefined);
    if (!seen) return [];
    // What a link leads to may change without it.
    if (!seen.stats.isDirectory()) return readCandidates(folder, true);
    const stamp = stampOf(seen);
    const known = listings.get(folder);
    if (known?.stamp === stamp) return known.candidates;
    const candidates = await readCandidates(folder, false);
    if (isSettled(seen)) listings.set(folder, { stamp, candidates });
    return candidates;
  }

  /** The files in `dashboards/`, by dashboard. */
  async function filesOf(folder: string): Promise<Map<string, Candidate>> {
    const found = new Map<string, Candidate>();
    for (const candidate of await candidatesOf(folder)) {
      const { name, path, isLink } = candidate;
      if (!found.has(name) && (!isLink || (await seeInner(folder, path)))) found.set(name, candidate);
    }
    return found;
  }

  function allOf({ dashboards }: Declaring, found: ReadonlyMap<string, Candidate>): InstalledDashboard[] {
    const all = new Map<string, InstalledDashboard>();
    for (const dashboard of dashboards) {
      const { name, path = found.get(name)?.path ?? `dashboards/${name}.yaml` } = dashboard;
      if (!all.has(name)) all.set(name, { ...dashboard, path });
    }
    const taken = new Set([...all.values()].map(({ path }) => path));
    for (const [name, { path }] of found)
      if (!all.has(name) && !taken.has(path)) all.set(name, { name, path });
    return [...all.values()];
  }

  async function labelled(
    { id, folder }: Declaring,
    dashboard: InstalledDashboard,
    isDirect: boolean,
  ): Promise<InstalledDashboard> {
    const { path } = dashboard;
    if (dashboard.label !== undefined) return dashboard;
    const file = await seeInner(folder, path, isDirect);
    const label =
      file &&
      (await titles(`${id} ${path} ${file.path}`, file, () => titleOf(file, id, path)).catch(
        () => undefined,
      ));
    return label ? { ...dashboard, label } : dashboard;
  }

  return {
    async list(plugin) {
      const found = await filesOf(plugin.folder);
      const direct = new Set([...found.values()].filter(({ isLink }) => !isLink).map(({ path }) => path));
      return Promise.all(
        allOf(plugin, found).map((dashboard) => labelled(plugin, dashboard, direct.has(dashboard.path))),
      );
    },
    find: async (plugin, name) =>
      allOf(plugin, await filesOf(plugin.folder)).find((dashboard) => dashboard.name === name),
    async read({ id, folder }, { name, path }) {
      const file = await seeInner(folder, path);
      if (!file) return undefined;
      return documents(`${id} ${path} ${file.path}`, file, async () => {
        const document = await readYaml(file.path, { pluginId: id, file: path });
        const components = componentsOf(document, name);
        return { json: JSON.stringify(document), ...(components && { components }) };
      });
    },
  };
}
