import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getBrowser } from '../browser.js';
import { openPage } from './page.js';

let browser: Browser;
beforeAll(async () => {
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'];
  browser = await chromium.launch({ executablePath: getBrowser('chromium'), args });
});
afterAll(() => browser.close());

const pageOf = (script: string) => `data:text/html,<a href="%23x">x</a><script>${script}</script>`;

test('keeps the errors of the page', async () => {
  const page = await openPage(browser);
  await page.goto(pageOf('console.error("one", 1); Promise.reject("two"); throw new Error("three")'));
  await page.waitFor(() => document.readyState === 'complete');
  expect(await page.errors()).toEqual(['one 1', 'Uncaught Error: three', 'two']);
  await page.close();
});

test('rejects what a page throws, what never happens, and what a page does not answer', async () => {
  const page = await openPage(browser, 1500);
  await page.goto(pageOf(''));
  await expect(page.evaluate(() => document.querySelector('p')!.tagName)).rejects.toThrow('tagName');
  await expect(page.waitFor(() => false)).rejects.toThrow('After 1.5 s it is not true yet: () => false');
  await expect(page.waitFor(() => new Promise(() => {}))).rejects.toThrow('After 1.5 s it is not true yet');
  await expect(page.evaluate(() => new Promise(() => {}))).rejects.toThrow(
    'No answer to Runtime.evaluate after 1.5 s.',
  );
  await page.close();
});

// Vitest fails a run with an error that nobody waits for, although each of its tests passed.
test('only rejects what a busy browser answers too late', async () => {
  const send = async (method: string) => (method === 'Target.sendMessageToTarget' ? sleep(60) : {});
  const busy = { newBrowserCDPSession: async () => ({ send, on() {} }) } as unknown as Browser;
  await expect(openPage(busy, 20)).rejects.toThrow('No answer to Emulation.setDeviceMetricsOverride');
});
