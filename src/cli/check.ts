import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ComponentDeclaration } from '../contract/index.ts';
import { innerFile, MAX_BUNDLE_BYTES } from '../server/tools.ts';
import { checkDashboard } from './check-dashboard.ts';
import { checkSize } from './check-size.ts';
import { findStale, readPlugin, unreadable, type PluginFolder } from '../dev/index.ts';
import { createProblem, problemsOf, textOf, type Problem } from '../bundling/index.ts';

/** What a NousViz would make of a plugin; plain data. */
export interface CheckReport {
  id: string;
  /** Absolute path of the plugin's folder. */
  folder: string;
  /** The components that were looked at; `bytes` and `gzip`, its size when compressed, only where there is a bundle. */
  components: { name: string; file: string; bytes?: number; gzip?: number }[];
  /** The dashboards that were looked at, `panels` of the host's types included; without them where they cannot be read. */
  dashboards: { name: string; file: string; panels?: number }[];
  /** By file, in the order manifest, bundles, dashboards. */
  problems: Problem[];
}

/** Bundles over so many bytes are pointed out: a page waits for them. */
const LARGE = 500_000;

const sizeOf = (bytes: number) => `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;

type Sizes = Pick<CheckReport['components'][number], 'bytes' | 'gzip'>;

async function checkBundle(
  { folder, components }: PluginFolder,
  component: ComponentDeclaration,
  problems: Problem[],
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
    const sizes = { size: sizeOf(bytes), limit: sizeOf(MAX_BUNDLE_BYTES) };
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
  const { length } = await promisify(gzip)(content);
  const sheet = file.replace(/\.js$/, '.css');
  if (await innerFile(folder, sheet))
    problems.push(createProblem('warning', 'STYLES_NOT_LOADED', { ...place, sheet }));
  if (bytes > LARGE) {
    const sizes = { size: sizeOf(bytes), gzip: sizeOf(length) };
    problems.push(createProblem('warning', 'BUNDLE_LARGE', { ...place, ...sizes }));
  }
  return { bytes, gzip: length };
}

/** Several components may share a bundle, which is looked at once. */
async function checkBundles(plugin: PluginFolder, problems: Problem[]): Promise<CheckReport['components']> {
  const known = new Map<string, Sizes>();
  for (const component of plugin.components) {
    const { path } = component;
    if (known.has(path)) continue;
    const sizes = await checkBundle(plugin, component, problems).catch((thrown: unknown) => {
      problems.push(unreadable(path, thrown));
      return {};
    });
    known.set(path, sizes);
  }
  return plugin.components.map(({ name, path }) => ({ name, file: path, ...known.get(path) }));
}

/** Looks at a plugin's manifest, dashboards and built bundles, without running anything, and tells all that is wrong. */
export async function checkPlugin(dir: string): Promise<CheckReport> {
  const plugin = await readPlugin(dir);
  const { id, folder } = plugin;
  const problems = [...plugin.problems, ...(await checkSize(plugin))];
  const components = await checkBundles(plugin, problems);
  const dashboards: CheckReport['dashboards'] = [];
  const used = new Set<string>();
  const ofDashboards: Problem[] = [];
  for (const dashboard of plugin.dashboards) {
    const { problems, panels, used: onIt } = await checkDashboard(plugin, dashboard);
    for (const name of onIt) used.add(name);
    ofDashboards.push(...problems);
    dashboards.push({ name: dashboard.name, file: dashboard.path, ...(panels !== undefined && { panels }) });
  }
  for (const { name } of plugin.components)
    if (!used.has(name))
      problems.push(
        createProblem('warning', 'UNUSED_COMPONENT', { component: name, file: plugin.file, name }),
      );
  return { id, folder, components, dashboards, problems: [...problems, ...ofDashboards] };
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A report as people read it: what was looked at, what is wrong with it, and how much of that there is. */
export function describe({ id, components, dashboards, problems }: CheckReport): string {
  const seen = [
    ...components.map(({ name, file, bytes, gzip }) => {
      const packed = gzip === undefined ? '' : `, ${sizeOf(gzip)} gzipped`;
      return [name, file, bytes === undefined ? 'missing' : sizeOf(bytes) + packed];
    }),
    ...dashboards.map(({ name, file, panels }) => {
      return [name, file, panels === undefined ? 'unreadable' : plural(panels, 'panel')];
    }),
  ];
  const width = (column: number) => Math.max(...seen.map((row) => row[column]!.length));
  const told = problems.map((problem) => {
    const place = [problem.file, problem.line, problem.column].filter(Boolean).join(':');
    const text = textOf(problem);
    // Cards name the place in the text, which is in front here.
    const named = [`${place}: `, `${problem.file} `].find((start) => text.startsWith(start)) ?? '';
    return `${place}: ${problem.level}: ${text.slice(named.length)}`;
  });
  const count = (level: Problem['level']) =>
    plural(problems.filter((one) => one.level === level).length, level);
  return [
    `${id}: ${plural(components.length, 'component')}, ${plural(dashboards.length, 'dashboard')}`,
    ...seen.map(
      ([name = '', file = '', is]) => `  ${name.padEnd(width(0))}  ${file.padEnd(width(1))}  ${is}`,
    ),
    '',
    ...told,
    problems.length > 0 ? `${count('error')}, ${count('warning')}.` : 'No problems found.',
  ].join('\n');
}
