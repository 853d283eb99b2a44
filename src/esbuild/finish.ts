import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildResult, Metafile, OutputFile, PartialMessage } from 'esbuild';
import { attachStyles, formatProblem, scan } from '../bundling/index.ts';

type Messages = { errors: PartialMessage[]; warnings: PartialMessage[] };

/**
 * Puts stylesheets into the bundles, scans the bundles and writes them.
 *
 * @param folder The folder that esbuild's relative paths belong to.
 */
export async function finishBuild(
  { metafile, outputFiles = [] }: BuildResult,
  folder: string,
  write: boolean,
): Promise<Messages> {
  const messages: Messages = { errors: [], warnings: [] };
  const find = (path: string) => {
    const found = outputFiles.find((file) => file.path === join(folder, path));
    if (!found) throw new Error(`The build has no file ${path} in ${folder}.`);
    return found;
  };
  const bundles = Object.entries(metafile!.outputs).filter(
    ([path, { entryPoint }]) => entryPoint && /\.m?js$/.test(path),
  );
  for (const [path, { cssBundle, inputs }] of bundles) {
    const file = find(path);
    const problems = await scan(file.text, path, () => readInputs(metafile!, Object.keys(inputs), folder));
    for (const problem of problems)
      messages[problem.level === 'error' ? 'errors' : 'warnings'].push({ text: formatProblem(problem) });
    if (cssBundle) setText(file, attachStyles(file.text, find(cssBundle).text));
  }
  for (let index = outputFiles.length - 1; index >= 0; index--)
    if (/\.css(\.map)?$/.test(outputFiles[index]!.path)) outputFiles.splice(index, 1);
  if (write && messages.errors.length === 0) await Promise.all(outputFiles.map(writeOutput));
  return messages;
}

function setText(file: OutputFile, text: string) {
  file.contents = new TextEncoder().encode(text);
}

async function writeOutput({ path, contents }: OutputFile) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

async function readInputs({ inputs }: Metafile, paths: string[], folder: string) {
  const importersOf = (path: string) =>
    Object.keys(inputs).filter((from) => inputs[from]!.imports.some((one) => one.path === path));
  const files = paths.filter((path) => /^[^:]+\.[cm]?[jt]sx?$/.test(path));
  return Promise.all(
    files.map(async (path) => ({
      path,
      text: await readFile(join(folder, path), 'utf8').catch(() => ''),
      importers: importersOf(path),
    })),
  );
}
