import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { builtInPlugins } from '../fixtures/host/build.js';
import { addAxe, expectAccessible, LOOKS, type Look } from './axe.ts';
import { counter, dashboard, expect, test, type Demo } from './test.ts';

/** Plugins in every state: to be trusted, broken, changed later, without code, unreadable. */
async function install(lab: Demo) {
  for (const id of ['service-desk', 'crash-lab'])
    await cp(join(builtInPlugins, id), join(lab.plugins, id), { recursive: true });
  const board = { 'dashboards/main.yaml': dashboard('Chart') };
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), ...board });
  await lab.install('boxed', { 'Chart.js': counter('', 'Boxed'), ...board });
  await lab.install('plain', {
    'plugin.yaml': 'id: plain\nversion: 2.0.0\n',
    'dashboards/main.yaml': 'panels:\n  - { type: text, text: Nothing but text. }\n',
  });
  await lab.install('torn', { 'plugin.yaml': 'id: torn\nfrontend: [\n' });
}

/** Makes the page request the list of plugins again. */
const refresh = (page: Page) =>
  page.evaluate(() => {
    const { demoHost } = window as never as { demoHost: { plugins: { refresh(): Promise<void> } } };
    return demoHost.plugins.refresh();
  });

/** Decides as another page would. */
async function decide(page: Page, lab: Demo, id: string, verdict: 'trust' | 'sandbox') {
  await fetch(new URL(`/api/plugins/${id}/${verdict}-frontend`, lab.url), { method: 'POST' });
  await refresh(page);
}

/** Goes to another page of the app without a load. */
const go = (page: Page, path: string) => page.evaluate((to) => history.pushState(null, '', to), path);

const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();

interface State {
  name: string;
  /** Comes from the state before. */
  reach: (page: Page, lab: Demo) => Promise<unknown>;
  /** The widths that have the state. @default both */
  width?: Look['width'];
}

const STATES: State[] = [
  {
    name: 'overview',
    async reach(page, lab) {
      await lab.open('/');
      await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
    },
  },
  { name: 'overview without first steps', reach: (page) => press(page, 'Dismiss') },
  { name: 'folded sidebar', width: 1280, reach: (page) => press(page, 'Sidebar') },
  {
    name: 'search without a result',
    width: 1280,
    async reach(page) {
      await press(page, 'Sidebar');
      await page.getByRole('searchbox', { name: 'Find a dashboard' }).fill('nothing at all');
    },
  },
  {
    name: 'plugin that waits',
    async reach(page) {
      await page.getByRole('searchbox', { name: 'Find a dashboard' }).fill('');
      await go(page, '/plugin/service-desk/overview');
      await expect(page.getByRole('button', { name: 'Trust this plugin' })).toBeVisible();
    },
  },
  { name: 'review', reach: (page) => press(page, 'Review') },
  {
    name: 'review with code',
    async reach(page) {
      await press(page, 'Show the code');
      await page.getByRole('searchbox', { name: 'Search in the code' }).fill('return');
      await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
    },
  },
  {
    name: 'dashboard with a sorted table',
    async reach(page, lab) {
      await press(page, 'Trust this plugin');
      await expect(lab.panel('service-desk/TicketQueue')).toHaveAttribute('data-status', 'ready');
      await lab.panel('service-desk/table').getByRole('button', { name: 'ticket' }).click();
    },
  },
  {
    name: 'plugin that has changed',
    async reach(page, lab) {
      await decide(page, lab, 'sales', 'trust');
      await writeFile(join(lab.plugins, 'sales/Chart.js'), counter('fetch("https://x.example");', 'New'));
      await refresh(page);
      await go(page, '/plugin/sales/main');
      await press(page, 'Review');
      await expect(page.getByRole('region', { name: 'Changes in Chart.js' })).toBeVisible();
    },
  },
  {
    name: 'failures',
    async reach(page, lab) {
      await decide(page, lab, 'crash-lab', 'trust');
      await go(page, '/plugin/crash-lab/all');
      await expect(lab.panel('crash-lab/NoDefault')).toHaveAttribute('data-status', 'failed');
    },
  },
  {
    name: 'sandboxed plugin',
    async reach(page, lab) {
      await decide(page, lab, 'boxed', 'sandbox');
      await go(page, '/plugin/boxed/main');
      await expect(lab.frame('boxed/Chart').getByRole('button')).toBeVisible();
    },
  },
  {
    name: 'inspector',
    async reach(page, lab) {
      await go(page, '/plugin/service-desk/overview');
      await expect(lab.panel('service-desk/TicketQueue')).toHaveAttribute('data-status', 'ready');
      await press(page, 'Inspect');
      await expect(page.getByRole('heading', { name: 'Plugin inspector' })).toBeVisible();
    },
  },
  { name: 'settings', reach: (page) => go(page, '/settings') },
  {
    name: 'settings without a match',
    reach: (page) => page.getByRole('searchbox', { name: 'Search plugins' }).fill('nothing at all'),
  },
  { name: 'about a plugin', reach: (page) => go(page, '/settings/service-desk') },
  { name: 'plugin without code', reach: (page) => go(page, '/settings/plain') },
  { name: 'plugin that cannot be read', reach: (page) => go(page, '/plugin/torn') },
  { name: 'no such page', reach: (page) => go(page, '/nothing') },
  { name: 'menu', width: 390, reach: (page) => press(page, 'Menu') },
  {
    name: 'safe mode',
    reach: (_, lab) => lab.open('/plugin/service-desk/overview?disable-plugins'),
  },
  {
    name: 'no list',
    async reach(page, lab) {
      await page.route(/\/api\/plugins(\?|$)/, (route) => route.fulfill({ status: 503, body: '{}' }));
      await lab.open('/');
      await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
    },
  },
];

/** Visits all states, nearly all of them in one load of the page. @param looksOf The looks of a state, by its index. */
async function visit(lab: Demo, page: Page, looksOf: (index: number) => readonly Look[]) {
  await install(lab);
  await addAxe(page);
  for (const [index, { name, reach, width }] of STATES.entries()) {
    const shown = looksOf(index).filter((look) => width === undefined || look.width === width);
    // The last look was narrow.
    await page.setViewportSize({ width: width ?? 1280, height: 800 });
    await reach(page, lab);
    await expectAccessible(page, name, shown);
  }
}

// A failure is among the states.
const anything = /^/;

test('axe finds nothing on any page, narrow and dark or wide and light', async ({ lab, page, expected }) => {
  test.slow();
  expected.push(anything);
  await visit(lab, page, (index) => [LOOKS[index % 2]!]);
});

test(
  'axe finds nothing on any page, at each width in each theme',
  { tag: '@all' },
  async ({ lab, page, expected }) => {
    test.slow();
    expected.push(anything);
    await visit(lab, page, () => LOOKS);
  },
);
