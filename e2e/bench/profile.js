import { mkdtemp, rm } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificate } from './certificate.js';
import { asShimmed } from './formats.js';
import { waitForFirst, withPage } from './measure.js';
import { buildEntrants, launch, serveCell } from './rounds.js';
import { buildFormats } from './static.js';

/** The time between two samples of the profiler, in microseconds. */
const INTERVAL = 100;

/**
 * The phases of a load, by the module in which their work begins; a module of the list counts to the phase of its caller otherwise.
 * @type {readonly [phase: string, module: RegExp][]}
 */
const PHASES = [
  ['document', /contract\/(dashboard|rules|issues|data)|host\/dashboard-store/],
  ['list', /contract\/(plugin-list|manifest)|host\/(plugins|client|trust|decision|refused)/],
  ['resolve', /host\/(registry|slot|undecided|components|store)/],
  ['import', /host\/(loader|wait-for-widgets|in-task|settings)|contract\/import-url/],
  ['watch', /react\/(start-watch|watch-root|pace|starters|suspensions|work)/],
  ['render', /\/react\//],
  ['start', /./],
];

/** @param {string} module */
const phaseOf = (module) => PHASES.find(([, pattern]) => pattern.test(module))?.[0] ?? '';

/**
 * The module of a source, without what is above the library's folder or a package's.
 * @param {string} source
 */
const moduleOf = (source) =>
  /(?:node_modules\/|\bsrc\/)((?!.*node_modules\/).*)$/.exec(source)?.[1] ?? source.replace(/^(\.\.\/)+/, '');

/** @typedef {{ nodes: { id: number, callFrame: { url: string, functionName: string, lineNumber: number, columnNumber: number } }[], samples?: number[], timeDeltas?: number[] }} Profile as Chromium's profiler returns it; times in microseconds */
/** @typedef {{ module: string, own: boolean, phase: string, time: number }} Part milliseconds */

/**
 * Sums the self time of a profile by module.
 * @param {Profile} profile
 * @param {(url: string) => SourceMap | undefined} mapOf
 * @returns {Part[]}
 */
export function partsOf({ nodes, samples = [], timeDeltas = [] }, mapOf) {
  /** @type {Map<number, number>} */
  const times = new Map();
  samples.forEach((id, index) => times.set(id, (times.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  /** @type {Map<string, Part>} */
  const parts = new Map();
  for (const { id, callFrame } of nodes) {
    const { url, lineNumber, columnNumber, functionName } = callFrame;
    const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
    const source = entry && 'originalSource' in entry ? String(entry.originalSource) : '';
    // Sources of the library, which its own build has mapped already.
    const own = /(^|\/)src\/(contract|bundle|helpers|diagnosis|host|react)\//.test(source);
    const module = source ? moduleOf(source) : url ? 'others' : functionName;
    const part = parts.get(module) ?? { module, own, phase: own ? phaseOf(`/${module}`) : '', time: 0 };
    part.time += (times.get(id) ?? 0) / 1000;
    parts.set(module, part);
  }
  return [...parts.values()].toSorted((a, b) => b.time - a.time);
}

/**
 * Loads a page and its second dashboard under the profiler.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 * @param {number} cpu
 */
const record = (browser, url, cpu) =>
  withPage(
    browser,
    'about:blank',
    async (page) => {
      await page.send('Profiler.enable');
      await page.send('Profiler.setSamplingInterval', { interval: INTERVAL });
      await page.send('Profiler.start');
      await page.goto(url);
      await waitForFirst(page);
      const cold = (await page.send('Profiler.stop')).profile;
      await page.send('Profiler.start');
      await page.evaluate(async () => {
        const shown = window.bench.shown('second');
        window.bench.open('second');
        await shown;
      });
      const second = (await page.send('Profiler.stop')).profile;
      return { cold, second };
    },
    cpu,
  );

/**
 * Sums the parts of several loads.
 * @param {readonly Part[][]} loads
 * @returns {Part[]} of an average load
 */
function average(loads) {
  /** @type {Map<string, Part>} */
  const sums = new Map();
  for (const part of loads.flat()) {
    const sum = sums.get(part.module) ?? { ...part, time: 0 };
    sum.time += part.time / loads.length;
    sums.set(part.module, sum);
  }
  return [...sums.values()].toSorted((a, b) => b.time - a.time);
}

/** @param {readonly Part[]} parts */
function textOf(parts) {
  const own = parts.filter((part) => part.own);
  const line = (/** @type {string} */ name, /** @type {number} */ time) =>
    `  ${time.toFixed(2).padStart(8)} ms  ${name}`;
  const total = (/** @type {readonly Part[]} */ some) => some.reduce((sum, { time }) => sum + time, 0);
  const phases = PHASES.map(([phase]) => phase);
  return [
    line('the library', total(own)),
    ...phases.map((phase) => line(`  ${phase}`, total(own.filter((part) => part.phase === phase)))),
    ...own.slice(0, 20).map(({ module, time }) => line(module, time)),
    '  …',
    ...parts
      .filter((part) => !part.own)
      .slice(0, 12)
      .map(({ module, time }) => line(module, time)),
  ].join('\n');
}

/**
 * Measures where the time of a load goes: the self time of the library's modules by phase, and of everything else.
 * @param {import('./rounds.js').Options} options
 * @returns {Promise<string>}
 */
export async function runProfile({ cells, cpus, rounds, only, rtt, reacts, report }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const certificate = createCertificate();
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [() => rm(folder, { recursive: true, force: true })];
  try {
    const [formats, bundle] = await Promise.all([buildFormats(), asShimmed('/api/widget-runtime')]);
    const names = only.length ? only : ['nousviz-hints', 'limit-roots'];
    const built = await buildEntrants({ only: names, reacts, profile: true });
    const entrants = built.filter(({ name }) => names.includes(name));
    const browser = await launch(certificate);
    ends.push(() => browser.close());
    const texts = [];
    for (const cell of cells) {
      const server = await serveCell(cell, { entrants, formats, bundle, folder, certificate, rtt });
      ends.push(server.close);
      for (const cpu of cpus)
        for (const { name, path, maps } of entrants) {
          report(`${cell.name} ${name} …`);
          const mapOf = (/** @type {string} */ url) => {
            const map = URL.canParse(url) && maps?.get(new URL(url).pathname);
            return map ? new SourceMap(map) : undefined;
          };
          const loads = [];
          for (let round = 0; round < rounds; round += 1)
            loads.push(await record(browser, server.url + path, cpu));
          for (const which of /** @type {const} */ (['cold', 'second']))
            texts.push(
              `${cell.name}${cpu > 1 ? ` ÷ ${cpu}` : ''} ${name}, ${which}`,
              textOf(average(loads.map((load) => partsOf(load[which], mapOf)))),
            );
        }
    }
    return texts.join('\n');
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
