import { defineConfig } from '@playwright/test';
import browser from './playwright.config.ts';

export default defineConfig({
  testDir: '.',
  testMatch: ['hosts.spec.ts', 'hosts-own-loader.spec.ts', 'hosts-charts.spec.ts', 'hosts-tailwind.spec.ts'],
  outputDir: '../test-results/hosts',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  retries: 1,
  // Each test installs an app.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/hosts.json' }]],
  use: { ...browser.use, actionTimeout: 30_000 },
});
