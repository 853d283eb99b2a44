import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { counter, dashboard, expect, test } from './test.ts';

/** Moves the focus to an element with Tab, as far as a page has stops. */
async function tabTo(page: Page, target: Locator) {
  await target.waitFor();
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let stops = 0; stops < 120 && !(await hasFocus()); stops += 1) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
}

/** Presses the first button of a name: a banner comes before the cards of its panels, which lead to it. */
async function press(page: Page, name: string, key: 'Enter' | 'Space' = 'Enter') {
  await tabTo(page, page.getByRole('button', { name, exact: true }).first());
  await page.keyboard.press(key);
}

/** What was announced last. */
const announced = (page: Page) => page.locator('[data-nvz-ui-live]');

/** Expects that the focus is on something in the main part of the page, not on nothing. */
const expectFocusInMain = (page: Page) =>
  expect
    .poll(() => page.evaluate(() => document.querySelector('main')!.contains(document.activeElement)))
    .toBe(true);

const old = { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') };

test('a plugin is refused, trusted, changed, rolled back and revoked by keyboard alone', async ({
  lab,
  page,
}) => {
  await lab.install('sales', old);
  await lab.open('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');

  await press(page, 'Not now');
  await expect(page.getByRole('button', { name: 'Not now' })).toBeHidden();
  await expect(announced(page)).toHaveText('sales does not run.');
  await expectFocusInMain(page);
  await expect(panel).toHaveAttribute('data-status', 'refused');
  // The card leads to the review, in which the decision can change.
  await page.reload();
  await expect(panel).toContainText('sales does not run');
  await press(page, 'Decide');

  await press(page, 'Trust this plugin', 'Space');
  await expect(announced(page)).toHaveText('sales is trusted.');
  await expectFocusInMain(page);
  await tabTo(page, page.getByRole('link', { name: 'Open', exact: true }));
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('Old 0');

  await writeFile(join(lab.plugins, 'sales/Chart.js'), counter('', 'New'));
  await page.evaluate(() =>
    (window as never as { demoHost: { plugins: { refresh(): Promise<void> } } }).demoHost.plugins.refresh(),
  );
  await press(page, 'Accept the new version');
  await expect(panel).toContainText('New 0');
  await expect(announced(page)).toHaveText('The new version of sales is accepted.');
  await expectFocusInMain(page);

  await tabTo(page, page.getByRole('link', { name: 'About sales' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByText('Other versions'));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Roll back' }));
  await page.keyboard.press('Enter');
  await expect(announced(page)).toHaveText('sales is rolled back.');
  await expectFocusInMain(page);
  await tabTo(page, page.getByRole('link', { name: 'Open', exact: true }));
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('Old 0');

  await tabTo(page, page.getByRole('link', { name: 'Settings' }));
  await page.keyboard.press('Enter');
  // The question can be left, and a second press of the key does not answer it.
  await press(page, 'Revoke trust');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Revoke trust in sales?' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Revoke trust' })).toBeFocused();
  await page.keyboard.press('Enter');
  await press(page, 'Revoke now');
  await expect(announced(page)).toHaveText('Trust in sales is revoked.');
  await expectFocusInMain(page);
  await page.goBack();
  await expect(panel).toHaveAttribute('data-status', 'refused');
});

test('the inspector opens, chooses a panel and closes by keyboard alone', async ({ lab, page }) => {
  await lab.install('sales', old);
  await lab.open('/plugin/sales/main');
  const inspect = page.getByRole('button', { name: 'Inspect', exact: true });
  await tabTo(page, inspect);
  const title = page.getByRole('heading', { name: 'Plugin inspector' });
  for (const [open, close] of [
    ['Enter', 'Escape'],
    ['Alt+Shift+W', 'Alt+Shift+W'],
  ] as const) {
    await page.keyboard.press(open);
    await expect(title).toBeVisible();
    await tabTo(page, page.getByRole('button', { name: 'Close the inspector' }));
    await page.keyboard.press(close);
    await expect(title).toBeHidden();
    await expect(inspect).toBeFocused();
  }
});

test('a decision that fails is announced, and its button keeps the focus', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/403/);
  await lab.install('sales', old);
  await page.route('**/trust-frontend', (route) =>
    route.fulfill({ status: 403, json: { detail: 'Not from here.' } }),
  );
  await lab.open('/plugin/sales/main');
  await press(page, 'Trust this plugin');
  await expect(page.getByRole('alert').filter({ hasText: 'Not from here.' })).toContainText(
    'The plugin could not be trusted',
  );
  await expect(page.getByRole('button', { name: 'Trust this plugin' })).toBeFocused();
});

test('the sidebar folds, searches and remembers by keyboard alone', async ({ lab, page, expected }) => {
  // A focused link requests its dashboard.
  expected.push(/404/);
  for (const id of ['sales', 'stock']) await lab.install(id, old);
  await lab.install('plain', {
    'plugin.yaml': 'id: plain\ndisplay_name: Plain\ndashboards: [{ name: main, label: Totals }]\n',
    'dashboards/main.yaml': 'panels:\n  - { type: text, text: Nothing but text. }\n',
  });
  await lab.open('/');
  const search = page.getByRole('searchbox', { name: 'Find a dashboard' });
  await expect(page.getByRole('link', { name: 'Totals' })).toBeVisible();

  await page.keyboard.press('Control+k');
  await expect(search).toBeFocused();
  await page.keyboard.type('tot');
  await expect(page.getByRole('navigation').getByRole('link')).toHaveText(['Totals']);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Totals');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(search).toHaveValue('');

  const group = page.getByRole('button', { name: 'Plain', exact: true });
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: 'Overview' })).toBeFocused();
  await tabTo(page, group);
  await page.keyboard.press('Enter');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await tabTo(page, page.getByRole('button', { name: 'Sidebar' }));
  await page.keyboard.press('Enter');
  await page.reload();
  await expect(search).toBeHidden();
  await expect(page.getByRole('link', { name: 'Settings' })).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Sidebar' }));
  await page.keyboard.press('Enter');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
});

test('the first steps follow the operator, and stay away once they are dismissed or a decision was made', async ({
  lab,
  page,
  browser,
}) => {
  await lab.install('sales', old);
  await lab.open('/');
  const steps = page.getByRole('region', { name: 'First steps' }).getByRole('listitem');
  await expect(steps.nth(0)).toHaveAttribute('aria-current', 'step');
  await page.getByRole('link', { name: 'sales', exact: true }).click();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(steps.nth(1)).toHaveAttribute('aria-current', 'step');
  await page.goBack();
  await press(page, 'Review');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(steps.nth(2)).toHaveAttribute('aria-current', 'step');
  await press(page, 'Dismiss the first steps');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Waiting for your decision' })).toBeVisible();
  await expect(steps).toHaveCount(0);
  // Another browser has them, until a decision was made in any browser.
  const other = await browser.newPage();
  await other.goto(lab.url);
  const theirs = other.getByRole('region', { name: 'First steps' }).getByRole('listitem');
  await expect(theirs.nth(0)).toHaveAttribute('aria-current', 'step');
  await fetch(new URL('/api/plugins/sales/trust-frontend', lab.url), { method: 'POST' });
  await other.reload();
  await expect(other.getByRole('link', { name: 'sales', exact: true })).toBeVisible();
  await expect(theirs).toHaveCount(0);
  await other.close();
});
