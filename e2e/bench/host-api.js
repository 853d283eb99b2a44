import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

// Measures the host API: the list under many requests, the trust file, and the memory under the largest plugins.
// Each figure is made in a process of its own, over folders that the process makes and removes.

/** @typedef {typeof import('@nousviz/widget-runtime/server')} Library */

const HELP = `Usage: npm run bench:server -- [--package DIR]

  --package DIR  measures the built package in another folder, for a comparison with another version`;

/** The time after which a measurement is given up, in milliseconds. */
const GIVE_UP = 120_000;

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
  return { get, trust };
}

/**
 * Measures one answer, and a hundred at once, after the caches are warm.
 *
 * @param {Library} library
 * @param {string} root
 * @param {string} path
 */
async function measureList(library, root, path) {
  const files = count(1000).map((index) => pluginFiles(`plugin-${index}`));
  const { get } = await openServer(library, root, Object.assign({}, ...files));
  const headers = { 'accept-encoding': 'gzip' };
  const { bytes } = await get(path, headers);
  // Stamps of files prove nothing within two seconds after a change.
  await new Promise((done) => setTimeout(done, 2500));
  await get(path, headers);
  const ones = [];
  for (const _ of count(5)) ones.push(await timed(() => get(path, headers)));
  const one = ones.toSorted((a, b) => a.cpu - b.cpu)[2] ?? { cpu: NaN };
  const hundred = await timed(() => Promise.all(count(100).map(() => get(path, headers))));
  return [
    `one ${ms(one.cpu)} of CPU`,
    `100 at once ${ms(hundred.cpu)} of CPU, ${ms(hundred.elapsed)} elapsed`,
    `${(hundred.cpu / one.cpu).toFixed(1)} × one`,
    `${bytes} bytes`,
  ];
}

/**
 * Measures a store whose file has many consents to one plugin: the first read, and a read after a further consent.
 *
 * @param {Library} library
 * @param {string} root
 * @param {number} records
 */
async function measureTrust({ fileTrustStore }, root, records) {
  const file = join(root, 'trust.jsonl');
  /** @param {number} index */
  const line = (index) =>
    JSON.stringify({
      plugin_id: 'sales',
      action: 'trust',
      who: 'ada',
      when: new Date(index).toISOString(),
      bundles: { 'Chart.js': index.toString(16).padStart(64, '0') },
    });
  await writeFile(
    file,
    count(records)
      .map((index) => `${line(index)}\n`)
      .join(''),
  );
  const store = fileTrustStore(file);
  const first = await timed(() => store.grants());
  await store.consent('sales', 'bob', new Map([['Chart.js', Buffer.from('new')]]));
  const after = await timed(() => store.grants());
  return [`first read ${ms(first.elapsed)}`, `read after an act ${ms(after.elapsed)}`];
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
  return [
    `list ${bytes} bytes, ${ms(cpu)} of CPU`,
    `peak memory ${mb(peak)}, ${mb(peak - before)} for the list`,
  ];
}

/** @type {Record<string, (library: Library, root: string) => Promise<string[]>>} the measurements by their names */
const MEASURES = {
  'list of 1,000 plugins': (library, root) => measureList(library, root, '/plugins'),
  'dashboard’s part of it': (library, root) => measureList(library, root, '/plugins?dashboard=plugin-1/main'),
  'one plugin of it': (library, root) => measureList(library, root, '/plugins/plugin-1'),
  'trust file, 1,000 records': (library, root) => measureTrust(library, root, 1000),
  'trust file, 10,000 records': (library, root) => measureTrust(library, root, 10_000),
  'trust file, 100,000 records': (library, root) => measureTrust(library, root, 100_000),
  '6,000 components of one file': (library, root) => measureLarge(library, root, 6000, 0),
  '9,300 components of one file': (library, root) => measureLarge(library, root, 9300, 0),
  '256 components of one file': (library, root) => measureLarge(library, root, 256, 0),
  '10,000 dashboards': (library, root) => measureLarge(library, root, 1, 10_000),
};

/**
 * Makes one figure in a process of its own.
 *
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<string>} the figure, or the reason why there is none
 */
function measureApart(name, folder) {
  return new Promise((done) => {
    const child = fork(import.meta.filename, ['--measure', name, '--package', folder]);
    const timer = setTimeout(() => child.kill('SIGKILL'), GIVE_UP);
    let figure = 'no result';
    child.on('message', (message) => (figure = String(message)));
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      done(signal ? `given up after ${GIVE_UP / 1000} s` : figure);
    });
  });
}

const { values } = parseArgs({
  options: {
    package: { type: 'string', default: resolve(import.meta.dirname, '../..') },
    measure: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else if (values.measure === undefined) {
  for (const name of Object.keys(MEASURES))
    console.log(`${name.padEnd(30)} ${await measureApart(name, resolve(values.package))}`);
} else {
  const library = await import(pathToFileURL(join(values.package, 'dist/server/index.js')).href);
  const root = await mkdtemp(join(tmpdir(), 'bench-host-api-'));
  try {
    process.send?.((await MEASURES[values.measure]?.(library, root))?.join('; '));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
