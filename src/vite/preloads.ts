import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path/posix';
import { normalizePath, type IndexHtmlTransformContext, type ResolvedConfig } from 'vite';
import { packageFile } from '../server/package-files.ts';

type Bundle = NonNullable<IndexHtmlTransformContext['bundle']>;
type Chunk = NonNullable<IndexHtmlTransformContext['chunk']>;

/** The folder of this package. */
const root = normalizePath(realpathSync(packageFile('.')));

/** Whether a module is the one that the library loads while the first answer of the host API is on its way. */
function isView(id: string): boolean {
  const [, folder] = /^(.*)\/(?:dist\/view-[\w-]+\.js|src\/view\.ts)$/.exec(normalizePath(id)) ?? [];
  return folder !== undefined && existsSync(folder) && normalizePath(realpathSync(folder)) === root;
}

const hasView = ({ moduleIds }: Chunk) => moduleIds.some(isView);

/** Whether a module is one of this package's own. */
export function isLibrary(id: string): boolean {
  const [, folder] = /^(.*)\/(?:dist|src)\/[\w-]+\.[jt]sx?$/.exec(normalizePath(id)) ?? [];
  return folder !== undefined && existsSync(folder) && normalizePath(realpathSync(folder)) === root;
}

/** How the library asks for its view when the first answer is on its way. */
export const VIEW_IMPORT = /\bimport\((["'])(\.\/view(?:-[\w-]+\.js|\.ts))\1\)/;

/** The same module with the view at hand: a page that asks early has the answer before its own script has run. */
export const withView = (code: string): string =>
  code.replace(VIEW_IMPORT, 'Promise.resolve(nousvizView)') +
  `\nimport * as nousvizView from "${VIEW_IMPORT.exec(code)?.[2]}";\n`;

/** The chunks that load with these, themselves included. */
function reach(bundle: Bundle, from: readonly string[], next: (chunk: Chunk) => readonly string[]) {
  const found = new Map<string, Chunk>();
  function visit(file: string) {
    const chunk = bundle[file];
    if (chunk?.type !== 'chunk' || found.has(file)) return;
    found.set(file, chunk);
    for (const one of next(chunk)) visit(one);
  }
  for (const file of from) visit(file);
  return found;
}

/** Whether the library is anywhere in a build. */
export const hasLibrary = (bundle: Bundle): boolean =>
  Object.values(bundle).some((file) => file.type === 'chunk' && hasView(file));

/**
 * The files that the library loads with the first answer of the host API, but for those that are there with the page already;
 * nothing for a page that does not use the library.
 */
export function viewFiles(bundle: Bundle, entry: Chunk): string[] | undefined {
  const all = reach(bundle, [entry.fileName], ({ imports, dynamicImports }) => [
    ...imports,
    ...dynamicImports,
  ]);
  const views = [...all.values()].filter(hasView).map(({ fileName }) => fileName);
  if (views.length === 0) return undefined;
  const [now, later] = [[entry.fileName], views].map((from) => reach(bundle, from, ({ imports }) => imports));
  return [...later!.keys()].filter((file) => !now!.has(file));
}

/** The URL by which a page of the build names another file of it. */
export function urlIn(page: string, file: string, { base, experimental }: ResolvedConfig): string {
  const told = experimental.renderBuiltUrl?.(file, {
    hostId: page,
    hostType: 'html',
    type: 'asset',
    ssr: false,
  });
  if (typeof told === 'string') return told;
  return ['', './'].includes(base) ? relative(dirname(page), file) : base + file;
}
