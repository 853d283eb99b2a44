import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ name: string, script: string, seconds: number, args?: string[], report?: string }} Step a script of package.json, and how long it takes on an idle machine with two cores. With a report, its tests are counted; otherwise it counts as one test. */

const isAll = process.argv.includes('--all');

/**
 * The seconds after which CI ends a run. A step that would take longer, at the pace of the steps before it, does not begin and has failed: a
 * run that CI ends says nothing about the other steps.
 */
const LIMIT = process.env.CI ? 86 * 60 : Infinity;

/** The browser tests of every day: one React for all of them, and both for the failures that depend on it. */
const EVERYDAY_BROWSER = ['--project=react-19', '--project=react-18-development', '--grep-invert=@all'];

/** The tests of Vitest that are short. */
const WITHOUT_LONG = ['--tags-filter=!all'];

/**
 * The steps of `npm test`. The steps of a group run at the same time, since each leaves a processor idle.
 * @type {Step[][]}
 */
const everyday = [
  [{ name: 'build', seconds: 8, script: 'build' }],
  [
    { name: 'lint', seconds: 2, script: 'lint' },
    { name: 'format', seconds: 20, script: 'format' },
    { name: 'types', seconds: 8, script: 'types' },
  ],
  [
    {
      name: 'unit',
      seconds: isAll ? 200 : 150,
      script: 'unit',
      args: isAll ? ['--coverage'] : WITHOUT_LONG,
      report: 'unit.json',
    },
  ],
  [
    {
      name: 'package and size',
      seconds: isAll ? 110 : 50,
      script: 'package',
      args: isAll ? [] : WITHOUT_LONG,
      report: 'package.json',
    },
    {
      name: 'browser',
      seconds: isAll ? 1200 : 400,
      script: 'browser',
      args: isAll ? [] : EVERYDAY_BROWSER,
      report: 'browser.json',
    },
  ],
];

/**
 * The additional steps of `--all`.
 * @type {Step[][]}
 */
const heavy = [
  [{ name: 'benchmark', seconds: 60, script: 'test:bench', report: 'bench.json' }],
  [{ name: 'libraries', seconds: 420, script: 'test:libraries', report: 'libraries.json' }],
  [{ name: 'host apps', seconds: 230, script: 'test:hosts', report: 'hosts.json' }],
  [
    { name: 'test runners', seconds: 250, script: 'test:runners', report: 'runners.json' },
    { name: 'servers', seconds: 170, script: 'test:servers', report: 'servers.json' },
  ],
  [
    { name: 'Firefox', seconds: 240, script: 'test:firefox', report: 'firefox.json' },
    { name: 'registry', seconds: 140, script: 'test:registry', report: 'registry.json' },
    { name: 'PostgreSQL', seconds: 160, script: 'test:postgres', report: 'postgres.json' },
  ],
  // Some failures in WebKit have limits of time, so it runs alone.
  [{ name: 'WebKit', seconds: 130, script: 'test:webkit', report: 'webkit.json' }],
];

const groups = [...everyday, ...(isAll ? heavy : [])];

/**
 * @typedef {{ title: string, specs?: { title: string, file: string, tests: { status: string, projectName: string, results: { duration: number }[] }[] }[], suites?: Suite[] }} Suite a suite in Playwright's report
 * @typedef {{ passed: number, failed: string[], flaky: string[], files: Map<string, number> }} Counts the number of passed tests, the names of failed tests and of tests that passed on retry, and the seconds of each test file
 */

/**
 * Lists the tests of Playwright's suites.
 * @param {Suite[]} suites
 * @returns {{ name: string, file: string, status: string, seconds: number }[]}
 */
const testsOf = (suites) =>
  suites.flatMap(({ specs = [], suites: inner = [] }) => [
    ...specs.flatMap(({ file, title, tests }) =>
      tests.map(({ projectName, status, results }) => ({
        name: `[${projectName}] ${file} › ${title}`,
        file: `[${projectName}] ${file}`,
        status,
        seconds: results.reduce((sum, { duration }) => sum + duration / 1000, 0),
      })),
    ),
    ...testsOf(inner),
  ]);

/**
 * Adds up the seconds of each file.
 * @param {{ file: string, seconds: number }[]} parts
 * @returns {Map<string, number>}
 */
function secondsOfFiles(parts) {
  /** @type {Map<string, number>} */
  const files = new Map();
  for (const { file, seconds } of parts) files.set(file, (files.get(file) ?? 0) + seconds);
  return files;
}

/**
 * Reads the JSON report of Vitest or Playwright.
 * @param {string} file
 * @returns {Counts}
 */
function countsOf(file) {
  const report = JSON.parse(readFileSync(new URL(`../test-results/${file}`, import.meta.url), 'utf8'));
  if (report.stats) {
    const tests = testsOf(report.suites);
    const namesWith = (/** @type {string} */ status) =>
      tests.filter((test) => test.status === status).map(({ name }) => name);
    const flaky = namesWith('flaky');
    const files = secondsOfFiles(tests);
    return { passed: report.stats.expected + flaky.length, failed: namesWith('unexpected'), flaky, files };
  }
  const failed = report.testResults.flatMap(
    (
      /** @type {{ name: string, status: string, message: string, assertionResults: { fullName: string, status: string }[] }} */ one,
    ) => {
      const inner = one.assertionResults.filter(({ status }) => status === 'failed');
      // A test file that cannot be loaded fails without a failed test.
      if (one.status === 'failed' && inner.length === 0) return [`${one.name}: ${one.message}`];
      return inner.map(({ fullName }) => `${one.name} › ${fullName}`);
    },
  );
  const files = secondsOfFiles(
    report.testResults.map(
      (/** @type {{ name: string, startTime: number, endTime: number }} */ { name, startTime, endTime }) => ({
        file: relative(root, name),
        seconds: (endTime - startTime) / 1000,
      }),
    ),
  );
  return { passed: report.numPassedTests, failed, flaky: [], files };
}

rmSync(new URL('../test-results', import.meta.url), { recursive: true, force: true });
mkdirSync(new URL('../test-results', import.meta.url));

let passed = 0;
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const flaky = [];
/** @type {string[]} */
const times = [];
/** @type {string[]} */
const slowest = [];
/**
 * The ends of the outputs of steps that failed without a failed test.
 * @type {string[]}
 */
const ends = [];
/** The number of lines of such an end: Vitest's errors outside of tests, and its summary. */
const END_LINES = 60;

/**
 * Names the files that take the most time, each with its seconds. Tests run in parallel, so the sum is more than the step's time.
 * @param {Map<string, number>} files
 */
const slowestOf = (files) =>
  [...files]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 12)
    .map(([file, seconds]) => `${Math.round(seconds)} s in ${file}`);

/** Adds up the milliseconds of all processors since the machine started. */
function readProcessors() {
  const processors = cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({
    busy: user + nice + sys + irq,
    idle,
  }));
  const sumOf = (/** @type {'busy' | 'idle'} */ name) =>
    processors.reduce((sum, time) => sum + time[name], 0);
  return { busy: sumOf('busy'), idle: sumOf('idle') };
}

/**
 * The share of the processors' time that was used since an earlier reading, in percent.
 * @param {ReturnType<typeof readProcessors>} before
 */
function useSince(before) {
  const now = readProcessors();
  const [busy, idle] = [now.busy - before.busy, now.idle - before.idle];
  return Math.round((100 * busy) / (busy + idle || 1));
}

/**
 * Runs a step, and counts its tests.
 * @param {Step} step
 * @param {boolean} isShown whether its output appears as it comes; otherwise it appears at its end
 */
async function run({ name, script, args = [], report }, isShown) {
  const begin = Date.now();
  const processors = readProcessors();
  if (isShown) console.log(`\n— ${name}`);
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: root,
    // A terminal shows the progress of a step, which only a terminal gets.
    stdio: isShown && process.stdout.isTTY ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output.push(data);
      if (isShown) process.stdout.write(data);
    });
  const [status] = await once(child, 'close');
  if (!isShown) console.log(`\n— ${name}\n${Buffer.concat(output)}`);
  /** @type {Counts} */
  let counts = { passed: 0, failed: [], flaky: [], files: new Map() };
  try {
    if (report) counts = countsOf(report);
  } catch {
    console.log(`${name} wrote no report.`);
  }
  const ok = status === 0;
  if (ok && !report) counts.passed = 1;
  // A step can fail without a failed test: because of its coverage, before its first test, or by an error outside of its tests.
  if (!ok && counts.failed.length === 0) {
    counts.failed.push(`exit code ${status}`);
    const lines = Buffer.concat(output).toString().trimEnd().split('\n');
    ends.push(`\n— the end of ${name}\n${lines.slice(-END_LINES).join('\n')}`);
  }
  if (ok && report && counts.passed === 0) counts.failed.push('no test ran');
  const seconds = Math.round((Date.now() - begin) / 1000);
  times.push(`${name} ${seconds} s (processors ${useSince(processors)} % busy)`);
  console.log(`${name}: ${counts.failed.length === 0 ? 'ok' : 'FAILED'}, ${seconds} s`);
  slowest.push(...slowestOf(counts.files).map((line) => `${name}: ${line}`));
  passed += counts.passed;
  failures.push(...counts.failed.map((failure) => `${name}: ${failure}`));
  flaky.push(...counts.flaky.map((test) => `${name}: ${test}`));
}

const start = Date.now();
/** The seconds that the steps before would take on an idle machine. */
let planned = 0;
for (const group of groups) {
  const longest = Math.max(...group.map(({ seconds }) => seconds));
  const elapsed = (Date.now() - start) / 1000;
  if (elapsed + longest * (planned ? elapsed / planned : 1) > LIMIT) {
    failures.push(
      ...group.map(({ name }) => `${name}: did not begin, since this machine has no time for it`),
    );
    continue;
  }
  // Of steps at the same time, the longest one shows its progress.
  await Promise.all(group.map((step) => run(step, step.seconds === longest)));
  planned += longest;
}

for (const end of ends) console.log(end);
console.log('');
for (const line of slowest) console.log(`slow: ${line}`);
console.log(`times: ${times.join(', ')}`);
for (const test of flaky) console.log(`passed on retry: ${test}`);
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
