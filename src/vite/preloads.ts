import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { normalizePath, type IndexHtmlTransformContext, type ResolvedConfig } from 'vite';

type Bundle = NonNullable<IndexHtmlTransformContext['bundle']>;
type Chunk = NonNullable<IndexHtmlTransformContext['chunk']>;

// Not spelled as one expression: bundlers take that for an asset of their own and move it.
const here = import.meta.url;

/** The folder of this package. */
const root = normalizePath(realpathSync(fileURLToPath(new URL('../..', here))));

/** A module of a build, and what it imports at once. */
interface ModuleGraph {
  getModuleIds(): Iterable<string>;
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** Whether a module is the library's entry point, of this package and no other. */
function isEntryPoint(id: string): boolean {
  const [, folder] = /^(.*)\/(?:dist\/index\.js|src\/index\.ts)$/.exec(normalizePath(id)) ?? [];
  return folder !== undefined && existsSync(folder) && normalizePath(realpathSync(folder)) === root;
}

/** The library's modules in a build: its entry point, and those of its own files that load with that. */
export function libraryIn(graph: ModuleGraph): ReadonlySet<string> {
  const entry = [...graph.getModuleIds()].find(isEntryPoint);
  const found = new Set(entry === undefined ? [] : [entry]);
  for (const id of found)
    for (const next of graph.getModuleInfo(id)?.importedIds ?? [])
      if (next.startsWith(`${dirname(entry!)}/`)) found.add(next);
  return found;
}

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

const hasSome = ({ moduleIds }: Chunk, modules: ReadonlySet<string>) =>
  moduleIds.some((id) => modules.has(id));

/** Whether any of these modules is in a build. */
export const hasModules = (bundle: Bundle, modules: ReadonlySet<string>): boolean =>
  Object.values(bundle).some((file) => file.type === 'chunk' && hasSome(file, modules));

/**
 * The files that a page needs for the library and loads later than its first script; nothing for a page that does not use the
 * library.
 *
 * @param library The library's modules in the build.
 */
export function libraryFiles(
  bundle: Bundle,
  entry: Chunk,
  library: ReadonlySet<string>,
): string[] | undefined {
  const all = reach(bundle, [entry.fileName], ({ imports, dynamicImports }) => [
    ...imports,
    ...dynamicImports,
  ]);
  const ours = [...all.values()].filter((chunk) => hasSome(chunk, library)).map(({ fileName }) => fileName);
  if (ours.length === 0) return undefined;
  const [now, later] = [[entry.fileName], ours].map((from) => reach(bundle, from, ({ imports }) => imports));
  return [...later!.keys()].filter((file) => !now!.has(file));
}

/** The URL by which a page of the build names another file of it. */
export function urlIn(page: string, file: string, { base, experimental }: ResolvedConfig): string {
  const given = experimental.renderBuiltUrl?.(file, {
    hostId: page,
    hostType: 'html',
    type: 'asset',
    ssr: false,
  });
  if (typeof given === 'string') return given;
  return ['', './'].includes(base) ? relative(dirname(page), file) : base + file;
}
