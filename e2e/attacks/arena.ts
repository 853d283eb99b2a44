import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator, Page, Request, Response as PageResponse } from '@playwright/test';
import { expect, test as base } from '../test.ts';

/** Where an attack is tried: a page, the server behind it, and a server of somebody else. */
export interface Arena {
  page: Page;
  /** The host's address. */
  url: string;
  /** Its folder of plugins. */
  plugins: string;
  /** Whether the library is there. */
  isDefended: boolean;
  elsewhere: Elsewhere;
  requests: Request[];
  responses: PageResponse[];
  /** Messages of errors that nobody caught. */
  errors: string[];
  /** The operator's consent to what is on disk. */
  trust(id: string): Promise<void>;
  /** Opens a dashboard. */
  open(id: string, dashboard?: string): Promise<void>;
  /** A request from no page. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** A panel of the page, by `plugin-id/Component`. */
  panel(name: string): Locator;
}

/** A server of another origin. */
export interface Elsewhere {
  url: string;
  /** What it was sent, preflights aside. */
  received: { path: string; headers: IncomingHttpHeaders }[];
  /** Its HTML pages by path; every other path is answered with `{}`. */
  pages: Map<string, string>;
  close(): Promise<unknown>;
}

/** Starts the server of another origin, which lets everybody read and send everything. */
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

/** The tests of attacks, with a server of another origin for each. */
export const test = base.extend<{ elsewhere: Elsewhere }>({
  async elsewhere({}, use) {
    const elsewhere = await serveElsewhere();
    await use(elsewhere);
    await elsewhere.close();
  },
});

/** Installs a folder of plugins; in their texts `other.test` becomes the server of another origin. */
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

/** Makes the arena over a host that runs. */
export function createArena(of: Pick<Arena, 'page' | 'url' | 'plugins' | 'isDefended' | 'elsewhere'>): Arena {
  const { page, url } = of;
  const [requests, responses, errors]: [Request[], PageResponse[], string[]] = [[], [], []];
  page.on('request', (request) => requests.push(request));
  page.on('response', (response) => responses.push(response));
  page.on('pageerror', (error) => errors.push(String(error?.message ?? error)));
  const ask: Arena['ask'] = (path, init) => fetch(new URL(path, url), init);
  return {
    ...of,
    requests,
    responses,
    errors,
    ask,
    async trust(id) {
      const { status } = await ask(`/api/plugins/${id}/trust-frontend`, { method: 'POST' });
      // Some have nothing to trust, or are refused: that is for the attack to tell.
      if (status >= 500) throw new Error(`The consent to ${id} failed with HTTP ${status}.`);
    },
    open: async (id, dashboard = 'main') =>
      void (await page.goto(new URL(`/plugin/${id}/${dashboard}`, url).href)),
    panel: (name) => page.locator(`[data-panel="${name}"]`),
  };
}

/** What the plugins' code wrote into a list of the page, each thing once. */
export const lootOf = ({ page }: Pick<Arena, 'page'>): Promise<string[]> =>
  page.evaluate(() => [...new Set((window as { loot?: string[] }).loot)].toSorted());

/** Waits until the attacker's code has done what it can. */
export const untilTried = ({ page }: Pick<Arena, 'page'>) =>
  page.waitForFunction(() => (window as { tried?: boolean }).tried);

/** Calls the host's own list of plugins in the page. @returns what it rejected with, as a text. */
export const callPlugins = ({ page }: Arena, act: 'trust' | 'revoke' | 'refresh', id = ''): Promise<string> =>
  page.evaluate(
    async ([method, pluginId]) => {
      const { plugins } = (
        window as never as { demoHost: { plugins: Record<string, (id: string) => Promise<void>> } }
      ).demoHost;
      return plugins[method]!(pluginId).then(() => '', String);
    },
    [act, id] as const,
  );

/** Waits until the page has the whole list of plugins; a host without a list of its own has nothing to wait for. */
export const untilListed = ({ page }: Arena) =>
  page.waitForFunction(() => {
    const { demoHost } = window as never as {
      demoHost?: { plugins: { getSnapshot?(): { status: string } } };
    };
    return (demoHost?.plugins.getSnapshot?.().status ?? 'ready') === 'ready';
  });

/** Waits for a panel's card. */
export const seesCard = (arena: Arena, panel: string, code: string) =>
  expect(arena.panel(panel).locator('[data-code]').first()).toHaveAttribute('data-code', code);

/** Presses the button of the honest neighbour, which must still reach the host. */
export async function usesNeighbour(arena: Arena) {
  await arena.panel('owner/Chart').getByRole('button').click();
  await expect(arena.panel('owner/Chart')).toContainText('present');
}
