import { counter, dashboard, expect, revokeTrust, test } from './test.ts';

test('trust mounts the waiting widgets without a reload', async ({ demo, page }) => {
  const bundles: string[] = [];
  page.on('request', (request) => request.url().includes('/widget/') && bundles.push(request.url()));
  await demo.open('/plugin/react-probe/identity');
  const panel = demo.panel('react-probe/Probe').first();
  await expect(panel).toHaveAttribute('data-status', 'refused');
  await expect(panel.getByRole('note')).toContainText('waits for a decision');
  expect(bundles, 'an untrusted bundle is never requested').toEqual([]);

  await page.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  expect(bundles).toHaveLength(1);
});

test('trust persists across a reload and another page', async ({ demo, page }) => {
  await demo.trust('/plugin/react-probe/identity');
  await page.reload();
  await expect(demo.panel('react-probe/Probe').first()).toHaveAttribute('data-status', 'ready');
  await demo.open('/plugin/stock-room/shelves');
  await expect(page.getByText('This plugin includes custom frontend code')).toBeVisible();
});

test('revoke removes the widgets for good', async ({ demo, page }) => {
  const bundles: string[] = [];
  await demo.trust('/plugin/react-probe/identity');
  await page.getByRole('link', { name: 'Settings' }).click();
  await revokeTrust(page);

  page.on('request', (request) => request.url().includes('/widget/') && bundles.push(request.url()));
  await demo.open('/plugin/react-probe/identity');
  await expect(demo.panel('react-probe/Probe').first()).toHaveAttribute('data-status', 'refused');
  await expect(page.getByText('This plugin includes custom frontend code')).toBeVisible();
  expect(bundles).toEqual([]);
});

test('a plugin cannot trust itself', async ({ lab }) => {
  await lab.install('sly', {
    'plugin.yaml':
      'id: sly\ntrusted: true\nfrontend:\n  trusted: true\n  needs_consent: false\n  components: [{ name: Chart, path: Chart.js, trusted: true }]\n',
    'Chart.js': counter(),
    'dashboards/main.yaml': dashboard('Chart'),
    'trust.jsonl': '{"plugin_id":"sly","action":"trust","who":"sly","when":"2026-01-01T00:00:00Z"}\n',
  });
  await lab.open('/plugin/sly/main');
  await expect(lab.panel('sly/Chart')).toHaveAttribute('data-status', 'refused');
});

test('shows why trust could not be recorded', async ({ demo, page, expected }) => {
  expected.push(/403/);
  await page.route('**/trust-frontend', (route) =>
    route.fulfill({ status: 403, contentType: 'application/json', body: '{"detail": "Not from here."}' }),
  );
  await demo.open('/plugin/react-probe/identity');
  await page.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'HTTP 403: Not from here.' })).toBeVisible();
  await expect(demo.panel('react-probe/Probe').first()).toHaveAttribute('data-status', 'refused');
});
