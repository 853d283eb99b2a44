import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { counter, daily, dashboard, expect, revokeTrust, test } from './test.ts';

/** Code that a page can run once, the name that it takes, and whether the name is printed on the card. */
const KINDS = {
  'a custom element': [`customElements.define('once-only', class extends HTMLElement {});`, '"once-only"'],
  'a property of the window': [`Object.defineProperty(window, 'onceOnly', { value: {} });`, '"onceOnly"'],
  'a property of a prototype': [
    `Object.defineProperty(Array.prototype, 'onceOnly', { value() {} });`,
    'once',
  ],
  'a CSS property': [
    `CSS.registerProperty({ name: '--once-only', syntax: '*', inherits: false });`,
    '"--once-only"',
  ],
  'a check of its own': [
    `if (window.onceOnly) throw new Error('The library "once" is already loaded.'); window.onceOnly = true;`,
    '"once"',
  ],
} as const;

const CRASHES = `if (count > 0 && !globalThis.mended) throw new Error('boom');`;
const mend = (page: Page) => page.evaluate(() => Object.assign(window, { mended: true }));

/** Makes the page request the plugin list again, like a message from another tab. */
const notify = (page: Page) =>
  page.evaluate(() => {
    const channel = new BroadcastChannel('nousviz /api');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel only reaches pages of its origin
    channel.postMessage('trust');
    channel.close();
  });

/** Accepts the changed files. */
async function accept(page: Page) {
  await notify(page);
  await page.getByRole('button', { name: 'Accept the new version' }).click();
}

for (const [kind, [code, name]] of Object.entries(KINDS)) {
  const options = daily(kind === 'a custom element');
  test(
    `${kind}: Retry shows a crashed widget again, without its twin`,
    options,
    async ({ lab, page, expected }) => {
      expected.push(/boom/);
      await lab.install('sales', {
        'Chart.js': code + counter(CRASHES),
        'dashboards/main.yaml': dashboard('Chart', 'Chart'),
      });
      await lab.trust('/plugin/sales/main');
      const [broken, twin] = [lab.panel('sales/Chart').first(), lab.panel('sales/Chart').last()];
      await broken.getByRole('button').click();
      await expect(broken.getByRole('alert')).toHaveAttribute('data-code', 'WIDGET_CRASHED');
      await mend(page);
      await twin.getByRole('button').click();
      await broken.getByRole('button', { name: 'Retry' }).click();
      await expect(broken.getByRole('button')).toHaveText('Count 0');
      await expect(twin.getByRole('button')).toHaveText('Count 1');
      await expect(page.getByRole('note')).toHaveCount(0);
    },
  );

  test(`${kind}: Release shows a parked widget again`, options, async ({ lab, page, expected }) => {
    expected.push(/boom/);
    await lab.install('sales', {
      'Chart.js': code + counter(CRASHES),
      'dashboards/main.yaml': dashboard('Chart'),
    });
    await lab.trust('/plugin/sales/main');
    const panel = lab.panel('sales/Chart');
    for (const button of ['Count', 'Retry', 'Count', 'Retry', 'Count'])
      await panel.getByRole('button', { name: button }).click();
    await expect(panel).toHaveAttribute('data-status', 'parked');
    await mend(page);
    await panel.getByRole('button', { name: 'Release' }).click();
    await panel.getByRole('button', { name: 'Count 0' }).click();
    await expect(panel.getByRole('button')).toHaveText('Count 1');
  });

  test(
    `${kind}: the earlier version of an update keeps its state until a reload`,
    options,
    async ({ lab, page, expected }) => {
      expected.push(/NAME_TAKEN/, /boom/);
      await lab.install('sales', {
        'Chart.js': code + counter(CRASHES, 'Old'),
        'dashboards/main.yaml': dashboard('Chart'),
      });
      await lab.trust('/plugin/sales/main');
      const panel = lab.panel('sales/Chart');
      await mend(page);
      await panel.getByRole('button', { name: 'Old 0' }).click();
      await writeFile(join(lab.plugins, 'sales/Chart.js'), code + counter('', 'New'));
      await accept(page);
      const note = panel.getByRole('note');
      await expect(note).toHaveAttribute('data-code', 'NAME_TAKEN');
      await expect(note).toContainText('The earlier version runs until the page is reloaded.');
      await expect(note).toContainText(name);
      await expect(note).toContainText('Reload the page');
      await expect(panel).toHaveAttribute('data-status', 'ready');
      await panel.getByRole('button', { name: 'Old 1' }).click();
      await expect(panel.getByRole('button')).toHaveText('Old 2');

      // It also continues after a crash, and on another page.
      await page.evaluate(() => Object.assign(window, { mended: false }));
      await panel.getByRole('button', { name: 'Old 2' }).click();
      await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'WIDGET_CRASHED');
      await expect(note).toBeVisible();
      await panel.getByRole('button', { name: 'Retry' }).click();
      await expect(panel.getByRole('button')).toHaveText('Old 0');
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.goBack();
      await expect(panel.getByRole('button')).toHaveText('Old 0');
      await expect(note).toBeVisible();

      await page.reload();
      await expect(panel.getByRole('button')).toHaveText('New 0');
      await expect(note).toHaveCount(0);
    },
  );

  test(
    `${kind}: the second of two plugins with the same library has a card`,
    options,
    async ({ lab, page, expected }) => {
      expected.push(/NAME_TAKEN/);
      const board = dashboard('one/Chart', 'two/Chart');
      for (const id of ['one', 'two'])
        await lab.install(id, { 'Chart.js': code + counter('', id), 'dashboards/main.yaml': board });
      await lab.open('/plugin/one/main');
      for (const id of ['one', 'two']) {
        await fetch(new URL(`/api/plugins/${id}/trust-frontend`, lab.url), { method: 'POST' });
        await notify(page);
        if (id === 'one') await expect(lab.panel('one/Chart').getByRole('button')).toHaveText('one 0');
      }
      const card = lab.panel('two/Chart').getByRole('alert');
      await expect(card).toHaveAttribute('data-code', 'NAME_TAKEN');
      await expect(card).toContainText(name);
      await expect(card).toContainText('which one/Chart.js has defined before');
      await expect(card).toContainText('A reload does not help');
      await expect(card.getByRole('button', { name: 'Retry' })).toHaveCount(0);
    },
  );
}

const [define] = KINDS['a custom element'];

test('two plugins with the same library work if it checks the name', async ({ lab, page }) => {
  const guarded = `customElements.get('once-only') || ${define}`;
  const board = dashboard('one/Chart', 'two/Chart');
  for (const id of ['one', 'two'])
    await lab.install(id, { 'Chart.js': guarded + counter('', id), 'dashboards/main.yaml': board });
  await lab.trust('/plugin/one/main');
  await lab.trust('/plugin/two/main');
  for (const id of ['one', 'two'])
    await expect(lab.panel(`${id}/Chart`).getByRole('button')).toHaveText(`${id} 0`);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the earlier version runs while its update loads, and goes at once when trust is revoked', async ({
  lab,
  page,
  expected,
}) => {
  // The request of the update is answered after the revoke.
  expected.push(/403/);
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await expect(panel.getByRole('button')).toHaveText('Old 0');
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/widget/Chart.js*', async (route) => {
    await answered;
    await route.continue();
  });
  await writeFile(join(lab.plugins, 'sales/Chart.js'), counter('', 'New'));
  const asked = page.waitForRequest('**/widget/Chart.js*');
  await accept(page);
  await asked;
  await panel.getByRole('button', { name: 'Old 0' }).click();
  await expect(panel.getByRole('button')).toHaveText('Old 1');

  const other = await page.context().newPage();
  await other.goto(new URL('/settings', lab.url).href);
  await revokeTrust(other);
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await expect(panel.getByRole('button', { name: 'Old' })).toHaveCount(0);
  answer();
  await other.getByRole('button', { name: 'Review' }).click();
  await other.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(panel.getByRole('button')).toHaveText('New 0');
  await other.close();
});

test('revoke removes an earlier version whose update cannot run, and trust does not bring it back', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/NAME_TAKEN/);
  const version = (label: string) => define + counter('', label);
  await lab.install('sales', { 'Chart.js': version('Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await expect(panel.getByRole('button')).toHaveText('Old 0');
  await writeFile(join(lab.plugins, 'sales/Chart.js'), version('New'));
  await accept(page);
  await expect(panel.getByRole('note')).toHaveAttribute('data-code', 'NAME_TAKEN');
  const other = await page.context().newPage();
  await other.goto(new URL('/settings', lab.url).href);
  await revokeTrust(other);
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await expect(panel.getByText('The earlier version')).toHaveCount(0);
  await other.getByRole('button', { name: 'Review' }).click();
  await other.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'NAME_TAKEN');
  await expect(panel).toContainText('Reload the page');
  await page.reload();
  await expect(panel.getByRole('button')).toHaveText('New 0');
  await other.close();
});

test('a bundle that failed after it had taken a name needs a reload', async ({ lab, page, expected }) => {
  expected.push(/BUNDLE_THREW|NAME_TAKEN|no settings today/);
  const code = `${define} if (!sessionStorage.getItem('settings')) throw new Error('no settings today');`;
  await lab.install('sales', { 'Chart.js': code + counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'BUNDLE_THREW');
  await page.evaluate(() => sessionStorage.setItem('settings', '1'));
  await panel.getByRole('button', { name: 'Retry' }).click();
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'NAME_TAKEN');
  await expect(panel).toContainText('"once-only", which an earlier run of it has defined');
  await expect(panel).toContainText('Reload the page');
  await page.reload();
  await expect(panel.getByRole('button')).toHaveText('Count 0');
});

test('an update that takes another plugin’s name says so, and its earlier version runs', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/NAME_TAKEN/);
  const board = dashboard('one/Chart', 'two/Chart');
  await lab.install('one', { 'Chart.js': define + counter('', 'one'), 'dashboards/main.yaml': board });
  await lab.install('two', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': board });
  await lab.trust('/plugin/one/main');
  await lab.trust('/plugin/two/main');
  const panel = lab.panel('two/Chart');
  await expect(lab.panel('one/Chart').getByRole('button')).toHaveText('one 0');
  await panel.getByRole('button', { name: 'Old 0' }).click();
  await writeFile(join(lab.plugins, 'two/Chart.js'), define + counter('', 'New'));
  await accept(page);
  const note = panel.getByRole('note');
  await expect(note).toContainText('which one/Chart.js has defined before');
  await expect(note).toContainText('customElements.get(name) || customElements.define(name, …)');
  await expect(panel.getByRole('button')).toHaveText('Old 1');
});

test('an update that throws leaves its earlier version, and one without a component shows its card', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/BUNDLE_THREW|NO_DEFAULT_EXPORT/);
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await panel.getByRole('button', { name: 'Old 0' }).click();
  await writeFile(join(lab.plugins, 'sales/Chart.js'), `throw new Error('no start today');`);
  await accept(page);
  await expect(panel.getByRole('note')).toHaveAttribute('data-code', 'BUNDLE_THREW');
  await expect(panel.getByRole('note')).toContainText('no start today');
  await expect(panel.getByRole('button')).toHaveText('Old 1');
  await writeFile(join(lab.plugins, 'sales/Chart.js'), 'export const Chart = 1;');
  await accept(page);
  await expect(panel.getByRole('alert')).toHaveAttribute('data-code', 'NO_DEFAULT_EXPORT');
  await writeFile(join(lab.plugins, 'sales/Chart.js'), counter('', 'New'));
  await accept(page);
  await panel.getByRole('button', { name: 'New 0' }).click();
  await expect(panel.getByRole('button')).toHaveText('New 1');
});
