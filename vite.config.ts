import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version, engines, dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);
const external = [
  /^node:/,
  ...Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}($|/)`)),
];

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
  ],
  build: {
    target: 'es2022',
    minify: false,
    lib: {
      entry: {
        // Its door for React Server Components is dist/index.js.
        client: 'src/index.ts',
        'server/index': 'src/server/index.ts',
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
      output: { chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  test: {
    coverage: {
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.test.*', 'src/index.ts', 'src/cli/template/**', 'src/cli/{bin,cli}.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 90 },
    },
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'jsdom',
          include: ['src/{contract,bundle,helpers,diagnosis,host,react}/**/*.test.{ts,tsx}'],
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
            'src/{server,bundling,esbuild,vite,dev,cli,testing}/**/*.test.{ts,tsx}',
            'fixtures/**/*.test.{ts,js}',
          ],
          exclude: ['**/node_modules/**', 'src/cli/template/**', 'fixtures/libraries/**'],
          setupFiles: ['fixtures/vitest/console.setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'firefox', include: ['e2e/*.firefox.ts'], fileParallelism: false },
      },
      {
        extends: true,
        test: { name: 'webkit', include: ['e2e/*.webkit.ts'], fileParallelism: false, hookTimeout: 300_000 },
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
        },
      },
      {
        extends: true,
        // Tests of the built package: its size, its files and the claims of the README.
        test: {
          name: 'package',
          include: ['e2e/*.test.ts', 'e2e/bench/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
