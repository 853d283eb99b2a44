import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type InstalledApp } from './hosts.ts';
import { APPS, REACT, type HostRow } from './hosts/apps.ts';
import { revoke, trust, useHost, useWidget } from './hosts/use-host.ts';
import { read, tablesOf } from './markdown.ts';

/** The words and signs that bundlers mark a warning with, and their warnings about an `import()` that they cannot analyse. */
const WARNING =
  /^.*(?:\bwarn(?:ing)?s?\b|⚠|▲ \[|\(!\)|critical dependency|cannot be (?:statically )?analy[sz]ed).*$/gim;

const warningsIn = (output: string, own?: RegExp) => {
  const found: string[] = (own ? output.replaceAll(own, '') : output).match(WARNING) ?? [];
  return found.map((line) => line.trim());
};

/** Expects the inline script of `nousvizHost` before the app's own script, and the preloads that it adds to the open page. */
async function expectPreloads(page: Page, url: string, script: RegExp) {
  const html = await (await fetch(url, { headers: { Accept: 'text/html' } })).text();
  const places = [/<script id="nousviz-preloaded">/, script].map((part) => html.search(part));
  expect(places, html).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const shim = page.locator('link[rel=modulepreload][href$="/api/widget-runtime/react.js"]');
  await expect(shim).toHaveCount(1);
}

/** Expects the shims and the tags of `nousvizHost` in the page of the development server. */
async function expectHostPlugin(page: Page, url: string) {
  await expectPreloads(page, url, /src="\.\/main\.tsx"/);
  const shim = await fetch(`${url}api/widget-runtime/react.js`);
  // The host API's own shims may be cached for an hour.
  expect(shim.headers.get('cache-control')).toBe('no-cache');
}

/** Edits files of an app in its development server. The widget's state shows whether the page was reloaded. */
async function useDevServer(app: InstalledApp, page: Page, { dev, vite }: HostRow, api: string) {
  await trust(page);
  // Development builds of React have further lines for a crash.
  await app.edit('plugins/sales/dashboards/overview.yaml', (text) => text.replace(/.*Broken.*\n/, ''));
  const { url, output } = await app.start('dev', dev, { API: api });
  await page.goto(url);
  await useWidget(page);
  if (vite) await expectHostPlugin(page, url);
  await app.edit('title.tsx', (text) => text.replace('Host', 'Edited'));
  await expect(page.getByRole('heading', { name: 'Edited' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Count 1' })).toBeVisible();
  // This file calls createHost, and runs again in the same page.
  await app.edit('host.ts', (text) => `${text}\ndocument.documentElement.dataset.edited = 'yes';\n`);
  await expect(page.locator('html[data-edited]')).toBeAttached();
  await expect(page.locator('[data-panel="sales/Counter"]')).toHaveAttribute('data-status', 'ready');
  expect(warningsIn(output())).toEqual([]);
  await page.goto(api);
  await revoke(page);
}

async function buildWidgets({ run }: InstalledApp, succeeds: boolean) {
  for (const script of ['widgets:vite', 'widgets:command'])
    if (succeeds) expect(await run(script)).toContain('widget/dist/Counter.js');
    else await expect(run(script)).rejects.toThrow('npm install --save-dev vite@8 [VITE_TOO_OLD]');
}

/** Builds the app with an `import()` that does not work, and expects the cards to blame the bundler. */
async function expectReplacedImport(app: InstalledApp, page: Page, build: string) {
  const output = await app.run(build);
  const { url } = await app.start('start');
  await page.goto(url);
  await trust(page);
  const card = page.locator('[data-panel="sales/Counter"] [data-code]');
  await expect(card).toHaveAttribute('data-code', 'IMPORT_REPLACED');
  return output;
}

/** Removes the magic comments from the installed library. */
async function removeComments({ folder, edit }: InstalledApp) {
  const library = 'node_modules/@nousviz/widget-runtime/dist/chunks';
  for (const file of readdirSync(join(folder, library)))
    await edit(join(library, file), (text) =>
      text.replaceAll(/\/\* (?:webpack|turbopack)Ignore: true \*\//g, ''),
    );
}

for (const row of APPS)
  test(`${row.name}: a host app shows widgets`, async ({ install, page, expected }) => {
    const { name, bundler, build = 'build', ownWarnings, vite, bringsReact } = row;
    // The line of the broken widget's card, and React 18's own line about its crash.
    expected.push(/MISSING_SHIM_EXPORT|\/Broken\.js\b/);
    const app = await install(row);
    const used: string[] = [];
    let url = '';
    for (const react of row.react) {
      if (react !== row.react[0]) await app.add([...REACT[react], ...(row.packagesFor?.[react] ?? [])]);
      const built = await app.run(build);
      expect(warningsIn(built, ownWarnings)).toEqual([]);
      if (vite) expect(built).toContain('dist/api/widget-runtime/react.js');
      ({ url } = await app.start('start'));
      used.push(await useHost(page, url, app, bringsReact));
    }
    const { version } = JSON.parse(
      readFileSync(join(app.folder, 'node_modules', bundler, 'package.json'), 'utf8'),
    ) as { version: string };
    const measured = [name, version, used.join(', '), row.dev ? 'yes' : ''];
    expect.soft(tablesOf(read('e2e/hosts/README.md'), 'Host apps')[0]).toContainEqual(measured);

    if (vite) await expectPreloads(page, url, /src="\/assets\/index-/);
    if (row.dev) await useDevServer(app, page, row, url);
    if (vite) await buildWidgets(app, vite.buildsWidgets);
    if (!row.replacesImport) return;
    expected.push(/IMPORT_REPLACED/);
    await removeComments(app);
    const output = await expectReplacedImport(app, page, build);
    expect(warningsIn(output, ownWarnings).length > 0).toBe(row.replacesImport.warns);
  });

test('a build for browsers without import() is blamed for it', async ({ install, page, expected }) => {
  expected.push(/IMPORT_REPLACED/);
  const app = await install({ folder: 'esbuild' });
  await app.edit('package.json', (text) => text.replace('--splitting', '--target=chrome62'));
  await expectReplacedImport(app, page, 'build');
});
