import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ComponentDeclaration } from '../contract/index.ts';
import { loadPatterns } from '../config/index.ts';
import { innerFile, MAX_BUNDLE_BYTES } from '../server/tools.ts';
import { checkClasses } from './check-classes.ts';
import { checkDashboard } from './check-dashboard.ts';
import { checkEngines, formatVerdicts, verdictsOn, type React, type ReactVerdict } from './check-engines.ts';
import { checkFrame, formatNotes, type FrameNote } from './check-frame.ts';
import { checkSize } from './check-size.ts';
import { checkSourceMap } from './check-source-map.ts';
import { findStale, readPlugin, unreadable, type PluginFolder } from '../dev/index.ts';
import { createProblem, formatProblem, problemsOf, type Problem } from '../bundling/index.ts';

/** The result of checking a plugin, as plain data. */
export interface CheckReport {
  id: string;
  /** The absolute path of the plugin's folder. */
  folder: string;
  /** The components. `bytes` and the compressed size `gzip` are absent if there is no bundle. */
  components: { name: string; file: string; bytes?: number; gzip?: number }[];
  /** The dashboards. `panels` counts those of the host's types too, and is absent if the dashboard cannot be read. */
  dashboards: { name: string; file: string; panels?: number }[];
  /** The problems by file, in the order manifest, bundles, dashboards. */
  problems: Problem[];
  /** What does not work if a host runs the plugin in sandboxed frames. */
  sandboxed: FrameNote[];
  /** Only if it was asked: whether each bundle runs on these versions of React. */
  reacts?: ReactVerdict[];
}

/** The size in bytes above which a bundle gets a warning, because pages wait for it. */
const LARGE_BUNDLE = 500_000;

const formatSize = (bytes: number) => `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;

type Sizes = Pick<CheckReport['components'][number], 'bytes' | 'gzip'>;

async function checkBundle(
  { id, folder, components }: PluginFolder,
  component: ComponentDeclaration,
  { problems, sandboxed }: Pick<CheckReport, 'problems' | 'sandboxed'>,
): Promise<Sizes> {
  const { name, path: file } = component;
  const place = { component: name, file };
  const path = await innerFile(folder, file);
  if (!path) {
    problems.push(createProblem('error', 'BUNDLE_MISSING', place));
    return {};
  }
  const { size: bytes } = await stat(path);
  if (bytes > MAX_BUNDLE_BYTES) {
    const sizes = { size: formatSize(bytes), limit: formatSize(MAX_BUNDLE_BYTES) };
    problems.push(createProblem('error', 'BUNDLE_TOO_LARGE', { ...place, ...sizes }));
    return { bytes };
  }
  const content = await readFile(path);
  const text = new TextDecoder().decode(content);
  const siblings = components.map(({ filename }) => filename);
  problems.push(...problemsOf(text, file, { component: name, siblings }));
  const stale = await findStale(folder, text, component, components);
  if (stale)
    problems.push(
      createProblem(stale.isCertain ? 'error' : 'warning', 'STALE_BUNDLE', { ...place, ...stale }),
    );
  problems.push(...(await checkSourceMap(folder, text, component)));
  sandboxed.push(...(await checkFrame({ id, folder }, file, text)));
  const { length } = await promisify(gzip)(content);
  const sheet = file.replace(/\.js$/, '.css');
  if (await innerFile(folder, sheet))
    problems.push(createProblem('warning', 'STYLES_NOT_LOADED', { ...place, sheet }));
  if (bytes > LARGE_BUNDLE) {
    const sizes = { size: formatSize(bytes), gzip: formatSize(length) };
    problems.push(createProblem('warning', 'BUNDLE_LARGE', { ...place, ...sizes }));
  }
  return { bytes, gzip: length };
}

/** Checks the bundles of all components. Several components may share a bundle, which is checked once. */
async function checkBundles(
  plugin: PluginFolder,
  found: Pick<CheckReport, 'problems' | 'sandboxed'>,
): Promise<CheckReport['components']> {
  const sizesByPath = new Map<string, Sizes>();
  for (const component of plugin.components) {
    const { path } = component;
    if (sizesByPath.has(path)) continue;
    const sizes = await checkBundle(plugin, component, found).catch((thrown: unknown) => {
      found.problems.push(unreadable(path, thrown));
      return {};
    });
    sizesByPath.set(path, sizes);
  }
  return plugin.components.map(({ name, path }) => ({ name, file: path, ...sizesByPath.get(path) }));
}

/** The options of {@link checkPlugin}. */
export interface CheckOptions {
  /** The names of the host app's own components, which dashboards may show. @default [] */
  builtIns?: readonly string[];
  /** The major versions of React for which the report says whether each bundle runs on them. @default [] */
  reacts?: readonly React[];
}

/** Checks a plugin's manifest, dashboards and built bundles without running them, and reports all problems. */
export async function checkPlugin(
  dir: string,
  { builtIns = [], reacts = [] }: CheckOptions = {},
): Promise<CheckReport> {
  const plugin = await readPlugin(dir);
  const { id, folder } = plugin;
  const problems = [...plugin.problems, ...(await checkSize(plugin))];
  const sandboxed: FrameNote[] = [];
  const components = await checkBundles(plugin, { problems, sandboxed });
  problems.push(...(await checkClasses(plugin)));
  const dashboards: CheckReport['dashboards'] = [];
  const used = new Set<string>();
  const patterns = await loadPatterns();
  const dashboardProblems: Problem[] = [];
  for (const dashboard of plugin.dashboards) {
    const checked = await checkDashboard(plugin, dashboard, { builtIns, patterns });
    const { panels } = checked;
    for (const name of checked.used) used.add(name);
    dashboardProblems.push(...checked.problems);
    dashboards.push({ name: dashboard.name, file: dashboard.path, ...(panels !== undefined && { panels }) });
  }
  for (const { name } of plugin.components)
    if (!used.has(name))
      problems.push(
        createProblem('warning', 'UNUSED_COMPONENT', { component: name, file: plugin.file, name }),
      );
  const verdicts = verdictsOn(reacts, plugin, problems);
  const { kept, found } = await checkEngines(plugin, problems);
  return {
    id,
    folder,
    components,
    dashboards,
    problems: [...kept, ...found, ...dashboardProblems],
    sandboxed,
    ...(reacts.length > 0 && { reacts: verdicts }),
  };
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Formats a report for people: the checked files, the problems, their number, and the notes about frames. */
export function formatReport({
  id,
  components,
  dashboards,
  problems,
  sandboxed,
  reacts = [],
}: CheckReport): string {
  const checked = [
    ...components.map(({ name, file, bytes, gzip: gzipped }) => {
      const compressed = gzipped === undefined ? '' : `, ${formatSize(gzipped)} gzipped`;
      return [name, file, bytes === undefined ? 'missing' : formatSize(bytes) + compressed];
    }),
    ...dashboards.map(({ name, file, panels }) => {
      return [name, file, panels === undefined ? 'unreadable' : plural(panels, 'panel')];
    }),
  ];
  const width = (column: number) => Math.max(...checked.map((row) => row[column]!.length));
  const lines = problems.map((problem) => {
    const place = [problem.file, problem.line, problem.column].filter(Boolean).join(':');
    const text = formatProblem(problem);
    // Some messages begin with the place, which is printed in front here.
    const repeated = [`${place}: `, `${problem.file} `].find((start) => text.startsWith(start)) ?? '';
    return `${place}: ${problem.level}: ${text.slice(repeated.length)}`;
  });
  const count = (level: Problem['level']) =>
    plural(problems.filter((one) => one.level === level).length, level);
  return [
    `${id}: ${plural(components.length, 'component')}, ${plural(dashboards.length, 'dashboard')}`,
    ...checked.map(
      ([name = '', file = '', is]) => `  ${name.padEnd(width(0))}  ${file.padEnd(width(1))}  ${is}`,
    ),
    '',
    ...lines,
    problems.length > 0 ? `${count('error')}, ${count('warning')}.` : 'No problems found.',
    ...formatVerdicts(reacts),
    ...formatNotes(sandboxed),
  ].join('\n');
}
