import { setTimeout as sleep } from 'node:timers/promises';

/** The time between two evaluations of a condition, in milliseconds. */
const POLLING = 20;
const TIMEOUT = 60_000;
const VIEWPORT = { width: 1280, height: 1000, deviceScaleFactor: 1, mobile: false };

/** Keeps the errors of the console and uncaught ones. It runs in the page, before its scripts. */
function keepErrors() {
  /** @type {string[]} */
  const errors = [];
  Object.assign(window, { benchErrors: errors });
  const { error } = console;
  console.error = (...values) => {
    errors.push(values.join(' '));
    error(...values);
  };
  addEventListener('error', ({ message }) => errors.push(message));
  addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
}

/**
 * A page as users have it, without an inspector.
 * @typedef {object} Page
 * @property {(method: string, params?: object) => Promise<any>} send sends a command of Chromium's DevTools protocol
 * @property {(url: string) => Promise<void>} goto resolves when the answer has begun
 * @property {<T, A = undefined>(use: (arg: A) => T, arg?: A) => Promise<Awaited<T>>} evaluate
 * @property {<A = undefined>(isTrue: (arg: A) => unknown, arg?: A) => Promise<void>} waitFor
 * @property {(selector: string) => Promise<void>} hover
 * @property {() => Promise<readonly string[]>} errors the errors of its console
 * @property {() => Promise<void>} close
 */

/**
 * Opens an empty page in a context of its own. Playwright's pages have Chromium's inspector, which keeps a stack with places for each
 * request and each `Error`. React creates errors when it loads, and for the places Chromium parses every function on the stack again:
 * all of a bundle, for tens of milliseconds. Pages of users do not, so this page is opened beside Playwright's.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {number} [timeout] milliseconds after which a command or a condition fails
 * @returns {Promise<Page>}
 */
export async function openPage(browser, timeout = TIMEOUT) {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send('Target.createBrowserContext');
  const { targetId } = await session.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await session.send('Target.attachToTarget', { targetId });

  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const sent = new Map();
  session.on('Target.receivedMessageFromTarget', (event) => {
    const { id, result, error } = JSON.parse(event.message);
    const { resolve, reject } = sent.get(id) ?? {};
    sent.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  });
  let commands = 0;
  /** @type {Page['send']} */
  async function send(method, params = {}) {
    commands += 1;
    const id = commands;
    const answered = new Promise((resolve, reject) => sent.set(id, { resolve, reject }));
    // A page that has crashed never answers.
    const late = setTimeout(
      () => sent.get(id)?.reject(new Error(`No answer to ${method} after ${timeout / 1000} s.`)),
      timeout,
    );
    const message = JSON.stringify({ id, method, params });
    // Both from the start: the answer may be late before the command has been sent, and an error that nobody waits for ends a run of tests.
    return Promise.all([answered, session.send('Target.sendMessageToTarget', { sessionId, message })])
      .then(([result]) => result)
      .finally(() => clearTimeout(late));
  }

  /** @type {Page['evaluate']} */
  async function evaluate(use, arg) {
    const expression = `(${use})(${JSON.stringify(arg)})`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails: thrown } = await send('Runtime.evaluate', options);
    if (thrown) throw new Error(thrown.exception?.description ?? thrown.text);
    return result.value;
  }

  /** @type {Page['waitFor']} */
  async function waitFor(isTrue, arg) {
    const until = Date.now() + timeout;
    // The page may be replaced meanwhile.
    while (!(await evaluate(isTrue, arg).catch(() => false))) {
      if (Date.now() > until) throw new Error(`After ${timeout / 1000} s it is not true yet: ${isTrue}`);
      await sleep(POLLING);
    }
  }

  await send('Emulation.setDeviceMetricsOverride', VIEWPORT);
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await send('Page.enable');
  await send('Page.addScriptToEvaluateOnNewDocument', { source: `(${keepErrors})()` });
  return {
    send,
    async goto(url) {
      const { errorText } = await send('Page.navigate', { url });
      if (errorText) throw new Error(errorText);
    },
    evaluate,
    waitFor,
    async hover(selector) {
      const [x, y] = await evaluate((name) => {
        const element = /** @type {Element} */ (document.querySelector(name));
        element.scrollIntoView({ block: 'nearest' });
        const { x: left, y: top, width, height } = element.getBoundingClientRect();
        return [left + width / 2, top + height / 2];
      }, selector);
      await send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
    },
    errors: () => evaluate(() => /** @type {{ benchErrors?: string[] }} */ (window).benchErrors ?? []),
    async close() {
      await session.send('Target.disposeBrowserContext', { browserContextId });
      await session.detach();
    },
  };
}
