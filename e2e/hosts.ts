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
  /** Packages that take the place of those in its lockfile, as npm spells them. */
  packages?: string[];
}

/** A process that serves, and the address that it printed. */
export interface Server {
  url: string;
  /** All that it has printed so far. */
  output(): string;
}

/** A host app with the packed library, installed in a folder of its own. */
export interface InstalledApp {
  /** Runs a script of its package.json to its end. @returns all that it printed. */
  run(script: string): Promise<string>;
  /** Starts a script of its package.json that serves; it ends with the test. */
  start(script: string, args?: string[], env?: Record<string, string>): Promise<Server>;
}

interface Fixtures {
  /** Installs a host app as its user does: from its lockfile, then this library on top, without a flag that changes what npm accepts. */
  install(app: HostApp): Promise<InstalledApp>;
}

interface WorkerFixtures {
  /** The packed library. */
  tarball: string;
}

const HOSTS = join(root, 'fixtures/hosts');
const QUIET = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

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

/** Without what this test runner's own npm says of this project. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|FORCE_COLOR$)/i.test(name)),
);

/** Runs npm to its end. @returns all that it printed. @throws {Error} with that, where it fails. */
async function npm(args: string[], cwd: string): Promise<string> {
  const options = { cwd, env: environment, maxBuffer: 2 ** 26 };
  const { stdout, stderr } = await promisify(execFile)('npm', args, options).catch(
    (thrown: { stdout: string; stderr: string }) => {
      throw new Error(`npm ${args.join(' ')}:\n${thrown.stdout}${thrown.stderr}`);
    },
  );
  return stripVTControlCharacters(stdout + stderr);
}

/** Starts a script that serves, in a process group of its own. */
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
      await npm(['ci', ...QUIET], folder);
      await npm(['install', ...QUIET, tarball, ...(app.packages ?? [])], folder);
      return {
        run: (script) => npm(['run', script], folder),
        async start(script, args = [], env = {}) {
          const server = await serve(script, args, folder, env);
          ends.push(server.end);
          return server;
        },
      };
    });
    // What the page still asks for is not refused, it is given up.
    await page.goto('about:blank');
    for (const end of ends.toReversed()) await end();
    await rm(folder, { recursive: true, force: true });
  },
});
