import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type OutputFile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const REACT = ['react', 'react-dom'];

/** The doors for Node and for tests. */
export const DOORS = ['vite', 'server', 'esbuild', 'testing'] as const;

/** An app that brings its own helpers. */
const OWN = `import { createHostWithHelpers, Dashboard, HostProvider } from './dist/index.js';
globalThis.app = [createHostWithHelpers, Dashboard, HostProvider];`;

/** What `cn` brings. */
const CN = ['clsx', 'tailwind-merge'];

const gzip = (files: OutputFile[]) =>
  gzipSync(Buffer.concat(files.map(({ contents }) => contents)), { level: 9 }).length;

/**
 * What a built entry weighs, minified and gzipped, in bytes: all that loads with it, and all that loads later.
 *
 * @param entry A file of `dist`.
 * @param external Packages that do not count; React never does.
 * @param more What an entry is that is no file, and what else does not count.
 */
export async function sizeOf(
  entry: string,
  external: string[] = [],
  more: Pick<BuildOptions, 'stdin' | 'packages' | 'platform'> = {},
): Promise<{ now: number; later: number }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    ...(more.stdin ? {} : { entryPoints: [entry] }),
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
    ...more,
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
export async function sizes(): Promise<
  Record<'own' | 'core' | 'everything' | 'later' | (typeof DOORS)[number], number>
> {
  const stdin = { contents: OWN, resolveDir: root };
  const ofNode = { packages: 'external', platform: 'node' } as const;
  const [own, core, everything, ...doors] = await Promise.all([
    sizeOf('<stdin>', [], { stdin }),
    sizeOf('dist/index.js', CN),
    sizeOf('dist/index.js'),
    ...DOORS.map((door) => sizeOf(`dist/${door}/index.js`, [], ofNode)),
  ]);
  return {
    own: own.now,
    core: core.now,
    everything: everything.now,
    later: core.later,
    ...(Object.fromEntries(doors.map(({ now }, index) => [DOORS[index], now])) as Record<
      (typeof DOORS)[number],
      number
    >),
  };
}
