import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, type InstalledApp } from '../hosts.ts';

/** The modules of React that `window.NousViz` has (CONTRACT G1). */
const MODULES = {
  React: 'react',
  ReactJSXRuntime: 'react/jsx-runtime',
  ReactDOM: 'react-dom',
  ReactDOMClient: 'react-dom/client',
} as const;

type Names = Record<keyof typeof MODULES, string[]>;

/** The names that the installed React exports in production. */
function installedNames(folder: string): Names {
  const script = `const names = (id) => Object.keys(require(id)).sort();
    console.log(JSON.stringify(Object.fromEntries(Object.entries(${JSON.stringify(MODULES)}).map(([key, id]) => [key, names(id)]))))`;
  const env = { ...process.env, NODE_ENV: 'production' };
  return JSON.parse(
    execFileSync('node', ['--eval', script], { cwd: folder, env, encoding: 'utf8' }),
  ) as Names;
}

/** The names in the page's `window.NousViz`, and those of the app's own React that are another value there. */
const publishedNames = (page: Page) =>
  page.evaluate((keys) => {
    type Modules = Record<string, Record<string, unknown>>;
    const { NousViz, ownReact } = globalThis as unknown as { NousViz: Modules; ownReact: Modules };
    const names = Object.fromEntries(keys.map((key) => [key, Object.keys(NousViz[key]!).toSorted()]));
    const different = Object.entries(ownReact).flatMap(([key, own]) =>
      Object.keys(own).filter((name) => own[name] !== NousViz[key]![name]),
    );
    return { names: names as Names, different };
  }, Object.keys(MODULES));

/** Expects that no bundler has removed an export of React from `window.NousViz`, and that it is the app's own React. */
async function expectWholeReact(page: Page, { folder }: InstalledApp, bringsReact: boolean) {
  const { names, different } = await publishedNames(page);
  const installed = installedNames(folder);
  expect(different).toEqual([]);
  for (const key of Object.keys(MODULES) as (keyof Names)[])
    expect(names[key], key).toEqual(bringsReact ? expect.arrayContaining(installed[key]) : installed[key]);
}

/** Clicks the counter of the plugin, and expects its state to change. */
export async function useWidget(page: Page) {
  const panel = page.locator('[data-panel="sales/Counter"]');
  await panel.getByRole('button', { name: 'Count 0' }).click();
  await expect(panel.getByRole('button', { name: 'Count 1' })).toBeVisible();
  await expect(panel).toHaveAttribute('data-status', 'ready');
}

export const trust = (page: Page) => page.getByRole('button', { name: 'Trust this plugin' }).click();

export async function revoke(page: Page) {
  await page.getByRole('button', { name: 'Revoke trust' }).click();
  // The components of ./ui ask first. Apps with buttons of their own do not.
  const answer = page.getByRole('button', { name: 'Revoke now' });
  if (await answer.isVisible()) await answer.click();
}

/** Changes the widget's file, and accepts the change as an operator. The trusted file runs until then. */
async function acceptChange(page: Page, app: InstalledApp) {
  await app.edit('plugins/sales/widget/dist/Counter.js', (text) => `${text}\n// Another version.\n`);
  await page.reload();
  await useWidget(page);
  await page.getByRole('button', { name: 'Accept the new version' }).click();
  await expect(page.getByRole('button', { name: 'Accept the new version' })).toBeHidden();
  await useWidget(page);
}

/**
 * Uses a host app as an operator does, and leaves its plugin without trust: the plugin waits, trust mounts its widgets, one works,
 * the other shows its code, a change waits until it is accepted, revoke removes both.
 *
 * @returns the version of the page's React.
 */
export async function useHost(
  page: Page,
  url: string,
  app: InstalledApp,
  bringsReact = false,
): Promise<string> {
  const bundles: string[] = [];
  page.on('request', (request) => request.url().includes('/widget/') && bundles.push(request.url()));
  await page.goto(url);
  const counter = page.locator('[data-panel="sales/Counter"]');
  await expect(counter).toHaveAttribute('data-status', 'refused');
  expect(bundles).toEqual([]);

  await trust(page);
  await useWidget(page);
  await expectWholeReact(page, app, bringsReact);
  const card = page.locator('[data-panel="sales/Broken"] [data-code]');
  await expect(card).toHaveAttribute('data-code', 'MISSING_SHIM_EXPORT');

  await acceptChange(page, app);
  await revoke(page);
  await expect(counter).toHaveAttribute('data-status', 'refused');
  await expect(counter.getByRole('button', { name: 'Count' })).toBeHidden();
  return page.evaluate(
    () => (globalThis as unknown as { NousViz: { React: { version: string } } }).NousViz.React.version,
  );
}
