import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator, Page, Request, Response as PageResponse } from '@playwright/test';
import { expect, test as base } from '../test.ts';

/** The environment of an attack: a page, its server, and a server of another origin. */
export interface Arena {
  page: Page;
  /** The host's URL. */
  url: string;
  /** The host's plugins folder. */
  plugins: string;
  /** Whether the library runs the host. */
  isDefended: boolean;
  elsewhere: Elsewhere;
  requests: Request[];
  responses: PageResponse[];
  /** The messages of uncaught errors. */
  errors: string[];
  /** Sends the operator's consent to the bytes on disk. */
  trust(id: string): Promise<void>;
  /** Opens a dashboard. */
  open(id: string, dashboard?: string): Promise<void>;
  /** Sends a request without a page. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A panel of the page, by `plugin-id/Component`. */
  panel(name: string): Locator;
}

/** A server of another origin. */
export interface Elsewhere {
  url: string;
  /** The received requests without preflights. */
  received: { path: string; headers: IncomingHttpHeaders }[];
  /** Its HTML pages by path. Other paths are answered with `{}`. */
  pages: Map<string, string>;
  close(): Promise<unknown>;
}

/** Starts the server of another origin, which allows all cross-origin requests. */
async function serveElsewhere(): Promise<Elsewhere> {
  const received: Elsewhere['received'] = [];
  const pages = new Map<string, string>();
  const server = createServer(({ method, url: path = '', headers }, response) => {
    if (method !== 'OPTIONS') received.push({ path, headers });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*, X-Session-Token');
    const page = pages.get(path);
    const type = page ? 'text/html' : path.endsWith('.js') ? 'text/javascript' : 'application/json';
    response.setHeader('Content-Type', type);
    response.end(page ?? (type === 'text/javascript' ? 'export default "from elsewhere";' : '{}'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    pages,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** The test function for attacks, with a server of another origin for each test. */
export const test = base.extend<{ elsewhere: Elsewhere }>({
  async elsewhere({ page }, use) {
    const elsewhere = await serveElsewhere();
    await use(elsewhere);
    // Ends the page's pending requests without errors. One may be for the icon, which Chromium requests after the page.
    await page.goto('about:blank');
    await elsewhere.close();
  },
});

/** Installs a plugins folder. In its files, `other.test` is replaced by the server of another origin. */
export async function install(folder: string, plugins: string, elsewhere: Elsewhere) {
  await cp(folder, plugins, { recursive: true });
  for (const entry of await readdir(plugins, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.js(on)?$/.test(path)) continue;
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replaceAll('other.test', new URL(elsewhere.url).host),
    );
  }
}

/** Creates the arena for a running host. */
export function createArena(of: Pick<Arena, 'page' | 'url' | 'plugins' | 'isDefended' | 'elsewhere'>): Arena {
  const { page, url } = of;
  const [requests, responses, errors]: [Request[], PageResponse[], string[]] = [[], [], []];
  page.on('request', (sent) => requests.push(sent));
  page.on('response', (response) => responses.push(response));
  page.on('pageerror', (error) => errors.push(String(error?.message ?? error)));
  const request: Arena['request'] = (path, init) => fetch(new URL(path, url), init);
  return {
    ...of,
    requests,
    responses,
    errors,
    request,
    async trust(id) {
      const { status } = await request(`/api/plugins/${id}/trust-frontend`, { method: 'POST' });
      // Some plugins have no components or are refused. The attack checks that.
      if (status >= 500) throw new Error(`The consent to ${id} failed with HTTP ${status}.`);
    },
    open: async (id, dashboard = 'main') =>
      void (await page.goto(new URL(`/plugin/${id}/${dashboard}`, url).href)),
    panel: (name) => page.locator(`[data-panel="${name}"]`),
  };
}

/** The unique entries that the plugins' code wrote into a list of the page. */
export const lootOf = ({ page }: Pick<Arena, 'page'>): Promise<string[]> =>
  page.evaluate(() => [...new Set((window as { loot?: string[] }).loot)].toSorted());

/** Waits until the attacker's code has run. */
export const untilTried = ({ page }: Pick<Arena, 'page'>) =>
  page.waitForFunction(() => (window as { tried?: boolean }).tried);

/** Calls the host's own list of plugins in the page. @returns the rejection as a string, or an empty string. */
export const callPlugins = (
  { page }: Arena,
  action: 'trust' | 'revoke' | 'refresh',
  id = '',
): Promise<string> =>
  page.evaluate(
    async ([method, pluginId]) => {
      const { plugins } = (
        window as never as { demoHost: { plugins: Record<string, (id: string) => Promise<void>> } }
      ).demoHost;
      return plugins[method]!(pluginId).then(() => '', String);
    },
    [action, id] as const,
  );

/** Waits until the page has the whole plugin list. A host without its own list does not wait. */
export const untilListed = ({ page }: Arena) =>
  page.waitForFunction(() => {
    const { demoHost } = window as never as {
      demoHost?: { plugins: { getSnapshot?(): { status: string } } };
    };
    return (demoHost?.plugins.getSnapshot?.().status ?? 'ready') === 'ready';
  });

/** Waits for a panel's error card. */
export const expectCard = (arena: Arena, panel: string, code: string) =>
  expect(arena.panel(panel).locator('[data-code]').first()).toHaveAttribute('data-code', code);

/** Presses the button of the honest neighbour, which must still be able to send requests. */
export async function useNeighbour(arena: Arena) {
  await arena.panel('owner/Chart').getByRole('button').click();
  await expect(arena.panel('owner/Chart')).toContainText('present');
}
