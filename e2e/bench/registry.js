import { buildClient } from './client.js';
import { readHeap, withPage } from './measure.js';

/** How many panels are mounted meanwhile. */
const PANELS = 100;
/** How many new names come. */
export const NAMES = /** @type {const} */ ([1000, 10_000]);
/** In which ways: into a bare \`Map\`, through \`host.register\`, with the host API's list. */
export const WAYS = /** @type {const} */ (['map', 'register', 'list']);

/** @typedef {{ way: typeof WAYS[number], names: number, time: number, renders: number, heap: number }} RegistrySample milliseconds; renders of mounted panels; bytes that stay */

/**
 * @param {import('./react.js').React} react
 * @param {string} base
 */
export async function buildRegistry(react, base) {
  const { html, files } = await buildClient({ entry: 'clients/registry.tsx', react, base });
  return { files, html: html.replace('__PANELS__', String(PANELS)) };
}

/**
 * Has a page with mounted panels take in new names, each way once for each number of them. Every number has a page of its own,
 * since names come once in a page's life, when its code is not yet compiled.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {number} round the ways take turns in coming first
 * @returns {Promise<RegistrySample[]>}
 */
export async function measureRegistry(browser, url, round) {
  /** @type {RegistrySample[]} */
  const samples = [];
  const [map, register, list] = WAYS;
  const ways = round % 2 ? [map, register, list] : [register, map, list];
  for (const names of NAMES)
    await withPage(browser, url, async (page) => {
      await page.waitForFunction(() => window.bench && window.bench.ready.then(() => true), undefined, {
        polling: 20,
      });
      let before = await readHeap(page);
      for (const way of ways) {
        const taken = await page.evaluate(
          (args) => window.take(...args),
          /** @type {const} */ ([way, names]),
        );
        const after = await readHeap(page);
        samples.push({ way, names, ...taken, heap: after - before });
        before = after;
      }
    });
  return samples;
}
