import { launch, type Browser, type Frame } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { getBrowser } from './browser.js';
import { describeVectors } from './sandbox/vector-engine.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch({
    browser: 'firefox',
    executablePath: getBrowser('firefox'),
    headless: true,
    extraPrefsFirefox: {
      // Popups without a press, and calls to the machine itself, so that the controls can get through.
      'dom.disable_open_during_load': false,
      'media.peerconnection.ice.loopback': true,
    },
  });
}, 300_000);
afterAll(() => browser?.close());

describeVectors('firefox', async () => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const events: string[] = [];
  const frames = new Map<string, Frame>();
  page.on('dialog', (dialog) => {
    events.push('dialog');
    void dialog.dismiss();
  });
  return {
    open: (url) => page.goto(url),
    resize: (height) => page.setViewport({ width: 1280, height }),
    call: async (run) => (await page.evaluate(run)) as Awaited<ReturnType<typeof run>>,
    async callIn(panel, run) {
      const element = frames.has(panel) ? null : await page.$(`[data-panel="${panel}"] iframe`);
      // Once, since the driver cannot find the frame of a page that leaves.
      const frame = frames.get(panel) ?? (await element?.contentFrame());
      if (!frame) throw new Error('There is no frame.');
      frames.set(panel, frame);
      return (await frame.evaluate(run)) as Awaited<ReturnType<typeof run>>;
    },
    async type(selector, text) {
      await page.click(selector);
      await new Promise((done) => setTimeout(done, 500));
      await page.keyboard.type(text);
    },
    events: async () => ((await context.pages()).length > 1 ? [...events, 'popup'] : events),
    close: () => context.close(),
  };
});
