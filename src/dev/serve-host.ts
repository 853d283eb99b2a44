import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { API_BASE, isRecord } from '../contract/index.ts';
import { packageFile, withoutLoginDialog } from '../server/tools.ts';
import { createServer, fileTrustStore, readPlugins, type TrustStore } from '../server/index.ts';
import { answerMock } from './answer-mock.ts';
import { answerAppFile, decode } from './app-files.ts';
import { createDatabase, type Database } from './database.ts';
import { forward } from './proxy.ts';

/** The types of a route's context, with Node's request and response. */
export interface HostEnv {
  Bindings: HttpBindings | Http2Bindings;
}

/** The options of {@link serveHost}. */
export interface ServeHostOptions {
  /** The plugins folder. */
  plugins: string;
  /** The folder of the built app. */
  app: string;
  /** The folders of other builds of the app, by the value of `react` in the address of a page. */
  apps?: Readonly<Record<string, string>>;
  /** The folder of `trust.jsonl`; created if it is missing. */
  data?: string;
  /** The store of consents, instead of the file in `data`. */
  trust?: TrustStore;
  /** The server that answers other requests below `/api`, instead of mock files and the database. */
  api?: string;
  /** @default "127.0.0.1" */
  host?: string;
  /** The first port to try; 0 for any free port. @default 0 */
  port?: number;
  /** Routes with priority over the host's own. */
  routes?: Hono<HostEnv>;
  /** Pages of other origins that the app may show in frames. */
  frames?: readonly string[];
  /** Whether the database starts with the server, so that the first query does not wait for it. @default false */
  startDatabase?: boolean;
  /** The folder to search first for the package of the embedded Postgres. */
  packages?: string;
}

/** A running server. */
export interface RunningHost {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Characters. */
const MAX_QUERY = 1_000_000;

const refuse = (status: number, detail: string) => Response.json({ detail }, { status });

const sessionOf = (request: Request) => (request.headers.get('x-session-token') ? 'present' : 'absent');

/** Answers `POST /api/query` (CONTRACT P6). */
async function answerQuery(
  request: Request,
  query: (sql: string) => ReturnType<Database['query']>,
): Promise<Response> {
  if (request.method !== 'POST') return refuse(405, 'Send POST /api/query {"sql": "SELECT …"}.');
  const text = await request.text();
  if (text.length > MAX_QUERY) return refuse(413, `The query is over ${MAX_QUERY} characters long.`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse(400, 'The body is not JSON. Send {"sql": "SELECT …"}.');
  }
  const { sql, engine, db_engine = engine ?? 'postgres' } = isRecord(body) ? body : {};
  if (typeof sql !== 'string' || sql.trim() === '')
    return refuse(400, 'sql is missing. Send {"sql": "SELECT …"}.');
  if (!/^(postgres|postgresql|pg)$/i.test(String(db_engine)))
    return refuse(400, `There is no engine ${JSON.stringify(db_engine)} here: the demo has postgres only.`);
  const answer = await query(sql);
  return 'error' in answer ? refuse(400, answer.error) : Response.json(answer);
}

const bracket = (address: string) =>
  address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;

const isWildcard = (host: string) => ['0.0.0.0', '::'].includes(host);

/** Listens on a port or the next free one. @returns the port */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((done, fail) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', ready);
      if (error.code !== 'EADDRINUSE' || port === 0 || port >= 65_535) fail(error);
      else listen(server, host, port + 1).then(done, fail);
    };
    const ready = () => {
      server.off('error', failed);
      done((server.address() as AddressInfo).port);
    };
    server.once('error', failed).once('listening', ready).listen(port, host);
  });
}

/** Creates the host's routes. */
function createHostApp(options: ServeHostOptions & { host: string }, database: Database): Hono<HostEnv> {
  const { plugins, app: folder, apps = {}, data = '', host, api, routes, frames } = options;
  const { trust = fileTrustStore(join(data, 'trust.jsonl')) } = options;
  const target = api === undefined ? undefined : new URL(api);
  /** The requests that the host API does not answer. */
  const others = new WeakSet<Request>();
  const server = createServer({
    plugins,
    trust,
    // Names need permission, addresses do not.
    origins: isIP(host) ? [] : [`http://${bracket(host)}`],
    notFound(request) {
      others.add(request);
      return target ? forward(target, request) : answerPlatform(request);
    },
  });

  const findPlugin = async (id: string) =>
    (await readPlugins(plugins)).plugins.find((plugin) => plugin.id === id);

  async function answerPlatform(request: Request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/session') return Response.json({ session: sessionOf(request) });
    if (pathname === '/api/query')
      return answerQuery(request, async (sql) => database.query((await readPlugins(plugins)).plugins, sql));
    const [, id, path] = /^\/api\/plugins\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
    const plugin = id && (await findPlugin(id));
    if (!plugin || !path) return refuse(404, `The demo host has no ${request.method} ${pathname}.`);
    const answer = await answerMock(plugin, request, path);
    answer.headers.set('X-Demo-Session', sessionOf(request));
    return answer;
  }

  async function answerApi(request: Request) {
    const response = await server.fetch(request);
    // The other server may answer the same path with another method, such as POST /api/plugins/install.
    const isForeign = response.status === 405 && !others.has(request);
    if (!target || !isForeign) return response;
    return withoutLoginDialog(request, await forward(target, request), API_BASE);
  }

  /** Returns the head tags of a page: the import map and the preloads of its dashboard. */
  async function headOf(url: string) {
    const { pathname, searchParams } = new URL(url);
    const [, pluginId, name] = /^\/plugin\/([^/]+)\/([^/]+)\/?$/.exec(pathname) ?? [];
    if (pluginId && name && !searchParams.has('disable-plugins'))
      return server.headTags({ pluginId: decode(pluginId), name: decode(name) }, { importMap: true });
    // The page reports a folder that cannot be read when it requests the list.
    return server.importMapTag().catch(() => '');
  }

  const app = new Hono<HostEnv>();
  if (routes) app.route('/', routes);
  app.all('/api/*', ({ req }) => answerApi(req.raw));
  // Outside of /api, where every request may be forwarded.
  app.get('/demo/plugins/:id', async (c) => {
    const plugin = target ? undefined : await findPlugin(c.req.param('id'));
    return c.json({ migration_error: (plugin && (await database.prepare(plugin))) ?? null });
  });
  app.all('*', ({ req }) => {
    const wanted = req.query('react') ?? '';
    const chosen = Object.hasOwn(apps, wanted) ? apps[wanted]! : folder;
    return answerAppFile([chosen, folder, ...Object.values(apps)], req.raw, () => headOf(req.url), frames);
  });
  app.onError((error, { req }) => {
    if (req.raw.signal.aborted) return refuse(499, 'The request was aborted.');
    console.error(error);
    // The message may name files of the server.
    return refuse(500, 'The demo host failed. Read the reason in its log.');
  });
  return app;
}

/**
 * Serves a host: the built app, the host API over a plugins folder, the plugins' mock routes and their database. With `api`, requests
 * below `/api` that the host API does not answer are forwarded to that server.
 *
 * @throws {NodeJS.ErrnoException} if the folder cannot be created or the address cannot be used.
 */
export async function serveHost(options: ServeHostOptions): Promise<RunningHost> {
  const { data, host = '127.0.0.1', port = 0, packages } = options;
  if (data) await mkdir(data, { recursive: true });
  const from = [...(packages ? [packages] : []), process.cwd(), packageFile('.')];
  const database = createDatabase({ from });
  const { fetch } = createHostApp({ ...options, host }, database);
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  const listeningPort = await listen(server, host, port);
  if (options.startDatabase && options.api === undefined)
    for (const plugin of (await readPlugins(options.plugins)).plugins) void database.prepare(plugin);
  return {
    url: `http://${isWildcard(host) ? '127.0.0.1' : bracket(host)}:${listeningPort}/`,
    port: listeningPort,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await Promise.all([closed, database.close()]);
    },
  };
}
