import { listsIn, showAgain, test } from './look-again.kit.ts';
import { daily, expect } from './test.ts';

const button = { name: /^Count/ };
const PART = '/api/plugins?dashboard=sales/main';

test.beforeEach(({ expected }) => void expected.push(/ERR_INTERNET_DISCONNECTED|Failed to load resource/));

test('a widget, a dashboard and a list that failed without a network come when it is back', async ({
  site,
  page,
  context,
  expected,
}) => {
  expected.push(/UNREACHABLE|API_FAILED/);
  await page.goto(site.url);
  await expect(page.getByText('Nothing')).toBeVisible();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  await context.setOffline(true);
  await page.evaluate(() => void (location.hash = '#panel'));
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'failed');
  await context.setOffline(false);
  await expect(page.getByRole('button', button)).toHaveText('Count 0');

  await context.setOffline(true);
  await page.evaluate(() => void (location.hash = '#main'));
  await expect(page.getByRole('alert')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole('button', button)).toHaveText('Count 0');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a widget that runs keeps its state', async ({ site, page }) => {
  await page.goto(`${site.url}#main`);
  await page.getByRole('button', button).click();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  site.log();
  await showAgain(page);
  await expect.poll(() => listsIn(site.log())).toEqual(['/api/plugins 304']);
  await expect(page.getByRole('button', button)).toHaveText('Count 1');
});

for (const [status, code] of [
  [404, 'BUNDLE_MISSING'],
  [403, 'BUNDLE_REFUSED'],
] as const)
  test(
    `a bundle is not requested again after HTTP ${status}`,
    daily(status === 404),
    async ({ site, page, expected }) => {
      expected.push(/BUNDLE_/);
      site.fault.answer = (path) => (path.includes('/widget/') ? new Response('', { status }) : undefined);
      await page.goto(`${site.url}#main`);
      await expect(page.locator(`[data-code="${code}"]`)).toBeVisible();
      await page.waitForLoadState('networkidle');
      site.log();
      await showAgain(page);
      // The time of three tries.
      await page.waitForTimeout(4000);
      const log = site.log();
      expect(log.filter((line) => line.startsWith(PART))).toHaveLength(1);
      expect(log.filter((line) => line.includes('/widget/'))).toEqual([]);
    },
  );

test('a server that is down for a while is tried again', async ({ site, page, expected }) => {
  expected.push(/SERVER_ERROR/);
  let refusals = 0;
  site.fault.answer = (path) => {
    if (!path.includes('/widget/')) return undefined;
    refusals += 1;
    return new Response('', { status: 503 });
  };
  await page.goto(`${site.url}#main`);
  await expect(page.locator('[data-code="SERVER_ERROR"]')).toBeVisible();
  const before = refusals;
  await showAgain(page);
  await expect.poll(() => refusals).toBeGreaterThan(before);
  await expect(page.locator('[data-code="SERVER_ERROR"]')).toBeVisible();
  delete site.fault.answer;
  await expect(page.getByRole('button', button)).toHaveText('Count 0');
});

test('the list is read once for twenty flips of the tab, and shows what was revoked on another device', async ({
  site,
  page,
}) => {
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('button', button)).toBeVisible();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  await site.decide('revoke-frontend-trust');
  site.log();
  for (let flip = 0; flip < 20; flip += 1) await showAgain(page);
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
  expect(listsIn(site.log())).toHaveLength(1);
});

test('a page with a dashboard reads only its part of the list, live in every tab, until something reads the whole', async ({
  site,
  page,
}) => {
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('button', button)).toBeVisible();
  await page.waitForLoadState('networkidle');
  // The page is idle after a second at the latest.
  await page.waitForTimeout(1500);
  // The dashboard’s own answer has its part.
  expect(listsIn(site.log())).toEqual([]);
  await showAgain(page);
  await expect.poll(() => listsIn(site.log())).toEqual([`${PART} 200`]);

  const other = await page.context().newPage();
  await other.goto(`${site.url}#main`);
  await expect(other.getByRole('button', button)).toBeVisible();
  site.log();
  await other.evaluate(`host.plugins.revoke('sales')`);
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
  await other.evaluate(`host.plugins.trust('sales')`);
  await expect(page.getByRole('button', button)).toHaveText('Count 0');
  const lists = listsIn(site.log());
  // Each decision, and each page that follows it.
  expect([lists.filter((line) => line.startsWith(PART)).length, lists.length]).toEqual([2, 4]);
  await other.close();

  await page.evaluate('host.plugins.getSnapshot()');
  await expect.poll(() => listsIn(site.log())).toEqual([expect.stringMatching(/^\/api\/plugins /)]);
});

test('the second reading of the list and of a dashboard is a 304, and another session gets its own list', async ({
  site,
  page,
  expected,
}) => {
  expected.push(/API_FAILED|UNKNOWN_COMPONENT/);
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('button', button)).toBeVisible();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  const refresh = () => page.evaluate('Promise.all([host.plugins.refresh(), host.dashboards.refresh()])');
  // The page has read the document only with its part of the list.
  await refresh();
  site.log();
  await refresh();
  expect(site.log().toSorted()).toEqual(['/api/plugins 304', '/api/plugins/sales/dashboards/main 304']);
  site.fault.answer = (path) =>
    path === '/api/plugins' ? Response.json({ plugins: [{ id: 'other' }] }) : undefined;
  await page.evaluate(`window.token = 'another session'; host.plugins.refresh()`);
  const ids = () => page.evaluate('host.plugins.getSnapshot().plugins.map(({ id }) => id)');
  expect(await ids()).toEqual(['other']);
  site.fault.answer = () => Response.json({ detail: 'Sign in.' }, { status: 401 });
  await page.evaluate(`host.plugins.refresh()`);
  expect(await page.evaluate('host.plugins.getSnapshot().error.code')).toBe('API_FAILED');
});
