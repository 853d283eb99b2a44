import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { BuildResult, Metafile, OutputFile, PartialMessage, PluginBuild } from 'esbuild';
import {
  attachStyles,
  compileClasses,
  formatProblem,
  nameClasses,
  readText,
  scan,
  type Problem,
  type SourceModule,
} from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';
import { wordsByPath } from './words.ts';

/** A bundle among the files of a build. */
interface Bundle {
  file: OutputFile;
  /** Its path in messages. */
  path: string;
  css: OutputFile | undefined;
  /** The paths of its modules, if the build has listed them. */
  inputs?: string[];
}

/** The bundles of a build. Without a list of all files, a style sheet has the name of its bundle. */
function bundlesOf({ metafile, outputFiles = [] }: BuildResult, folder: string): Bundle[] {
  const find = (path: string) => outputFiles.find((file) => file.path === path);
  if (!metafile)
    return outputFiles
      .filter(({ path }) => /\.m?js$/.test(path))
      .map((file) => ({
        file,
        path: relative(folder, file.path),
        css: find(file.path.replace(/\.m?js$/, '.css')),
      }));
  const inFolder = (path: string) => {
    const found = find(join(folder, path));
    if (!found) throw new Error(`The build has no file ${path} in ${folder}.`);
    return found;
  };
  return Object.entries(metafile.outputs)
    .filter(([path, { entryPoint }]) => entryPoint && /\.m?js$/.test(path))
    .map(([path, { cssBundle, inputs }]) => ({
      file: inFolder(path),
      path,
      css: cssBundle === undefined ? undefined : inFolder(cssBundle),
      inputs: Object.keys(inputs),
    }));
}

/** Problems that a thorough build finds in the sources: it reports missing packages itself. */
const UNCERTAIN = /^(?:BARE_IMPORT|DYNAMIC_REQUIRE)$/;

/**
 * Scans the bundles of a build.
 *
 * @param isThorough Whether the build has resolved all imports, and listed all modules.
 * @returns `undefined` if only a thorough build can locate a problem.
 */
export function scanBundles(
  result: BuildResult,
  { folder, defined, own }: BuildPlace,
  isThorough: boolean,
): Problem[] | undefined {
  const found: Problem[] = [];
  for (const { file, path, inputs } of bundlesOf(result, folder)) {
    let isListed = true;
    const list = () => {
      if (inputs) return listInputs(result.metafile!, inputs, folder);
      isListed = false;
      return [];
    };
    const listOwn = () =>
      [...own].map((one) => ({ path: relative(folder, one), text: readText(one), importers: [] }));
    const problems = scan(file.text, path, { list, listOwn, defined });
    if (!isListed || (!isThorough && problems.some(({ code }) => UNCERTAIN.test(code)))) return undefined;
    found.push(...problems);
  }
  return found;
}

/** The words of the modules of one bundle, or of all where the build has not listed them. */
const wordsOf = (words: ReadonlyMap<string, string[]>, folder: string, inputs?: readonly string[]) =>
  [...words].flatMap(([path, found]) => (inputs?.includes(relative(folder, path)) === false ? [] : found));

/** Puts stylesheets into the bundles and writes them, unless there is an error. @returns the messages about the problems */
export async function finishBuild(
  esbuild: PluginBuild['esbuild'],
  result: BuildResult,
  place: BuildPlace,
  problems: readonly Problem[],
  write: boolean,
): Promise<Record<'errors' | 'warnings', PartialMessage[]>> {
  const { outputFiles = [] } = result;
  const { folder, tailwind } = place;
  const words = tailwind && (await wordsByPath(esbuild, place));
  for (const { file, css, inputs } of bundlesOf(result, folder)) {
    const classes = words && (await compileClasses(tailwind, wordsOf(words, folder, inputs)));
    const styled = attachStyles(file.text, css?.text ?? '', { classes });
    const text = words ? nameClasses(styled, classes) : styled;
    if (text !== file.text) setText(file, text);
  }
  for (let index = outputFiles.length - 1; index >= 0; index--)
    if (/\.css(\.map)?$/.test(outputFiles[index]!.path)) outputFiles.splice(index, 1);
  const messagesOf = (level: Problem['level']) =>
    problems
      .filter((problem) => problem.level === level)
      .map((problem) => ({ text: formatProblem(problem) }));
  const errors = messagesOf('error');
  if (write && errors.length === 0) await Promise.all(outputFiles.map(writeOutput));
  return { errors, warnings: messagesOf('warning') };
}

function setText(file: OutputFile, text: string) {
  file.contents = new TextEncoder().encode(text);
}

async function writeOutput({ path, contents }: OutputFile) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

/** The modules of a build, by their paths in its list. */
export function listInputs({ inputs }: Metafile, paths: string[], folder: string): SourceModule[] {
  return paths
    .filter((path) => /^[^:]+\.[cm]?[jt]sx?$/.test(path))
    .map((path) => ({
      path,
      get text() {
        return readText(join(folder, path));
      },
      get importers() {
        return Object.keys(inputs).filter((from) => inputs[from]!.imports.some((one) => one.path === path));
      },
    }));
}
