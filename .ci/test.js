import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ name: string, script: string, report?: string }} Step a script of package.json; one with a report counts its tests, any other counts as one */

/**
 * What `npm test` runs, in this order.
 * @type {Step[]}
 */
const everyday = [
  { name: 'build', script: 'build' },
  { name: 'lint', script: 'lint' },
  { name: 'format', script: 'format' },
  { name: 'types', script: 'types' },
  { name: 'unit', script: 'unit', report: 'unit.json' },
  { name: 'package and size', script: 'package', report: 'package.json' },
  { name: 'browser', script: 'browser', report: 'browser.json' },
];

/**
 * What `--all` adds: suites that need more than Chromium.
 * @type {Step[]}
 */
const heavy = [
  { name: 'Firefox', script: 'test:firefox', report: 'firefox.json' },
  { name: 'PostgreSQL', script: 'test:postgres', report: 'postgres.json' },
];

const steps = process.argv.includes('--all') ? [...everyday, ...heavy] : everyday;

/**
 * The tests that a runner's JSON report counts: Vitest's or Playwright's.
 * @param {string} file
 */
function countsOf(file) {
  const report = JSON.parse(readFileSync(new URL(`../test-results/${file}`, import.meta.url), 'utf8'));
  const { stats } = report;
  if (stats) return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

rmSync(new URL('../test-results', import.meta.url), { recursive: true, force: true });
mkdirSync(new URL('../test-results', import.meta.url));

let passed = 0;
let failed = 0;
for (const { name, script, report } of steps) {
  console.log(`\n— ${name}`);
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  let counts = { passed: 0, failed: 0 };
  try {
    if (report) counts = countsOf(report);
  } catch {
    console.log(`${name} left no report.`);
  }
  const ok = status === 0;
  // A step that fails without a failing test, for its coverage or before its first test, is a failure all the same.
  if (ok && !report) counts.passed = 1;
  if (!ok && counts.failed === 0) counts.failed = 1;
  if (ok && report && counts.passed === 0) counts.failed = 1;
  console.log(`${name}: ${counts.failed === 0 ? 'ok' : 'FAILED'}`);
  passed += counts.passed;
  failed += counts.failed;
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
