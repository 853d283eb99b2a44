import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build as buildWithEsbuild } from 'esbuild';
import { build as buildWithVite, type Rolldown } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The entry points for Node and for tests. */
const ENTRY_POINTS = ['vite', 'esbuild', 'server', 'testing'] as const;

/** The packages that `cn` uses. */
const CN = ['clsx', 'tailwind-merge'];

const gzip = (texts: readonly string[]) => gzipSync(texts.join(''), { level: 9 }).length;

type Chunk = Rolldown.OutputChunk;

/**
 * Returns the chunks that load with one chunk: those that it imports, and theirs.
 *
 * @param loaded Chunks that the page has already, which are left out.
 */
function loadedWith(
  first: Chunk,
  chunks: readonly Chunk[],
  importsOf: (chunk: Chunk) => readonly string[],
  loaded: readonly Chunk[] = [],
): Chunk[] {
  const found = new Set([first]);
  // A set's loop also visits the members that are added meanwhile.
  for (const chunk of found)
    for (const name of importsOf(chunk)) {
      const next = chunks.find(({ fileName }) => fileName === name);
      if (next && !loaded.includes(next)) found.add(next);
    }
  return [...found];
}

/**
 * Builds a host app with a dashboard for production and measures it.
 *
 * @param create The function that creates its host.
 * @param external Packages that are not counted, in addition to React.
 * @returns Bytes, minified and gzipped: `now` of the scripts that load with the page, and `failure` of those that the first failure
 *   loads, the diagnosis with all that it imports statically or on demand. Scripts that only an option, a redirected request, a
 *   decision, an unusable answer of the host API, an uncaught error, a widget that renders often, a bundle that throws, a bundle with a
 *   source map, an explanation or a report loads count in neither.
 */
async function measureApp(
  create: string,
  external: string[] = [],
): Promise<{ now: number; failure: number }> {
  const chunks = await buildApp(appOf(create), external);
  const now = loadedWith(
    chunks.find(({ isEntry }) => isEntry)!,
    chunks,
    ({ imports }) => imports,
  );
  const diagnosis = chunks.find(
    ({ name, isDynamicEntry }) => isDynamicEntry && name.startsWith('diagnosis-'),
  )!;
  const onDemand = ({ imports, dynamicImports }: Chunk) =>
    [...imports, ...dynamicImports].filter((name) => !/(?:source-map|taken|explain|report)-/.test(name));
  const failure = loadedWith(diagnosis, chunks, onDemand, now);
  const bytesOf = (files: readonly Chunk[]) => gzip(files.map(({ code }) => code));
  return { now: bytesOf(now), failure: bytesOf(failure) };
}

/** The source of a host app with a dashboard. */
const appOf = (
  create: string,
  from = './dist/client.js',
) => `import { ${create}, Dashboard, HostProvider } from '${from}';
globalThis.app = [${create}, Dashboard, HostProvider];`;

/** Builds a host app, and returns all its code, also what loads on demand. @param more Further lines of its source. */
export async function codeOfApp(more = ''): Promise<string> {
  const chunks = await buildApp(`${appOf('createHost')}\n${more}`);
  return chunks.map(({ code }) => code).join('\n');
}

/** Builds a host app, and returns the code of each file that loads with its page. @param more Further lines of its source. */
export async function codeOfStart(more = ''): Promise<string[]> {
  const chunks = await buildApp(`${appOf('createHost')}\n${more}`);
  const first = chunks.find(({ isEntry }) => isEntry)!;
  return loadedWith(first, chunks, ({ imports }) => imports).map(({ code }) => code);
}

/**
 * Builds a host app from the sources, and returns those files of `src` that are in its code, also in what loads on demand.
 *
 * @param more Further lines of its source, in which `./src` is the folder.
 */
export async function sourcesOfApp(more = ''): Promise<string[]> {
  const { metafile } = await buildWithEsbuild({
    stdin: { contents: `${appOf('createHost', './src/index.ts')}\n${more}`, resolveDir: root },
    absWorkingDir: root,
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    define: { __VERSION__: '""' },
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return files.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

/** Builds a host app for production. */
async function buildApp(app: string, external: string[] = []): Promise<Chunk[]> {
  const entry = 'virtual:app';
  const { output } = (await buildWithVite({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === entry ? `${root}app.js` : undefined),
        load: (id) => (id === `${root}app.js` ? app : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      rolldownOptions: { input: entry, external: [/^react(-dom)?($|\/)/, ...external] },
    },
  })) as Rolldown.RolldownOutput;
  return output.filter((file) => file.type === 'chunk');
}

/** The sets of components of `./ui` whose sizes its guide states, each with what an app imports for it. */
const UI_SETS = {
  '`TrustBanner` with `TrustReview`': ['TrustBanner', 'TrustReview'],
  '`PluginSettings`, with the review in it': ['PluginSettings'],
  '`TrustHistory`': ['TrustHistory'],
  '`SafeModeBar`': ['SafeModeBar'],
  'all of these': [
    'TrustBanner',
    'TrustReview',
    'PluginSettings',
    'TrustHistory',
    'SafeModeBar',
    'UiMessages',
  ],
};

/** Measures a host app with components of `./ui`: its scripts that load with the page, and the others. */
async function measureUi(names: readonly string[]) {
  const line = `import { ${names.join(', ')} } from './dist/ui/index.js'; globalThis.ui = [${names.join(', ')}];`;
  const chunks = await buildApp(`${appOf('createHost')}\n${line}`);
  const now = loadedWith(
    chunks.find(({ isEntry }) => isEntry)!,
    chunks,
    ({ imports }) => imports,
  );
  const onDemand = (name: string) => {
    const first = chunks.find((chunk) => chunk.isDynamicEntry && chunk.name.startsWith(name));
    return first ? gzip(loadedWith(first, chunks, ({ imports }) => imports, now).map(({ code }) => code)) : 0;
  };
  return {
    now: gzip(now.map(({ code }) => code)),
    code: onDemand('code-view'),
    difference: onDemand('diff-view'),
  };
}

/** The sizes of the rows of the table in src/ui/README.md, in bytes, without what a healthy dashboard loads. */
export async function uiSizes(): Promise<{ set: string; bytes: number }[]> {
  const page = (await measureApp('createHost')).now;
  const rows: { set: string; bytes: number }[] = [];
  for (const [set, names] of Object.entries(UI_SETS))
    rows.push({ set, bytes: (await measureUi(names)).now - page });
  const { code, difference } = await measureUi(['TrustReview']);
  const sheet = readFileSync(`${root}dist/ui.css`, 'utf8');
  return [
    ...rows,
    { set: 'the sheet `ui.css`', bytes: gzip([sheet]) },
    { set: 'the code of a file, on demand', bytes: code },
    { set: 'a difference, on demand', bytes: difference },
  ];
}

/** Measures an entry point for Node without its packages, in bytes, minified and gzipped. */
async function measureEntryPoint(name: string): Promise<number> {
  const { outputFiles } = await buildWithEsbuild({
    absWorkingDir: root,
    entryPoints: [`dist/${name}/index.js`],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  return gzip(outputFiles.map(({ text }) => text));
}

/** The sizes of the rows of the table in src/README.md, in bytes. */
export async function sizes(): Promise<{ set: string; bytes: number }[]> {
  const whole = await measureApp('createHost');
  const withoutCn = await measureApp('createHost', CN);
  const own = await measureApp('createHostWithHelpers');
  const entryPoints = await Promise.all(ENTRY_POINTS.map(measureEntryPoint));
  return [
    { set: 'a healthy dashboard', bytes: whole.now },
    { set: 'the same without the packages that `cn` uses', bytes: withoutCn.now },
    { set: 'the same in an app with its own helpers', bytes: own.now },
    { set: 'the first failure, on demand', bytes: whole.failure },
    ...entryPoints.map((bytes, index) => ({ set: `entry point \`./${ENTRY_POINTS[index]}\``, bytes })),
  ];
}
