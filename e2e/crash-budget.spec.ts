import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { counter, dashboard, expect, test } from './test.ts';

const crash = counter(`if (count > 0) throw new Error('boom');`, 'Count');

test('three crashes park a widget, not its plugin; a release and new bytes reset the count', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/boom/, /WIDGET_CRASHED/);
  await lab.install('shaky', {
    'Shaky.js': crash,
    'Steady.js': counter('', 'Steady'),
    'dashboards/main.yaml': dashboard('Shaky', 'Steady'),
  });
  await lab.trust('/plugin/shaky/main');
  const panel = lab.panel('shaky/Shaky');
  const card = panel.getByRole('alert');
  for (const code of ['WIDGET_CRASHED', 'WIDGET_CRASHED', 'WIDGET_PARKED']) {
    await panel.getByRole('button', { name: 'Count' }).click();
    await expect(card).toHaveAttribute('data-code', code);
    if (code === 'WIDGET_CRASHED') await card.getByRole('button', { name: 'Retry' }).click();
  }
  await expect(panel).toHaveAttribute('data-status', 'parked');
  await expect(card).toContainText('crashed 3 times within 60 s');
  await expect(card).toContainText('boom');
  await lab.panel('shaky/Steady').getByRole('button').click();
  await expect(lab.panel('shaky/Steady')).toContainText('Steady 1');

  // It stays parked after another page.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.goBack();
  await expect(panel).toHaveAttribute('data-status', 'parked');

  await card.getByRole('button', { name: 'Release' }).click();
  await panel.getByRole('button', { name: 'Count 0' }).click();
  await expect(card).toHaveAttribute('data-code', 'WIDGET_CRASHED');

  await writeFile(join(lab.plugins, 'shaky/Shaky.js'), counter('', 'Mended'));
  await page.getByRole('link', { name: 'Settings' }).click();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel only reaches pages of its origin
  await page.evaluate(() => new BroadcastChannel('nousviz /api').postMessage('trust'));
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Accept the new version' }).click();
  await page.goBack();
  await panel.getByRole('button', { name: 'Mended 0' }).click();
  await expect(panel).toContainText('Mended 1');
});

test('uncaught errors are listed under their plugin', async ({ lab, page, expected }) => {
  expected.push(/late boom/, /lost promise/);
  const thrower = `
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Thrower() {
  return [
    jsx('button', { key: 1, onClick() { throw new Error('late boom'); }, children: 'Throw' }),
    jsx('button', { key: 2, onClick() { Promise.reject(new Error('lost promise')); }, children: 'Reject' }),
  ];
}`;
  await lab.install('noisy', { 'Thrower.js': thrower, 'dashboards/main.yaml': dashboard('Thrower') });
  await lab.trust('/plugin/noisy/main');
  const panel = lab.panel('noisy/Thrower');
  await panel.getByRole('button', { name: 'Throw' }).click();
  await panel.getByRole('button', { name: 'Reject' }).click();
  await expect(panel).toHaveAttribute('data-status', 'ready');
  await page.getByRole('link', { name: 'About noisy' }).click();
  await expect(page.getByText('late boom')).toBeVisible();
  await expect(page.getByText('lost promise')).toBeVisible();
});

for (const [query, first, second] of [
  ['?disable-plugins', 'refused', 'refused'],
  ['?disable-plugins=one', 'refused', 'ready'],
  ['?disable-plugins=one,two', 'refused', 'refused'],
  ['', 'ready', 'ready'],
] as const) {
  test(`${query || 'no parameter'} starts the host with one ${first} and two ${second}`, async ({
    lab,
    page,
  }) => {
    const bundles: string[] = [];
    const board = dashboard('one/Chart', 'two/Chart');
    for (const id of ['one', 'two'])
      await lab.install(id, { 'Chart.js': counter('', id), 'dashboards/main.yaml': board });
    for (const id of ['one', 'two']) await lab.trust(`/plugin/${id}/main`);
    page.on('request', (request) => request.url().includes('/widget/') && bundles.push(request.url()));
    await lab.open(`/plugin/one/main${query}`);
    await expect(lab.panel('one/Chart')).toHaveAttribute('data-status', first);
    await expect(lab.panel('two/Chart')).toHaveAttribute('data-status', second);
    if (first === 'refused') {
      await expect(lab.panel('one/Chart').getByRole('note')).toHaveAttribute('data-code', 'PLUGINS_DISABLED');
      expect(bundles.filter((url) => url.includes('/one/'))).toEqual([]);
      // The link that ends safe mode.
      await page.getByRole('link', { name: 'Switch them on again' }).click();
      await expect(lab.panel('one/Chart')).toHaveAttribute('data-status', 'ready');
    }
  });
}
