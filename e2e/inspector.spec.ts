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
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
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
