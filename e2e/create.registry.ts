import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { getBrowser } from './browser.js';
import { environment, startRegistry } from './registry-server.js';

const run = promisify(execFile);
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

type Machine = 'author' | 'other';

/** The environment of a machine with its own home folder and an empty npm cache, which uses the registry. */
async function machine(name: Machine) {
  const HOME = join(folder, name);
  await mkdir(HOME, { recursive: true });
  const token = `${registry.url.replace('http:', '')}:_authToken=anonymous`;
  const settings = [`registry=${registry.url}`, token, 'fund=false', 'audit=false', 'update-notifier=false'];
  await writeFile(join(HOME, '.npmrc'), settings.join('\n'));
  return {
    ...environment,
    HOME,
    XDG_CONFIG_HOME: join(HOME, '.config'),
    npm_config_cache: join(HOME, 'cache'),
  };
}

/** Runs a command on a machine. @returns its output @throws {Error} with its output if it fails */
async function on(name: Machine, cwd: string, command: string, ...args: string[]): Promise<string> {
  const options = { cwd, env: await machine(name), maxBuffer: 2 ** 26 };
  const { stdout } = await run(command, args, options).catch((thrown: { stdout: string; stderr: string }) => {
    throw new Error(`${command} ${args.join(' ')}:\n${thrown.stdout}${thrown.stderr}`);
  });
  return stdout;
}

async function commit(name: Machine, cwd: string) {
  const author = ['-c', 'user.name=Author', '-c', 'user.email=author@example.com'];
  await on(name, cwd, 'git', 'add', '.');
  await on(name, cwd, 'git', ...author, 'commit', '--quiet', '--message', 'Change the plugin');
}

/** Publishes this package under another version. */
async function publishAs(version: string) {
  const copy = join(folder, `version-${version}`);
  const file = join(copy, 'package.json');
  await cp(join(clone, 'node_modules/@nousviz/widget-runtime'), copy, { recursive: true });
  const text = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), version }));
  await on('author', copy, 'npm', 'publish', '--ignore-scripts');
}

/** The steps of the plugin's CI that run a command. */
async function stepsOf(cwd: string): Promise<string[]> {
  const { jobs } = parse(await readFile(join(cwd, '.github/workflows/ci.yml'), 'utf8')) as {
    jobs: { plugin: { steps: { run?: string }[] } };
  };
  return jobs.plugin.steps.flatMap((step) => step.run ?? []);
}

/** Starts a server that ends with the test. @returns a page, and the address that the server prints */
async function openServer(command: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGINT');
    await ended;
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  await expect.poll(() => output, { timeout: 120_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  onTestFinished(() => page.close());
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(output) ?? [];
  return { page, url };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-create-'));
  browser = await chromium.launch({ executablePath: getBrowser('chromium'), args: ['--no-sandbox'] });
  await mkdir(join(folder, 'registry'));
  registry = await startRegistry(join(folder, 'registry'));
  for (const one of packages)
    await on('author', one, 'npm', 'publish', '--ignore-scripts', '--loglevel=error');
  printed = await on('author', join(folder, 'author'), 'npm', 'create', '--yes', 'nousviz-widget', id);
  made = join(folder, 'author', id);
  for (const args of [['install'], ['run', 'build']]) await on('author', made, 'npm', ...args);
  await on('author', made, 'git', 'init', '--quiet');
  await commit('author', made);
  clone = join(folder, 'other/plugins', id);
  await mkdir(join(folder, 'other/plugins'), { recursive: true });
  await on('other', folder, 'git', 'clone', '--quiet', made, clone);
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
  const files = (await on('author', made, 'git', 'ls-files')).trim().split('\n');
  expect(files).toEqual(expect.arrayContaining(['.gitignore', '.npmrc', 'widget/dist/StockBoard.js']));
  for (const file of files) {
    const text = await readFile(join(made, file), 'utf8');
    expect(
      [folder, '_npx', 'file:'].filter((place) => text.includes(place)),
      file,
    ).toEqual([]);
  }
});

test('the CI of the plugin passes on a clone', async () => {
  const steps = await stepsOf(clone);
  expect(steps).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'npm run check', 'npm run build']));
  for (const step of steps) await on('other', clone, 'bash', '-e', '-c', step);
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
  await commit('other', clone);
  const [build, compare] = (await stepsOf(clone)).slice(-2);
  await on('other', clone, 'bash', '-e', '-c', build!);
  await expect(on('other', clone, 'bash', '-e', '-c', compare!)).rejects.toThrow('StockBoard.js');
  // The fix is to commit what was built.
  await commit('other', clone);
  await on('other', clone, 'bash', '-e', '-c', compare!);
});

test('dev shows the widget', async () => {
  const command = join(clone, 'node_modules/.bin/nousviz-widget');
  const env = await machine('other');
  const { page, url } = await openServer(command, ['dev', '--port', '0'], { cwd: clone, env });
  await page.goto(url);
  await page.getByRole('listitem').filter({ hasText: 'Desk lamp' }).waitFor();
});

test('a host shows the widget after an operator has trusted it', async () => {
  const args = [join(root, 'fixtures/host/start.js'), '--plugins', join(clone, '..'), '--data'];
  const env = { ...environment, PORT: '0' };
  const data = join(folder, 'data');
  const { page, url } = await openServer(process.execPath, [...args, data], { cwd: folder, env });
  await page.goto(`${url.replace(/(\d)\/.*/, '$1')}/plugin/${id}/overview`);
  await page.getByRole('button', { name: 'Trust this plugin' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Desk lamp' }).waitFor();
  await page.getByLabel('Search').fill('note');
  await page.getByRole('listitem').filter({ hasText: 'Desk lamp' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('listitem').count()).toBe(1);
});

test('the range takes compatible versions only', async () => {
  const file = join(clone, 'node_modules/@nousviz/widget-runtime/package.json');
  const installed = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version.split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = await installed();
  const compatible = [major, minor, patch + 1];
  await publishAs(compatible.join('.'));
  // Of 0.x, a minor version may break its users.
  await publishAs(major === 0 ? `0.${minor + 1}.0` : `${major + 1}.0.0`);
  await on('other', clone, 'npm', 'update', '@nousviz/widget-runtime', '--prefer-online');
  expect(await installed()).toEqual(compatible);
});
