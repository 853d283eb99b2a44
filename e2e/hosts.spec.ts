import type { Page } from '@playwright/test';
import { expect, test, type HostApp, type InstalledApp } from './hosts.ts';

interface Row extends HostApp {
  name: string;
  /** Present if the app is built with `nousvizHost`; `buildsWidgets` if its Vite can also build widgets. */
  vite?: { buildsWidgets: boolean };
}

/** The oldest supported versions of a host app's packages. */
const OLDEST = ['@testing-library/react@13.4.0', 'esbuild@0.18.14'];

/** The tested host apps. Each is a folder of `fixtures/hosts`. */
const HOSTS: Row[] = [
  { name: 'webpack 5', folder: 'webpack' },
  { name: 'Vite 5', folder: 'vite', packages: OLDEST, vite: { buildsWidgets: false } },
  { name: 'Vite 6', folder: 'vite', packages: ['vite@6.4.6'], vite: { buildsWidgets: false } },
  { name: 'Vite 7', folder: 'vite', packages: ['vite@7.3.8'], vite: { buildsWidgets: false } },
  { name: 'Vite 8', folder: 'vite', packages: ['vite@8.3.8'], vite: { buildsWidgets: true } },
];

/** The warnings of bundlers about an `import()` that they cannot analyse. */
const WARNING = /Critical dependency|cannot be analyzed/;

async function useWidget(page: Page) {
  const panel = page.locator('[data-panel="sales/Counter"]');
  await panel.getByRole('button', { name: 'Count 0' }).click();
  await expect(panel.getByRole('button', { name: 'Count 1' })).toBeVisible();
  await expect(panel).toHaveAttribute('data-status', 'ready');
}

/** Expects the inline script of `nousvizHost` before the app's own script, and the preloads that it adds to the open page. */
async function expectPreloads(page: Page, url: string, script: RegExp) {
  const html = await (await fetch(url, { headers: { Accept: 'text/html' } })).text();
  const places = [/<script id="nousviz-preloaded">/, script].map((part) => html.search(part));
  expect(places, html).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const shim = page.locator('link[rel=modulepreload][href$="/api/widget-runtime/react.js"]');
  await expect(shim).toHaveCount(1);
}

async function useDevServer({ start }: InstalledApp, page: Page, api: string) {
  const { url, output } = await start('dev', ['--host', '127.0.0.1', '--port', '0'], { API: api });
  await page.goto(url);
  await useWidget(page);
  await expectPreloads(page, url, /src="\.\/main\.tsx"/);
  const shim = await fetch(`${url}api/widget-runtime/react.js`);
  // The host API's own shims may be cached for an hour.
  expect(shim.headers.get('cache-control')).toBe('no-cache');
  expect(output()).not.toMatch(WARNING);
}

async function buildWidgets({ run }: InstalledApp, succeeds: boolean) {
  for (const script of ['widgets:vite', 'widgets:command'])
    if (succeeds) expect(await run(script)).toContain('widget/dist/Counter.js');
    else await expect(run(script)).rejects.toThrow('npm install --save-dev vite@8 [VITE_TOO_OLD]');
}

for (const { name, vite, ...row } of HOSTS)
  test(`${name}: a host app shows widgets`, async ({ install, page }) => {
    const app = await install(row);
    const built = await app.run('build');
    const { url } = await app.start('start');
    await page.goto(url);
    await page.getByRole('button', { name: 'Trust this plugin' }).click();
    await useWidget(page);
    expect(built).not.toMatch(WARNING);
    if (!vite) return;

    expect(built).toContain('dist/api/widget-runtime/react.js');
    await expectPreloads(page, url, /src="\/assets\/index-/);
    await useDevServer(app, page, url);
    await buildWidgets(app, vite.buildsWidgets);
  });
