import { defineConfig } from '@playwright/test';
import { ADAPTERS } from './libraries-build.js';
import type { Options } from './libraries.ts';
import browser from './playwright.config.ts';

const { launchOptions, viewport } = browser.use ?? {};
const isEvery = Boolean(process.env.EVERY_BUNDLE);

export default defineConfig<object, Options>({
  testDir: '.',
  testMatch: 'libraries.spec.ts',
  outputDir: '../test-results/libraries',
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 1,
  // For the first page, the server reads the bundles of all widgets.
  timeout: 150_000,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/libraries.json' }]],
  use: {
    viewport: viewport ?? null,
    trace: 'off',
    launchOptions: {
      ...launchOptions,
      // WebGL scenes need software rendering.
      args: [...(launchOptions?.args ?? []), '--enable-unsafe-swiftshader'],
    },
  },
  projects: [
    ...([18, 19] as const).flatMap((react) =>
      ADAPTERS.map((adapter) => ({
        name: `react-${react}-${adapter}`,
        // React 19 shows the bundles of every adapter. On React 18, the adapters take turns, unless the run asks for every bundle.
        ...(react === 18 && !isEvery && { grepInvert: new RegExp(`@(?!${adapter})`) }),
        use: { react, adapter },
      })),
    ),
    // What a frame permits does not depend on the adapter.
    ...([18, 19] as const).map((react) => ({
      name: `react-${react}-sandboxed`,
      testMatch: 'libraries-frames.spec.ts',
      // Each of both workers shows a half of them.
      fullyParallel: true,
      ...(react === 18 && { grep: /@react-18/ }),
      use: { react, adapter: 'vite', isSandboxed: true } as const,
    })),
  ],
});
