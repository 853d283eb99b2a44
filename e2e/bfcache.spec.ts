import config from './playwright.config.ts';
import { test } from './look-again.kit.ts';
import { expect } from './test.ts';

// Playwright switches the back/forward cache off.
test.use({
  launchOptions: {
    ...config.use!.launchOptions,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
});

/** Records how a restored page looks in its first frame. */
function record() {
  addEventListener('pagehide', () => Object.assign(window, { restored: undefined }));
  addEventListener('pageshow', ({ persisted }) => {
    const root = document.querySelector('[data-panel] button')?.parentElement;
    const opacity = root ? getComputedStyle(root).opacity : 'gone';
    Object.assign(window, { restored: { persisted, opacity } });
  });
}

test('a page of the back/forward cache shows its widgets once the list is confirmed', async ({
  site,
  page,
  context,
  expected,
}) => {
  expected.push(/ERR_INTERNET_DISCONNECTED|Failed to load resource|API_FAILED/);
  await page.goto(`${site.url}#main`);
  await page.getByRole('button', { name: 'Count 0' }).click();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  await page.evaluate(record);
  const elsewhere = site.url.replace('127.0.0.1', 'localhost');
  // No page loads, so no event `load` arrives.
  const back = async () => {
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction('window.restored');
  };
  const root = page.locator('[data-panel] button').locator('..');

  await page.goto(`${elsewhere}?elsewhere`);
  await back();
  expect(await page.evaluate('window.restored')).toEqual({ persisted: true, opacity: '0' });
  await expect(root).toHaveCSS('opacity', '1');
  await expect(page.getByRole('button', { name: 'Count 1' })).toBeVisible();

  await page.goto(`${elsewhere}?elsewhere`);
  await context.setOffline(true);
  await back();
  expect(await page.evaluate('window.restored')).toEqual({ persisted: true, opacity: '0' });
  await expect(root).toHaveCSS('opacity', '1');
  await context.setOffline(false);

  await page.goto(`${elsewhere}?elsewhere`);
  await site.decide('revoke-frontend-trust');
  await back();
  expect(await page.evaluate('window.restored')).toEqual({ persisted: true, opacity: '0' });
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
});
