import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { read, root } from './markdown.ts';
import { ROWS } from './runners/rows.ts';

const FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
/** The environment without the variables of this test runner and its npm. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|TEST$|NODE_ENV$|FORCE_COLOR$)/i.test(name)),
);
let packed = '';

/** Runs npm. @returns its output. @throws {Error} with its output if it fails. */
async function npm(args: string[], cwd: string): Promise<string> {
  const options = { cwd, env: environment, maxBuffer: 2 ** 26 };
  const { stdout, stderr } = await promisify(execFile)('npm', args, options).catch(
    (thrown: { stdout: string; stderr: string }) => {
      throw new Error(`npm ${args.join(' ')}:\n${thrown.stdout}${thrown.stderr}`);
    },
  );
  return stripVTControlCharacters(stdout + stderr);
}

beforeAll(async () => {
  packed = await mkdtemp(join(tmpdir(), 'nousviz-tarball-'));
  await npm(['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', packed], root);
});

afterAll(() => rm(packed, { recursive: true, force: true }));

/** The numbers of passed tests in the output of Vitest, Jest and Node. */
const passedIn = (output: string) =>
  [...output.matchAll(/^\s*(?:Tests:?.*?(\d+) passed|(?:#|ℹ) pass (\d+))/gm)].map(([, a, b]) =>
    Number(a ?? b),
  );

describe('./testing, from the packed package and an own lockfile', () => {
  test.each(ROWS)('runs in $name', async ({ folder, packages = [] }) => {
    const app = await mkdtemp(join(tmpdir(), 'nousviz-runner-'));
    onTestFinished(() => rm(app, { recursive: true, force: true }));
    const fixtures = join(root, 'fixtures/runners');
    const filter = (path: string) => !path.includes('node_modules');
    await cp(join(fixtures, folder), app, { recursive: true, filter });
    await cp(join(fixtures, 'common'), join(app, 'common'), { recursive: true });
    const types = 'nousviz_widget_types.d.ts';
    await cp(join(root, 'types', types), join(app, 'common', types));
    await npm(['ci', ...FLAGS], app);
    const tarball = `nousviz-widget-runtime-${(JSON.parse(read('package.json')) as { version: string }).version}.tgz`;
    await npm(['install', ...FLAGS, join(packed, tarball), ...packages], app);
    const output = await npm(['test'], app);
    const cases = [...read('fixtures/runners/common/cases.tsx').matchAll(/^ {4}name: '/gm)].length;
    // And the test with fake timers.
    expect(passedIn(output), output).toEqual([cases + 1]);
  });
});
