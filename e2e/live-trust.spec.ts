import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Route } from '@playwright/test';
import { counter, dashboard, expect, revokeTrust, test } from './test.ts';

const REVOKED = /TRUST_REVOKED/;

/** A widget that sends a request without an answer through the given `apiFetch`, and records the error. */
const waiter = (apiFetch: string) => `
import { useEffect, useState } from '/api/widget-runtime/react.js';
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Waiter({ pluginId, host }) {
  useEffect(() => {
    window.handle = host;
    const { apiFetch } = ${apiFetch};
    apiFetch('/api/plugins/' + pluginId + '/never').catch((error) => { window.ended = error.name + ' ' + error.code; });
  }, []);
  return jsx('p', { children: 'waiting' });
}`;

/** Makes the page request the plugin list again, like a message from another tab. */
const notifyTabs = (message = 'trust') => {
  const channel = new BroadcastChannel('nousviz /api');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel only reaches pages of its origin
  channel.postMessage(message);
  channel.close();
};

test('trust and revoke in one tab take effect in another, without a reload', async ({ demo, page }) => {
  await demo.open('/plugin/react-probe/identity');
  const panel = demo.panel('react-probe/Probe').first();
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));

  const other = await page.context().newPage();
  await other.goto(new URL('/settings', demo.url).href);
  const card = other.getByRole('listitem', { name: /React Probe/i });
  await card.getByRole('button', { name: 'Review' }).click();
  await card.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');

  await revokeTrust(card);
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await expect(page.getByText('This plugin includes custom frontend code')).toBeVisible();
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  await other.close();
});

for (const [way, apiFetch] of [
  ['its handle', 'host'],
  ['the shared helpers', 'window.NousViz.widgets'],
] as const) {
  test(`revoke in another tab ends a request in flight through ${way}`, async ({ lab, page, expected }) => {
    expected.push(REVOKED, /ERR_ABORTED|ERR_FAILED/);
    await page.route('**/never', () => {});
    await lab.install('waits', {
      'Waiter.js': waiter(apiFetch),
      'dashboards/main.yaml': dashboard('Waiter'),
    });
    const asked = page.waitForRequest('**/never');
    await lab.trust('/plugin/waits/main');
    await expect(lab.panel('waits/Waiter')).toContainText('waiting');
    await asked;

    const other = await page.context().newPage();
    await other.goto(new URL('/settings', lab.url).href);
    await revokeTrust(other);
    await expect(lab.panel('waits/Waiter')).toHaveAttribute('data-status', 'refused');
    await expect.poll(() => page.evaluate(() => Reflect.get(window, 'ended'))).toMatch(REVOKED);
    const thrown = await page.evaluate(async () => {
      const handle = Reflect.get(window, 'handle');
      const codes = [await handle.apiFetch('/api/plugins').catch((error: { code: string }) => error.code)];
      try {
        handle.formatNumber(1);
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
      return [...codes, handle.signal.aborted];
    });
    expect(thrown).toEqual(['TRUST_REVOKED', 'TRUST_REVOKED', true]);
    await other.close();
  });
}

/** Changes trust as an app's own button does: with its own request, and then a refresh of the list. */
const decideAsApp = (page: Page, verb: 'trust-frontend' | 'revoke-frontend-trust') =>
  page.evaluate(async (path) => {
    const { demoHost } = window as never as { demoHost: { plugins: { refresh(): Promise<void> } } };
    const token = localStorage.getItem('nousviz_auth_token')!;
    const init = { method: 'POST', headers: { 'X-Session-Token': token } };
    await fetch(`/api/plugins/react-probe/${path}`, init);
    await demoHost.plugins.refresh();
  }, verb);

test('trust that an app changes itself reaches the other tabs, without endless messages', async ({
  demo,
  page,
}) => {
  await demo.open('/plugin/react-probe/identity');
  const other = await page.context().newPage();
  await other.goto(page.url());
  const panels = [page, other].map((tab) => tab.locator('[data-panel="react-probe/Probe"]').first());
  for (const panel of panels) await expect(panel).toHaveAttribute('data-status', 'refused');
  for (const tab of [page, other])
    await tab.waitForFunction(() => {
      const { demoHost } = window as never as {
        demoHost: { plugins: { getSnapshot(): { status: string } } };
      };
      return demoHost.plugins.getSnapshot().status === 'ready';
    });
  await page.evaluate(() => {
    const messages: unknown[] = [];
    new BroadcastChannel('nousviz /api').addEventListener('message', ({ data }) => messages.push(data));
    Object.assign(window, { messages });
  });

  await decideAsApp(page, 'trust-frontend');
  for (const panel of panels) await expect(panel).toHaveAttribute('data-status', 'ready');
  await decideAsApp(other, 'revoke-frontend-trust');
  for (const panel of panels) await expect(panel).toHaveAttribute('data-status', 'refused');
  await decideAsApp(other, 'revoke-frontend-trust');
  await other.evaluate(notifyTabs, 'last');
  // One message for each change. The listener hears both, since the channels of a tab hear each other.
  await expect
    .poll(() => page.evaluate(() => Reflect.get(window, 'messages') as unknown))
    .toEqual(['trust', 'trust', 'last']);
  await other.close();
});

const UNCONFIRMED: [string, (answer: Record<string, never>) => Parameters<Route['fulfill']>[0], RegExp][] = [
  [
    'is a sign-in page',
    () => ({ status: 200, contentType: 'text/html', body: '<!doctype html>Sign in' }),
    /HTTP 200: <!doctype html>Sign in/,
  ],
  ['is empty', () => ({ status: 204 }), /HTTP 204/],
  ['names other bytes', (answer) => ({ json: withOtherBytes(answer) }), /other bytes of Chart\.js/],
  [
    'has no effect',
    ({ components }) => ({ json: { plugin_id: 'sales', trusted: true, components } }),
    /trusted is false/,
  ],
];

const withOtherBytes = (answer: { components?: object[] }) => ({
  ...answer,
  components: answer.components!.map((component) => ({ ...component, sha256: '0'.repeat(64) })),
});

for (const [fact, answerOf, message] of UNCONFIRMED)
  test(`consent whose answer ${fact} is an error`, async ({ lab, page }) => {
    await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
    let answer: Record<string, never> = {};
    if (fact === 'names other bytes' || fact === 'has no effect') {
      const decide = (path: string) =>
        fetch(new URL(`/api/plugins/sales/${path}`, lab.url), { method: 'POST' });
      answer = await (await decide('trust-frontend')).json();
      await decide('revoke-frontend-trust');
    }
    // Later, since the page would show the trust that it sees meanwhile.
    await lab.open('/plugin/sales/main');
    await page.route('**/trust-frontend', (route) => route.fulfill(answerOf(answer)));
    await page.getByRole('button', { name: 'Trust this plugin' }).click();
    await expect(page.getByRole('alert').filter({ hasText: message })).toContainText('did not confirm');
    await expect(lab.panel('sales/Chart')).toHaveAttribute('data-status', 'refused');
  });

test('revoke removes a widget even if the list cannot be read', async ({ demo, page, expected }) => {
  expected.push(/503|API_FAILED/);
  await demo.trust('/plugin/react-probe/identity');
  const panel = demo.panel('react-probe/Probe').first();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  const other = await page.context().newPage();
  await other.goto(new URL('/settings', demo.url).href);
  const card = other.getByRole('listitem', { name: /React Probe/i });
  await other.route('**/api/plugins', (route) => route.fulfill({ status: 503, body: '{}' }));
  await revokeTrust(card);
  await expect(card).toContainText('Trust revoked');
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await other.close();
});

test('changed bytes wait for the operator while the trusted ones run, without a reload', async ({
  lab,
  page,
}) => {
  const bundles: string[] = [];
  page.on('request', (request) => request.url().includes('/widget/') && bundles.push(request.url()));
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart');
  await expect(panel).toContainText('Old 0');
  expect(bundles).toEqual([expect.stringMatching(/\/Chart\.js\?v=[0-9a-f]{64}$/)]);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));

  const file = join(lab.plugins, 'sales/Chart.js');
  const old = await readFile(file, 'utf8');
  await writeFile(file, counter('', 'New'));
  await page.evaluate(notifyTabs, 'trust');
  const accept = page.getByRole('button', { name: 'Accept the new version' });
  await expect(accept).toBeVisible();
  await panel.getByRole('button').click();
  await expect(panel).toContainText('Old 1');
  expect(bundles).toHaveLength(1);

  await accept.click();
  await expect(panel).toContainText('New 0');
  await expect(accept).toBeHidden();
  expect(new Set(bundles).size).toBe(2);

  // A rollback is also a change.
  await writeFile(file, old);
  await page.evaluate(notifyTabs, 'trust');
  await accept.click();
  await expect(panel).toContainText('Old 0');
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('the trusted bytes also run after a reload, whatever is on disk', async ({ lab, page }) => {
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  await writeFile(join(lab.plugins, 'sales/Chart.js'), 'window.evil = true;');
  await page.reload();
  await expect(lab.panel('sales/Chart')).toContainText('Old 0');
  expect(await page.evaluate(() => 'evil' in window)).toBe(false);
});

test('consent to bytes that changed after the review is refused, and the list is requested again', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/409/);
  await lab.install('sales', { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.open('/plugin/sales/main');
  const trust = page.getByRole('button', { name: 'Trust this plugin' });
  await expect(trust).toBeVisible();
  // The whole list is loaded after the dashboard's part of it.
  await page.waitForFunction(() => {
    const { demoHost } = window as never as { demoHost: { plugins: { getSnapshot(): { status: string } } } };
    return demoHost.plugins.getSnapshot().status === 'ready';
  });
  await writeFile(join(lab.plugins, 'sales/Chart.js'), counter('', 'New'));
  await trust.click();
  await expect(page.getByRole('alert').filter({ hasText: 'HTTP 409' })).toBeVisible();
  await expect(lab.panel('sales/Chart')).toHaveAttribute('data-status', 'refused');
  await trust.click();
  await expect(lab.panel('sales/Chart')).toContainText('New 0');
});

test('a component that an update adds waits while its plugin runs', async ({ lab, page, expected }) => {
  expected.push(/UNKNOWN_COMPONENT/);
  const files = { 'Chart.js': counter('', 'Old'), 'dashboards/main.yaml': dashboard('Chart', 'Extra') };
  await lab.install('sales', files);
  await lab.trust('/plugin/sales/main');
  await expect(lab.panel('sales/Chart')).toContainText('Old 0');
  await lab.install('sales', { ...files, 'Extra.js': counter('', 'Extra') });
  await page.evaluate(notifyTabs, 'trust');
  const extra = lab.panel('sales/Extra');
  await expect(extra.getByRole('note')).toHaveAttribute('data-code', 'BUNDLE_CHANGED');
  await expect(lab.panel('sales/Chart')).toContainText('Old 0');
  await page.getByRole('button', { name: 'Accept the new version' }).click();
  await expect(extra).toContainText('Extra 0');
});

test('a host API without hashes has plain trust', async ({ lab, page }) => {
  const bodies: (string | null)[] = [];
  await lab.install('sales', {
    'Chart.js': counter('', 'Plain'),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  // It also has no hints, and answers a request for a part of the list with the whole list.
  await page.route('**/plugin/sales/main', async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    await route.fulfill({
      response,
      body: html.replace(/<script[^>]*id="nousviz-preloaded"[^]*?<\/script>/, ''),
    });
  });
  await page.route(/\/api\/plugins(\?|$)/, async (route) => {
    const response = await route.fetch();
    const { plugins } = await response.json();
    for (const { frontend } of plugins)
      frontend.components = frontend.components.map(({ name, path }: Record<string, string>) => ({
        name,
        path,
      }));
    await route.fulfill({ response, json: { plugins } });
  });
  page.on('request', (request) => request.method() === 'POST' && bodies.push(request.postData()));
  await lab.trust('/plugin/sales/main');
  await expect(lab.panel('sales/Chart')).toContainText('Plain 0');
  expect(bodies).toEqual([null]);
});
