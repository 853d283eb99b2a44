import { buildClient } from './client.js';
import { readHeap, waitForFirst, withPage } from './measure.js';

/** The number of mounted panels. */
const PANELS = 100;
/** The numbers of new names. */
export const NAMES = /** @type {const} */ ([1000, 10_000]);
/** The ways to add them: to a bare \`Map\`, with \`host.register\`, with the host API's list. */
export const WAYS = /** @type {const} */ (['map', 'register', 'list']);

/** @typedef {{ way: typeof WAYS[number], names: number, time: number, renders: number, heap: number }} RegistrySample time in milliseconds, renders of mounted panels, retained heap in bytes */

/**
 * @param {import('./react.js').React} react
 * @param {string} base
 */
export async function buildRegistry(react, base) {
  const { html, files } = await buildClient({ entry: 'clients/registry.tsx', react, base });
  return { files, html: html.replace('__PANELS__', String(PANELS)) };
}

/**
 * Adds new names to a page with mounted panels, in each way once for each number. Every number has its own page, since a real page
 * adds names only once, before its code is compiled.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {number} round rotates the order of the ways
 * @returns {Promise<RegistrySample[]>}
 */
export async function measureRegistry(browser, url, round) {
  /** @type {RegistrySample[]} */
  const samples = [];
  const [map, register, list] = WAYS;
  const ways = round % 2 ? [map, register, list] : [register, map, list];
  for (const names of NAMES)
    await withPage(browser, url, async (page) => {
      await waitForFirst(page);
      let before = await readHeap(page);
      for (const way of ways) {
        const result = await page.evaluate(
          (args) => window.addNames(...args),
          /** @type {const} */ ([way, names]),
        );
        const after = await readHeap(page);
        samples.push({ way, names, ...result, heap: after - before });
        before = after;
      }
    });
  return samples;
}
