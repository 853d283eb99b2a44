import { realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { normalizePath, type IndexHtmlTransformContext, type ResolvedConfig } from 'vite';

type Bundle = NonNullable<IndexHtmlTransformContext['bundle']>;
type Chunk = NonNullable<IndexHtmlTransformContext['chunk']>;

// Not one expression: bundlers would take it for an asset and move the file.
const here = import.meta.url;

/** The folder of this package. */
const root = normalizePath(realpathSync(fileURLToPath(new URL('../..', here))));

/** The folders of modules in a build, each with whether it is in this package. */
const folders = new Map<string, boolean>();

function isOwnFolder(folder: string): boolean {
  const known = folders.get(folder);
  if (known !== undefined) return known;
  let isOwn = false;
  try {
    const real = normalizePath(realpathSync(folder));
    isOwn = real === `${root}/dist` || real.startsWith(`${root}/src`);
  } catch {
    // Virtual modules have no folder.
  }
  folders.set(folder, isOwn);
  return isOwn;
}

const hasOwnModule = ({ moduleIds }: Chunk) =>
  moduleIds.some((id) => isOwnFolder(dirname(normalizePath(id))));

/** Whether the library is part of a build. */
export const hasLibrary = (bundle: Bundle): boolean =>
  Object.values(bundle).some((file) => file.type === 'chunk' && hasOwnModule(file));

/** The chunks that some files lead to, these files included. */
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

/**
 * The files of the library that a page loads later than its entry; `undefined` for a page that does not use the library. The
 * library's own dynamic imports do not count: they load with the first failure.
 */
export function libraryFiles(bundle: Bundle, entry: Chunk): string[] | undefined {
  const all = reach(bundle, [entry.fileName], (chunk) =>
    hasOwnModule(chunk) ? chunk.imports : [...chunk.imports, ...chunk.dynamicImports],
  );
  const own = [...all.values()].filter(hasOwnModule).map(({ fileName }) => fileName);
  if (own.length === 0) return undefined;
  const [now, later] = [[entry.fileName], own].map((from) => reach(bundle, from, ({ imports }) => imports));
  return [...later!.keys()].filter((file) => !now!.has(file));
}

/** The URL by which a page of the build names another file of it. */
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
