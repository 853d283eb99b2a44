import { isRecord, type Config } from './data.ts';
import { ENGINES, type Engines } from './engines.ts';
import {
  BUNDLE_NAME,
  collectIn,
  COMPONENT_NAME,
  DASHBOARD_NAME,
  isInnerPath,
  isMatch,
  overLimit,
  PLUGIN_ID,
  type Issue,
  type Report,
} from './issues.ts';

/** A component as a manifest declares it (CONTRACT M1). */
export interface ComponentDeclaration {
  /** PascalCase, unique in its plugin. */
  name: string;
  /** Relative path of the bundle inside the plugin's folder. */
  path: string;
  /** The path's last segment; the served URL contains only this. */
  filename: string;
  /** The JSON Schema of its config (CONTRACT M4). */
  config?: Config | undefined;
}

/** A dashboard as a manifest or the list names it. */
export interface DashboardRef {
  name: string;
  label?: string;
  /** Relative path of the file inside the plugin's folder, if the manifest has one. */
  path?: string;
}

/** The part of `plugin.yaml` that the runtime reads; other keys are ignored (CONTRACT M2). */
export interface Manifest {
  id: string;
  name: string;
  display_name: string;
  version: string;
  dashboards: DashboardRef[];
  components: ComponentDeclaration[];
  /** The versions of the host that it needs; absent if the manifest names none. */
  engines?: Engines;
}

/**
 * Reads the `components` of a manifest or of a list entry (CONTRACT M1, M3).
 *
 * @param value The value of `frontend.components`; absent or null means no components.
 * @param report Called for every value that breaks a rule; such components are left out.
 */
export function readComponents(value: unknown, report: Report): ComponentDeclaration[] {
  const names = new Set<string>();
  const paths = new Map<string, string>();

  function readName(place: string, name: unknown): string | undefined {
    if (!isMatch(COMPONENT_NAME, name)) return report({ place, value: name, rule: 'pascalCase' });
    if (names.has(name)) return report({ place, value: name, rule: 'unique' });
    names.add(name);
    return name;
  }

  function readPath(place: string, path: unknown): string | undefined {
    if (!isInnerPath(path)) return report({ place, value: path, rule: 'innerPath' });
    const filename = baseName(path);
    if (!BUNDLE_NAME.test(filename)) return report({ place, value: path, rule: 'bundleName' });
    // The served URL contains only the base name, so two folders would share one URL.
    if ((paths.get(filename) ?? path) !== path) return report({ place, value: path, rule: 'ownFileName' });
    paths.set(filename, path);
    return path;
  }

  if (value === undefined || value === null) return [];
  const place = 'frontend.components';
  if (!Array.isArray(value)) return report({ place, value, rule: 'list' }) ?? [];
  const tooMany = overLimit('components', value.length, place);
  if (tooMany) report(tooMany);
  const entries: unknown[] = tooMany ? value.slice(0, tooMany.limit) : value;
  return entries.flatMap((entry, index) => {
    const entryPlace = `frontend.components[${index}]`;
    if (!isRecord(entry)) return report({ place: entryPlace, value: entry, rule: 'mapping' }) ?? [];
    const name = readName(`${entryPlace}.name`, entry.name);
    const path = readPath(`${entryPlace}.path`, entry.path);
    if (name === undefined || path === undefined) return [];
    // Its first user finds out whether it is a schema.
    return [{ name, path, filename: baseName(path), config: entry.config as Config | undefined }];
  });
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Reads the `dashboards` of a manifest or a list entry. The contract has no rules for them, so unreadable entries are left out. */
export function readDashboards(value: unknown): DashboardRef[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const fields = isRecord(entry) ? entry : { name: entry };
    const path = stringOf(fields.path ?? fields.file);
    const name = stringOf(fields.name ?? fields.id) ?? path?.replace(/^.*\/|\.ya?ml$/g, '');
    const label = stringOf(fields.label ?? fields.title);
    if (!isMatch(DASHBOARD_NAME, name)) return [];
    if (path !== undefined && !(isInnerPath(path) && /\.ya?ml$/.test(path))) return [];
    return [{ name, ...(label !== undefined && { label }), ...(path !== undefined && { path }) }];
  });
}

const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** Reads the `engines` of a manifest (CONTRACT M4). Other names than {@link ENGINES} are ignored. */
function readEngines(value: unknown, isRange: IsRange, report: Report): Engines | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) return report({ place: 'engines', value, rule: 'mapping' });
  const ranges = ENGINES.flatMap((engine) => {
    const range = value[engine];
    if (range === undefined) return [];
    const text = stringOf(range);
    if (text !== undefined && isRange(text)) return [[engine, text]];
    return report({ place: `engines.${engine}`, value: range, rule: 'versionRange' }) ?? [];
  });
  return ranges.length > 0 ? (Object.fromEntries(ranges) as Engines) : undefined;
}

/** Whether a text is a range of versions. Servers and tools have a library for it, which no page loads. */
export type IsRange = (text: string) => boolean;

/** A manifest, and the issue of every value in it that breaks a rule. */
export interface ReadManifest {
  /** Without the components that break a rule; absent if the document is not a mapping. */
  manifest?: Manifest;
  issues: Issue[];
}

/**
 * Reads a manifest and collects all its issues (CONTRACT M). The id is its `id`, else its `name` if that is a valid id, else the
 * folder's name.
 *
 * @param document The parsed `plugin.yaml`.
 * @param folder The name of the plugin's folder.
 * @param isRange Reads the ranges of `engines`. @default every text is a range
 */
export function readManifest(document: unknown, folder: string, isRange: IsRange = () => true): ReadManifest {
  const issues: Issue[] = [];
  const report = collectIn(issues);
  if (!isRecord(document)) {
    report({ place: 'plugin.yaml', value: document, rule: 'mapping' });
    return { issues };
  }
  const named = stringOf(document.name);
  const given = document.id ?? (isMatch(PLUGIN_ID, named) ? named : folder);
  const id = isMatch(PLUGIN_ID, given)
    ? given
    : (report({ place: 'id', value: given, rule: 'pluginId' }) ?? folder);
  const frontend = document.frontend ?? {};
  if (!isRecord(frontend)) report({ place: 'frontend', value: frontend, rule: 'mapping' });
  const engines = readEngines(document.engines, isRange, report);
  const manifest = {
    id,
    name: named ?? id,
    display_name: stringOf(document.display_name) ?? named ?? id,
    version: stringOf(document.version) ?? '',
    dashboards: readDashboards(document.dashboards),
    components: isRecord(frontend) ? readComponents(frontend.components, report) : [],
    ...(engines && { engines }),
  };
  return { manifest, issues };
}
