import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version, dependencies } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);
const external = [
  /^node:/,
  /^react(-dom)?($|\/)/,
  ...Object.keys(dependencies).map((name) => new RegExp(`^${name}($|/)`)),
];

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    target: 'es2022',
    minify: false,
    lib: {
      entry: { index: 'src/index.ts', 'server/index': 'src/server/index.ts' },
      formats: ['es'],
    },
    rolldownOptions: { external },
  },
  test: {
    coverage: {
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/**/*.test.*', 'src/*.setup.ts', 'src/index.ts'],
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
          include: ['src/*.test.{ts,tsx}'],
          setupFiles: ['src/console.setup.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/*/**/*.test.ts', 'fixtures/**/*.test.{ts,js}'],
          exclude: ['**/node_modules/**'],
          setupFiles: ['src/console.setup.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: { name: 'firefox', include: ['e2e/*.firefox.ts'], fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['e2e/*.postgres.ts'],
          setupFiles: ['src/console.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        // Of what was built: its size, its package, and what the README says of it.
        test: { name: 'package', include: ['e2e/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
      },
    ],
  },
});
