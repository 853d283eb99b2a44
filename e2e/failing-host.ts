import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import type { HostEnv } from '#dev';
import { Hono } from 'hono';
import { BUILT } from '../fixtures/failures/build.js';
import { cases, type Case } from '../fixtures/failures/cases.ts';
import { hostFolder } from '../fixtures/host/build.js';
import { shimPath, SHIMS } from '../src/contract/index.ts';

/** A demo host with the failing plugins, all trusted. */
export interface FailingHost {
  url: string;
  /** Ends the fault of a case's bundle and answers pending requests. */
  lift(name: string): void;
  close(): Promise<void>;
}

const broken = (text: BodyInit, type: string, status = 200) =>
  new Response(text, { status, headers: { 'Content-Type': type, 'Cache-Control': 'no-store' } });

/** The answer of the host API itself, cut short. */
const cut = async (whole: Response) => {
  const bytes = await whole.arrayBuffer();
  const headers = new Headers(whole.headers);
  headers.set('Cache-Control', 'no-store');
  headers.delete('Content-Length');
  return new Response(bytes.slice(0, bytes.byteLength - 10), { headers });
};

/** Starts a host on a free port whose server has the faults of the cases (`serve`). @param verdict The decision about all plugins. */
export async function serveFailures(
  react: 18 | 19,
  mode: 'production' | 'development',
  verdict: 'trust' | 'sandbox' = 'trust',
): Promise<FailingHost> {
  const app = hostFolder({ react, mode });
  const data = await mkdtemp(join(tmpdir(), 'nousviz-failures-'));
  const ids = cases.flatMap(({ name, plugins = [] }) => [name, ...plugins]);
  const when = new Date().toISOString();
  await mkdir(data, { recursive: true });
  await writeFile(
    join(data, 'trust.jsonl'),
    ids
      .map((plugin_id) => `${JSON.stringify({ plugin_id, action: 'trust', who: 'the suite', when })}\n`)
      .join(''),
  );

  const lifted = new Set<string>();
  const waiting = new Map<string, () => void>();
  const serves = new Map(cases.map(({ name, serve }) => [name, serve]));
  let handle: (request: Request) => Promise<Response>;

  async function intercept(
    request: Request,
    env: HttpBindings | Http2Bindings,
  ): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    // Module scripts run in document order, so the shims run before the host publishes.
    if (serves.get(pathname.split('/')[2] ?? '') === 'early-shim' && pathname.startsWith('/plugin/')) {
      const page = await readFile(join(app, 'index.html'), 'utf8');
      const early = SHIMS.map((file) => `<script type="module" src="/api${shimPath(file)}"></script>`);
      return broken(page.replace('<head>', `<head>${early.join('')}`), 'text/html; charset=utf-8');
    }
    if (pathname.startsWith('/api/widget-runtime/')) {
      const isDown = request.headers.get('Cookie')?.includes('shims=down');
      const isOver = [...lifted].some((name) => serves.get(name) === 'shim-503');
      return isDown && !isOver ? broken('busy', 'text/plain', 503) : undefined;
    }
    const [, name = ''] = /^\/api\/plugins\/([^/]+)\/widget\/Broken\.js$/.exec(pathname) ?? [];
    const serve = lifted.has(name) ? undefined : serves.get(name);
    if (typeof serve === 'number') return broken('{"detail": "no"}', 'application/json', serve);
    if (serve === 'html') return broken('<!doctype html><title>App</title>', 'text/html');
    if (serve === 'drop') {
      env.incoming.socket.destroy();
      return broken('', 'text/plain');
    }
    if (serve === 'hang') await new Promise<void>((done) => waiting.set(name, done));
    if (serve === 'truncate') return cut(await handle(request));
    return undefined;
  }

  const { serveHost } = await import('#dev');
  const { createServer, fileTrustStore } = await import('@nousviz/widget-runtime/server');
  handle = createServer({ plugins: BUILT, trust: fileTrustStore(join(data, 'trust.jsonl')) }).fetch;
  const routes = new Hono<HostEnv>().use(async (c, next) => (await intercept(c.req.raw, c.env)) ?? next());
  const demo = await serveHost({ plugins: BUILT, data, app, routes });
  if (verdict === 'sandbox')
    await Promise.all(
      ids.map((id) => fetch(new URL(`/api/plugins/${id}/sandbox-frontend`, demo.url), { method: 'POST' })),
    );
  return {
    url: demo.url,
    lift(name) {
      lifted.add(name);
      waiting.get(name)?.();
    },
    async close() {
      for (const done of waiting.values()) done();
      await demo.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The code that a host on this React shows for a case. */
export const codeOf = (failure: Case, react: 18 | 19, mode: 'production' | 'development') =>
  (mode === 'development' ? failure.development?.[react] : undefined) ?? failure.code[react];
