import { setTimeout as sleep } from 'node:timers/promises';
import { openPage } from './page.js';
import { countWaves } from './waves.js';

/**
 * The cost of showing one dashboard of a page.
 * @typedef {object} Cost
 * @property {number} time milliseconds until all panels had their text
 * @property {number} requests number of requests answered in that time
 * @property {number} waves length of the longest chain of consecutive requests
 * @property {number} bytes size of their answers
 * @property {number} longTasks number of tasks over 50 ms
 * @property {number} longTime milliseconds in these tasks
 * @property {number} renders number of renders of widgets
 */

/** @typedef {{ cold: Cost, second?: Cost, inView?: Cost, hovered?: Cost, heap: number, requests: import('./waves.js').Request[], errors: readonly string[] }} Sample `second`, `inView` and `hovered`: the next dashboards, the latter two after a link to them was in view, or hovered; `heap` in bytes; the `requests` of the cold load; the `errors` of the page's console */

/** Reads the measurements of the page. It runs in the page. */
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
      // A document is parsed while it arrives, so its first bytes start the next requests.
      end: entryType === 'navigation' ? responseStart : responseEnd,
      bytes: encodedBodySize,
    }));
  return { renders, longTasks, marks, requests };
}

/**
 * Computes the cost between two times from a page's measurements.
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
 * Measures the bytes of a page's objects after a garbage collection.
 * @param {import('./page.js').Page} page
 */
export async function readHeap(page) {
  await page.send('HeapProfiler.collectGarbage');
  const { usedSize } = await page.send('Runtime.getHeapUsage');
  return /** @type {number} */ (usedSize);
}

/**
 * Opens a page in a new context with an empty cache and calls `use` with it.
 * @template T
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {(page: import('./page.js').Page) => Promise<T>} use
 * @param {number} [cpu] by what the page's processor is slowed
 * @returns {Promise<T>}
 * @throws an error with the first few errors of the page's console
 */
export async function withPage(browser, url, use, cpu = 1) {
  const page = await openPage(browser);
  try {
    if (cpu > 1) await page.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    await page.goto(url);
    return await use(page);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const errors = await page.errors().catch(() => []);
    throw new Error([`${url}: ${message}`, ...errors.slice(0, 3)].join('\n  '), { cause });
  } finally {
    await page.close();
  }
}

/** Waits until the first dashboard of a page has its text. @param {import('./page.js').Page} page */
export const waitForFirst = (page) => page.waitFor(() => window.bench && window.bench.ready.then(() => true));

/**
 * Opens another dashboard on the page, and waits until all its panels have their text.
 * @param {import('./page.js').Page} page
 * @param {'second' | 'third' | 'fourth'} dashboard
 * @param {number} renders the number of renders before
 */
async function openDashboard(page, dashboard, renders) {
  const start = await page.evaluate(async (name) => {
    const shown = window.bench.shown(name);
    const now = performance.now();
    window.bench.open(name);
    await shown;
    return now;
  }, dashboard);
  const record = await page.evaluate(readPage);
  const cost = costOf(record, start, record.marks[dashboard] ?? NaN, record.renders - renders);
  return { cost, renders: record.renders };
}

/** The number of requests that a page has sent. @param {import('./page.js').Page} page */
const countRequests = (page) => page.evaluate(() => performance.getEntriesByType('resource').length);

/**
 * Waits until a page has sent no more requests for half a second.
 * @param {import('./page.js').Page} page
 */
async function settle(page) {
  for (let last = -1, now = await countRequests(page); now > last; now = await countRequests(page)) {
    last = now;
    await sleep(500);
  }
}

/**
 * Shows a link, and waits until the page has loaded what it preloads of a link in view.
 * @param {import('./page.js').Page} page
 * @param {'third' | 'fourth'} dashboard
 */
async function showLink(page, dashboard) {
  const before = await countRequests(page);
  await page.evaluate((name) => void window.bench.link?.(name), dashboard);
  await page.waitFor((known) => performance.getEntriesByType('resource').length > known, before);
  await settle(page);
}

/**
 * Opens a dashboard whose link was in view, and one whose link was hovered, if the contender preloads links.
 * @param {import('./page.js').Page} page
 * @param {number} renders the number of renders before
 */
async function followLinks(page, renders) {
  if (!(await page.evaluate(() => Boolean(window.bench.link)))) return {};
  await showLink(page, 'third');
  const inView = await openDashboard(page, 'third', renders);
  await showLink(page, 'fourth');
  await page.hover('a[href$="fourth"]');
  await settle(page);
  const hovered = await openDashboard(page, 'fourth', inView.renders);
  return { inView: inView.cost, hovered: hovered.cost };
}

/**
 * Switches a page to its second dashboard, and to those that links lead to if the contender preloads links.
 * @param {import('./page.js').Page} page
 * @param {number} renders the number of renders before
 */
async function switchDashboards(page, renders) {
  const second = await openDashboard(page, 'second', renders);
  return { second: second.cost, ...(await followLinks(page, second.renders)) };
}

/**
 * Loads a contender's page without a cache, then switches its dashboards.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {number} cpu by what the page's processor is slowed
 * @param {boolean} [isColdOnly] whether the page stays on its first dashboard
 * @returns {Promise<Sample>}
 */
export const measure = (browser, url, cpu, isColdOnly = false) =>
  withPage(
    browser,
    url,
    async (page) => {
      await waitForFirst(page);
      const cold = await page.evaluate(readPage);
      const heap = await readHeap(page);
      const next = isColdOnly ? {} : await switchDashboards(page, cold.renders);
      const until = cold.marks.first ?? NaN;
      return {
        cold: costOf(cold, 0, until, cold.renders),
        ...next,
        heap,
        requests: cold.requests.filter(({ end }) => end <= until),
        errors: await page.errors(),
      };
    },
    cpu,
  );
