import type { WebDriver } from 'selenium-webdriver';
import { afterAll, beforeAll } from 'vitest';
import { describeFailures } from './failure-table.ts';
import { startWebKit } from './webkit.js';

let webkit: Awaited<ReturnType<typeof startWebKit>>;
let shared: WebDriver;

beforeAll(async () => {
  webkit = await startWebKit();
  shared = await webkit.openSession();
  console.log(`WebKitGTK ${(await shared.getCapabilities()).getBrowserVersion()}`);
});
afterAll(() => webkit?.close());

describeFailures('webkit', async (isUncached) => {
  const own = isUncached ? await startWebKit() : undefined;
  const driver = own ? await own.openSession() : shared;
  return {
    open: (url) => driver.get(url),
    reload: () => driver.navigate().refresh(),
    call: (run, ...args) => driver.executeScript(run, ...args),
    async close() {
      if (own) return own.close();
      await driver.executeScript(() => {
        localStorage.clear();
        sessionStorage.clear();
      });
      await driver.manage().deleteAllCookies();
    },
  };
});
