import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
import { CHROMIUM_ARGS, getBrowser } from '../browser.js';
import { createCertificate } from './certificate.js';
import { CONTENDERS } from './contenders/index.js';
import { asShimmed } from './formats.js';
import { measure } from './measure.js';
import { writePlugins } from './plugins.js';
import { buildRegistry, measureRegistry } from './registry.js';
import { startServer } from './server.js';
import { buildFormats, staticFiles } from './static.js';

/** @typedef {import('./react.js').React} React */
/** @typedef {{ contender: string, kind: import('./contenders/index.js').Contender['kind'], react: React, cell: string, panels: number, installed: number, cpu: number, round: number } & import('./measure.js').Sample} Row one load of one page */
/** @typedef {{ react: React, round: number } & import('./registry.js').RegistrySample} RegistryRow */

/**
 * @typedef {object} Options
 * @property {import('./plugins.js').Cell[]} cells
 * @property {readonly number[]} cpus by what the page's processor is slowed
 * @property {number} rounds
 * @property {readonly string[]} only names of contenders, including `registry`; empty for all
 * @property {number} rtt milliseconds
 * @property {readonly React[]} reacts
 * @property {boolean} [cold] measures first loads only
 * @property {boolean} [profile] builds clients for the profiler
 * @property {(line: string) => void} report is called with progress messages
 */

const API = '/api';

/**
 * A contender with a version of React and its built client.
 * @typedef {import('./contenders/index.js').Built & { name: string, kind: Row['kind'], react: React, path: string }} Entrant
 */

/**
 * Builds the clients of the selected contenders. The limit always takes part, since all others are compared with it.
 * @param {Pick<Options, 'only' | 'reacts' | 'profile'>} options
 */
export async function buildEntrants({ only, reacts, profile = false }) {
  /** @type {Entrant[]} */
  const entrants = [];
  for (const react of reacts)
    for (const { name, kind, build } of CONTENDERS) {
      if (only.length && kind !== 'limit' && !only.includes(name)) continue;
      const path = `/client/${name}-${react}/`;
      entrants.push({ ...(await build(react, path, profile)), name, kind, react, path });
    }
  return entrants;
}

/**
 * Starts a Chromium that accepts a certificate.
 * @param {ReturnType<typeof createCertificate>} certificate
 */
export const launch = (certificate) =>
  chromium.launch({
    executablePath: getBrowser('chromium'),
    args: [
      // Accepts only this certificate. Chromium does not cache pages with certificate errors.
      `--ignore-certificate-errors-spki-list=${certificate.fingerprint}`,
      ...CHROMIUM_ARGS,
    ],
  });

/**
 * Serves one cell for all entrants.
 * @param {import('./plugins.js').Cell} cell
 * @param {object} context
 * @param {readonly Entrant[]} context.entrants
 * @param {Awaited<ReturnType<typeof buildFormats>>} context.formats
 * @param {string} context.bundle the widget in the library's own format
 * @param {string} context.folder
 * @param {ReturnType<typeof createCertificate>} context.certificate
 * @param {number} context.rtt
 */
export async function serveCell(cell, { entrants, formats, bundle, folder, certificate, rtt }) {
  const written = await writePlugins(await mkdtemp(join(folder, 'cell-')), cell, bundle);
  const trust = fileTrustStore(written.trust);
  const place = { cell, plugins: written.plugins, trust };
  const files = await staticFiles(cell, formats);
  /** @type {Map<string, () => Promise<string>>} */
  const pages = new Map();
  for (const entrant of entrants) {
    for (const [path, file] of entrant.files) files.set(path, file);
    const page = entrant.page(place);
    pages.set(entrant.path, async () => (await page()).replace('__PANELS__', String(cell.panels)));
  }
  return startServer({
    certificate,
    rtt,
    api: createServer({ plugins: written.plugins, trust, base: API }).fetch,
    pages,
    file: (path) => files.get(path),
  });
}

/**
 * The name of a cell on a slower processor.
 * @param {{ name: string }} cell
 * @param {number} cpu
 */
const cellName = ({ name }, cpu) => (cpu > 1 ? `${name} ÷ ${cpu}` : name);

/**
 * The order of a round. Every second round is reversed, and each starts at another entry, so that no contender always follows the
 * same one.
 * @template T
 * @param {readonly T[]} list
 * @param {number} round
 */
export function orderOf(list, round) {
  const order = round % 2 ? list : list.toReversed();
  const first = round % list.length;
  return [...order.slice(first), ...order.slice(0, first)];
}

/**
 * Runs the benchmark: after a warm-up round, each round measures each contender in each cell once.
 * @param {Options} options
 * @returns {Promise<{ rows: Row[], registry: RegistryRow[] }>}
 */
export async function runRounds(options) {
  const { cells, cpus, rounds, only, rtt, reacts, report } = options;
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const certificate = createCertificate();
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [() => rm(folder, { recursive: true, force: true })];
  try {
    report('Building the clients …');
    const [formats, bundle] = await Promise.all([buildFormats(), asShimmed(`${API}/widget-runtime`)]);
    const withRegistry = only.length === 0 || only.includes('registry');
    const withPages = only.length === 0 || only.some((name) => name !== 'registry');
    const entrants = withPages ? await buildEntrants(options) : [];
    const served = [];
    for (const cell of withPages ? cells : []) {
      const context = { entrants, formats, bundle, folder, certificate, rtt };
      const server = await serveCell(cell, context);
      ends.push(server.close);
      served.push({ cell, url: server.url });
    }
    const registries = [];
    for (const react of withRegistry ? reacts : []) {
      const { files, html } = await buildRegistry(react, `/client/registry-${react}/`);
      const pages = new Map([['/', () => html]]);
      const api = async () => new Response(null, { status: 404 });
      const file = (/** @type {string} */ path) => files.get(path);
      const server = await startServer({ certificate, rtt: 0, api, pages, file });
      ends.push(server.close);
      registries.push({ react, url: `${server.url}/` });
    }
    const browser = await launch(certificate);
    ends.push(() => browser.close());

    /** @type {Row[]} */
    const rows = [];
    /** @type {RegistryRow[]} */
    const registry = [];
    for (let round = 0; round <= rounds; round += 1) {
      report(round === 0 ? 'A round that does not count …' : `Round ${round} of ${rounds} …`);
      for (const { cell, url } of served)
        for (const cpu of cpus)
          for (const { name, kind, react, path } of orderOf(entrants, round)) {
            const sample = await measure(browser, url + path, cpu, options.cold);
            const { panels, installed } = cell;
            const label = cellName(cell, cpu);
            const place = { cell: label, panels, installed, cpu };
            if (round > 0) rows.push({ contender: name, kind, react, ...place, round, ...sample });
            const [first] = sample.errors;
            if (first)
              report(`${label} ${name} wrote ${sample.errors.length} errors to the console: ${first}`);
          }
      for (const { react, url } of registries)
        for (const sample of await measureRegistry(browser, url, round))
          if (round > 0) registry.push({ react, round, ...sample });
    }
    return { rows, registry };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
