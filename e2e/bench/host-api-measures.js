import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// The measurements of the host API, each over files in an empty folder.

/** @typedef {typeof import('@nousviz/widget-runtime/server')} Library */
/** @typedef {Record<string, string>} Figures what was measured, by name */

/** The time after which no further round begins, in milliseconds. */
const ROUNDS_END = 15_000;

/** @param {number} length */
const count = (length) => Array.from({ length }, (_, index) => index);
/** @param {number} bytes */
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
/** @param {number} time milliseconds */
const ms = (time) => `${time.toFixed(time < 10 ? 1 : 0)} ms`;

/**
 * Writes files by their path below a folder.
 *
 * @param {string} folder
 * @param {Record<string, string>} files
 */
async function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/**
 * Runs a function.
 *
 * @param {() => Promise<unknown>} run
 * @returns its CPU time and its elapsed time in milliseconds
 */
async function timed(run) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, elapsed: performance.now() - start };
}

/** @param {string} id @returns {Record<string, string>} the files of a plugin with one widget and one dashboard */
const pluginFiles = (id) => ({
  [`plugins/${id}/plugin.yaml`]: `id: ${id}\nfrontend: {components: [{name: Chart, path: Chart.js}]}\n`,
  [`plugins/${id}/Chart.js`]: `export default () => fetch("/api/plugins/${id}/rows");\n`,
  [`plugins/${id}/dashboards/main.yaml`]: 'title: Main\npanels: [{type: custom, component: Chart}]\n',
});

/**
 * Makes a server over these files, with a function that requests a path and reads the answer.
 *
 * @param {Library} library
 * @param {string} root
 * @param {Record<string, string>} files
 */
async function openServer({ createServer, fileTrustStore }, root, files) {
  await mkdir(join(root, 'plugins'), { recursive: true });
  await writeFiles(root, files);
  const trust = fileTrustStore(join(root, 'data/trust.jsonl'));
  const server = createServer({ plugins: join(root, 'plugins'), trust });
  /** @param {string} path @param {Record<string, string>} [headers] */
  const get = async (path, headers = {}) => {
    const response = await server.fetch(new Request(`http://localhost/api${path}`, { headers }));
    return { response, bytes: (await response.arrayBuffer()).byteLength };
  };
  return { server, get, trust };
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** @typedef {Awaited<ReturnType<typeof openServer>>} Host */

const GZIP = { 'accept-encoding': 'gzip' };
/** @param {string} path @returns {(host: Host) => Promise<{ bytes: number }>} */
const requestOf = (path) => (host) => host.get(path, GZIP);
/** @param {number} index @returns {(host: Host) => Promise<{ bytes: number }>} */
const tagsOf = (index) => async (host) => {
  const tags = await host.server.headTags({ pluginId: `plugin-${index}`, name: 'main' });
  return { bytes: Buffer.byteLength(tags) };
};
/** @param {number} index @returns the answers that a page with a dashboard needs */
const pageOf = (index) => [
  requestOf(`/plugins?dashboard=plugin-${index}/main`),
  requestOf(`/plugins/plugin-${index}/dashboards/main`),
  tagsOf(index),
];

/**
 * Measures one answer, and a hundred at once, after the caches are warm.
 *
 * @param {Library} library
 * @param {string} root
 * @param {(index: number) => ((host: Host) => Promise<{ bytes: number }>)[]} asksOf the answers that each of the hundred asks for
 * @param {number} [different] the number of those that ask for different answers
 * @returns {Promise<Figures>}
 */
async function measureAnswers(library, root, asksOf, different = 1) {
  const files = count(1000).map((index) => pluginFiles(`plugin-${index}`));
  const host = await openServer(library, root, Object.assign({}, ...files));
  const clients = count(100).map(asksOf);
  const ask = (/** @type {number} */ clientCount) =>
    Promise.all(clients.slice(0, clientCount).flatMap((asks) => asks.map((one) => one(host))));
  await ask(different);
  // Stamps of files prove nothing within two seconds after a change.
  await new Promise((done) => setTimeout(done, 2500));
  const [{ bytes } = { bytes: NaN }] = await ask(different);
  const ones = [];
  for (const _ of count(5)) ones.push((await timed(() => ask(1))).cpu);
  const hundred = await timed(() => ask(100));
  const one = median(ones);
  return {
    one: ms(one),
    '100 at once': `${ms(hundred.cpu)}, ${(hundred.cpu / one).toFixed(1)} × one`,
    bytes: `${bytes}`,
  };
}

/**
 * Writes a trust file with consents to one plugin.
 *
 * @param {string} file
 * @param {number} records
 */
function writeTrust(file, records) {
  const line = (/** @type {number} */ index) =>
    JSON.stringify({
      plugin_id: 'sales',
      action: 'trust',
      who: 'ada',
      when: new Date(index).toISOString(),
      bundles: { 'Chart.js': index.toString(16).padStart(64, '0') },
    });
  const lines = count(records).map((index) => `${line(index)}\n`);
  return writeFile(file, lines.join(''));
}

/**
 * Measures a store whose file has many consents to one plugin: the first read, a read after a further consent, and the first read
 * against that of a file with a tenth of the records, in turns.
 *
 * @param {Library} library
 * @param {string} root
 * @param {number} records
 * @returns {Promise<Figures>}
 */
async function measureTrust({ fileTrustStore }, root, records) {
  const [file, tenth] = [join(root, 'trust.jsonl'), join(root, 'tenth.jsonl')];
  await writeTrust(file, records);
  await writeTrust(tenth, records / 10);
  const readFirst = (/** @type {string} */ path, store = fileTrustStore(path)) => timed(() => store.grants());
  const store = fileTrustStore(file);
  const start = performance.now();
  const first = await readFirst(file, store);
  await store.consent('sales', 'bob', new Map([['Chart.js', Buffer.from('new')]]));
  const after = await timed(() => store.grants());
  /** @type {number[]} */
  const ratios = [];
  while (ratios.length < 9 && performance.now() - start < ROUNDS_END) {
    const small = await readFirst(tenth);
    ratios.push((await readFirst(file)).cpu / small.cpu);
  }
  return {
    'first read': ms(first.cpu),
    'first read, × a tenth of the records': ratios.length > 0 ? median(ratios).toFixed(1) : 'not measured',
    'read after a further consent': ms(after.cpu),
  };
}

/** @param {number} components */
const declared = (components) =>
  `id: large\nfrontend:\n  components:\n${count(components)
    .map((index) => `    - {name: C${index}, path: S.js}\n`)
    .join('')}`;
const paths = `export default [${count(300).map((index) => `"/api/${`${index}`.padEnd(195, 'x')}"`)}];`;

/**
 * Measures the list with a plugin of many components that share a file, or of many dashboards.
 *
 * @param {Library} library
 * @param {string} root
 * @param {number} components
 * @param {number} dashboards
 * @returns {Promise<Figures>}
 */
async function measureLarge(library, root, components, dashboards) {
  const boards = count(dashboards).map((index) => [`plugins/large/dashboards/d${index}.yaml`, 'panels: []']);
  const { get } = await openServer(library, root, {
    ...pluginFiles('small'),
    'plugins/large/plugin.yaml': declared(components),
    'plugins/large/S.js': paths,
    ...Object.fromEntries(boards),
  });
  const before = process.memoryUsage().rss;
  const { cpu } = await timed(() => get('/plugins'));
  const { bytes } = await get('/plugins');
  const peak = process.resourceUsage().maxRSS * 1024;
  return {
    list: `${ms(cpu)}, ${bytes} bytes`,
    'peak memory': `${mb(peak)}, ${mb(peak - before)} for the list`,
  };
}

/** @type {Record<string, (library: Library, root: string) => Promise<Figures>>} the measurements by their names */
export const MEASURES = {
  'list of 1,000 plugins': (library, root) => measureAnswers(library, root, () => [requestOf('/plugins')]),
  'dashboard’s part of it': (library, root) =>
    measureAnswers(library, root, () => [requestOf('/plugins?dashboard=plugin-1/main')]),
  'one plugin of it': (library, root) =>
    measureAnswers(library, root, () => [requestOf('/plugins/plugin-1')]),
  'dashboard’s document': (library, root) =>
    measureAnswers(library, root, () => [requestOf('/plugins/plugin-1/dashboards/main')]),
  'dashboard’s head tags': (library, root) => measureAnswers(library, root, () => [tagsOf(1)]),
  'all three of one dashboard': (library, root) => measureAnswers(library, root, () => pageOf(1)),
  'all three of 100 dashboards': (library, root) => measureAnswers(library, root, pageOf, 100),
  'trust file, 1,000 records': (library, root) => measureTrust(library, root, 1000),
  'trust file, 10,000 records': (library, root) => measureTrust(library, root, 10_000),
  'trust file, 100,000 records': (library, root) => measureTrust(library, root, 100_000),
  '6,000 components of one file': (library, root) => measureLarge(library, root, 6000, 0),
  '9,300 components of one file': (library, root) => measureLarge(library, root, 9300, 0),
  '256 components of one file': (library, root) => measureLarge(library, root, 256, 0),
  '10,000 dashboards': (library, root) => measureLarge(library, root, 1, 10_000),
};
