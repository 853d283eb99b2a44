import { readFile } from 'node:fs/promises';
import { suggest } from '../contract/words.ts';
import {
  isRecord,
  PANEL_ISSUES,
  panelsKey,
  readDashboard,
  type Issue,
  type Panel,
} from '../contract/index.ts';
import { sentenceOfFault, type Patterns } from '../config/index.ts';
import {
  checkPanelConfig,
  innerFile,
  panelOf,
  placesIn,
  readDashboardFile,
  type PlaceOf,
  type UncarriedValue,
} from '../server/tools.ts';
import type { InstalledDashboard } from '../server/index.ts';
import { createProblem, OTHER_PLUGIN_FIX, type Position, type Problem } from '../bundling/index.ts';
import { unknownKeys } from './panel-keys.ts';
import { problemOfIssue, problemOfValue, unreadable, type PluginFolder } from '../dev/index.ts';

/** The result of checking one dashboard. */
export interface CheckedDashboard {
  /** The number of panels, including those of the host's types. Absent if the dashboard cannot be read. */
  panels?: number;
  /** The plugin's own components that its panels show. */
  used: string[];
  problems: Problem[];
}

/** The plugin's own component of a name, or the level of the problem if there is no such component (CONTRACT D4). */
function resolveComponent(
  { id, names }: PluginFolder,
  name: string,
  builtIns: readonly string[],
): { own: string } | Problem['level'] | undefined {
  const bare = name.startsWith(`${id}/`) ? name.slice(id.length + 1) : name;
  if (names.includes(bare)) return { own: bare };
  if (builtIns.includes(name)) return undefined;
  if (bare !== name) return 'error';
  // The name belongs to another plugin, which may be installed on the host.
  if (name.includes('/')) return undefined;
  // The component may belong to another plugin or to the host app, unless the name looks like a typo.
  return suggest(name, [...names, ...builtIns]).length > 0 ? 'error' : 'warning';
}

/** The path of the component's name within a panel (CONTRACT D1). */
function componentPath({ source }: Panel): string {
  if (source.component !== undefined && source.component !== null) return 'component';
  return source.config ? 'config.component' : 'props.component';
}

function unknownComponent(
  { id: pluginId, names }: PluginFolder,
  level: Problem['level'],
  details: { file: string; name: string },
  place: Position,
  builtIns: readonly string[],
): Problem {
  const known = [...names.map((own) => `${pluginId}/${own}`), ...builtIns];
  const problem = createProblem(level, 'UNKNOWN_COMPONENT', { pluginId, ...details, names: known }, place);
  if (details.name.includes('/')) return problem;
  return { ...problem, fix: `${problem.fix} ${OTHER_PLUGIN_FIX.replaceAll('{name}', () => details.name)}` };
}

/** Warns of the keys of a panel that hosts ignore. */
function unknownKeyProblems(panel: Panel, place: string, file: string, placeOf: PlaceOf): Problem[] {
  const { unknown, known } = unknownKeys(panel);
  return unknown.map((key) => {
    const [similar] = suggest(key, known);
    const own = panel.type === 'custom' ? 'Put it under "config", which the widget receives' : 'Correct it';
    const remedy = similar ? `Did you mean ${similar}? Correct it` : own;
    return createProblem(
      'warning',
      'UNKNOWN_KEY',
      { place, key, owner: `panels of the type ${panel.type}`, remedy, file },
      placeOf(`${place}.${key}`),
    );
  });
}

/** The place and the tools of a check. */
interface ConfigPlace {
  file: string;
  list: string;
  placeOf: PlaceOf;
  patterns: Patterns;
}

/** The values of a panel's config that the schema of its component does not accept (CONTRACT M4). */
function configProblems(
  { components }: PluginFolder,
  panel: Panel,
  component: string,
  { file, list, placeOf, patterns }: ConfigPlace,
): Problem[] {
  const schema = components.find(({ name }) => name === component)?.config;
  if (!schema) return [];
  const { faults, pathOf } = checkPanelConfig(panel, list, schema, patterns);
  return faults.map((fault) => {
    const details = { component, file, message: sentenceOfFault(fault) };
    return createProblem('error', 'CONFIG_INVALID', details, placeOf(pathOf(fault), fault.isKey));
  });
}

/** What a check of dashboards needs besides the plugin. */
export interface CheckOptions {
  /** The names of the host app's own components. */
  builtIns: readonly string[];
  patterns: Patterns;
}

/** Checks one dashboard of a plugin: its file, each panel, its config, and the names of components. */
export async function checkDashboard(
  plugin: PluginFolder,
  { name, path: file }: InstalledDashboard,
  { builtIns, patterns }: CheckOptions,
): Promise<CheckedDashboard> {
  const checked: CheckedDashboard = { used: [], problems: [] };
  const { used, problems } = checked;
  const path = await innerFile(plugin.folder, file);
  if (!path) {
    const message = `The plugin has no file ${file} for its dashboard "${name}".`;
    problems.push(createProblem('error', 'DASHBOARD_FAILED', { file, message }));
    return checked;
  }
  let document: unknown;
  let lost: readonly UncarriedValue[];
  let placeOf: PlaceOf;
  try {
    ({ document, lost } = await readDashboardFile(path, { pluginId: plugin.id, file }));
    placeOf = placesIn(await readFile(path, 'utf8'));
  } catch (thrown) {
    problems.push(unreadable(file, thrown));
    return checked;
  }
  const report = (issue: Issue) => {
    const place = placeOf(issue.place.slice(`${name}: `.length));
    problems.push(problemOfIssue('DASHBOARD_INVALID', issue, file, place));
  };
  for (const value of lost)
    problems.push(
      problemOfValue(panelOf(value) === undefined ? 'warning' : 'error', 'DASHBOARD_INVALID', value, file),
    );
  // The values of the list are reported above, with all others.
  const { layout, issue } = readDashboard(
    isRecord(document) ? { ...document, [PANEL_ISSUES]: [] } : document,
    name,
  );
  if (!layout || !isRecord(document)) {
    report(issue!);
    return checked;
  }
  const panels = layout.rows
    .flatMap(({ cells }) => cells.map(({ panel }) => panel))
    .toSorted((a, b) => Number(a.key) - Number(b.key));
  if (panels.length === 0 && document.type !== 'plugin_info')
    problems.push(createProblem('warning', 'NO_PANELS', { file, name }, placeOf('')));
  const list = panelsKey(document);
  for (const panel of panels) {
    const { key, component } = panel;
    const at = `${list}[${key}]`;
    problems.push(...unknownKeyProblems(panel, at, file, placeOf));
    // Of a config that a schema does not accept, only a server's answer says so.
    if (panel.issue) report(panel.issue as Issue);
    const found = component === undefined ? undefined : resolveComponent(plugin, component, builtIns);
    if (typeof found === 'object') {
      used.push(found.own);
      if (!panel.issue)
        problems.push(...configProblems(plugin, panel, found.own, { file, list, placeOf, patterns }));
    }
    if (panel.issue || typeof found !== 'string') continue;
    const place = placeOf(`${at}.${componentPath(panel)}`);
    problems.push(unknownComponent(plugin, found, { file, name: component! }, place, builtIns));
  }
  return { ...checked, panels: panels.length };
}
