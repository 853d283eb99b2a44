import { realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { normalizePath, type IndexHtmlTransformContext, type ResolvedConfig } from 'vite';

type Bundle = NonNullable<IndexHtmlTransformContext['bundle']>;
type Chunk = NonNullable<IndexHtmlTransformContext['chunk']>;

// Not one expression, which bundlers would treat as an asset and move.
const here = import.meta.url;

/** The folder of this package. */
const root = normalizePath(realpathSync(fileURLToPath(new URL('../..', here))));

/** Whether a folder is part of this package, by path. */
const folders = new Map<string, boolean>();

function isOwnFolder(folder: string): boolean {
  const cached = folders.get(folder);
  if (cached !== undefined) return cached;
  let isOwn = false;
  try {
    const real = normalizePath(realpathSync(folder));
    // The entry point re-exports what is in the chunks, so a build may have the chunks alone.
    isOwn = /^\/dist(\/chunks)?$|^\/src/.test(real.startsWith(root) ? real.slice(root.length) : '');
  } catch {
    // Virtual modules have no folder.
  }
  folders.set(folder, isOwn);
  return isOwn;
}

const hasOwnModule = ({ moduleIds }: Chunk) =>
  moduleIds.some((id) => isOwnFolder(dirname(normalizePath(id))));

/** Whether a build contains the library. */
export const hasLibrary = (bundle: Bundle): boolean =>
  Object.values(bundle).some((file) => file.type === 'chunk' && hasOwnModule(file));

/** The chunks that can be reached from some files, including these files. */
function reachableFrom(bundle: Bundle, from: readonly string[], next: (chunk: Chunk) => readonly string[]) {
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

/**
 * The files of the library that a page loads after its entry, or `undefined` if the page does not use the library. The library's
 * own dynamic imports do not count, because they load with the first failure.
 */
export function libraryFiles(bundle: Bundle, entry: Chunk): string[] | undefined {
  const all = reachableFrom(bundle, [entry.fileName], (chunk) =>
    hasOwnModule(chunk) ? chunk.imports : [...chunk.imports, ...chunk.dynamicImports],
  );
  const own = [...all.values()].filter(hasOwnModule).map(({ fileName }) => fileName);
  if (own.length === 0) return undefined;
  const [now, later] = [[entry.fileName], own].map((from) =>
    reachableFrom(bundle, from, ({ imports }) => imports),
  );
  return [...later!.keys()].filter((file) => !now!.has(file));
}

/** The URL of a file of the build, as one of its pages refers to it. */
export function urlIn(page: string, file: string, { base, experimental }: ResolvedConfig): string {
  const url = experimental.renderBuiltUrl?.(file, {
    hostId: page,
    hostType: 'html',
    type: 'asset',
    ssr: false,
  });
  if (typeof url === 'string') return url;
  return ['', './'].includes(base) ? relative(dirname(page), file) : base + file;
}
