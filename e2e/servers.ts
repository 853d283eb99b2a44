import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../fixtures/host/build.js';
import { environment, expect, npm, NPM_FLAGS, test as base } from './hosts.ts';
import type { ServerRow } from './server-rows.ts';
import { freePort, installPackages } from './system.js';
import { counter, dashboard } from './test.ts';

export { expect };

const SOURCES = join(root, 'fixtures/servers');
const BUNDLE = counter();
const PLUGIN = {
  'plugin.yaml': 'id: sales\nfrontend: { components: [{ name: Counter, path: Counter.js }] }\n',
  'Counter.js': BUNDLE,
  'dashboards/overview.yaml': dashboard('Counter'),
};

/** An answer of a server. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A running server of a row. */
export interface RunningServer {
  /** The origin of its pages as the browser's address bar shows it. */
  origin: string;
  prefix: string;
  /** Sends a request for a path below the prefix, as a browser does from a page of `origin`. */
  send(path: string, init?: { headers?: Record<string, string>; body?: string | Buffer }): Promise<Answer>;
}

interface Fixtures {
  /** Starts the server of a row below a prefix, and its proxy. `edit` changes the text of the server's file. */
  serve(row: ServerRow, prefix: string, edit?: (text: string) => string): Promise<RunningServer>;
}

interface WorkerFixtures {
  /** Installs an app of `fixtures/servers` once. @returns its folder. */
  installOnce(app: ServerRow['app']): Promise<string>;
}

/** Finds nginx, or installs it where Debian's package manager may run. @throws {Error} that names the package. */
function requireNginx(): void {
  const isThere = () => spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;
  if (isThere() || (installPackages('--no-install-recommends', 'nginx-light') && isThere())) return;
  throw new Error('These tests need nginx. Install it (Debian: apt-get install nginx-light).');
}

/** Starts a program in its own process group. @returns a function that ends it. */
function start(command: string, args: string[], cwd: string) {
  const child = spawn(command, args, { cwd, env: environment, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    output: () => output,
    async end() {
      if (child.exitCode === null) process.kill(-child.pid!);
      await ended;
    },
  };
}

/** Sends a request to 127.0.0.1, with any headers. */
function send(port: number, path: string, headers: Record<string, string>, body?: string | Buffer) {
  return new Promise<Answer>((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (bytes) => (text += bytes));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The text of a nginx that runs one `server` block as the current user. */
const nginxConf = (folder: string, block: string) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${block}
}`;

/** The addresses of a row's servers. */
interface Addresses {
  port: number;
  frontPort: number;
  origin: string;
}

async function findAddresses({ front }: ServerRow): Promise<Addresses> {
  const [port, frontPort] = [await freePort(), await freePort()];
  if (!front) return { port, frontPort: port, origin: `http://127.0.0.1:${port}` };
  const name = front.startsWith('nginx') ? 'dash.example.com' : 'localhost';
  return { port, frontPort, origin: `http://${name}:${frontPort}` };
}

/** Makes the function that puts a row's addresses and prefix into the text of a guide. */
function textEditor(row: ServerRow, prefix: string, { port, frontPort, origin }: Addresses) {
  const isNamed = row.front?.startsWith('nginx') || row.front === 'other-origin';
  return (file: string, text: string) => {
    let edited = text
      .replaceAll('4173', `${port}`)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${frontPort}`)
      .replace("basePath: ''", `basePath: '${prefix}'`);
    // Next removes its base path from the requests that a route handler receives.
    if (row.app === 'next' && prefix)
      edited = edited.replace("base: '/api',", `$& publicBase: '${prefix}/api',`);
    if (row.app !== 'next') edited = edited.replaceAll('/api', `${prefix}/api`);
    if (isNamed) edited = edited.replace('https://dash.example.com', origin);
    if (row.front === 'vite-object') edited = edited.replace(/: ('http:[^']*')/, ': { target: $1 }');
    if (row.front === 'nginx-alone') edited = edited.replace(/ *proxy_set_header.*\n/, '');
    if (row.front === 'other-origin' && file === 'main.jsx')
      edited = edited.replace(`'${prefix}/api'`, `'http://127.0.0.1:${port}${prefix}/api'`);
    return edited;
  };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  installOnce: [
    async ({ tarball }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'nousviz-servers-'));
      const apps = new Map<string, Promise<string>>();
      async function install(app: string) {
        const own = join(folder, app);
        await mkdir(own);
        for (const file of ['package.json', 'package-lock.json'])
          await cp(join(SOURCES, app, file), join(own, file));
        await npm(['ci', ...NPM_FLAGS], own);
        await npm(['install', ...NPM_FLAGS, tarball], own);
        return own;
      }
      await use((app) => {
        if (!apps.has(app)) apps.set(app, install(app));
        return apps.get(app)!;
      });
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],

  serve: async ({ installOnce, page }, use) => {
    const ends: (() => Promise<void>)[] = [];

    /** Starts a program, and waits until its port answers. */
    async function listen(port: number, command: string, args: string[], cwd: string) {
      const { output, end } = start(command, args, cwd);
      ends.push(end);
      const answers = () => send(port, '/', { Host: '127.0.0.1' }).then(() => 'answers', output);
      await expect.poll(answers, { timeout: 60_000 }).toBe('answers');
    }

    await use(async (row, prefix, editServer = (text) => text) => {
      const app = await installOnce(row.app);
      const addresses = await findAddresses(row);
      const { port, frontPort, origin } = addresses;
      const edit = textEditor(row, prefix, addresses);
      // Below the folder of the app, whose packages it finds.
      const folder = await mkdtemp(join(app, 'run-'));
      const filter = (path: string) => !/[/\\](node_modules|package[^/\\]*\.json)$/.test(path);
      for (const source of row.app === 'express-4' ? ['node', 'express-4'] : [row.app])
        await cp(join(SOURCES, source), folder, { recursive: true, filter });
      await cp(join(SOURCES, 'nousviz.js'), join(folder, 'nousviz.js'));
      await cp(join(SOURCES, row.app, 'package.json'), join(folder, 'package.json'));
      const edited = ['nousviz.js', row.server, 'main.jsx', 'vite.config.js', 'nginx.conf'];
      for (const file of [...edited, 'next.config.js', 'app/api/[...path]/route.js']) {
        const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
        if (text === undefined) continue;
        const changed = edit(file, text);
        await writeFile(join(folder, file), file === row.server ? editServer(changed) : changed);
      }
      for (const [path, text] of Object.entries(PLUGIN)) {
        const file = join(folder, 'plugins/sales', path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      if (prefix) {
        const html = join(folder, 'index.html');
        let map = await readFile(join(SOURCES, 'import-map.html'), 'utf8');
        if (row.front === 'other-origin') map = map.replaceAll('"/', `"http://127.0.0.1:${port}/`);
        const text = await readFile(html, 'utf8').catch(() => undefined);
        if (text)
          await writeFile(
            html,
            text.replace('<head>', () => `<head>\n${map}`),
          );
      }

      if (row.app === 'next') {
        await npm(['exec', '--', 'next', 'build', `--${row.server}`], folder);
        const args = ['exec', '--', 'next', 'start', '-H', '127.0.0.1', '-p', `${port}`];
        await listen(port, 'npm', args, folder);
      } else await listen(port, process.execPath, [row.server], folder);

      const vite = ['exec', '--', 'vite'];
      if (row.front?.startsWith('nginx')) {
        requireNginx();
        await npm([...vite, 'build', '--base', `${prefix}/`, '--outDir', `www${prefix}`], folder);
        const block = await readFile(join(folder, 'nginx.conf'), 'utf8');
        const file = join(folder, 'whole.conf');
        await writeFile(file, nginxConf(folder, block.replace('/srv/dash', join(folder, 'www'))));
        await listen(frontPort, 'nginx', ['-c', file], folder);
      } else if (row.front)
        await listen(
          frontPort,
          'npm',
          [...vite, '--base', `${prefix}/`, '--port', `${frontPort}`, '--strictPort', '--host', '127.0.0.1'],
          folder,
        );

      const isOther = row.front === 'other-origin';
      const host = isOther ? `127.0.0.1:${port}` : new URL(origin).host;
      return {
        origin,
        prefix,
        send(path, { headers = {}, body } = {}) {
          // Browsers send Sec-Fetch-Site only where they trust the connection.
          const site = isOther ? 'cross-site' : 'same-origin';
          const own = {
            Host: host,
            ...(!origin.includes('dash') && { 'Sec-Fetch-Site': site }),
            ...((isOther || body !== undefined) && { Origin: origin }),
            ...headers,
          };
          return send(isOther ? port : frontPort, prefix + path, own, body);
        },
      };
    });
    await page.goto('about:blank');
    for (const end of ends.toReversed()) await end();
  },
});
