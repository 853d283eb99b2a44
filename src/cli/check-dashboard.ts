import { readFile } from 'node:fs/promises';
import { suggest } from '../contract/words.ts';
import { isRecord, readDashboard, type Issue, type Panel } from '../contract/index.ts';
import { innerFile, readYaml } from '../server/tools.ts';
import type { InstalledDashboard } from '../server/index.ts';
import { ANOTHERS, createProblem, type Place, type Problem } from '../bundling/index.ts';
import { placesIn, problemOfIssue, unreadable, type PluginFolder } from '../dev/index.ts';

/** What was seen of one dashboard. */
export interface CheckedDashboard {
  /** How many panels it has, those of the host's types included; nothing where it cannot be read. */
  panels?: number;
  /** The plugin's own components on it. */
  used: string[];
  problems: Problem[];
}

/** The plugin's own component that a name stands for, or how little it stands for (CONTRACT D4). */
function resolve({ id, names }: PluginFolder, name: string): { own: string } | Problem['level'] | undefined {
  const bare = name.startsWith(`${id}/`) ? name.slice(id.length + 1) : name;
  if (names.includes(bare)) return { own: bare };
  if (bare !== name) return 'error';
  // Another plugin is named, and whether it is there this folder does not tell.
  if (name.includes('/')) return undefined;
  // It may be another plugin's or the host's own, unless it looks like a slip of the pen.
  return suggest(name, names).length > 0 ? 'error' : 'warning';
}

/** Where a panel names its component, relative to the panel (CONTRACT D1). */
function namedAt({ source }: Panel): string {
  if (source.component !== undefined && source.component !== null) return 'component';
  return source.config ? 'config.component' : 'props.component';
}

function unknownComponent(
  { id: pluginId, names }: PluginFolder,
  level: Problem['level'],
  details: { file: string; name: string },
  place: Place,
): Problem {
  const known = names.map((own) => `${pluginId}/${own}`);
  const problem = createProblem(level, 'UNKNOWN_COMPONENT', { pluginId, ...details, names: known }, place);
  if (details.name.includes('/')) return problem;
  return { ...problem, fix: `${problem.fix} ${ANOTHERS.replace('{name}', () => details.name)}` };
}

/** The list of a document that `readDashboard` has read its panels from. */
const listOf = (document: unknown) =>
  isRecord(document) && Array.isArray(document.panels) && document.panels.length > 0 ? 'panels' : 'widgets';

/** Looks at one dashboard of a plugin: whether it can be read, panel by panel, and whether its components are there. */
export async function checkDashboard(
  plugin: PluginFolder,
  { name, path: file }: InstalledDashboard,
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
  let placeOf: (path: string) => Place;
  try {
    document = await readYaml(path, { pluginId: plugin.id, file });
    placeOf = placesIn(await readFile(path, 'utf8'));
  } catch (thrown) {
    problems.push(unreadable(file, thrown));
    return checked;
  }
  const report = (issue: Issue) => {
    const place = placeOf(issue.place.slice(`${name}: `.length));
    problems.push(problemOfIssue('DASHBOARD_INVALID', issue, file, place));
  };
  const { layout, issue } = readDashboard(document, name);
  if (!layout) {
    report(issue);
    return checked;
  }
  const panels = layout.rows
    .flatMap(({ cells }) => cells.map(({ panel }) => panel))
    .toSorted((a, b) => Number(a.key) - Number(b.key));
  for (const panel of panels) {
    const { key, component, issue } = panel;
    if (issue) report(issue);
    const found = component === undefined ? undefined : resolve(plugin, component);
    if (typeof found === 'object') used.push(found.own);
    if (issue || typeof found !== 'string') continue;
    const place = placeOf(`${listOf(document)}[${key}].${namedAt(panel)}`);
    problems.push(unknownComponent(plugin, found, { file, name: component! }, place));
  }
  return { ...checked, panels: panels.length };
}
