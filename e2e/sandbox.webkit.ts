import { By, until } from 'selenium-webdriver';
import { afterAll, beforeAll } from 'vitest';
import { describeSandbox } from './sandbox/engine.ts';
import { startWebKit } from './webkit.js';

const WAIT = 30_000;

let webkit: Awaited<ReturnType<typeof startWebKit>>;
beforeAll(async () => void (webkit = await startWebKit()));
afterAll(() => webkit?.close());

describeSandbox('WebKit', async () => {
  const driver = await webkit.openSession();
  return {
    open: (url) => driver.get(url),
    async press(label) {
      const button = By.xpath(`//button[normalize-space()='${label}']`);
      await (await driver.wait(until.elementLocated(button), WAIT)).click();
    },
    call: (run) => driver.executeScript<Awaited<ReturnType<typeof run>>>(run),
    async callIn(panel, run) {
      await driver.switchTo().frame(await driver.findElement(By.css(`[data-panel="${panel}"] iframe`)));
      try {
        return await driver.executeScript<Awaited<ReturnType<typeof run>>>(run);
      } finally {
        await driver.switchTo().defaultContent();
      }
    },
    // The next session ends this one.
    close: () => driver.get('about:blank'),
  };
});
