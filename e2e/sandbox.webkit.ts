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
    async callInFrame(run) {
      await driver.switchTo().frame(await driver.findElement(By.css('iframe')));
      try {
        return await driver.executeScript<ReturnType<typeof run>>(run);
      } finally {
        await driver.switchTo().defaultContent();
      }
    },
    callInPage: (run) => driver.executeScript<ReturnType<typeof run>>(run),
    // The next session ends this one.
    close: () => driver.get('about:blank'),
  };
});
