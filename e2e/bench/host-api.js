import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { MEASURES } from './host-api-measures.js';

// Measures the host API: answers under many requests, the trust file, and the memory under the largest plugins.
// Each figure is made in a process of its own, over folders that the process makes and removes.

const HELP = `Usage: npm run bench:server -- [--package DIR]… [--only WORDS]

  --package DIR  measures the built package in a folder; several packages take turns, for a comparison of versions
  --only WORDS   only the figures whose names contain these words`;

/** @typedef {import('./host-api-measures.js').Figures} Figures */

/** The time after which a measurement is given up, in milliseconds. */
const GIVE_UP = 120_000;

/**
 * Makes figures in a process of its own.
 *
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<Figures>} the figures, or the reason why there are none
 */
function measureApart(name, folder) {
  return new Promise((done) => {
    const child = fork(import.meta.filename, ['--measure', name, '--package', folder]);
    const timer = setTimeout(() => child.kill('SIGKILL'), GIVE_UP);
    /** @type {Figures} */
    let figures = { '': 'no result' };
    child.on('message', (message) => (figures = /** @type {Figures} */ (message)));
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      done(signal ? { '': `given up after ${GIVE_UP / 1000} s` } : figures);
    });
  });
}

/**
 * Prints a row for each figure, with a column for each package.
 *
 * @param {string} name
 * @param {string[]} folders
 */
async function printRows(name, folders) {
  /** @type {Figures[]} */
  const measured = [];
  for (const folder of folders) measured.push(await measureApart(name, folder));
  const keys = [...new Set(measured.flatMap((figures) => Object.keys(figures)))];
  for (const key of keys.filter((one) => one !== '' || keys.length === 1)) {
    const values = measured.map((figures) => figures[key] ?? figures[''] ?? '');
    console.log(`| ${[key === '' ? name : `${name}: ${key}`, ...values].join(' | ')} |`);
  }
}

const { values } = parseArgs({
  options: {
    package: { type: 'string', multiple: true, default: [resolve(import.meta.dirname, '../..')] },
    only: { type: 'string', default: '' },
    measure: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const folders = values.package.map((folder) => resolve(folder));

if (values.help) console.log(HELP);
else if (values.measure === undefined) {
  console.log(`| CPU time | ${values.package.join(' | ')} |\n| --- ${'| --- '.repeat(folders.length)}|`);
  for (const name of Object.keys(MEASURES)) if (name.includes(values.only)) await printRows(name, folders);
} else {
  const library = await import(pathToFileURL(join(folders[0] ?? '', 'dist/server/index.js')).href);
  const root = await mkdtemp(join(tmpdir(), 'bench-host-api-'));
  try {
    process.send?.(await MEASURES[values.measure]?.(library, root));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
