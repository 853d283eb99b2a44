import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createMachine,
  expectPortable,
  launchBrowser,
  openServer,
  readSteps,
  useInHost,
  type Machine,
} from './machine.ts';
import { startRegistry } from './registry-server.js';

const root = join(import.meta.dirname, '..');
const packages = [root, join(root, 'src/cli/create-nousviz-widget')];
const id = 'stock-board';
let folder = '';
let registry: Awaited<ReturnType<typeof startRegistry>>;
let browser: Browser;
/** The author's folder of the plugin; `clone` is its clone on another machine. */
let made = '';
let clone = '';
let printed = '';
let author: Machine;
let other: Machine;

/** Publishes this package under another version. */
async function publishAs(version: string) {
  const copy = join(folder, `version-${version}`);
  const file = join(copy, 'package.json');
  await cp(join(clone, 'node_modules/@nousviz/widget-runtime'), copy, { recursive: true });
  const text = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), version }));
  await author.run(copy, ...PUBLISH);
}

/** Only a CI that the registry knows can prove where a package comes from. */
const PUBLISH = ['npm', 'publish', '--ignore-scripts', '--provenance=false'] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-create-'));
  browser = await launchBrowser();
  await mkdir(join(folder, 'registry'));
  registry = await startRegistry(join(folder, 'registry'));
  const token = `${registry.url.replace('http:', '')}:_authToken=anonymous`;
  const settings = [`registry=${registry.url}`, token];
  author = await createMachine(join(folder, 'author'), settings);
  other = await createMachine(join(folder, 'other'), settings);
  for (const one of packages) await author.run(one, ...PUBLISH);
  printed = await author.run(join(folder, 'author'), 'npm', 'create', '--yes', 'nousviz-widget', id);
  made = join(folder, 'author', id);
  for (const args of [['install'], ['run', 'build']]) await author.run(made, 'npm', ...args);
  await author.run(made, 'git', 'init', '--quiet');
  await author.commit(made);
  clone = join(folder, 'other/plugins', id);
  await mkdir(join(folder, 'other/plugins'), { recursive: true });
  await other.run(folder, 'git', 'clone', '--quiet', made, clone);
});

afterAll(async () => {
  await browser?.close();
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

test('npm create writes a range of versions, and no path of this machine', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(printed).toContain(`cd ${id}\n  npm install\n  npm run dev`);
  expect(printed).not.toMatch(/vendor|this machine/);
  const { devDependencies } = JSON.parse(await readFile(join(made, 'package.json'), 'utf8'));
  expect(devDependencies['@nousviz/widget-runtime']).toBe(`^${version}`);
  const files = await expectPortable(author, made, [folder, '_npx', 'file:']);
  expect(files).toEqual(expect.arrayContaining(['.gitignore', '.npmrc', 'widget/dist/StockBoard.js']));
});

test('the CI of the plugin passes on a clone', async () => {
  const steps = await readSteps(clone);
  expect(steps).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'npm run check', 'npm run build']));
  for (const step of steps) await other.run(clone, 'bash', '-e', '-c', step);
});

test.each([
  [
    'its bundle is not current',
    async () => {
      const source = join(clone, 'widget/StockBoard.tsx');
      await writeFile(source, (await readFile(source, 'utf8')).replace('No items.', 'Nothing.'));
    },
  ],
  ['its bundle is not committed', () => rm(join(clone, 'widget/dist'), { recursive: true })],
])('the CI of the plugin fails if %s', async (_, change) => {
  await change();
  await other.commit(clone);
  const [build, compare] = (await readSteps(clone)).slice(-2);
  await other.run(clone, 'bash', '-e', '-c', build!);
  await expect(other.run(clone, 'bash', '-e', '-c', compare!)).rejects.toThrow('StockBoard.js');
  // The fix is to commit what was built.
  await other.commit(clone);
  await other.run(clone, 'bash', '-e', '-c', compare!);
});

test('dev shows the widget', async () => {
  const command = join(clone, 'node_modules/.bin/nousviz-widget');
  const { page, url } = await openServer(browser, command, ['dev', '--port', '0'], {
    cwd: clone,
    env: other.env,
  });
  await page.goto(url);
  await page.getByRole('listitem').filter({ hasText: 'Desk lamp' }).waitFor();
});

test('a host shows the widget after an operator has trusted it', () =>
  useInHost(browser, join(clone, '..'), id, folder));

test('the range takes compatible versions only', async () => {
  const file = join(clone, 'node_modules/@nousviz/widget-runtime/package.json');
  const installed = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version.split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = await installed();
  const compatible = [major, minor, patch + 1];
  await publishAs(compatible.join('.'));
  // Of 0.x, a minor version may break its users.
  await publishAs(major === 0 ? `0.${minor + 1}.0` : `${major + 1}.0.0`);
  await other.run(clone, 'npm', 'update', '@nousviz/widget-runtime', '--prefer-online');
  expect(await installed()).toEqual(compatible);
});
