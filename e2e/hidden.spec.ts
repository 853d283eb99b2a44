import type { Page } from '@playwright/test';
import { dashboard, expect, test } from './test.ts';

// A widget with state, a timer, a scroll position, a request and elements in the order of the focus.
const STATEFUL = `
import { useState, useEffect } from '/api/widget-runtime/react.js';
import { jsx, jsxs } from '/api/widget-runtime/react-jsx-runtime.js';
const log = (globalThis.testLog ??= []);
export default function Widget({ host }) {
  const [count, setCount] = useState(0);
  const [ticks, setTicks] = useState(0);
  const [aborted, setAborted] = useState('running');
  useEffect(() => {
    log.push('mount');
    const timer = setInterval(() => setTicks((before) => before + 1), 20);
    host.signal.addEventListener('abort', () => { log.push('abort'); setAborted('aborted'); });
    return () => { log.push('unmount'); clearInterval(timer); };
  }, []);
  return jsxs('div', { children: [
    jsx('button', { onClick: () => setCount(count + 1), children: 'Count ' + count }, 1),
    jsx('input', { 'aria-label': 'Text', style: { color: 'black' } }, 2),
    jsx('div', { className: 'scroller', style: { height: 80, overflow: 'auto' }, children: jsx('div', { style: { height: 900 } }) }, 3),
    jsx('i', { children: String(ticks) }, 4),
    jsx('b', { children: aborted }, 5),
  ] });
}`;

/** Revokes the trust in a plugin as another tab does: the page hears of it while it is hidden. */
async function revokeElsewhere(page: Page, pluginId: string) {
  await page.request.post(new URL(`/api/plugins/${pluginId}/revoke-frontend-trust`, page.url()).href);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel only reaches pages of its origin
  await page.evaluate(() => new BroadcastChannel('nousviz /api').postMessage('trust'));
}

const log = () => (globalThis as { testLog?: string[] }).testLog;

test('a widget keeps its state, scroll, focus order and timers while React hides the page', async ({
  lab,
  page,
}) => {
  await lab.install('kept', { 'Widget.js': STATEFUL, 'dashboards/main.yaml': dashboard('Widget') });
  await lab.trust('/plugin/kept/main?hiding');
  const panel = lab.panel('kept/Widget');
  await panel.getByRole('button').click();
  await panel.getByRole('button').click();
  await panel.getByLabel('Text').fill('written');
  await panel.locator('.scroller').evaluate((element) => element.scrollTo(0, 300));
  for (let round = 0; round < 3; round += 1) {
    await page.getByRole('button', { name: 'Hide', exact: true }).click();
    await expect(panel).toBeHidden();
    const ticks = await panel.locator('i').textContent();
    await expect(panel.locator('i')).not.toHaveText(ticks!);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(panel.getByRole('button')).toBeVisible();
    await expect(panel.getByRole('button')).toHaveText('Count 2');
    await expect(panel.getByLabel('Text')).toHaveValue('written');
    expect(await panel.locator('.scroller').evaluate((element) => element.scrollTop)).toBe(300);
    await panel.getByRole('button').focus();
    await page.keyboard.press('Tab');
    await expect(panel.getByLabel('Text')).toBeFocused();
  }
  expect(await page.evaluate(log)).toEqual(['mount']);
  await expect(panel.locator('b')).toHaveText('running');
});

test('a widget that is removed while it is hidden ends', async ({ lab, page }) => {
  await lab.install('gone', { 'Widget.js': STATEFUL, 'dashboards/main.yaml': dashboard('Widget') });
  await lab.trust('/plugin/gone/main?hiding');
  const panel = lab.panel('gone/Widget');
  await expect(panel.getByRole('button')).toBeVisible();
  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(panel).toBeHidden();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(panel).toHaveCount(0);
  await expect.poll(() => page.evaluate(log)).toEqual(['mount', 'abort', 'unmount']);
  expect(await page.evaluate(() => document.body.innerText)).toContain('The page is removed.');
});

test('revoked trust removes a hidden widget at once', async ({ lab, page }) => {
  await lab.install('revoked', { 'Widget.js': STATEFUL, 'dashboards/main.yaml': dashboard('Widget') });
  await lab.trust('/plugin/revoked/main?hiding');
  const panel = lab.panel('revoked/Widget');
  await expect(panel.getByRole('button')).toBeVisible();
  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(panel).toBeHidden();
  await revokeElsewhere(page, 'revoked');
  await expect(panel.getByRole('button', { name: /Count/, includeHidden: true })).toHaveCount(0);
  await expect.poll(() => page.evaluate(log)).toContain('unmount');
});

test('a sandboxed widget goes on in its frame while React hides the page, and ends with its trust', async ({
  lab,
  page,
}) => {
  await lab.install('framed', { 'Widget.js': STATEFUL, 'dashboards/main.yaml': dashboard('Widget') });
  await lab.sandbox('/plugin/framed/main?hiding');
  const [panel, widget] = [lab.panel('framed/Widget'), lab.frame('framed/Widget')];
  await widget.getByRole('button').click();
  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(panel).toBeHidden();
  const ticks = await widget.locator('i').textContent();
  await expect(widget.locator('i')).not.toHaveText(ticks!);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(widget.getByRole('button')).toBeVisible();
  await expect(widget.getByRole('button')).toHaveText('Count 1');
  await expect(widget.locator('b')).toHaveText('running');

  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await expect(panel).toBeHidden();
  await revokeElsewhere(page, 'framed');
  await expect(page.locator('iframe')).toHaveCount(0);
});
