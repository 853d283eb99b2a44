import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { launch } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { getBrowser } from './browser.js';
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

/** Installs a fixture from its lockfile, then the packed library, without flags that relax npm's checks. @returns its folder */
async function install(folder: string, packages: readonly string[] = []): Promise<string> {
  const app = await mkdtemp(join(tmpdir(), 'nousviz-runner-'));
  onTestFinished(() => rm(app, { recursive: true, force: true }));
  const fixtures = join(root, 'fixtures/runners');
  const filter = (path: string) => !/[/\\](?:node_modules|storybook-static)$/.test(path);
  await cp(join(fixtures, folder), app, { recursive: true, filter });
  await cp(join(fixtures, 'common'), join(app, 'common'), { recursive: true });
  const types = 'nousviz_widget_types.d.ts';
  await cp(join(root, 'types', types), join(app, 'common', types));
  await npm(['ci', ...FLAGS], app);
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const tarball = join(packed, `nousviz-widget-runtime-${version}.tgz`);
  await npm(['install', ...FLAGS, tarball, ...packages], app);
  return app;
}

/** The numbers of passed tests in the output of Vitest, Jest and Node. */
const passedIn = (output: string) =>
  [...output.matchAll(/^\s*(?:Tests:?.*?(\d+) passed|(?:#|ℹ) pass (\d+))/gm)].map(([, a, b]) =>
    Number(a ?? b),
  );

describe('./testing, from the packed package and an own lockfile', () => {
  test.each(ROWS)('runs in $name', async ({ folder, packages }) => {
    const output = await npm(['test'], await install(folder, packages));
    const cases = [...read('fixtures/runners/common/cases.tsx').matchAll(/^ {4}name: '/gm)].length;
    // And the test with fake timers.
    expect(passedIn(output), output).toEqual([cases + 1]);
  });
});

test('a widget is a story in Storybook, as the guide sets it up', async () => {
  const app = await install('storybook');
  await npm(['test'], app);
  const files = new Hono().use(serveStatic({ root: join(app, 'storybook-static') }));
  const server = serve({ fetch: files.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await launch({ executablePath: getBrowser('chromium'), headless: true, args });
  onTestFinished(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/iframe.html?id=mywidget--items`);
  await page.waitForSelector('li', { timeout: 60_000 });
  expect(await page.$eval('section', ({ textContent }) => textContent)).toBe('Stock1,000 in allFirst Add');
});
