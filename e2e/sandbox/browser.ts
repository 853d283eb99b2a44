import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type LaunchOptions, type Page, type TestInfo } from '@playwright/test';
import { getBrowser } from '../browser.js';
import { test as base } from '../test.ts';
import { startListeners, type Listeners } from './listeners.ts';
import type { Tab } from './vector.ts';

/** Chromium without Playwright's switches against connections in advance and QUIC, which would hide vectors. */
export const launchOptions = {
  executablePath: getBrowser('chromium'),
  ignoreDefaultArgs: ['--disable-background-networking'],
  args: [
    '--disable-gpu',
    '--no-first-run',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ].concat(process.getuid?.() === 0 ? '--no-sandbox' : []),
} satisfies LaunchOptions;

/** The tab of a page. */
export function tabOf(page: Page): Tab {
  const events: string[] = [];
  page.on('dialog', (dialog) => {
    events.push('dialog');
    void dialog.dismiss();
  });
  page.on('download', () => events.push('download'));
  page.context().on('page', () => events.push('popup'));
  return {
    open: (url) => page.goto(url),
    resize: (height) => page.setViewportSize({ width: 1280, height }),
    call: (run) => page.evaluate(run),
    async callIn(panel, run) {
      const element = await page.$(`[data-panel="${panel}"] iframe`);
      const frame = await element?.contentFrame();
      if (!frame) throw new Error('There is no frame.');
      return frame.evaluate(run);
    },
    async type(selector, text) {
      await page.locator(selector).click();
      await page.waitForTimeout(500);
      await page.keyboard.type(text);
    },
    events: async () => events,
  };
}

export const test = base.extend<{ listen: (count: number) => Promise<Listeners[]> }>({
  async listen({}, use) {
    const started: Listeners[] = [];
    await use(async (count) => {
      for (let index = 0; index < count; index += 1) started.push(await startListeners());
      return started;
    });
    await Promise.all(started.map((listeners) => listeners.close()));
  },
});

/**
 * Opens a page in a browser with a profile: a browser without one makes no connections in advance.
 *
 * @returns The names under `leak.example` that the browser resolved.
 */
export async function withProfile(info: TestInfo, use: (page: Page) => Promise<void>): Promise<string[]> {
  const [profile, log] = [info.outputPath('profile'), info.outputPath('net.json')];
  await mkdir(join(profile, 'Default'), { recursive: true });
  // The browser's own default outside of tests: connections in advance.
  await writeFile(
    join(profile, 'Default/Preferences'),
    JSON.stringify({ net: { network_prediction_options: 0 } }),
  );
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions,
    args: [...launchOptions.args, `--log-net-log=${log}`],
  });
  await use(await context.newPage());
  await context.close();
  return (await readFile(log, 'utf8')).match(/[\w-]+\.leak\.example/g) ?? [];
}
