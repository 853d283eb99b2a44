import { launch, type Browser } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { getBrowser } from './browser.js';
import { describeFailures } from './failure-table.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch({ browser: 'firefox', executablePath: getBrowser('firefox'), headless: true });
}, 300_000);
afterAll(() => browser?.close());

describeFailures('firefox', async () => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    call: async (run, ...args) =>
      (await page.evaluate(run as (...args: unknown[]) => unknown, ...args)) as Awaited<
        ReturnType<typeof run>
      >,
    close: () => context.close(),
  };
});
