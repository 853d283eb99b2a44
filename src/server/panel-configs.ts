import { readFile } from 'node:fs/promises';
import {
  isRecord,
  PANEL_ISSUES,
  panelsKey,
  readDashboard,
  type Config,
  type Panel,
  type PanelIssue,
} from '../contract/index.ts';
import {
  checkConfig,
  MAX_STEPS,
  textOfFaults,
  type Budget,
  type ConfigFault,
  type ConfigSchema,
  type Patterns,
} from '../config/index.ts';
import type { DashboardDocument, InstalledDashboard } from './dashboards-folder.ts';
import { innerFile } from './files.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { createPatternsReader } from './schemas.ts';
import { placesIn, type PlaceOf } from './yaml-places.ts';
import type { Path } from './yaml-values.ts';

/** The config of a panel after the check. */
export interface CheckedPanel {
  /** With the defaults of the schema. */
  config: Config;
  faults: readonly ConfigFault[];
  /** Returns the path of a fault in the document. */
  pathOf(fault: ConfigFault): Path;
}

/** The panels of a dashboard whose faults get a line and a column; the others only get their names. */
const MAX_PLACED = 50;

/**
 * Checks the config of one panel against the schema of its component (CONTRACT M4).
 *
 * @param list The key of the document's panels, see {@link panelsKey}.
 * @param budget Shared by the panels of a dashboard.
 */
export function checkPanelConfig(
  { key, config, source }: Panel,
  list: string,
  schema: ConfigSchema,
  { matches }: Patterns,
  budget?: Budget,
): CheckedPanel {
  const checked = checkConfig(schema, config, matches, budget);
  // The reader passes two keys of the panel itself in its config.
  const isPassed = (name: unknown) => name === 'live' || name === 'refresh_seconds';
  const name = source.config ? 'config' : 'props';
  return {
    ...checked,
    pathOf({ path }) {
      const [first] = path;
      const isPanels = isPassed(first) && source[String(first)] !== undefined;
      return [list, Number(key), ...(isPanels ? path : [name, ...path])];
    },
  };
}

/** A component's place in a dashboard's file, `dashboards/main.yaml:7:15`. */
export const spellPlace = (
  file: string,
  fault: ConfigFault,
  { pathOf }: CheckedPanel,
  placeOf: PlaceOf,
): string => {
  const { line, column } = placeOf(pathOf(fault), fault.isKey);
  return `${file}:${line}:${column}`;
};

interface Checked {
  schemas: readonly (ConfigSchema | undefined)[];
  document: DashboardDocument;
}

/** Finds an installed plugin by its id. */
type FindPlugin = (id: string) => Promise<DeclaredPlugin | undefined> | DeclaredPlugin | undefined;

/**
 * Adds defaults and issues to a dashboard's document.
 *
 * @param find Finds the other plugins whose components the dashboard names. It is called once for each.
 */
export type CheckConfigs = (
  own: DeclaredPlugin,
  dashboard: InstalledDashboard,
  document: DashboardDocument,
  find: FindPlugin,
) => Promise<DashboardDocument>;

/**
 * Makes the function that checks the configs of a dashboard whose components have schemas: it adds the schemas' defaults, and lists the
 * panels that become cards (CONTRACT M4, D5). Without schemas the document stays the same object. Names that a component of the host app
 * can have are left to the page, which knows them.
 */
export function createConfigChecks(): CheckConfigs {
  const known = new WeakMap<DashboardDocument, Checked>();
  const patternsOf = createPatternsReader();

  /** Finds the schemas of components, in their order. */
  async function readSchemas(
    own: DeclaredPlugin,
    names: readonly string[],
    find: FindPlugin,
  ): Promise<(ConfigSchema | undefined)[]> {
    const idOf = (name: string) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : own.id);
    const ids = [...new Set(names.map(idOf))];
    const plugins = await Promise.all(ids.map((id) => (id === own.id ? own : find(id))));
    const byId = new Map(ids.map((id, index) => [id, plugins[index]]));
    return names.map((name) => {
      const bare = name.slice(name.indexOf('/') + 1);
      return byId.get(idOf(name))?.components.find((one) => one.name === bare)?.config;
    });
  }

  async function check(
    own: DeclaredPlugin,
    { name, path: file }: InstalledDashboard,
    document: DashboardDocument,
    schemas: ReadonlyMap<string, ConfigSchema | undefined>,
  ): Promise<DashboardDocument> {
    const parsed: unknown = JSON.parse(document.json);
    const { layout } = readDashboard(parsed, name);
    if (!layout || !isRecord(parsed)) return document;
    const patterns = await patternsOf();
    const list = panelsKey(parsed);
    const entries = parsed[list] as Record<string, unknown>[];
    const issues = (parsed[PANEL_ISSUES] ?? []) as PanelIssue[];
    const budget = { left: MAX_STEPS };
    let placeOf: PlaceOf | undefined;
    for (const { panel } of layout.rows.flatMap(({ cells }) => cells)) {
      const { component, issue, key } = panel;
      const schema = component === undefined || issue ? undefined : schemas.get(component);
      if (!schema) continue;
      const checked = checkPanelConfig(panel, list, schema, patterns, budget);
      const [first] = checked.faults;
      const entry = entries[Number(key)]!;
      if (!first) {
        delete entry.props;
        entry.config = checked.config;
        continue;
      }
      const path = issues.length < MAX_PLACED ? await innerFile(own.folder, file) : undefined;
      if (path) placeOf ??= placesIn(await readFile(path, 'utf8'));
      const place = placeOf && issues.length < MAX_PLACED ? spellPlace(file, first, checked, placeOf) : file;
      issues.push({
        panel: Number(key),
        component: component!,
        message: textOfFaults(checked.faults, place),
      });
    }
    if (issues.length > 0) parsed[PANEL_ISSUES] = issues;
    return { ...document, json: JSON.stringify(parsed) };
  }

  return async (own, dashboard, document, find) => {
    const names = document.components ?? [];
    const schemas = await readSchemas(own, names, find);
    if (schemas.every((schema) => schema === undefined)) return document;
    const before = known.get(document);
    if (before?.schemas.every((schema, index) => schema === schemas[index])) return before.document;
    const byName = new Map(names.map((name, index) => [name, schemas[index]]));
    const checked = { schemas, document: await check(own, dashboard, document, byName) };
    known.set(document, checked);
    return checked.document;
  };
}
