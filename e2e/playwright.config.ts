import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, getBrowser } from './browser.js';
import type { Options } from './test.ts';

/** The suites that have a config of their own. */
const ELSEWHERE = ['libraries*.spec.ts', 'hosts*.spec.ts', 'servers.spec.ts'];

/**
 * What does not depend on React, and runs on React 19 only: trust, policies, requests, layout, what a browser lets out of a frame or
 * refuses to it, and the demo's look.
 */
const WITHOUT_REACT = [
  'attacks/*.spec.ts',
  'accessibility.spec.ts',
  'api-fetch.spec.ts',
  'baseline.spec.ts',
  'break-out.spec.ts',
  'demo.spec.ts',
  'first-press.spec.ts',
  'hints.spec.ts',
  'inspector.spec.ts',
  'keyboard.spec.ts',
  'once-only.spec.ts',
  'other-origin.spec.ts',
  'other-software.spec.ts',
  'panel-size.spec.ts',
  'policies.spec.ts',
  'preload-links.spec.ts',
  'session.spec.ts',
  'theme.spec.ts',
  ...['advance', 'boot', 'forms', 'hang', 'look', 'notes', 'places', 'races', 'refusals', 'vectors'].map(
    (name) => `sandbox/${name}.spec.ts`,
  ),
];

export default defineConfig<Options>({
  testDir: '.',
  testMatch: '*.spec.ts',
  testIgnore: ELSEWHERE,
  outputDir: '../test-results/browser',
  globalSetup: './setup.js',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A busy machine may need a retry. The end of the run lists retried tests.
  retries: process.env.CI ? 2 : 1,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/browser.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: 'off',
    launchOptions: {
      executablePath: getBrowser('chromium'),
      args: CHROMIUM_ARGS,
    },
  },
  projects: [
    {
      name: 'react-18',
      grepInvert: /@react-19|@two-builds/,
      testIgnore: [...ELSEWHERE, ...WITHOUT_REACT],
      use: { react: 18 },
    },
    { name: 'react-19', use: { react: 19 } },
    // The failures that depend on the build. Those of "rest" belong to `npm test -- --all`.
    {
      name: 'react-18-development',
      testMatch: 'dual-react.spec.ts',
      grepInvert: /@third|@two-builds/,
      use: { react: 18, mode: 'development' },
    },
    {
      name: 'react-18-development-rest',
      testMatch: 'dual-react.spec.ts',
      grep: /@third|@two-builds/,
      use: { react: 18, mode: 'development' },
    },
    // The same, and a third of the others.
    {
      name: 'react-19-development',
      testMatch: 'dual-react.spec.ts',
      grepInvert: /@two-builds/,
      use: { react: 19, mode: 'development' },
    },
  ],
});
