import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type OutputFile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const REACT = ['react', 'react-dom'];

/** The entry points for Node and for tests. */
const ENTRY_POINTS = ['vite', 'esbuild', 'server', 'testing'] as const;

/** A host app that shows a dashboard, with one of the two functions that create a host. */
const appWith = (create: string) => `import { ${create}, Dashboard, HostProvider } from './dist/index.js';
globalThis.app = [${create}, Dashboard, HostProvider];`;

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

/** The sizes of the set-ups in src/README.md, in bytes, in the order of its table. */
export async function sizes(): Promise<{ set: string; bytes: number }[]> {
  const ofApp = (create: string) =>
    sizeOf('<stdin>', [], { stdin: { contents: appWith(create), resolveDir: root } });
  const ofNode = { packages: 'external', platform: 'node' } as const;
  const [own, whole, ...entryPoints] = await Promise.all([
    ofApp('createHostWithHelpers'),
    ofApp('createHost'),
    ...ENTRY_POINTS.map((name) => sizeOf(`dist/${name}/index.js`, [], ofNode)),
  ]);
  return [
    { set: 'a healthy dashboard, in an app with its own helpers and `cn`', bytes: own.now },
    { set: 'the same, with the library’s formatters and `cn`', bytes: whole.now },
    { set: 'the first failure, on demand', bytes: own.later },
    ...entryPoints.map(({ now }, index) => ({ set: `entry point \`./${ENTRY_POINTS[index]}\``, bytes: now })),
  ];
}
