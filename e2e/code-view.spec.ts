import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboard, expect, test } from './test.ts';

/** A minified bundle whose formatted code has 12,000 lines. The formatted code has spaces that the bundle does not have. */
const LONG = `${Array.from({ length: 12_000 }, (_, index) => `const value${index}=${index};`).join('')}
localStorage.getItem("the last one");
export default () => null;`.replaceAll('\n', '');

test('the search counts its matches in long code, goes to each, and says if there is none', async ({
  lab,
  page,
}) => {
  await lab.install('sales', { 'Chart.js': LONG, 'dashboards/main.yaml': dashboard('Chart') });
  await lab.open('/settings/sales');
  await page.getByRole('button', { name: 'Show the code' }).click();
  const search = page.getByRole('search').filter({ hasText: 'Search in the code' });
  const field = search.getByRole('searchbox');
  const status = search.getByRole('status');
  const match = page.locator('.cm-searchMatch-selected');

  await field.fill('VALUE1199');
  await expect(status).toHaveText('1 of 11');
  await field.press('Enter');
  await expect(status).toHaveText('2 of 11');
  await expect(match).toHaveText('value1199');
  await field.press('Shift+Enter');
  await field.press('Shift+Enter');
  await expect(status).toHaveText('11 of 11');
  await expect(field).toBeFocused();

  // Also to one that is above what is in view.
  await expect(match).toBeInViewport();
  await field.fill('value3 =');
  await expect(status).toHaveText('1 of 1');
  await expect(match).toBeInViewport();

  // The end of the code has its colours too, on a slow machine.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 30 });
  await field.fill('the last one');
  await expect(status).toHaveText('1 of 1');
  await expect(match).toHaveText('the last one');
  const colours = () =>
    match.evaluate((one) => {
      const line = one.closest('.cm-line')!;
      return [line, one.firstElementChild ?? line].map((element) => getComputedStyle(element).color);
    });
  await expect.poll(async () => new Set(await colours()).size).toBe(2);

  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await field.fill('value11999=');
  await expect(status).toHaveText('Not found');
  await search.getByRole('button', { name: 'Next', exact: true }).click();
  await expect(status).toHaveText('Not found');
  await page.getByRole('button', { name: 'Show as written' }).click();
  await expect(status).toHaveText('1 of 1');
  await expect(match).toBeInViewport();

  // The editor's own keys lead to the search.
  await page.getByRole('textbox', { name: 'Code of Chart.js, as written' }).focus();
  await page.keyboard.press('Control+f');
  await expect(field).toBeFocused();
});

test('a difference of minified code begins at the new finding', async ({ lab, page }) => {
  const version = (name: string, more: string) =>
    `${Array.from({ length: 400 }, (_, index) => `function ${name}${index}(){return ${index}}`).join('')}${more}export default ${name}0;`;
  await lab.install('sales', { 'Chart.js': version('a', ''), 'dashboards/main.yaml': dashboard('Chart') });
  await fetch(new URL('/api/plugins/sales/trust-frontend', lab.url), { method: 'POST' });
  await writeFile(
    join(lab.plugins, 'sales/Chart.js'),
    version('b', 'navigator.sendBeacon("https://x.example");'),
  );
  await lab.open('/settings/sales');
  const difference = page.getByRole('region', { name: 'Changes in Chart.js' });
  await expect(page.getByText(/^Finding 1 of 2: navigator\.sendBeacon, line/)).toBeVisible();
  // The difference has scrolled, and the page has not.
  const [around, line] = [
    await difference.boundingBox(),
    await difference.locator('[data-shown]').boundingBox(),
  ];
  expect(line!.y).toBeGreaterThan(around!.y);
  expect(line!.y + line!.height).toBeLessThan(around!.y + around!.height);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});
