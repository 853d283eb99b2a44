import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { watch } from 'chokidar';
import { BuildError, bundle, expectedSource, findSource, type Source } from './build-widget.ts';
import { readConfigExport } from './config-export.ts';
import { readPlugin, type PluginFolder } from './plugin-folder.ts';
import { formatProblem, splitSourceMap } from '../bundling/index.ts';
import { sourcesComment } from './sources.ts';
import { withConfig } from './write-config.ts';

/** Receives a command's output lines: `print` its results, `complain` its errors and warnings. */
export interface Output {
  print(line: string): void;
  complain(line: string): void;
}

/** The settings of a build. */
export interface BuildSettings {
  /** Whether to write a source map beside each bundle. @default false */
  sourcemap?: boolean;
}

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** Formats a build error like a compiler: place, message, code frame. */
export const formatBuildError = ({ file, line, column, message, frame }: BuildError): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [place ? `${place}: ${message}` : message, frame].filter(Boolean).join('\n');
};

/** The paths of the files inside the plugin's folder, relative to it. Files elsewhere cannot be distinguished from packages. */
const innerPaths = (files: readonly string[], folder: string) =>
  files.map((file) => relative(folder, file).replaceAll(sep, '/')).filter((file) => !file.startsWith('..'));

async function buildOne(
  source: Source,
  folder: string,
  { print, complain, sourcemap = false }: Output & BuildSettings,
): Promise<string[]> {
  const { code, map, files, warnings } = await bundle(source, { folder, sourcemap });
  const [body] = splitSourceMap(code);
  const path = join(folder, source.path);
  const comment = map === undefined ? '' : `//# sourceMappingURL=${basename(path)}.map\n`;
  const text = `${body.trimEnd()}\n${await sourcesComment(folder, innerPaths(files, folder))}${comment}`;
  await mkdir(dirname(path), { recursive: true });
  // A map of an earlier build would belong to other code.
  await rm(`${path}.map`, { force: true });
  await writeFile(path, text);
  if (map !== undefined) await writeFile(`${path}.map`, map);
  for (const warning of warnings) complain(`${source.path}: ${warning}`);
  print(`${source.path}  ${kB(Buffer.byteLength(text))}, ${kB(gzipSync(text).length)} gzipped`);
  return files;
}

/** Writes the schema that a widget exports into the manifest (CONTRACT M4). */
async function writeSchema(source: Source, { folder, file }: PluginFolder, { print }: Output): Promise<void> {
  const schema = await readConfigExport(source, folder);
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const written = withConfig(text, source.component, schema);
  if (written === text) return;
  await writeFile(path, written);
  const done = schema ? 'has the settings of' : 'has no settings any more of';
  print(`${file}  ${done} ${source.component}`);
}

/** Builds a component or prints why it failed. @returns the absolute paths of its modules */
async function tryBuild(
  plugin: PluginFolder,
  name: string,
  output: Output & BuildSettings,
): Promise<{ isBuilt: boolean; files: string[] }> {
  const { folder, components } = plugin;
  const component = components.find((one) => one.name === name)!;
  const source = await findSource(folder, component);
  if (!source) {
    const hasBundle = await access(join(folder, component.path)).then(
      () => true,
      () => false,
    );
    const expected = expectedSource(component.path, name);
    if (hasBundle) output.print(`${component.path}  left as it is: there is no ${expected} to build it from`);
    else
      output.complain(
        `${component.path}: there is no ${expected} to build it from. Write it, or correct the path in plugin.yaml.`,
      );
    return { isBuilt: hasBundle, files: [] };
  }
  try {
    const files = await buildOne(source, folder, output);
    await writeSchema(source, plugin, output);
    return { isBuilt: true, files };
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    output.complain(formatBuildError(thrown));
    return { isBuilt: false, files: [] };
  }
}

/** Prints the errors of the manifest. @returns whether it declares a component to build */
function isBuildable({ problems, components }: PluginFolder, { complain }: Output): boolean {
  const errors = problems.filter(({ level, file }) => level === 'error' && /^plugin\.ya?ml$/.test(file));
  for (const problem of errors)
    complain(
      `${[problem.file, problem.line, problem.column].filter(Boolean).join(':')}: ${formatProblem(problem)}`,
    );
  if (errors.length === 0 && components.length === 0)
    complain('plugin.yaml declares no component under frontend.components, so there is nothing to build.');
  return components.length > 0;
}

/**
 * Builds every component that a plugin's manifest declares into the bundle path that the manifest names.
 *
 * @param dir the plugin's folder, absolute.
 * @returns whether all of them were built.
 */
export async function buildPlugin(dir: string, output: Output & BuildSettings): Promise<boolean> {
  const plugin = await readPlugin(dir);
  if (!isBuildable(plugin, output)) return false;
  let isBuilt = plugin.problems.every(({ level }) => level !== 'error');
  for (const { name } of plugin.components)
    isBuilt = (await tryBuild(plugin, name, output)).isBuilt && isBuilt;
  return isBuilt;
}

/** Builds all components, then rebuilds those whose files change, until the returned function is called. */
export async function watchPlugin(dir: string, output: Output & BuildSettings): Promise<() => Promise<void>> {
  /** The modules of each component in its last successful build, as absolute paths. */
  const built = new Map<string, Set<string>>();
  let running: Promise<unknown> = Promise.resolve();

  async function rebuild(changed?: string) {
    const plugin = await readPlugin(dir);
    const isManifest = changed === undefined || /[/\\]plugin\.ya?ml$/.test(changed);
    // The imports of a style sheet are unknown.
    const concernsAll = isManifest || /\.(css|s[ac]ss|less)$/.test(changed);
    if (isManifest) isBuildable(plugin, output);
    for (const { name } of plugin.components) {
      const known = built.get(name);
      if (known && !concernsAll && !known.has(changed)) continue;
      const { isBuilt, files } = await tryBuild(plugin, name, output);
      // A new file may fix a failed build.
      if (isBuilt) built.set(name, new Set(files));
      else built.delete(name);
    }
  }
  const watcher = watch(dir, {
    ignoreInitial: true,
    ignored: (path) => /[/\\](node_modules|\.git|dist)([/\\]|$)/.test(relative(dir, path).replace(/^/, sep)),
  });
  watcher.on('all', (_, path) => {
    running = running.then(() => rebuild(path)).catch((thrown: Error) => output.complain(thrown.message));
  });
  await new Promise<void>((ready) => watcher.once('ready', ready));
  await rebuild();
  output.print('Watching. Press Ctrl+C to end.');
  return async () => {
    await watcher.close();
    await running;
  };
}
