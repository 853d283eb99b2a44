import { launch, type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cases, WORKS } from '../fixtures/failures/cases.ts';
import { getBrowser } from './browser.js';
import { codeOf, serveFailures, type FailingHost } from './failing-host.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch({ browser: 'firefox', executablePath: getBrowser('firefox'), headless: true });
}, 300_000);
afterAll(() => browser?.close());

/** Waits until an element of the page has the expected text. */
const sees = (
  page: Page,
  selector: string,
  read: (element: Element) => string,
  expected: (text: string) => void,
) =>
  vi.waitFor(
    async () => {
      const element = await page.$(selector);
      const text = element
        ? ''
        : await page.evaluate(() => `${location.href}: ${document.body.innerText.slice(-300)}`);
      expect(element, `${selector} is not on ${text}`).not.toBeNull();
      expected(await page.$eval(selector, read));
    },
    { timeout: 30_000, interval: 100 },
  );

describe.each([18, 19] as const)('Firefox, React %i', (react) => {
  let host: FailingHost;
  beforeAll(async () => void (host = await serveFailures(react, 'production')), 60_000);
  afterAll(() => host?.close());

  test.each(cases)(
    '$name',
    async (failure) => {
      const { name, component = 'Broken', serve, press } = failure;
      const code = codeOf(failure, react, 'production');
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      try {
        if (serve === 'shim-503') {
          await page.goto(host.url);
          await page.evaluate(() => {
            document.cookie = 'shims=down';
          });
        }
        await page.goto(new URL(`/plugin/${name}/main`, host.url).href);
        const panel = `[data-panel="${name}/${component}"]`;
        if (press) {
          await sees(
            page,
            panel,
            (element) => element.textContent ?? '',
            (text) => expect(text).toContain('Break'),
          );
          await page.$$eval(`${panel} button`, (buttons) =>
            buttons.find(({ textContent }) => textContent === 'Break')?.click(),
          );
        }
        if (code === 'healthy') {
          await sees(
            page,
            panel,
            (element) => element.textContent ?? '',
            (text) => expect(text).toContain(WORKS),
          );
        } else {
          const read = (element: Element) => (element as HTMLElement).dataset.code ?? '';
          await sees(page, `${panel} [role="alert"]`, read, (shown) => expect(shown).toBe(code));
        }
        // Without shims, the neighbour also fails.
        if (serve === 'shim-503' || serve === 'early-shim') return;
        const neighbour = `[data-panel="${name}/Healthy"] button`;
        await page.$eval(neighbour, (button) => (button as HTMLElement).click());
        await sees(
          page,
          `[data-panel="${name}/Healthy"]`,
          (element) => element.textContent ?? '',
          (text) => expect(text).toContain('1'),
        );
      } finally {
        await context.close();
      }
    },
    90_000,
  );
});
