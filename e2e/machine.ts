import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { expect, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { getBrowser } from './browser.js';
import { environment, readRegistry } from './registry-server.js';

const root = join(import.meta.dirname, '..');

/** The machine of a developer. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  /** Runs a command. @returns its output @throws {Error} with its output if it fails */
  run(cwd: string, command: string, ...args: string[]): Promise<string>;
  /** Commits all changes. */
  commit(cwd: string): Promise<void>;
}

/**
 * Makes a machine with its own home folder and an empty npm cache.
 *
 * @param settings The lines of its `.npmrc` about a registry; without them it uses that of this machine's npm.
 */
export async function createMachine(home: string, settings?: readonly string[]): Promise<Machine> {
  await mkdir(home, { recursive: true });
  const registry = settings ?? [`registry=${await readRegistry()}`];
  const quiet = ['fund=false', 'audit=false', 'update-notifier=false', 'loglevel=error'];
  await writeFile(join(home, '.npmrc'), [...quiet, ...registry].join('\n'));
  const XDG_CONFIG_HOME = join(home, '.config');
  const env = { ...environment, HOME: home, XDG_CONFIG_HOME, npm_config_cache: join(home, 'cache') };
  const run: Machine['run'] = async (cwd, command, ...args) => {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 2 ** 26 }).catch(
      (thrown: { stdout: string; stderr: string }) => {
        throw new Error(`${command} ${args.join(' ')}:\n${thrown.stdout}${thrown.stderr}`);
      },
    );
    return stdout;
  };
  return {
    env,
    run,
    async commit(cwd) {
      const author = ['-c', 'user.name=Author', '-c', 'user.email=author@example.com'];
      await run(cwd, 'git', 'add', '.');
      await run(cwd, 'git', ...author, 'commit', '--quiet', '--message', 'Change the plugin');
    },
  };
}

/** The commands of a plugin's CI. */
export async function readSteps(plugin: string): Promise<string[]> {
  const { jobs } = parse(await readFile(join(plugin, '.github/workflows/ci.yml'), 'utf8')) as {
    jobs: { plugin: { steps: { run?: string }[] } };
  };
  return jobs.plugin.steps.flatMap((step) => step.run ?? []);
}

/**
 * Expects that no committed file of a plugin contains one of the places of its author's machine.
 *
 * @returns the committed files
 */
export async function expectPortable(machine: Machine, plugin: string, places: string[]): Promise<string[]> {
  const files = (await machine.run(plugin, 'git', 'ls-files')).trim().split('\n');
  for (const file of files.filter((one) => !one.endsWith('.tgz'))) {
    const text = await readFile(join(plugin, file), 'utf8');
    expect(
      places.filter((place) => text.includes(place)),
      file,
    ).toEqual([]);
  }
  return files;
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: getBrowser('chromium'), args: ['--no-sandbox'] });

/** Opens a page and starts a server, which end with the test. @returns the address that the server prints, and its end */
export async function openServer(
  browser: Browser,
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
) {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  /** Ends the server. @returns its exit code */
  const end = async () => {
    await page.close();
    child.kill('SIGINT');
    return (await ended)[0] as number | null;
  };
  onTestFinished(async () => void (await end()));
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  await expect.poll(() => output, { timeout: 120_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(output) ?? [];
  return { page, url, end };
}

/**
 * Puts the plugins of a folder into a host, trusts the created plugin `id`, and uses its widget.
 *
 * @param folder An empty folder for the host.
 */
export async function useInHost(
  browser: Browser,
  plugins: string,
  id: string,
  folder: string,
): Promise<void> {
  const args = [join(root, 'fixtures/host/start.js'), '--plugins', plugins, '--data', join(folder, 'data')];
  const env = { ...environment, PORT: '0' };
  const { page, url } = await openServer(browser, process.execPath, args, { cwd: root, env });
  await page.goto(new URL(`/plugin/${id}/overview`, url).href);
  const items = page.locator('[data-panel]').getByRole('listitem');
  const lamp = items.filter({ hasText: 'Desk lamp' });
  const trust = page.getByRole('button', { name: 'Trust this plugin' });
  await trust.waitFor();
  expect(await lamp.count()).toBe(0);
  await trust.click();
  await lamp.waitFor();
  await page.locator('[data-panel]').getByLabel('Search').fill('note');
  await lamp.waitFor({ state: 'detached' });
  expect(await items.count()).toBe(1);
}
