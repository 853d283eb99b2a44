import { launch, type Browser } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { getBrowser } from './browser.js';
import { describeSandbox } from './sandbox/engine.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch({ browser: 'firefox', executablePath: getBrowser('firefox'), headless: true });
}, 300_000);
afterAll(() => browser?.close());

describeSandbox('Firefox', async () => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  return {
    open: (url) => page.goto(url),
    press: (label) => page.locator(`::-p-text(${label})`).click(),
    call: async (run) => (await page.evaluate(run)) as Awaited<ReturnType<typeof run>>,
    async callIn(panel, run) {
      const frame = await (await page.$(`[data-panel="${panel}"] iframe`))?.contentFrame();
      if (!frame) throw new Error('There is no frame.');
      return (await frame.evaluate(run)) as Awaited<ReturnType<typeof run>>;
    },
    close: () => context.close(),
  };
});
