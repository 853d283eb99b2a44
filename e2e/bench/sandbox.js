import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
import { createCertificate } from './certificate.js';
import { buildClient, withHead } from './client.js';
import { asBare, asShimmed } from './formats.js';
import { withPage } from './measure.js';
import { OWNER, panelsOf, planCell, stamp, writePlugins } from './plugins.js';
import { buildClassic, buildScript } from './react.js';
import { launch, orderOf } from './rounds.js';
import { startServer } from './server.js';

/**
 * The contenders: widgets in the page, sandboxed widgets, the least that the contract demands of these, and the floor: bare frames with
 * React, in a page whose React renders them.
 */
export const WAYS = /** @type {const} */ (['in-page', 'sandboxed', 'contract-frames', 'bare-frames']);

/** @typedef {typeof WAYS[number]} Way */
/**
 * One load of one page: the milliseconds until all widgets had their text, the memory of all renderers in bytes, and the
 * number of frames in the page.
 * @typedef {{ time: number, memory: number, alive: number }} SandboxSample
 */
/** @typedef {SandboxSample & { way: Way | 'column', frames: number, react: import('./react.js').React, round: number }} SandboxRow */

const API = '/api';
/** The path of the script in the frames of `contract-frames`. */
const GUEST = '/client/contract-guest.js';
/** The time in which a new browser comes to rest, whose own start would count otherwise, in milliseconds. */
const START = 2000;
/** The time in which a page comes to rest before its memory is read, in milliseconds. */
const REST = 1500;

/** Reports the time of the widget's text to the page, since a frame has no \`bench\` of its own. */
const REPORT = `
globalThis.bench ??= { rendered() {} };
new MutationObserver((_, observer) => {
  const texts = [...document.querySelectorAll('[class^="shown-"]')].map(({ textContent }) => textContent);
  if (!texts.some((text) => text.startsWith('plugin-0000:'))) return;
  observer.disconnect();
  parent.postMessage({ shownAt: performance.timeOrigin + performance.now() }, '*');
}).observe(document, { childList: true, subtree: true, attributeFilter: ['class'] });
`;

/**
 * Builds the floor: a page with bare frames, each with React in one script and its widget.
 * @param {import('./react.js').React} react
 * @param {import('./plugins.js').Cell} cell
 */
async function buildFloor(react, cell) {
  const base = `/client/bare-frames-${react}/`;
  const [{ html, files }, script, widget] = await Promise.all([
    buildClient({ entry: 'clients/bare-frames.tsx', react, base }),
    buildScript('clients/bare-frame.tsx', react),
    asBare(),
  ]);
  const map = JSON.stringify({
    imports: { react: `${base}react.js`, 'react/jsx-runtime': `${base}react.js` },
  });
  files.set(`${base}react.js`, { type: 'text/javascript', body: script });
  /** @type {Map<string, () => string>} */
  const pages = new Map();
  const urls = panelsOf(cell, 'first').map(({ component, config, position: { row } }) => {
    const [id = ''] = component.split('/');
    files.set(`${base}${id}.js`, { type: 'text/javascript', body: stamp(REPORT + widget, id) });
    pages.set(
      `${base}${id}.html`,
      () => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${id}</title>
<script type="importmap">${map}</script><script type="module">
import { createElement, createRoot } from 'react';
import Widget from '${base}${id}.js';
createRoot(document.getElementById('root')).render(createElement(Widget, { config: ${JSON.stringify(config)} }));
</script></head><body><div id="root"></div></body></html>`,
    );
    return { row, url: `${base}${id}.html` };
  });
  const page = withHead(html, `<script type="application/json" id="frames">${JSON.stringify(urls)}</script>`);
  pages.set(base, () => page);
  return { path: base, files, pages, script: undefined };
}

/**
 * Builds a page whose head tags come from the host API.
 * @param {Exclude<Way, 'bare-frames'>} way
 * @param {import('./react.js').React} react
 * @param {ReturnType<typeof createServer>} server
 */
async function buildPage(way, react, server) {
  const path = `/client/${way}-${react}/`;
  const isLeast = way === 'contract-frames';
  const [{ html, files }, script] = await Promise.all([
    buildClient({ entry: isLeast ? 'clients/contract-frames.tsx' : 'clients/framed.tsx', react, base: path }),
    isLeast ? buildClassic('clients/contract-guest.tsx', react) : undefined,
  ]);
  if (script !== undefined) files.set(GUEST, { type: 'text/javascript', body: script });
  const page = async () =>
    withHead(html, await server.headTags({ pluginId: OWNER, name: 'first' }, { importMap: true }));
  return { path, files, pages: new Map([[path, page]]), script };
}

/**
 * Makes a host API whose frames run another script: the policy of their page admits it.
 * @param {(request: Request) => Promise<Response>} api
 * @param {string} script
 * @returns {(request: Request) => Promise<Response>}
 */
function withScript(api, script) {
  const source = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return async (request) => {
    const answer = await api(request);
    if (!answer.headers.get('Content-Type')?.startsWith('text/html')) return answer;
    const headers = new Headers(answer.headers);
    headers.set(
      'Content-Security-Policy',
      String(headers.get('Content-Security-Policy')).replaceAll('script-src', `script-src ${source}`),
    );
    return new Response(answer.body, { status: answer.status, headers });
  };
}

/**
 * Serves a contender.
 * @param {Way} way
 * @param {object} place
 * @param {import('./plugins.js').Cell} place.cell
 * @param {import('./react.js').React} place.react
 * @param {string} place.folder
 * @param {ReturnType<typeof createCertificate>} place.certificate
 * @param {number} place.rtt
 */
async function serve(way, { cell, react, folder, certificate, rtt }) {
  const own = await mkdtemp(join(folder, 'cell-'));
  const written = await writePlugins(own, cell, REPORT + (await asShimmed(`${API}/widget-runtime`)));
  const column = panelsOf(cell, 'first').map((panel, row) => ({
    ...panel,
    position: { row, col: 0, width: 1 },
  }));
  await writeFile(
    join(written.plugins, OWNER, 'dashboards/column.yaml'),
    JSON.stringify({ title: 'column', panels: column }),
  );
  const isSandboxed = way === 'sandboxed' || way === 'contract-frames';
  const server = createServer({
    plugins: written.plugins,
    trust: fileTrustStore(isSandboxed ? join(own, 'sandboxed.jsonl') : written.trust),
    base: API,
    newPlugins: isSandboxed ? 'sandboxed' : 'ask',
  });
  // Records the decisions about new plugins.
  await server.fetch(new Request(`http://localhost${API}/plugins`));
  const { path, files, pages, script } =
    way === 'bare-frames' ? await buildFloor(react, cell) : await buildPage(way, react, server);
  const started = await startServer({
    certificate,
    rtt,
    api: script === undefined ? server.fetch : withScript(server.fetch, script),
    pages: new Map(
      [...pages].map(([at, page]) => [
        at,
        async () => (await page()).replace('__PANELS__', String(cell.panels)),
      ]),
    ),
    file: (at) => files.get(at),
  });
  return { way, cell, react, url: started.url + path, close: started.close };
}

/**
 * The memory of all renderers of a browser, in bytes, where memory that they share counts once: Linux only.
 * @param {import('@playwright/test').Browser} browser
 */
async function readMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '')),
  );
  return sizes.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? NaN) * 1024, 0);
}

/**
 * Loads a page in a browser of its own, so that no memory of another page counts.
 * @param {ReturnType<typeof createCertificate>} certificate
 * @param {string} url
 * @param {boolean} isColumn whether the panels are below one another, so that not all are near the viewport
 * @returns {Promise<SandboxSample & { errors: readonly string[] }>}
 */
async function measureFrames(certificate, url, isColumn) {
  const browser = await launch(certificate);
  try {
    return await withPage(browser, 'about:blank', async (page) => {
      await sleep(START);
      await page.goto(url + (isColumn ? '#column' : ''));
      if (isColumn) await page.waitFor(() => document.querySelector('iframe') !== null);
      else await page.waitFor(() => window.bench?.marks['frames'] !== undefined);
      const time = await page.evaluate(() => window.bench.marks['frames'] ?? NaN);
      await sleep(isColumn ? REST * 2 : REST);
      const alive = await page.evaluate(() => document.querySelectorAll('iframe').length);
      return { time, memory: await readMemory(browser), alive, errors: await page.errors() };
    });
  } finally {
    await browser.close();
  }
}

/**
 * Runs the benchmark of frames: after a round that does not count, each round loads each page once.
 * @param {Pick<import('./rounds.js').Options, 'rounds' | 'rtt' | 'reacts' | 'report'> & { frames: readonly number[] }} options
 * @returns {Promise<SandboxRow[]>}
 */
export async function runSandbox({ rounds, rtt, reacts, frames, report }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const certificate = createCertificate();
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [() => rm(folder, { recursive: true, force: true })];
  try {
    report('Building the clients …');
    /** @type {Awaited<ReturnType<typeof serve>>[]} */
    const served = [];
    for (const react of reacts)
      for (const count of frames)
        for (const way of WAYS) {
          const cell = planCell(count, count);
          const one = await serve(way, { cell, react, folder, certificate, rtt });
          ends.push(one.close);
          served.push(one);
        }
    /** @type {SandboxRow[]} */
    const rows = [];
    for (let round = 0; round <= rounds; round += 1) {
      report(round === 0 ? 'A round that does not count …' : `Round ${round} of ${rounds} …`);
      for (const { way, cell, react, url } of orderOf(served, round))
        for (const isColumn of way === 'sandboxed' && cell.panels > 1 ? [false, true] : [false]) {
          const { errors, ...sample } = await measureFrames(certificate, url, isColumn);
          const place = {
            way: isColumn ? /** @type {const} */ ('column') : way,
            frames: cell.panels,
            react,
            round,
          };
          if (round > 0) rows.push({ ...place, ...sample });
          if (errors[0])
            report(`${cell.panels} ${way} wrote ${errors.length} errors to the console: ${errors[0]}`);
        }
    }
    return rows;
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
