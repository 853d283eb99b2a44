import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { root } from '../fixtures/host/build.js';
import { counter, dashboard, expect, test as base } from './test.ts';

export { expect };

/** A host app of `fixtures/hosts`. */
export interface HostApp {
  folder: string;
  /** Packages that replace those in its lockfile, in npm's notation. */
  packages?: string[];
}

/** A running server and the URL that it printed. */
export interface Server {
  url: string;
  /** Its output. */
  output(): string;
}

/** A host app with the packed library, installed in its own folder. */
export interface InstalledApp {
  /** Runs a script of its package.json. @returns its output. */
  run(script: string): Promise<string>;
  /** Starts a server script of its package.json, which ends with the test. */
  start(script: string, args?: string[], env?: Record<string, string>): Promise<Server>;
}

interface Fixtures {
  /** Installs a host app from its lockfile, then this library, without flags that relax npm's checks. */
  install(app: HostApp): Promise<InstalledApp>;
}

interface WorkerFixtures {
  /** The packed library. */
  tarball: string;
}

const HOSTS = join(root, 'fixtures/hosts');
export const NPM_FLAGS = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

const PLUGIN = {
  'plugin.yaml': `id: sales
version: 1.0.0
frontend:
  components:
    - { name: Counter, path: widget/dist/Counter.js }
`,
  'widget/dist/Counter.js': counter(),
  'dashboards/overview.yaml': dashboard('Counter'),
};

/** The environment without the variables of the test runner's own npm. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|FORCE_COLOR$)/i.test(name)),
);

/** Runs npm. @returns its output. @throws {Error} with its output if it fails. */
export async function npm(args: string[], cwd: string): Promise<string> {
  const options = { cwd, env: environment, maxBuffer: 2 ** 26 };
  const { stdout, stderr } = await promisify(execFile)('npm', args, options).catch(
    (thrown: { stdout: string; stderr: string }) => {
      throw new Error(`npm ${args.join(' ')}:\n${thrown.stdout}${thrown.stderr}`);
    },
  );
  return stripVTControlCharacters(stdout + stderr);
}

/** Starts a server script in its own process group. */
async function serve(script: string, args: string[], cwd: string, env: Record<string, string>) {
  const child = spawn('npm', ['run', script, '--', ...args], {
    cwd,
    env: { ...environment, PORT: '0', ...env },
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (printed += bytes));
  const output = () => stripVTControlCharacters(printed);
  const readUrl = () => /http:\/\/(?:127\.0\.0\.1|localhost):\d+\//.exec(output())?.[0];
  const end = async () => {
    if (child.exitCode === null) process.kill(-child.pid!);
    await ended;
  };
  try {
    await expect.poll(() => readUrl() ?? output(), { timeout: 120_000 }).toMatch(/^http/);
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return { url: readUrl()!, output, end };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  tarball: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'nousviz-tarball-'));
      await npm(['pack', '--loglevel=error', '--pack-destination', folder], root);
      const { version } = (await import('../package.json', { with: { type: 'json' } })).default;
      await use(join(folder, `nousviz-widget-runtime-${version}.tgz`));
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  install: async ({ tarball, page }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'nousviz-hosts-'));
    const ends: (() => Promise<void>)[] = [];
    await use(async (app) => {
      for (const source of ['common', app.folder])
        await cp(join(HOSTS, source), folder, {
          recursive: true,
          filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
        });
      for (const [path, text] of Object.entries(PLUGIN)) {
        const file = join(folder, 'plugins/sales', path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      await npm(['ci', ...NPM_FLAGS], folder);
      await npm(['install', ...NPM_FLAGS, tarball, ...(app.packages ?? [])], folder);
      return {
        run: (script) => npm(['run', script], folder),
        async start(script, args = [], env = {}) {
          const server = await serve(script, args, folder, env);
          ends.push(server.end);
          return server;
        },
      };
    });
    // Ends the page's pending requests without errors.
    await page.goto('about:blank');
    for (const end of ends.toReversed()) await end();
    await rm(folder, { recursive: true, force: true });
  },
});
