import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleMessage, Page, Request } from '@playwright/test';
import { builtInPlugins, root } from '../fixtures/host/build.js';
import { expect, PAGES, panelOf, test } from './site.ts';

const CANARY = '/?canary';

/** Has each page preload a file that nothing uses. Chromium warns of it when it looks for unused preloads. */
const addCanary = (page: Page) =>
  page.addInitScript((href) => {
    document.addEventListener('DOMContentLoaded', () => {
      const attributes = { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href };
      const link = Object.assign(document.createElement('link'), attributes);
      document.head.append(link);
    });
  }, CANARY);

/** Waits until Chromium has looked for unused preloads, and expects no other message in the console. */
async function expectSilence(messages: string[]) {
  const isCanary = (message: string) => message.includes(CANARY);
  await expect.poll(() => messages.some(isCanary)).toBe(true);
  expect(messages.filter((message) => !isCanary(message))).toEqual([]);
}

const pathOf = (url: string) => url.split('?')[0];

/** Expects one request for each script. A shim under two URLs is one script. */
function expectOnce(scripts: string[]) {
  const paths = scripts.map(pathOf);
  expect(paths.toSorted(), scripts.join('\n')).toEqual([...new Set(paths)].toSorted());
}

const SHIMS = ['react.js', 'react-jsx-runtime.js'].map((file) => `/api/widget-runtime/${file}`);
const BUNDLES = ['Chart', 'Table', 'Broken'].map((name) => `/api/plugins/sales/widget/${name}.js`);

for (const kind of PAGES) {
  const tag = ['tags', 'static'].includes(kind) ? [] : ['@all'];
  test(`a ${kind} page requests each script once and warns of nothing`, { tag }, async ({ site, page }) => {
    await addCanary(page);
    await site.open(kind);
    await expect(panelOf(page, 'Chart').getByRole('button')).toBeVisible();
    await expect(panelOf(page, 'Broken').getByRole('alert')).toBeVisible();
    expect(site.scripts().map(pathOf)).toEqual(expect.arrayContaining([...SHIMS, ...BUNDLES]));
    expectOnce(site.scripts());

    await page.getByRole('button', { name: 'Preload' }).hover();
    const count = () => site.scripts().filter((url) => url.includes('/Picture.js')).length;
    await expect.poll(count).toBe(1);
    await panelOf(page, 'Broken').getByRole('button', { name: 'Retry' }).click();
    const retries = () => site.scripts().filter((url) => url.includes('/Broken.js') && url.includes('r=1'));
    await expect.poll(retries).toHaveLength(1);
    await expect(panelOf(page, 'Broken').getByRole('alert')).toBeVisible();

    await expectSilence(site.messages);
    expect(count()).toBe(1);
    expectOnce(site.scripts().filter((url) => !url.includes('r=1')));
  });

  test(`a ${kind} page without a dashboard warns of nothing`, { tag }, async ({ site, page }) => {
    await addCanary(page);
    await site.open(kind, undefined, 'page/empty');
    await expectSilence(site.messages);
    expectOnce(site.scripts());
  });
}

/** Opens a page of the demo, waits for its panels, and expects one request for each script and no warning. */
async function expectQuietPage(page: Page, open: () => Promise<void>) {
  const messages: string[] = [];
  const scripts: string[] = [];
  const addMessage = (message: ConsoleMessage) => {
    if (/^(warning|error)$/.test(message.type())) messages.push(message.text());
  };
  const addScript = (request: Request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
  };
  page.on('console', addMessage).on('request', addScript);
  await open();
  await expect(page.locator('[data-status=loading]')).toHaveCount(0);
  await expectSilence(messages);
  expectOnce(scripts);
  page.off('console', addMessage).off('request', addScript);
}

test('no page of the demo requests a script twice or warns', { tag: '@all' }, async ({ demo, page }) => {
  test.setTimeout(180_000);
  await addCanary(page);
  for (const id of ['service-desk', 'stock-room', 'palette'])
    await fetch(new URL(`/api/plugins/${id}/trust-frontend`, demo.url), { method: 'POST' });
  for (const path of [
    '/',
    '/settings',
    '/plugin/service-desk/overview',
    '/plugin/stock-room/together',
    '/plugin/palette/colours',
    // It is not trusted.
    '/plugin/react-probe/identity',
    '/plugin/stock-room/shelves?disable-plugins',
  ])
    await test.step(path, () => expectQuietPage(page, () => demo.open(path)));
});

test('the page of the dev server requests no script twice and does not warn', async ({ page, react }) => {
  await addCanary(page);
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-hints-'));
  await cp(join(builtInPlugins, 'palette'), join(folder, 'palette'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { serveDev } = await import('#dev');
  const dev = await serveDev({ folder: join(folder, 'palette'), react, port: 0, report: () => {} });
  await expectQuietPage(page, async () => void (await page.goto(dev.url)));
  await page.goto('about:blank');
  await dev.close();
  await rm(folder, { recursive: true, force: true });
});
