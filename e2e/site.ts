import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { getRequestListener } from '@hono/node-server';
import { build } from 'vite';
import { root } from '../fixtures/host/build.js';
import { expect, test as base } from './test.ts';

export { expect };

const SITE = join(root, 'e2e/site');
const REACT_18 = join(root, 'fixtures/react-18/node_modules');

/**
 * The ways in which the guides write a page. The parts of its head come from the Vite plugin, from the server, or from nobody.
 * `split` writes the import map and the other tags with two calls.
 */
export const PAGES = ['static', 'tags', 'tags without map', 'split', 'static with map', 'plain'] as const;
export type PageKind = (typeof PAGES)[number];

/** Whether a page contains an inline script of ours: a script or an import map. */
export const hasInlineScript = (kind: PageKind) => kind !== 'plain' && kind !== 'tags without map';

/** Makes a policy for a page's nonce and the hash of its first inline script. */
export type Policy = (nonce: string, hash: string) => string;

/** A server with the host API, an app, and a plugin that is trusted. */
interface Site {
  /** Opens a dashboard of the plugin, on a page of this kind under this Content-Security-Policy. */
  open(kind: PageKind, policy?: Policy, dashboard?: string): Promise<void>;
  /** The paths of all requests for scripts since the last `open`, in the order in which they arrived at the server. */
  scripts(): string[];
  /** The console's warnings and errors since the last `open`, other than the line of the broken widget. */
  messages: string[];
  /** The directives that blocked something on the page, each with what it blocked. */
  violations(): Promise<string[]>;
  /** The URL of a server of another origin with `linked.css`. */
  elsewhere: string;
}

interface WorkerFixtures {
  /** The folder of the built apps: the host app for each React, with and without the inline script, and the plugin. */
  buildSite: (
    react: 18 | 19,
    elsewhere: string,
  ) => Promise<{ folder: string; app(isStatic: boolean): string }>;
}

async function buildApp(outDir: string, react: 18 | 19, isStatic: boolean) {
  const { nousvizHost } = await import('@nousviz/widget-runtime/vite');
  await build({
    root: join(SITE, 'app'),
    configFile: false,
    logLevel: 'warn',
    plugins: [nousvizHost({ dashboards: isStatic && { '/': 'sales/overview', '/:name': 'sales/:name' } })],
    html: { cspNonce: 'NONCE' },
    resolve: {
      dedupe: ['react', 'react-dom'],
      alias: react === 18 ? [{ find: /^(react|react-dom)(?=\/|$)/, replacement: join(REACT_18, '$1') }] : [],
    },
    oxc: { jsx: { runtime: 'automatic' } },
    build: { outDir, emptyOutDir: true, rolldownOptions: { checks: { pluginTimings: false } } },
  });
}

/** Builds the plugin's widgets, half of them with Vite and half with esbuild. */
async function buildPlugin(folder: string, elsewhere: string) {
  const { nousvizWidgets: vitePlugin } = await import('@nousviz/widget-runtime/vite');
  const { nousvizWidgets: esbuildPlugin } = await import('@nousviz/widget-runtime/esbuild');
  const esbuild = await import('esbuild');
  await cp(join(SITE, 'plugin'), folder, { recursive: true });
  const linked = join(folder, 'widget/linked.css');
  await writeFile(linked, (await readFile(linked, 'utf8')).replace('ELSEWHERE', elsewhere));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['Chart', 'Injecting', 'Linked'])
    await build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      plugins: [vitePlugin()],
      build: {
        outDir: 'widget/dist',
        emptyOutDir: false,
        lib: { entry: `widget/${name}.tsx`, formats: ['es'], fileName: name },
      },
    });
  await esbuild.build({
    entryPoints: ['Table', 'Picture'].map((name) => join(folder, `widget/${name}.tsx`)),
    outdir: join(folder, 'widget/dist'),
    minify: true,
    plugins: [esbuildPlugin()],
  });
  await writeFile(join(folder, 'widget/dist/Broken.js'), 'throw new Error("broken on purpose");');
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const listen = async (listener: Parameters<typeof createHttpServer>[1]) => {
  const server = createHttpServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
};

type Server = ReturnType<typeof import('@nousviz/widget-runtime/server').createServer>;

/** Writes the server's tags into a page, as the guide says. */
async function writePage(html: string, kind: PageKind, server: Server, name: string, nonce: string) {
  const dashboard = { pluginId: 'sales', name };
  const tags = {
    static: async () => '',
    plain: async () => '',
    tags: () => server.headTags(dashboard, { nonce, importMap: true }),
    'tags without map': () => server.headTags(dashboard, { nonce }),
    split: async () => (await server.importMapTag({ nonce })) + (await server.headTags(dashboard, { nonce })),
    'static with map': () => server.importMapTag({ nonce }),
  }[kind];
  const written = await tags();
  return html.replace('<meta charset="utf-8" />', (charset) => charset + written).replaceAll('NONCE', nonce);
}

/** The hash of a page's first inline script, as a policy names it. */
function hashIn(html: string) {
  const [, text = ''] =
    /<script(?![^>]*\bsrc=)[^>]*id="nousviz-preloaded"[^>]*>([^]*?)<\/script>/.exec(html) ?? [];
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function watchViolations() {
  const violations: string[] = [];
  Object.assign(window, { violations });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    violations.push(`${effectiveDirective} ${blockedURI.replace(/^(?:data:|https?:\/\/[^/]*).*/, '$&')}`);
  });
}

/** Opens a page and closes what it uses. */
export const test = base.extend<{ site: Site }, WorkerFixtures>({
  buildSite: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'nousviz-site-'));
      const built = new Map<string, Promise<unknown>>();
      const once = (path: string, make: () => Promise<void>) => {
        if (!built.has(path)) built.set(path, make());
        return built.get(path);
      };
      await use(async (react, elsewhere) => {
        const app = (isStatic: boolean) => join(folder, `app-${react}-${isStatic}`);
        for (const isStatic of [true, false])
          await once(app(isStatic), () => buildApp(app(isStatic), react, isStatic));
        const plugins = await mkdtemp(join(folder, 'plugins-'));
        await buildPlugin(join(plugins, 'sales'), elsewhere);
        return { folder: plugins, app };
      });
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],

  site: async ({ page, react, buildSite, expected }, use) => {
    // The line of the card of the broken widget.
    expected.push(/^\[NousViz\] .*broken on purpose/);
    const linked = await listen((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/css' });
      response.end('.linked { text-decoration-line: underline; }');
    });
    const { folder, app } = await buildSite(react, linked.host);
    const { createServer, fileTrustStore } = await import('@nousviz/widget-runtime/server');
    const server = createServer({ plugins: folder, trust: fileTrustStore(join(folder, 'trust.jsonl')) });
    const trusted = await server.fetch(
      new Request('http://localhost/api/plugins/sales/trust-frontend', { method: 'POST' }),
    );
    expect(trusted.status).toBe(200);

    let shown: { kind: PageKind; policy?: Policy | undefined } = { kind: 'plain' };
    let scripts: string[] = [];
    const answer = async (request: Request) => {
      const { pathname, search } = new URL(request.url);
      // Not the diagnosis of a failed bundle, which reads its text.
      if (request.headers.get('sec-fetch-dest') === 'script') scripts.push(pathname + search);
      if (pathname.startsWith('/api/')) return server.fetch(request);
      const { kind, policy } = shown;
      const at = app(kind.startsWith('static'));
      if (pathname === '/icon.svg')
        return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', {
          headers: { 'Content-Type': 'image/svg+xml' },
        });
      if (pathname.startsWith('/assets/'))
        return new Response(await readFile(join(at, pathname)), {
          headers: { 'Content-Type': TYPES[extname(pathname)]! },
        });
      const nonce = randomBytes(9).toString('base64');
      const name = pathname.slice(1) || 'overview';
      const html = await writePage(await readFile(join(at, 'index.html'), 'utf8'), kind, server, name, nonce);
      const headers = { 'Content-Type': 'text/html', 'Cache-Control': 'no-store' };
      const csp = policy && { 'Content-Security-Policy': policy(nonce, hashIn(html)) };
      return new Response(html, { headers: { ...headers, ...csp } });
    };
    const own = await listen(getRequestListener(answer, { overrideGlobalObjects: false }));

    const messages: string[] = [];
    page.on('console', (message) => {
      const isProblem = /^(warning|error)$/.test(message.type());
      if (isProblem && !message.text().includes('broken on purpose')) messages.push(message.text());
    });
    await page.addInitScript(watchViolations);
    await use({
      elsewhere: `http://${linked.host}`,
      messages,
      scripts: () => scripts,
      async open(kind, policy, dashboard = 'overview') {
        shown = { kind, policy };
        scripts = [];
        messages.length = 0;
        await page.goto(`http://${own.host}/${dashboard}`);
      },
      violations: () => page.evaluate(() => (window as never as { violations: string[] }).violations),
    });
    // Ends the page's pending requests without errors.
    await page.goto('about:blank');
    await own.close();
    await linked.close();
  },
});

/** A panel of the page by its component. */
export const panelOf = (page: Page, component: string) => page.locator(`[data-panel="sales/${component}"]`);
