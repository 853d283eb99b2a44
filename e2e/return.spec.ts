import { test } from './look-again.kit.ts';
import { counter, dashboard, expect } from './test.ts';

const go = (hash: string) => void (location.hash = hash);

/** Records every waiting state, and the panels of the first commit after the next navigation. */
function watch() {
  const seen = { waiting: 0, first: '' };
  Object.assign(window, { seen });
  const look = () => {
    if (document.querySelector('[role=status], [data-status=loading]')) seen.waiting += 1;
    const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
    // The element of the widget's React root.
    seen.first ||= panels
      .map(
        ({ dataset, lastElementChild }) =>
          `${dataset.panel} ${dataset.status} ${lastElementChild!.childElementCount}`,
      )
      .join();
  };
  new MutationObserver(look).observe(document.getElementById('root')!, {
    childList: true,
    subtree: true,
    attributes: true,
  });
}

for (const [place, panels] of [
  ['#main', 'sales/Chart ready 1,sales/stat ready 0'],
  ['#panel', 'sales/Chart ready 1'],
] as const)
  for (const mode of ['', '?strict'])
    test(`a return to ${place}${mode} shows its widgets in the first commit`, async ({ site, page }) => {
      await site.write('dashboards/main.yaml', `${dashboard('Chart')}  - { type: stat, label: Sum }\n`);
      await page.goto(`${site.url}${mode}${place}`);
      await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
      await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
      for (let time = 0; time < 3; time += 1) {
        await page.evaluate(go, '');
        await expect(page.getByText('Nothing')).toBeVisible();
        await page.waitForTimeout(100);
        await page.evaluate(watch);
        site.log();
        await page.evaluate(go, place);
        await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
        let log: string[] = [];
        const expected = place === '#main' ? ['/api/plugins/sales/dashboards/main?with=list 304'] : [];
        await expect
          .poll(() => (log = [...log, ...site.log()]).filter((line) => line.includes('/dashboards/')))
          .toEqual(expected);
        await page.waitForLoadState('networkidle');
        expect(await page.evaluate('seen')).toEqual({ waiting: 0, first: panels });
        expect(log.filter((line) => line.includes('/widget/'))).toEqual([]);
      }
    });

test('a return shows the changes of a dashboard and of trust, and panels that stay keep their state', async ({
  site,
  page,
}) => {
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
  await page.waitForFunction(`host.plugins.getSnapshot().status === 'ready'`);
  await page.evaluate(go, '');
  await page.waitForTimeout(100);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/dashboards/main', async (route) => {
    await held;
    await route.continue();
  });
  await site.write(
    'dashboards/main.yaml',
    `panels:\n  - { type: stat, label: New }\n${dashboard('Chart').slice(8)}`,
  );
  await page.evaluate(go, '#main');
  await page.getByRole('button', { name: 'Count 0' }).click();
  release();
  await expect(page.getByText('New')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Count 1' })).toBeVisible();

  await page.unroute('**/dashboards/main');
  await page.evaluate(go, '');
  await page.waitForTimeout(100);
  await site.decide('revoke-frontend-trust');
  await page.evaluate(go, '#main');
  await expect(page.locator('[data-panel="sales/Chart"]')).toHaveAttribute('data-status', 'refused');
});

test('a return without a server shows the dashboard that was there', async ({ site, page, expected }) => {
  expected.push(/Failed to load resource/);
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
  await page.evaluate(go, '');
  await page.waitForTimeout(100);
  site.fault.answer = (path) =>
    path.includes('/dashboards/') ? new Response('', { status: 503 }) : undefined;
  await page.evaluate(go, '#main');
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
  await expect.poll(() => site.log().filter((line) => line.endsWith('503'))).toHaveLength(1);
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Count 0' })).toBeVisible();
});

test('a card is there at once when the user returns to it', async ({ site, page, expected }) => {
  expected.push(/BUNDLE_THREW/);
  await site.write('Chart.js', `throw new Error('broken'); ${counter()}`);
  await site.decide('trust-frontend');
  await page.goto(`${site.url}#main`);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.evaluate(go, '');
  await page.waitForTimeout(100);
  await page.evaluate(watch);
  await page.evaluate(go, '#main');
  await expect(page.getByRole('alert')).toBeVisible();
  expect(await page.evaluate('seen.waiting')).toBe(0);
});
