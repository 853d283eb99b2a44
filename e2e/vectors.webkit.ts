import { setTimeout as wait } from 'node:timers/promises';
import { By } from 'selenium-webdriver';
import { afterAll, beforeAll } from 'vitest';
import { describeVectors } from './sandbox/vector-engine.ts';
import { startWebKit } from './webkit.js';

/** The time after which a command counts as lost, in milliseconds: the driver never answers one in a frame that is leaving its page. */
const LOST = 15_000;

let webkit: Awaited<ReturnType<typeof startWebKit>>;
beforeAll(async () => void (webkit = await startWebKit()), 300_000);
afterAll(() => webkit?.close());

describeVectors('webkit', async () => {
  const driver = await webkit.openSession();
  const events: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  /** Waits for the command before, and starts in the page: the driver is in one frame at a time. */
  const inTurn = <Result>(command: () => Promise<Result>): Promise<Result> => {
    const inPage = async () => {
      await driver.switchTo().defaultContent();
      return command();
    };
    const lose = async () => {
      await wait(LOST, undefined, { ref: false });
      throw new Error('The driver did not answer.');
    };
    const result = last
      .then(() => Promise.race([inPage(), lose()]))
      .catch((error: Error) => {
        if (error.name === 'UnexpectedAlertOpenError') events.push('dialog');
        throw error;
      });
    last = result.catch(() => undefined);
    return result;
  };
  /** Calls a function. The driver returns `null` for `undefined`. */
  const callHere = async <Result>(run: () => Result | Promise<Result>) =>
    ((await driver.executeScript<Awaited<Result> | null>(run)) ?? undefined) as Awaited<Result>;
  return {
    open: (url) => inTurn(() => driver.get(url)),
    resize: (height) => inTurn(() => driver.manage().window().setRect({ width: 1280, height })),
    call: (run) => inTurn(() => callHere(run)),
    callIn: (panel, run) =>
      inTurn(async () => {
        await driver.switchTo().frame(await driver.findElement(By.css(`[data-panel="${panel}"] iframe`)));
        return callHere(run);
      }),
    type: (selector, text) =>
      inTurn(async () => {
        const element = driver.findElement(By.css(selector));
        await element.click();
        // The driver refuses an empty text.
        if (text) await element.sendKeys(text);
      }),
    async events() {
      const windows = await inTurn(() => driver.getAllWindowHandles());
      return windows.length > 1 ? [...events, 'popup'] : events;
    },
    // The next session ends this one.
    close: async () => undefined,
  };
});
