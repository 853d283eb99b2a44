import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildResult, Metafile, OutputFile, PartialMessage } from 'esbuild';
import { attachStyles, formatProblem, readText, scan, type SourceModule } from '../bundling/index.ts';
import type { BuildPlace } from './place.ts';

type Messages = { errors: PartialMessage[]; warnings: PartialMessage[] };

/** Puts stylesheets into the bundles, scans the bundles and writes them. */
export async function finishBuild(
  { metafile, outputFiles = [] }: BuildResult,
  { folder, defined }: BuildPlace,
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
    const listModules = () => listInputs(metafile!, Object.keys(inputs), folder);
    const problems = scan(file.text, path, listModules, defined);
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

function listInputs({ inputs }: Metafile, paths: string[], folder: string): SourceModule[] {
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
