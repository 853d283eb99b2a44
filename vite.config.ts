import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as buildWithEsbuild } from 'esbuild';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const { version, engines, dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);
const external = [
  /^node:/,
  ...Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}($|/)`)),
];

/**
 * Writes the CommonJS form of the built entry point `./testing`, which Jest requires: Jest cannot require ES modules. Only a package
 * that is an ES module is part of it; all other packages are shared with the tests.
 *
 * @param names The exports of the entry point.
 */
async function writeCommonJs(names: readonly string[]) {
  const licence = readFileSync(new URL('./node_modules/es-module-lexer/LICENSE', import.meta.url), 'utf8');
  await buildWithEsbuild({
    entryPoints: ['dist/testing/index.js'],
    absWorkingDir: import.meta.dirname,
    outfile: 'dist/testing/index.cjs',
    bundle: true,
    format: 'cjs',
    target: 'es2022',
    external: Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (name) => name !== 'es-module-lexer',
    ),
    banner: { js: `/*! Contains es-module-lexer.\n\n${licence}*/` },
    logLevel: 'warning',
  });
  // A declaration of a CommonJS file can only refer to those of an ES module.
  const module = `import('./index.js', { with: { 'resolution-mode': 'import' } })`;
  const values = names.map((name) => {
    const isClass = /^[A-Z]/.test(name);
    return `export declare const ${name}: typeof ${module}.${name};\n${isClass ? `export type ${name} = ${module}.${name};\n` : ''}`;
  });
  const types = `export type * from './index.js' with { 'resolution-mode': 'import' };\n`;
  await writeFile(new URL('./dist/testing/index.d.cts', import.meta.url), types + values.join(''));
}

const CONTRACT = join(import.meta.dirname, 'src/contract');

/** The files of the contract that define these names. */
function contractFilesOf(names: readonly string[]): string[] {
  const files = readdirSync(CONTRACT).filter((name) => !name.includes('.test.') && name !== 'index.ts');
  const definition = new RegExp(
    `^export (?:async )?(?:const|function\\*?|class) (?:${names.join('|')})\\b`,
    'm',
  );
  return files
    .map((name) => join(CONTRACT, name))
    .filter((file) => definition.test(readFileSync(file, 'utf8')));
}

/**
 * Finds the files that load with every page: those that the entry point imports statically. The index of the contract exports all of
 * it, so of the contract only files with imported names count. The others are apart, since the bundler of an app moves whole files to
 * what loads on demand, and never a part of one.
 */
function findPageFiles(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b(?! type)([^;]*?) from '(\.[^']+)'/gm,
  );
  for (const [, clause, path] of imports) {
    const target = join(dirname(file), path!);
    const names = target === join(CONTRACT, 'index.ts') ? clause!.match(/(?<!type )\b\w+\b/g) : undefined;
    for (const next of names ? contractFilesOf(names) : [target]) findPageFiles(next, found);
  }
  return found;
}
const filesOf = (path: string) => findPageFiles(join(import.meta.dirname, path));
const pageFiles = filesOf('src/index.ts');
/** The files of a request for consent, and those of the history. */
const decisionFiles = filesOf('src/ui/trust-banner.tsx');
const historyFiles = filesOf('src/ui/use-trust-history.ts');
/** What the index of the contract exports and no page loads: each file is apart, since each loads for another reason. */
const lateFiles = new Set(
  [...readFileSync(join(CONTRACT, 'index.ts'), 'utf8').matchAll(/^export (?!type).*'\.\/([\w-]+)\.ts'/gm)]
    .map(([, name]) => join(CONTRACT, `${name}.ts`))
    .filter((file) => !pageFiles.has(file)),
);
/** Whether a file belongs to the rooms that servers and tools use too. */
const isShared = (file: string) => /src[\\/](contract|bundle)[\\/]/.test(file);

/** Escapes what is not ASCII, in regular expressions too: of a text with one other character, browsers keep two bytes for each. */
const inAscii = (code: string) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Replaces the diagnosis in the scripts of frames, whose cards are the page's. */
const withoutCards: Plugin = {
  name: 'without-cards',
  enforce: 'pre',
  load: (id) =>
    /src[\\/]diagnosis[\\/]index\.ts$/.test(id)
      ? "export { describeFailure, diagnose, diagnoseCrash } from './diagnose.ts';"
      : undefined,
};

/**
 * Builds the scripts of sandboxed frames, one for each major version of React: a frame has nothing of the page, so each script
 * contains React and all that a widget needs (CONTRACT X4). Vite's bundler, unlike esbuild, marks the functions around React's modules
 * as called at once: without the marks, browsers parse React twice in each frame's process.
 */
async function buildFrameScripts() {
  const modules = { 18: 'fixtures/react-18/node_modules', 19: 'node_modules' };
  for (const [react, folder] of Object.entries(modules)) {
    const built = await build({
      configFile: false,
      root: import.meta.dirname,
      logLevel: 'warn',
      define: { __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
      plugins: [withoutCards],
      oxc: { jsx: { runtime: 'automatic', development: false } },
      resolve: {
        alias: [{ find: /^react(?=-dom|\/|$)/, replacement: join(import.meta.dirname, folder, 'react') }],
      },
      build: {
        write: false,
        target: 'es2022',
        minify: true,
        license: { fileName: `guest-${react}.licenses.md` },
        // A classic script, which an inline script can be without an import, and of which browsers keep the compiled code for all frames.
        lib: { entry: 'src/sandbox/guest/guest.tsx', formats: ['iife'], name: 'guest' },
        // Modules are strict, and a classic script says so. Its licences are in a file beside it, since each frame gets the script.
        rolldownOptions: { output: { strict: true, comments: false } },
      },
    });
    for (const file of [built].flat().flatMap((result) => ('output' in result ? result.output : []))) {
      const isScript = file.type === 'chunk';
      const path = `dist/sandbox/${isScript ? `guest-${react}.js` : file.fileName}`;
      await writeFile(join(import.meta.dirname, path), isScript ? inAscii(file.code) : file.source);
    }
  }
}

/** The tests that run the whole benchmark. */
const BENCHMARK_RUNS = ['e2e/bench/bench.test.ts', 'e2e/bench/sandbox.test.ts'];

/** Options for tests with other browsers, or with npm: on a busy machine, in CI, they may need a second try. Unit tests have none. */
const REAL_PARTS = { retry: process.env.CI ? 1 : 0 };

export default defineConfig({
  define: {
    __VERSION__: JSON.stringify(version),
    __NODE__: JSON.stringify(engines.node.replace('>=', '')),
  },
  plugins: [
    {
      name: 'production-jsx',
      apply: 'build',
      // Explicit, because Vite decides by NODE_ENV, which a test runner sets as well.
      config: () => ({ oxc: { jsx: { runtime: 'automatic', development: false } } }),
    },
    {
      name: 'client-boundary',
      apply: 'build',
      // Bundlers of server components read the directive, and the others warn about it. So it is in a file of its own, which only
      // the condition "react-server" leads to.
      generateBundle(_, bundle) {
        const client = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'client');
        if (client?.type !== 'chunk') throw new Error('The build has no entry "client".');
        const names = client.exports.toSorted().join(', ');
        const source = `'use client';\nexport { ${names} } from './${client.fileName}';\n`;
        this.emitFile({ type: 'asset', fileName: 'index.js', source });
      },
    },
    {
      name: 'commonjs-testing',
      apply: 'build',
      // Jest requires packages, and cannot require ES modules.
      async writeBundle(_, bundle) {
        const entry = bundle['testing/index.js'];
        if (entry?.type !== 'chunk') throw new Error('The build has no entry "testing/index".');
        await writeCommonJs(entry.exports);
      },
    },
    {
      name: 'ui-sheet',
      apply: 'build',
      // The sheet is as it is written, since it needs nothing of a build.
      generateBundle() {
        const source = readFileSync(new URL('./src/ui/ui.css', import.meta.url), 'utf8');
        this.emitFile({ type: 'asset', fileName: 'ui.css', source });
      },
    },
    {
      name: 'frame-scripts',
      apply: 'build',
      writeBundle: buildFrameScripts,
    },
  ],
  build: {
    target: 'es2022',
    minify: false,
    lib: {
      entry: {
        // Its door for React Server Components is dist/index.js.
        client: 'src/index.ts',
        'server/index': 'src/server/index.ts',
        'sandbox/index': 'src/sandbox/index.ts',
        'ui/index': 'src/ui/index.ts',
        'esbuild/index': 'src/esbuild/index.ts',
        'testing/index': 'src/testing/index.ts',
        'vite/index': 'src/vite/index.ts',
        'cli/bin': 'src/cli/bin.ts',
        'cli/cli': 'src/cli/cli.ts',
        'dev/index': 'src/dev/index.ts',
        // A thread starts from a file.
        'dev/postgres-worker': 'src/dev/postgres-worker.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external,
      output: {
        chunkFileNames: 'chunks/[name]-[hash].js',
        codeSplitting: {
          // One file in the order of its imports, whatever other entry points share of it: other orders compress worse.
          groups: [
            { name: 'contract', test: (id: string) => pageFiles.has(id) && isShared(id), priority: 1 },
            {
              name: (id) => `contract-${basename(id, '.ts')}`,
              debugName: 'contract-later',
              test: (id: string) => lateFiles.has(id),
              priority: 1,
            },
            { name: 'core', test: (id: string) => pageFiles.has(id) },
            // One file fewer in the list of files that every page has.
            {
              name: 'create-error',
              test: /src[\\/]contract[\\/](?:create-error|suggest)\.ts$/,
              priority: 0.5,
            },
            // Pages and ./testing import it, and no part of it may be in a file that needs Node.
            { name: 'config', test: /src[\\/]config[\\/]/ },
            // What an operator's first decision needs is apart from what loads on demand.
            {
              name: 'ui-code-texts',
              test: /src[\\/]ui[\\/](?:code[\\/]texts|(?:decided|file|maker|needs|revoke)-texts)/,
              priority: 1,
            },
            { name: 'ui', test: (id: string) => decisionFiles.has(id) && !isShared(id) },
            { name: 'ui-history', test: (id: string) => historyFiles.has(id) && !isShared(id) },
          ],
        },
      },
    },
  },
  test: {
    coverage: {
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.test.*', 'src/index.ts', 'src/cli/template/**', 'src/cli/{bin,cli}.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90 },
    },
    tags: [{ name: 'all', description: 'takes many seconds, so only `npm test -- --all` runs it' }],
    restoreMocks: true,
    unstubGlobals: true,
    // By default, Vitest leaves one processor idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'jsdom',
          include: [
            'src/{contract,config,bundle,helpers,diagnosis,host,react,ui,sandbox}/**/*.test.{ts,tsx}',
          ],
          setupFiles: ['fixtures/vitest/console.setup.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'src/*.test.ts',
            'src/{server,archive,bundling,esbuild,vite,dev,cli,testing}/**/*.test.{ts,tsx}',
            'fixtures/**/*.test.{ts,js}',
          ],
          exclude: ['**/node_modules/**', 'src/cli/template/**', 'fixtures/libraries/**'],
          setupFiles: ['fixtures/vitest/console.setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'firefox',
          include: ['e2e/*.firefox.ts'],
          exclude: ['e2e/vectors.firefox.ts'],
          fileParallelism: false,
          ...REAL_PARTS,
        },
      },
      {
        extends: true,
        // By hand, since it takes over twenty minutes.
        test: { name: 'vectors', include: ['e2e/vectors.*.ts'], fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'webkit',
          include: ['e2e/*.webkit.ts'],
          exclude: ['e2e/vectors.webkit.ts'],
          fileParallelism: false,
          hookTimeout: 300_000,
          ...REAL_PARTS,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['e2e/*.postgres.ts'],
          setupFiles: ['fixtures/vitest/console.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'registry',
          include: ['e2e/*.registry.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          ...REAL_PARTS,
        },
      },
      {
        extends: true,
        // Each test installs a test runner.
        test: {
          name: 'runners',
          include: ['e2e/*.runners.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          ...REAL_PARTS,
        },
      },
      {
        extends: true,
        // Tests of the built package: its size, its files and the claims of the README.
        test: {
          name: 'package',
          include: ['e2e/*.test.ts', 'e2e/bench/*.test.ts'],
          exclude: BENCHMARK_RUNS,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...REAL_PARTS,
        },
      },
      {
        extends: true,
        test: { name: 'benchmark', include: BENCHMARK_RUNS, testTimeout: 300_000, ...REAL_PARTS },
      },
    ],
  },
});
