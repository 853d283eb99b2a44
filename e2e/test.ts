import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { builtInPlugins, hostFolder } from '../fixtures/host/build.js';
import { installPlugin, type Files } from './plugin-files.ts';

export { dashboard, type Files } from './plugin-files.ts';
export { expect };

/** Options of a project. */
export interface Options {
  /** The demo host's version of React. */
  react: 18 | 19;
  /** The build of React. */
  mode: 'production' | 'development';
}

/** A demo host of one test. */
export interface Demo {
  url: string;
  plugins: string;
  data: string;
  /** Writes a plugin's files, and a manifest for its components unless the files contain one. */
  install(id: string, files: Files): Promise<void>;
  /** Opens a dashboard. */
  open(path: string): Promise<void>;
  /** Opens a dashboard and trusts its plugin. */
  trust(path: string): Promise<void>;
  /** Opens a dashboard and runs its plugin sandboxed. */
  sandbox(path: string): Promise<void>;
  /** The frame of a sandboxed panel, by `plugin-id/Component`. */
  frame(name: string): FrameLocator;
  /** A panel of the page, by `plugin-id/Component`. */
  panel(name: string): Locator;
}

interface Fixtures {
  /** A separate demo host with the plugins of `fixtures/plugins`. */
  demo: Demo;
  /** A separate demo host with an empty plugins folder, for `install`. */
  lab: Demo;
  /** A server of another origin that allows all cross-origin requests and records them. */
  other: { url: string; requests: IncomingMessage[] };
  /** Patterns of expected console errors and page errors. Any other error fails the test. */
  expected: RegExp[];
}

async function serve(
  page: Page,
  react: 18 | 19,
  plugins: string | undefined,
  use: (demo: Demo) => Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-'));
  const own = plugins ?? join(folder, 'plugins');
  const data = join(folder, 'data');
  await mkdir(own, { recursive: true });
  // Imported here, after the setup has built the library.
  const { serveHost } = await import('#dev');
  const demo = await serveHost({ plugins: own, data, app: hostFolder({ react }) });
  const open = async (path: string) => void (await page.goto(new URL(path, demo.url).href));
  const consent = async (path: string, button: string) => {
    await open(path);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText('This plugin includes custom frontend code')).toBeHidden();
  };
  const panel = (name: string) => page.locator(`[data-panel="${name}"]`);
  await use({
    url: demo.url,
    plugins: own,
    data,
    install: (id, files) => installPlugin(own, id, files),
    open,
    trust: (path) => consent(path, 'Trust this plugin'),
    sandbox: (path) => consent(path, 'Run sandboxed'),
    frame: (name) => panel(name).frameLocator('iframe'),
    panel,
  });
  // Ends the page's pending requests without errors.
  await page.goto('about:blank');
  await demo.close();
  await rm(folder, { recursive: true, force: true });
}

export const test = base.extend<Fixtures & Options>({
  react: [18, { option: true }],
  mode: ['production', { option: true }],
  demo: ({ page, react }, use) => serve(page, react, builtInPlugins, use),
  lab: ({ page, react }, use) => serve(page, react, undefined, use),

  other: async ({ page }, use) => {
    const requests: IncomingMessage[] = [];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      requests.push(request);
      response.writeHead(200, {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': '*, X-Session-Token',
        'Content-Type': 'application/json',
      });
      response.end('{}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests });
    // Ends the page's pending requests without errors.
    await page.goto('about:blank');
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  },

  expected: [
    async ({ page }, use) => {
      const expected: RegExp[] = [];
      const lines: string[] = [];
      page.on('console', (message) => message.type() === 'error' && lines.push(message.text()));
      page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
      await use(expected);
      const unexpected = lines.filter((line) => !expected.some((pattern) => pattern.test(line)));
      expect(unexpected, 'unexpected console errors').toEqual([]);
    },
    { auto: true },
  ],
});

/** The tag of a test that resembles others: `npm test` runs one of them, and `npm test -- --all` the others too. */
export const daily = (isDaily: boolean) => ({ tag: isDaily ? [] : '@all' });

/** Revokes trust as an operator does, who answers the question first. @param place The page, or the part of it with the button. */
export async function revokeTrust(place: Page | Locator) {
  await place.getByRole('button', { name: 'Revoke trust' }).click();
  const answer = place.getByRole('button', { name: 'Revoke now' });
  await answer.click();
  await expect(answer).toBeHidden();
}

/** The bundle of a widget that counts its clicks. `body` runs at each render. */
export const counter = (body = '', label = 'Count') => `
import { useState, useEffect } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Widget(props) {
  const [count, setCount] = useState(0);
  ${body}
  return jsx('button', { onClick: () => setCount(count + 1), children: '${label} ' + count });
}`;
