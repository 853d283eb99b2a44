import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { watch } from 'chokidar';
import { BuildError, bundle, expectedSource, findSource, type Source } from './build-widget.ts';
import { readPlugin, type PluginFolder } from './plugin-folder.ts';
import { formatProblem } from '../bundling/index.ts';
import { sourcesComment } from './sources.ts';

/** Where a command's lines go: what was done, and what went wrong. */
export interface Output {
  print(line: string): void;
  complain(line: string): void;
}

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** A failure in a source as compilers write it: place, fact, the lines around. */
export const describeFailure = ({ file, line, column, message, frame }: BuildError): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [place ? `${place}: ${message}` : message, frame].filter(Boolean).join('\n');
};

/** Files below the plugin's folder that the bundle was made of; those elsewhere cannot be told apart from packages. */
const own = (files: readonly string[], folder: string) =>
  files.map((file) => relative(folder, file).replaceAll(sep, '/')).filter((file) => !file.startsWith('..'));

async function buildOne(source: Source, folder: string, { print, complain }: Output): Promise<string[]> {
  const { code, files, warnings } = await bundle(source, { folder });
  const text = `${code.trimEnd()}\n${await sourcesComment(folder, own(files, folder))}`;
  const path = join(folder, source.path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  for (const warning of warnings) complain(`${source.path}: ${warning}`);
  print(`${source.path}  ${kB(Buffer.byteLength(text))}, ${kB(gzipSync(text).length)} gzipped`);
  return files;
}

/** Builds a component, or says why not. @returns the absolute paths of what it was made of */
async function tryOne(
  { folder, components }: PluginFolder,
  name: string,
  output: Output,
): Promise<{ isGood: boolean; files: string[] }> {
  const component = components.find((one) => one.name === name)!;
  const source = await findSource(folder, component);
  if (!source) {
    const isThere = await access(join(folder, component.path)).then(
      () => true,
      () => false,
    );
    const expected = expectedSource(component.path, name);
    if (isThere) output.print(`${component.path}  left as it is: there is no ${expected} to build it from`);
    else
      output.complain(
        `${component.path}: there is no ${expected} to build it from. Write it, or correct the path in plugin.yaml.`,
      );
    return { isGood: isThere, files: [] };
  }
  try {
    return { isGood: true, files: await buildOne(source, folder, output) };
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    output.complain(describeFailure(thrown));
    return { isGood: false, files: [] };
  }
}

/** Says what is wrong with the manifest. @returns whether there is something to build */
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
 * Builds every component that a plugin's manifest declares, each into the file that it names.
 *
 * @param dir the plugin's folder, absolute.
 * @returns whether all of them were built.
 */
export async function buildPlugin(dir: string, output: Output): Promise<boolean> {
  const plugin = await readPlugin(dir);
  if (!isBuildable(plugin, output)) return false;
  let isGood = plugin.problems.every(({ level }) => level !== 'error');
  for (const { name } of plugin.components) isGood = (await tryOne(plugin, name, output)).isGood && isGood;
  return isGood;
}

/** Builds again what is saved, until the returned function is called. */
export async function watchPlugin(dir: string, output: Output): Promise<() => Promise<void>> {
  /** What each component was made of when it was last built. */
  const made = new Map<string, Set<string>>();
  let running: Promise<unknown> = Promise.resolve();

  async function rebuild(changed?: string) {
    const plugin = await readPlugin(dir);
    const isManifest = changed === undefined || /[/\\]plugin\.ya?ml$/.test(changed);
    // Which style sheet another one imports is not known.
    const concernsAll = isManifest || /\.(css|s[ac]ss|less)$/.test(changed);
    if (isManifest) isBuildable(plugin, output);
    for (const { name } of plugin.components) {
      const known = made.get(name);
      if (known && !concernsAll && !known.has(changed)) continue;
      const { isGood, files } = await tryOne(plugin, name, output);
      // What would cure a failure may be a file that was not there.
      if (isGood) made.set(name, new Set(files));
      else made.delete(name);
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
