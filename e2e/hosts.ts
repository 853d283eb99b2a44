import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { root } from '../fixtures/host/build.js';
import type { HostApp } from './hosts/apps.ts';
import { counter, dashboard, expect, test as base } from './test.ts';

export { expect };

/** A running server and the URL that it printed. */
export interface Server {
  url: string;
  /** Its output. */
  output(): string;
}

/** A host app with the packed library, installed in its own folder. */
export interface InstalledApp {
  folder: string;
  /** Installs further packages over those that are there. */
  add(packages: readonly string[]): Promise<void>;
  /** Rewrites a file of the app or of an installed package. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** Runs a script of its package.json. @returns its output. */
  run(script: string): Promise<string>;
  /** Starts a server script of its package.json, which ends with the test. */
  start(script: string, args?: string[], env?: Record<string, string>): Promise<Server>;
}

interface Fixtures {
  /** Fails the test if the console of the page has a warning. */
  warnings: void;
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
    - { name: Broken, path: widget/dist/Broken.js }
`,
  'widget/dist/Counter.js': counter(),
  // React 19 has no createFactory, and React 18 no use: to find out, the page imports the shim again.
  'widget/dist/Broken.js': `
import { createContext, createFactory, use } from '/api/widget-runtime/react.js';
export default () => createFactory('p')({ children: use(createContext('')) });
`,
  'dashboards/overview.yaml': dashboard('Counter', 'Broken'),
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

/** A port that was free a moment ago, for servers that cannot choose one themselves. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts a server script in its own process group. */
async function serve(script: string, args: string[], cwd: string, env: Record<string, string>) {
  const child = spawn('npm', ['run', script, '--', ...args], {
    cwd,
    env: { ...environment, HOST: '127.0.0.1', PORT: String(await freePort()), ...env },
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (printed += bytes));
  const output = () => stripVTControlCharacters(printed);
  const readUrl = () => {
    const [origin] = /http:\/\/(?:127\.0\.0\.1|localhost):\d+(?=[/\s])/.exec(output()) ?? [];
    return origin && `${origin}/`;
  };
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

  warnings: [
    async ({ page }, use) => {
      const warnings: string[] = [];
      page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
      await use();
      expect(warnings, 'warnings in the console').toEqual([]);
    },
    { auto: true },
  ],

  install: async ({ tarball, page }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'nousviz-hosts-'));
    const ends: (() => Promise<void>)[] = [];
    await use(async (app) => {
      for (const source of ['common', app.folder])
        await cp(join(HOSTS, source), folder, {
          recursive: true,
          filter: (path) => !/[/\\](node_modules|dist|\.next|build)$/.test(path),
        });
      for (const [path, text] of Object.entries(PLUGIN)) {
        const file = join(folder, 'plugins/sales', path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      await npm(['ci', ...NPM_FLAGS], folder);
      await npm(['install', ...NPM_FLAGS, tarball, ...(app.packages ?? [])], folder);
      return {
        folder,
        add: async (packages) => void (await npm(['install', ...NPM_FLAGS, ...packages], folder)),
        async edit(path, change) {
          const file = join(folder, path);
          const edited = `${folder}.edited`;
          await writeFile(edited, change(await readFile(file, 'utf8')));
          // Development servers would read a file that is half written.
          await rename(edited, file);
        },
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
