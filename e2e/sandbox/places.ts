import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ServerOptions } from '@nousviz/widget-runtime/server';
import { writeFiles } from '../../src/server/folder.test.kit.ts';
import { test as base } from '../small-app.ts';
import { dashboard, expect, type Files } from '../test.ts';

/** A place of a page and of the host API that it uses. */
export interface Site {
  /** The address to listen on. */
  address?: '127.0.0.1' | '::1';
  /** The path that is removed from requests before they arrive at the host API. */
  below?: string;
  /** The options of the server, by the origin of the page. */
  server?(origin: string): Partial<ServerOptions>;
  /** The options of `sandbox`, as source text, by the origin of the page. */
  sandbox?(origin: string): string;
  /** The headers that are removed from the answers of the host API. */
  without?: readonly string[];
  /** The bundles of the plugins, each named `Chart`, by plugin id. The first plugin’s dashboard shows them all. */
  plugins: Record<string, string>;
}

const appOf = (pluginId: string, apiBase: string, sandboxOptions: string) => `
import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { sandbox } from '@nousviz/widget-runtime/sandbox';
import { createRoot } from 'react-dom/client';

const host = createHost({ apiBase: ${JSON.stringify(apiBase)}, sandbox: sandbox(${sandboxOptions}) });
window.host = host;
createRoot(document.getElementById('root')).render(
  <HostProvider host={host}><Dashboard pluginId=${JSON.stringify(pluginId)} name="main" /></HostProvider>,
);`;

const filesOf = (plugins: Site['plugins']): Files =>
  Object.fromEntries(
    Object.entries(plugins).flatMap(([id, bundle]) => [
      [`${id}/plugin.yaml`, `id: ${id}\nfrontend:\n  components: [{ name: Chart, path: Chart.js }]\n`],
      [`${id}/Chart.js`, bundle],
      [`${id}/dashboards/main.yaml`, dashboard(...Object.keys(plugins).map((name) => `${name}/Chart`))],
    ]),
  );

/** Serves pages with sandboxed plugins in many places. */
export const test = base.extend<{ show(site: Site): Promise<void> }>({
  async show({ page, serve, bundle }, use) {
    const folder = await mkdtemp(join(tmpdir(), 'nousviz-places-'));
    await use(async ({ address, below = '', without = [], server: optionsOf, sandbox, plugins }) => {
      await writeFiles(folder, filesOf(plugins));
      const { createServer, fileTrustStore } = await import('@nousviz/widget-runtime/server');
      let answer: (request: Request) => Promise<Response | undefined> = async () => undefined;
      const { url } = await serve((request) => answer(request), address);
      const { origin } = new URL(url);
      const server = createServer({
        plugins: folder,
        trust: fileTrustStore(join(folder, 'trust.jsonl')),
        newPlugins: 'sandboxed',
        notFound: ({ url: asked }) =>
          asked.endsWith('/items') ? Response.json(['items']) : new Response(null, { status: 404 }),
        ...optionsOf?.(origin),
      });
      const [first = ''] = Object.keys(plugins);
      const app = await bundle(appOf(first, `${below}/api`, sandbox?.(origin) ?? ''));
      answer = async (request) => {
        const path = new URL(request.url).pathname;
        if (path.startsWith(`${below}/api/`)) {
          const response = await server.fetch(new Request(request.url.replace(below, ''), request));
          for (const name of without) response.headers.delete(name);
          return response;
        }
        const html = await app(request);
        html?.headers.set('Content-Security-Policy', `frame-src ${(await server.frameSources()).join(' ')}`);
        return html;
      };
      await page.goto(url);
    });
    await page.goto('about:blank');
    await rm(folder, { recursive: true, force: true });
  },
});

/** The frame of a plugin’s widget. */
export const frameIn = (page: Page, pluginId: string) =>
  page.frameLocator(`[data-sandboxed="${pluginId}"] iframe`);

export { expect };
