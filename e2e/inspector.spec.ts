import type { Locator } from '@playwright/test';
import { bundleScript, openOwnPage } from './own-page.ts';
import { counter, dashboard, expect, test } from './test.ts';

const APP = `
import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { PluginInspector } from '@nousviz/widget-runtime/ui';
import { createRoot } from 'react-dom/client';

createRoot(document.querySelector('#root')).render(
  <HostProvider host={createHost()}>
    <button>Before</button>
    <Dashboard pluginId="sales" name="main" />
    <PluginInspector />
  </HostProvider>,
);`;

test('the inspector has the load of a widget, outlines its panel, and needs the keyboard only', async ({
  lab,
  page,
  react,
}) => {
  await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
  await lab.trust('/plugin/sales/main');
  await openOwnPage(page, lab.url, await bundleScript(APP, { react }), '<div id="root"></div>');
  const panel = page.locator('[data-panel="sales/Chart"]');
  await expect(panel).toHaveAttribute('data-status', 'ready');
  await page.getByRole('button', { name: 'Before' }).focus();
  await page.keyboard.press('Alt+Shift+KeyW');
  const inspector = page.getByRole('complementary', { name: 'Plugin inspector' });
  await expect(inspector.getByRole('heading', { level: 2 })).toBeFocused();

  const row = (name: string) => inspector.getByRole('row').filter({ hasText: name });
  await expect(row('Bundle')).toContainText(/\d ms.*\d(\.\d)? k?B/);
  await expect(row('Load, in all')).toContainText('sales/Chart');
  await expect(row('First render')).toHaveCount(1);
  await expect(inspector.locator('dd').filter({ hasText: /^Trusted$/ })).toBeVisible();

  const outline = page.locator('.nvz-ui-outline');
  await expect(outline).toHaveCount(0);
  // Move, Close, Pick, and the list.
  for (let stop = 0; stop < 4; stop += 1) await page.keyboard.press('Tab');
  await expect(inspector.getByRole('tab')).toBeFocused();
  await expect(outline).toHaveText('sales/Chart');
  const [around, inside] = [await outline.boundingBox(), await panel.boundingBox()];
  expect(around).toEqual(inside);
  await page.keyboard.press('Tab');
  await expect(outline).toHaveCount(0);
  await panel.hover();
  await expect(outline).toHaveText('sales/Chart');
  // It does not take the pointer from the widget.
  await panel.getByRole('button').click();
  await expect(panel).toContainText('Count 1');

  await inspector.getByRole('heading', { level: 2 }).focus();
  await page.keyboard.press('Escape');
  await expect(inspector).toHaveCount(0);
  await expect(outline).toHaveCount(0);
});

test('the inspector stands beside the page or below it, covers no panel, and is a sheet on a phone', async ({
  lab,
  page,
}) => {
  await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart', 'Chart') });
  await lab.trust('/plugin/sales/main');
  const panel = lab.panel('sales/Chart').last();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  const inspect = page.getByRole('button', { name: 'Inspect', exact: true });
  const inspector = page.getByRole('complementary', { name: 'Plugin inspector' });
  const edge = inspector.getByRole('separator', { name: 'Size of the inspector' });
  const boxOf = async (target: Locator) => (await target.boundingBox())!;
  const rightOf = async (target: Locator) => (await boxOf(target)).x + (await boxOf(target)).width;
  const expectAbove = async () => {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const { y, height } = await boxOf(panel);
    expect(y + height).toBeLessThanOrEqual((await boxOf(inspector)).y);
  };

  await inspect.click();
  const before = await boxOf(inspector);
  expect(await rightOf(panel)).toBeLessThanOrEqual(before.x);
  const handle = await boxOf(edge);
  await page.mouse.move(handle.x + handle.width / 2, 400);
  await page.mouse.down();
  await page.mouse.move(before.x - 100, 400, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round((await boxOf(inspector)).width - before.width)).toBe(100);
  expect(await rightOf(panel)).toBeLessThanOrEqual(before.x - 100);

  await inspector.getByRole('button', { name: 'Move below the page' }).click();
  await expectAbove();
  await edge.press('ArrowUp');
  await page.keyboard.press('Alt+Shift+KeyW');
  await expect(inspector).toHaveCount(0);
  expect(await page.evaluate(() => document.body.getAttribute('style') ?? '')).toBe('');

  await page.setViewportSize({ width: 390, height: 844 });
  await inspect.click();
  await expect(inspector.getByRole('button', { name: /^Move/ })).toHaveCount(0);
  expect((await boxOf(inspector)).width).toBe(390);
  await expectAbove();
});
