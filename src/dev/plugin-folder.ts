import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  COMPONENT_NAME,
  DASHBOARD_NAME,
  isMatch,
  isRecord,
  isWidgetError,
  readDashboards,
  readManifest,
  type ComponentDeclaration,
  type DashboardRef,
  type Issue,
  type Manifest,
} from '../contract/index.ts';
import { findSchemaFaults, loadPatterns, spellConfigPath } from '../config/index.ts';
import {
  innerFile,
  isManifestText,
  isRange,
  placesIn,
  readYaml,
  spellPath,
  withUsableSchemas,
  type PlaceOf,
  type UncarriedValue,
} from '../server/tools.ts';
import type { InstalledDashboard } from '../server/index.ts';
import { checkLimit, quote } from '../contract/words.ts';
import { createProblem, type Position, type Problem } from '../bundling/index.ts';

/** One plugin's folder and the readable parts of its manifest. */
export interface PluginFolder {
  /** The absolute path, links resolved unless the folder is missing. */
  folder: string;
  id: string;
  /** The manifest's path in the folder, `plugin.yaml` or `plugin.yml`. */
  file: string;
  /** The valid components. */
  components: ComponentDeclaration[];
  /** The names of all components, including invalid ones. */
  names: string[];
  /** The dashboards of the manifest, whose files may be missing, then every other file in `dashboards/`. */
  dashboards: InstalledDashboard[];
  /** The manifest without invalid components; absent if it cannot be read. */
  manifest?: Manifest;
  /** The problems of the manifest, including dashboards that a host skips. */
  problems: Problem[];
}

/** Converts an issue of a document to a problem. */
export const problemOfIssue = (
  code: 'MANIFEST_INVALID' | 'DASHBOARD_INVALID',
  issue: Issue,
  file: string,
  place: Partial<Position>,
): Problem =>
  'limit' in issue
    ? createProblem('error', 'PLUGIN_TOO_LARGE', { ...issue, file }, place)
    : createProblem('error', code, { ...issue, file }, place);

/** Converts a value that JSON cannot carry to a problem. */
export const problemOfValue = (
  level: Problem['level'],
  code: 'MANIFEST_INVALID' | 'DASHBOARD_INVALID',
  { path, line, column, written, rule, value }: UncarriedValue,
  file: string,
): Problem =>
  createProblem(level, code, { place: spellPath(path), value, written, rule, file }, { line, column });

/** Converts the error of reading a file to a problem. @throws every other error */
export function unreadable(file: string, thrown: unknown): Problem {
  if (isWidgetError(thrown)) {
    const [, line, column] = /:(\d+):(\d+)$/.exec(String(thrown.details.place)) ?? [];
    const place = line && column ? { line: Number(line), column: Number(column) } : {};
    const { code, fact: message, fix, copy } = thrown;
    return { level: 'error', code, file, ...place, message, fix, ...(copy && { copy }) };
  }
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === undefined) throw thrown;
  return createProblem('error', 'FILE_UNREADABLE', { file, reason: code });
}

/** Finds the same dashboards as the host API. Calls `skip` for files that the host API skips. */
async function findDashboards(folder: string, declared: DashboardRef[], skip: (file: string) => void) {
  const found = new Map<string, string>();
  for (const file of (await readdir(join(folder, 'dashboards')).catch(() => [])).toSorted()) {
    const [, name] = /^(.*)\.ya?ml$/s.exec(file) ?? [];
    const path = `dashboards/${file}`;
    if (name === undefined || found.has(name) || !(await innerFile(folder, path))) continue;
    if (DASHBOARD_NAME.test(name)) found.set(name, path);
    else skip(path);
  }
  const all = new Map<string, InstalledDashboard>();
  for (const one of declared) {
    const path = one.path ?? found.get(one.name) ?? `dashboards/${one.name}.yaml`;
    if (!all.has(one.name)) all.set(one.name, { ...one, path });
  }
  const used = new Set([...all.values()].map(({ path }) => path));
  for (const [name, path] of found) if (!all.has(name) && !used.has(path)) all.set(name, { name, path });
  return [...all.values()];
}

/** The unique names of all declared components, including those with an invalid path. */
function namesIn(frontend: unknown): string[] {
  const { components } = isRecord(frontend) ? frontend : {};
  const names = (Array.isArray(components) ? components : [])
    .map((entry: unknown) => (isRecord(entry) ? entry.name : undefined))
    .filter((name) => isMatch(COMPONENT_NAME, name));
  return [...new Set(names)];
}

/** The mistakes in the schemas of components' configs (CONTRACT M4). */
async function schemaProblems(document: unknown, file: string, placeOf: PlaceOf): Promise<Problem[]> {
  const { frontend } = isRecord(document) ? document : {};
  const { components } = isRecord(frontend) ? frontend : {};
  const { isPattern } = await loadPatterns();
  return (Array.isArray(components) ? components : []).flatMap((entry: unknown, index) => {
    const { config, name } = isRecord(entry) ? entry : {};
    if (config === undefined) return [];
    return findSchemaFaults(config, isPattern).map(({ path, fact }) => {
      const at = ['frontend', 'components', index, 'config', ...path];
      const place = `frontend.components[${index}].config${spellConfigPath(path)}`;
      const details = { file, place, message: fact, name: String(name) };
      return createProblem('error', 'CONFIG_SCHEMA_INVALID', details, placeOf(at, path.length > 0));
    });
  });
}

async function readManifestFile(plugin: PluginFolder, path: string) {
  const { file, problems } = plugin;
  checkLimit('manifest', (await stat(path)).size, { pluginId: plugin.id, place: file, unit: 'bytes' });
  const document = await readYaml(
    path,
    { pluginId: plugin.id, file },
    {
      isText: isManifestText,
      report(value) {
        const isKey = value.rule === 'unique' || value.rule === 'key';
        if (!isKey) problems.push(problemOfValue('warning', 'MANIFEST_INVALID', value, file));
        return false;
      },
    },
  );
  const placeOf = placesIn(await readFile(path, 'utf8'));
  const { manifest, issues } = readManifest(document, plugin.id, isRange);
  for (const issue of issues)
    problems.push(problemOfIssue('MANIFEST_INVALID', issue, file, placeOf(issue.place)));
  if (!manifest) return;
  problems.push(...(await schemaProblems(document, file, placeOf)));

  const skip = (place: string, value: unknown, at: string) =>
    problems.push(
      createProblem('warning', 'DASHBOARD_SKIPPED', { file, place, value: quote(value) }, placeOf(at)),
    );
  const { dashboards: entries = [], frontend } = document as { dashboards?: unknown; frontend?: unknown };
  if (!Array.isArray(entries)) skip('dashboards', entries, 'dashboards');
  else
    for (const [index, entry] of entries.entries()) {
      const place = `dashboards[${index}]`;
      if (readDashboards([entry]).length === 0) skip(place, entry, place);
    }
  const dashboards = await findDashboards(plugin.folder, manifest.dashboards, (skipped) =>
    problems.push(
      createProblem('warning', 'DASHBOARD_SKIPPED', {
        file: skipped,
        place: 'a file',
        value: quote(skipped),
      }),
    ),
  );
  const names = namesIn(frontend);
  // As on a host, the manifest has no schema that has faults.
  const usable = await withUsableSchemas(manifest, loadPatterns);
  Object.assign(plugin, {
    id: manifest.id,
    components: usable.components,
    names,
    dashboards,
    manifest: usable,
  });
}

/**
 * Reads a plugin's folder. Mistakes in it are reported as problems, never thrown.
 *
 * @param dir The folder's absolute path.
 */
export async function readPlugin(dir: string): Promise<PluginFolder> {
  const problems: Problem[] = [];
  const plugin: PluginFolder = {
    folder: dir,
    id: basename(dir),
    file: 'plugin.yaml',
    components: [],
    names: [],
    dashboards: [],
    problems,
  };
  const isFolder = (await stat(dir).catch(() => undefined))?.isDirectory();
  if (isFolder) plugin.folder = await realpath(dir);
  plugin.id = basename(plugin.folder);
  for (const file of isFolder ? ['plugin.yaml', 'plugin.yml'] : []) {
    const path = await innerFile(plugin.folder, file);
    if (!path) continue;
    plugin.file = file;
    await readManifestFile(plugin, path).catch((thrown) => problems.push(unreadable(file, thrown)));
    return plugin;
  }
  const message = isFolder ? 'has no plugin.yaml.' : 'is not a folder.';
  problems.push(createProblem('error', 'NO_PLUGIN', { file: plugin.file, folder: dir, message }));
  return plugin;
}
