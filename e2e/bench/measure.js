import { countWaves } from './waves.js';

/**
 * What one of a page's dashboards cost.
 * @typedef {object} Cost
 * @property {number} time milliseconds until all panels had their text
 * @property {number} requests that were answered by then
 * @property {number} waves how many of them followed each other
 * @property {number} bytes of their answers
 * @property {number} longTasks how many tasks were over 50 ms
 * @property {number} longTime milliseconds in them
 * @property {number} renders of widgets
 */

/** @typedef {{ cold: Cost, second: Cost, heap: number, requests: import('./waves.js').Request[], said: string[] }} Sample `heap` in bytes; `requests` are those of the cold load; `said` are the errors of the page's console */

const PATIENCE = 60_000;
const VIEW = { width: 1280, height: 1000 };

/** What the page has asked for so far; runs in the page. */
function readPage() {
  const { renders, longTasks, marks } = window.bench;
  const entries = /** @type {PerformanceResourceTiming[]} */ ([
    ...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource'),
  ]);
  const requests = entries
    .filter(({ responseEnd }) => responseEnd > 0)
    .map(({ name, startTime, entryType, responseStart, responseEnd, encodedBodySize }) => ({
      path: new URL(name).pathname,
      start: startTime,
      // A document is read while it comes: what it names is asked for at its first bytes.
      end: entryType === 'navigation' ? responseStart : responseEnd,
      bytes: encodedBodySize,
    }));
  return { renders, longTasks, marks, requests };
}

/**
 * The part of a page's record that lies between two moments.
 * @param {ReturnType<typeof readPage>} record
 * @param {number} from
 * @param {number} until
 * @param {number} renders
 * @returns {Cost}
 */
function costOf({ requests, longTasks }, from, until, renders) {
  const inside = requests.filter(({ start, end }) => start >= from && end <= until);
  const long = longTasks.filter(({ start }) => start >= from && start <= until);
  return {
    time: until - from,
    requests: inside.length,
    waves: countWaves(inside),
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
    longTasks: long.length,
    longTime: long.reduce((sum, { duration }) => sum + duration, 0),
    renders,
  };
}

/**
 * The bytes that a page's objects take up, without those that nobody needs any more.
 * @param {import('@playwright/test').Page} page
 */
export async function readHeap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/**
 * Opens a page in a context of its own, which has no cache yet, and hands it on.
 * @template T
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {(page: import('@playwright/test').Page, said: string[]) => Promise<T>} use also gets the errors of the page's console
 * @returns {Promise<T>}
 * @throws with those errors, the first few
 */
export async function withPage(browser, url, use) {
  const context = await browser.newContext({ viewport: VIEW });
  /** @type {string[]} */
  const said = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    page.on('pageerror', ({ message }) => said.push(message));
    await page.goto(url, { waitUntil: 'commit' });
    return await use(page, said);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw new Error([`${url}: ${message}`, ...said.slice(0, 3)].join('\n  '), { cause });
  } finally {
    await context.close();
  }
}

/**
 * Loads a contender's page without a cache, then has it switch to its other dashboard.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @returns {Promise<Sample>}
 */
export const measure = (browser, url) =>
  withPage(browser, url, async (page, said) => {
    await page.waitForFunction(() => window.bench && window.bench.ready.then(() => true), undefined, {
      polling: 20,
    });
    const cold = await page.evaluate(readPage);
    const heap = await readHeap(page);
    const start = await page.evaluate(async () => {
      const shown = window.bench.shown('second');
      const now = performance.now();
      window.bench.open('second');
      await shown;
      return now;
    });
    const after = await page.evaluate(readPage);
    const until = cold.marks.first ?? NaN;
    return {
      cold: costOf(cold, 0, until, cold.renders),
      second: costOf(after, start, after.marks.second ?? NaN, after.renders - cold.renders),
      heap,
      requests: cold.requests.filter(({ end }) => end <= until),
      said,
    };
  });
