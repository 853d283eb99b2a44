import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { root } from '../../../fixtures/host/build.js';

/** The page for a React, built once in each process. */
const pages = new Map<number, Promise<string>>();

async function buildPage(react: 18 | 19): Promise<string> {
  const modules = join(root, react === 18 ? 'fixtures/react-18/node_modules' : 'node_modules');
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    minify: true,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') },
  });
  return outputFiles[0]!.text;
}

const HTML =
  '<!doctype html><html><head><script type="module" src="/page.js"></script></head><body><div id="root"></div></body></html>';

interface Document {
  id: string;
  folder: string;
  frontend?: { trusted?: boolean; components?: { name: string; path: string }[] };
}

/** A host API as one writes it in an afternoon, for what attacks do where nothing stands against them. */
export async function serveUndefended(plugins: string, react: 18 | 19) {
  // Part of the built library, which is there once the setup has run.
  const { answerMock } = await import('#dev');
  const trusted = new Set<string>();
  const page = pages.get(react) ?? buildPage(react);
  pages.set(react, page);

  /** Every plugin as its own manifest says. */
  async function readPlugins(): Promise<Document[]> {
    const folders = await readdir(plugins, { withFileTypes: true });
    return Promise.all(
      folders
        .filter((entry) => entry.isDirectory())
        .map(async ({ name }) => {
          const folder = join(plugins, name);
          const document = parse(await readFile(join(folder, 'plugin.yaml'), 'utf8'), { maxAliasCount: -1 });
          const { id = name, frontend = {} } = document as Partial<Document>;
          const block = { trusted: trusted.has(id), components: [], ...frontend };
          return { ...(document as object), id, folder, frontend: block };
        }),
    );
  }

  async function answerBundle(
    plugin: Document,
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const declared = plugin.frontend?.components?.find(({ path }) => basename(path) === name);
    const bytes = await readFile(join(plugin.folder, declared?.path ?? name));
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { 'Content-Type': 'text/javascript', ETag: etag });
    response.end(isKnown ? undefined : bytes);
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const send = (body: unknown, type = 'application/json') => {
      response.setHeader('Content-Type', type);
      response.end(type === 'application/json' ? JSON.stringify(body) : body);
    };
    const url = new URL(request.url!, 'http://undefended.test');
    const [, api, kind, id = '', act, name = ''] = url.pathname.split('/').map(decodeURIComponent);
    if (url.pathname === '/page.js') return send(await page, 'text/javascript');
    if (api !== 'api') return send(HTML, 'text/html');
    if (kind === 'session')
      return send({ session: request.headers['x-session-token'] ? 'present' : 'absent' });
    if (kind === 'widget-runtime')
      return send(await readFile(join(root, 'shims', id), 'utf8'), 'text/javascript');
    const all = await readPlugins();
    if (!id) return send({ plugins: all });
    // Of two plugins with one id the last one, as in a map that is filled from the front.
    const plugin = all.findLast((one) => one.id === id)!;
    if (act === 'trust-frontend') return send({ plugin_id: id, trusted: Boolean(trusted.add(id)) });
    if (act === 'revoke-frontend-trust') return send({ plugin_id: id, trusted: !trusted.delete(id) });
    if (act === 'widget') return answerBundle(plugin, name, request, response);
    if (act === 'dashboards')
      return send(parse(await readFile(join(plugin.folder, 'dashboards', `${name}.yaml`), 'utf8')));
    const mock = await answerMock(
      plugin,
      new Request(url, { method: request.method! }),
      url.pathname.slice(`/api/plugins/${id}`.length),
    );
    response.writeHead(mock.status, Object.fromEntries(mock.headers));
    response.end(await mock.text());
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(thrown));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
