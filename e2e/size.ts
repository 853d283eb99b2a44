import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const REACT = ['react', 'react-dom'];

/** What `cn` brings. */
const CN = ['clsx', 'tailwind-merge'];

const gzip = (files: OutputFile[]) =>
  gzipSync(Buffer.concat(files.map(({ contents }) => contents)), { level: 9 }).length;

/**
 * What a built entry weighs, minified and gzipped, in bytes: all that loads with it, and all that loads later.
 *
 * @param entry A file of `dist`.
 * @param external Packages that do not count; React never does.
 */
export async function sizeOf(
  entry: string,
  external: string[] = [],
): Promise<{ now: number; later: number }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: [...REACT, ...external],
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const first = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]!.entryPoint === entry)!;
  const loaded = new Set<string>();
  const load = (name: string) => {
    if (loaded.has(name) || !metafile.outputs[name]) return;
    loaded.add(name);
    for (const { path, kind } of metafile.outputs[name].imports) if (kind === 'import-statement') load(path);
  };
  load(first);
  const isNow = ({ path }: OutputFile) => [...loaded].some((name) => path.endsWith(name));
  return { now: gzip(outputFiles.filter(isNow)), later: gzip(outputFiles.filter((file) => !isNow(file))) };
}

/** The sizes that the README quotes, in bytes. */
export async function sizes(): Promise<Record<'core' | 'everything' | 'later', number>> {
  const [core, everything] = await Promise.all([sizeOf('dist/index.js', CN), sizeOf('dist/index.js')]);
  return { core: core.now, everything: everything.now, later: core.later };
}
