import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { FIGURES, readFigures, readmeTables, replaceRun, textOf } from './figures.js';
import { install } from './install.js';
import { MAX_INSTALLED, planCell } from './plugins.js';

const USAGE = `npm run bench -- [options]

  --cells LIST     panels/installed plugins, by default 1/10,10/100,10/1000,100/1000
  --rounds N       the number of loads of each page, by default 3
  --only LIST      contenders: limit-roots, limit-static, limit-contract, nousviz-hints, nousviz-static, import-map, systemjs,
                   module-federation, registry; by default all. The limit always takes part.
  --sandbox        widgets in sandboxed frames instead, beside the page and bare frames: cold time and memory
  --frames LIST    the numbers of widgets with --sandbox, by default 1,10,50
  --cpu LIST       by what the page's processor is slowed, by default 1,4
  --cold           measures first loads only, so that many rounds take minutes
  --profile        prints the library's own time by module, of one load of each cell, instead of a table
  --rtt MS         the delay of every answer in milliseconds, by default 50
  --react LIST     18, 19 or both, by default 19
  --load N         the number of processes that compute meanwhile, by default 0
  --json FILE      writes all samples and the summary to FILE
  --keep           writes the summary to figures.json in place of that of the same load, with or without --cold, and
                   prints the tables of README.md
  --waterfall      also shows the requests of each contender's last load
  --help           shows this help
`;
const NAMES = [
  'limit',
  'limit-roots',
  'limit-static',
  'limit-contract',
  'nousviz-hints',
  'nousviz-static',
  'import-map',
  'systemjs',
  'module-federation',
  'registry',
];

/**
 * @param {string} name
 * @param {string} text
 * @param {number} min
 * @param {number} max
 */
function numberOf(name, text, min, max) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`--${name} is "${text}", but must be a whole number from ${min} to ${max}.`);
}

/** @param {string} text */
function cellOf(text) {
  const [panels = '', installed = '', ...rest] = text.split('/');
  const count = numberOf('cells', installed, 1, MAX_INSTALLED);
  if (rest.length) throw new Error(`--cells has "${text}", but a cell is PANELS/INSTALLED, such as 10/100.`);
  return planCell(numberOf('cells', panels, 1, count), count);
}

/** @param {string} text */
const listOf = (text) => text.split(',').filter(Boolean);

/** @param {string[]} args */
function readArgs(args) {
  const { values } = parseArgs({
    args,
    options: {
      cells: { type: 'string', default: '1/10,10/100,10/1000,100/1000' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      sandbox: { type: 'boolean', default: false },
      frames: { type: 'string', default: '1,10,50' },
      cpu: { type: 'string', default: '1,4' },
      cold: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      rtt: { type: 'string', default: '50' },
      react: { type: 'string', default: '19' },
      load: { type: 'string', default: '0' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      waterfall: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = listOf(values.only);
  const unknown = only.find((name) => !NAMES.includes(name));
  if (unknown) throw new Error(`--only has "${unknown}", but the contenders are ${NAMES.join(', ')}.`);
  const reacts = listOf(values.react).map((text) => (numberOf('react', text, 18, 19) === 18 ? 18 : 19));
  return {
    ...values,
    only,
    reacts: /** @type {import('./react.js').React[]} */ (reacts),
    cells: listOf(values.cells).map(cellOf),
    frames: listOf(values.frames).map((text) => numberOf('frames', text, 1, 200)),
    cpus: listOf(values.cpu).map((text) => numberOf('cpu', text, 1, 20)),
    load: numberOf('load', values.load, 0, 64),
    rounds: numberOf('rounds', values.rounds, 1, 1000),
    rtt: numberOf('rtt', values.rtt, 0, 10_000),
  };
}

/**
 * Starts processes that compute until they are stopped.
 * @param {number} count
 * @returns a function that stops them
 */
function startLoad(count) {
  const processes = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const stop = () => processes.forEach((one) => one.kill('SIGKILL'));
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  return stop;
}

/** Formats rows for README.md. @param {string[][]} rows */
const markdownOf = (rows) => rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

/**
 * Measures sandboxed frames.
 * @param {Parameters<typeof import('./sandbox.js').runSandbox>[0] & { json?: string | undefined, title: string }} options
 */
async function mainOfFrames({ json, title, ...options }) {
  const { runSandbox } = await import('./sandbox.js');
  const { readmeFrames, summariseFrames, tableOfFrames } = await import('./sandbox-table.js');
  const samples = await runSandbox(options);
  const lines = summariseFrames(samples);
  console.log(`${title}\n\n${tableOfFrames(lines)}\n\n${markdownOf(readmeFrames(lines))}`);
  const { rounds, rtt } = options;
  if (json !== undefined) await writeFile(json, JSON.stringify({ rounds, rtt, lines, samples }));
}

async function main() {
  const { help, json, keep, waterfall, profile, sandbox, load, ...options } = readArgs(process.argv.slice(2));
  if (help) return console.log(USAGE);
  // Standard output is reserved for the table.
  const report = console.error;
  const { rounds, rtt } = options;
  const [{ model = 'a processor' } = {}] = cpus();
  const processor = `${cpus().length} × ${model.trim()}`;
  const title = `Node ${process.version}, ${processor}; ${rounds} rounds, ${rtt} ms`;
  if (sandbox) return mainOfFrames({ ...options, report, json, title });
  await install();
  // Imported late, since they need the installed peers and the built library.
  const { runRounds } = await import('./rounds.js');
  const { summarise, tableOf } = await import('./table.js');
  const { waterfallOf } = await import('./waterfall.js');
  if (profile) return console.log(await (await import('./profile.js')).runProfile({ ...options, report }));
  const stopLoad = startLoad(load);
  const results = await runRounds({ ...options, report }).finally(stopLoad);
  const summary = summarise(results);
  console.log(`${title}\n`);
  console.log(tableOf(summary));
  const last = results.rows.filter(({ round }) => round === rounds);
  if (waterfall) console.log(`\n${last.map(waterfallOf).join('\n\n')}`);
  if (json !== undefined)
    await writeFile(json, JSON.stringify({ rounds, rtt, ...summary, samples: results }));
  if (keep) {
    const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
    const date = new Date().toISOString().slice(0, 10);
    const { cold } = options;
    const figures = { command, date, node: process.version, processor, load, cold, ...summary };
    await writeFile(FIGURES, textOf(replaceRun(readFigures(), figures)));
    // As they are recorded, since rounding twice may give another last digit.
    const kept = readFigures().filter((one) => one.load === load && one.cold === cold);
    for (const rows of kept.flatMap(readmeTables)) console.log(`\n${markdownOf(rows)}`);
  }
}

try {
  await main();
} catch (thrown) {
  console.error(/** @type {Error} */ (thrown).message);
  process.exitCode = 1;
}
