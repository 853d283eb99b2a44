import { isRecord } from './config.ts';
import { WidgetError, type Code, type Details } from './errors.ts';

/** A component as a manifest declares it (CONTRACT M1). */
export interface ComponentDeclaration {
  /** PascalCase, unique in its plugin. */
  name: string;
  /** Relative path of the bundle inside the plugin's folder. */
  path: string;
  /** The path's last segment, which is all that the served URL holds. */
  filename: string;
}

/** A dashboard as a manifest or the list names it. */
export interface DashboardRef {
  name: string;
  label?: string;
  /** Relative path of the file inside the plugin's folder, where the manifest gives one. */
  path?: string;
}

/** What the runtime reads of `plugin.yaml`; everything else in it is ignored (CONTRACT M2). */
export interface Manifest {
  id: string;
  name: string;
  display_name: string;
  version: string;
  dashboards: DashboardRef[];
  components: ComponentDeclaration[];
}

/** A plugin's id (CONTRACT M3). */
export const PLUGIN_ID = /^[a-z0-9][a-z0-9._-]*$/;
/** A component's name (CONTRACT M1). */
export const COMPONENT_NAME = /^[A-Z][A-Za-z0-9]*$/;
/** A bundle's file name (CONTRACT M1, P4). */
export const BUNDLE_NAME = /^[A-Za-z0-9._-]+\.js$/;
/** A dashboard's name, which is also its file's name without the ending (CONTRACT P5). */
export const DASHBOARD_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** A SHA-256 as URLs and consents spell it (CONTRACT T4). */
export const SHA256 = /^[0-9a-f]{64}$/;

/** How large one plugin may be, so that no plugin takes the list from the others (CONTRACT M5). */
export const PLUGIN_LIMITS = {
  /** Components that it declares. */
  components: 256,
  /** Dashboards, those that it declares and those in its folder. */
  dashboards: 256,
  /** Bytes of its manifest's file. */
  manifest: 256_000,
  /** Bytes of its entry in the list, as JSON. */
  entry: 64_000,
};

/**
 * Checks that a plugin keeps to one of the {@link PLUGIN_LIMITS}.
 *
 * @param unit What is counted, as messages say it.
 * @throws {WidgetError} `PLUGIN_TOO_LARGE`, naming plugin, place, count and limit.
 */
export function checkLimit(
  limit: keyof typeof PLUGIN_LIMITS,
  count: number,
  { pluginId, place, unit = limit }: { pluginId: string | undefined; place: string; unit?: string },
): void {
  if (count <= PLUGIN_LIMITS[limit]) return;
  throw new WidgetError('PLUGIN_TOO_LARGE', { pluginId, place, count, unit, limit: PLUGIN_LIMITS[limit] });
}

/** How many bytes a value has as JSON. */
export const jsonBytes = (value: object): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** Throws where a value breaks a rule: `check(ok, place, value, rule)`. */
export type Check = (ok: unknown, place: string, value: unknown, rule: Details['rule']) => asserts ok;

/** A {@link Check} that throws `code`, naming plugin, place, value and rule. */
export function checkOf(code: Code, pluginId: string | undefined): Check {
  return (ok, place, value, rule) => {
    if (!ok) throw new WidgetError(code, { pluginId, place, value, rule });
  };
}

/** Whether a value is a text that matches a pattern. */
export const isMatch = (pattern: RegExp, value: unknown): value is string =>
  typeof value === 'string' && pattern.test(value);

/** Whether a relative path stays below the folder it is meant for, whatever reads it: a URL, POSIX or Windows. */
export const isInnerPath = (path: unknown): path is string =>
  isMatch(/^(?!\/|[a-z][a-z0-9+.-]*:)[^\\\0]+$/i, path) && !path.includes('..');

/**
 * Reads the `components` of a manifest or of a list entry (CONTRACT M1, M3).
 *
 * @param value What stands under `frontend.components`; absent or null means none.
 * @param code The code to throw, `MANIFEST_INVALID` for a manifest.
 * @throws {WidgetError} naming plugin, index, value and rule; `PLUGIN_TOO_LARGE` for too many.
 */
export function parseComponents(
  value: unknown,
  pluginId: string | undefined,
  code: Code = 'MANIFEST_INVALID',
): ComponentDeclaration[] {
  const check: Check = checkOf(code, pluginId);
  const names = new Set<string>();
  const paths = new Map<string, string>();
  value ??= [];
  check(Array.isArray(value), 'frontend.components', value, 'list');
  checkLimit('components', value.length, { pluginId, place: 'frontend.components' });
  return value.map((entry: unknown, index) => {
    const place = `frontend.components[${index}]`;
    check(isRecord(entry), place, entry, 'mapping');
    const { name, path } = entry;
    check(isMatch(COMPONENT_NAME, name), `${place}.name`, name, 'pascalCase');
    check(!names.has(name), `${place}.name`, name, 'unique');
    check(isInnerPath(path), `${place}.path`, path, 'innerPath');
    const filename = path.slice(path.lastIndexOf('/') + 1);
    check(BUNDLE_NAME.test(filename), `${place}.path`, path, 'bundleName');
    // The served URL holds only the base name, so two folders would share one URL.
    check((paths.get(filename) ?? path) === path, `${place}.path`, path, 'ownFileName');
    names.add(name);
    paths.set(filename, path);
    return { name, path, filename };
  });
}

/** Reads the `dashboards` of a manifest or a list entry. M names no rules for them, so what cannot be read is left out. */
export function parseDashboards(value: unknown): DashboardRef[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const fields = isRecord(entry) ? entry : { name: entry };
    const path = text(fields.path ?? fields.file);
    const name = text(fields.name ?? fields.id) ?? path?.replace(/^.*\/|\.ya?ml$/g, '');
    const label = text(fields.label ?? fields.title);
    if (!isMatch(DASHBOARD_NAME, name)) return [];
    if (path !== undefined && !(isInnerPath(path) && /\.ya?ml$/.test(path))) return [];
    return [{ name, ...(label !== undefined && { label }), ...(path !== undefined && { path }) }];
  });
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/**
 * Reads a manifest (CONTRACT M). The id is its `id`, else its `name` where that is a valid id, else the folder's name.
 *
 * @param document The parsed `plugin.yaml`.
 * @param folder The name of the plugin's folder.
 * @throws {WidgetError} `MANIFEST_INVALID`, naming plugin, index, value and rule; `PLUGIN_TOO_LARGE` for too many components.
 */
export function parseManifest(document: unknown, folder: string): Manifest {
  const check: Check = checkOf('MANIFEST_INVALID', folder);
  check(isRecord(document), 'plugin.yaml', document, 'mapping');
  const named = text(document.name);
  const id = document.id ?? (isMatch(PLUGIN_ID, named) ? named : folder);
  check(isMatch(PLUGIN_ID, id), 'id', id, 'pluginId');
  const frontend = document.frontend ?? {};
  check(isRecord(frontend), 'frontend', frontend, 'mapping');
  return {
    id,
    name: named ?? id,
    display_name: text(document.display_name) ?? named ?? id,
    version: text(document.version) ?? '',
    dashboards: parseDashboards(document.dashboards),
    components: parseComponents(frontend.components, id),
  };
}

/** A plugin's entry in the list, as far as its manifest alone makes it (CONTRACT P1). */
export const declaredEntry = ({ id, name, display_name, version, dashboards, components }: Manifest) => ({
  id,
  name,
  display_name,
  version,
  dashboards: dashboards.map(({ name, label }) => ({ name, ...(label && { label }) })),
  frontend: { components },
});

/**
 * Checks the size of what a manifest declares (CONTRACT M5). Its files may add to it.
 *
 * @throws {WidgetError} `PLUGIN_TOO_LARGE`.
 */
export function checkDeclared(manifest: Manifest, pluginId: string): void {
  checkLimit('dashboards', manifest.dashboards.length, { pluginId, place: 'dashboards' });
  const bytes = jsonBytes(declaredEntry(manifest));
  checkLimit('entry', bytes, { pluginId, place: 'Its entry in the list', unit: 'bytes' });
}
