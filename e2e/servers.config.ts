import { defineConfig } from '@playwright/test';
import browser from './playwright.config.ts';

export default defineConfig({
  testDir: '.',
  testMatch: 'servers.spec.ts',
  outputDir: '../test-results/servers',
  forbidOnly: Boolean(process.env.CI),
  // The tests share their installed apps.
  workers: 1,
  retries: 1,
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/servers.json' }]],
  use: {
    ...browser.use,
    actionTimeout: 30_000,
    launchOptions: {
      ...browser.use!.launchOptions,
      args: [...browser.use!.launchOptions!.args!, '--host-resolver-rules=MAP dash.example.com 127.0.0.1'],
    },
  },
});
