import { FEATURES } from '../src/host/surroundings.ts';
import { bundleScript, openOwnPage } from './own-page.ts';
import { counter, dashboard, expect, test } from './test.ts';

/** An app of its own with a dashboard, a panel and the list of plugins in it. */
const APP = `
import { createHost, CustomPanel, Dashboard, HostProvider, usePlugins } from '@nousviz/widget-runtime';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

window.heard = [];
const host = createHost({ onError: ({ code }) => window.heard.push(code) });
function App() {
  const [count, setCount] = useState(0);
  const { status } = usePlugins();
  return <main><button onClick={() => setCount(count + 1)}>Own {count}</button><p>{status}</p></main>;
}
createRoot(document.querySelector('#root')).render(
  <HostProvider host={host}>
    <App />
    <Dashboard pluginId="sales" name="main" />
    <CustomPanel pluginId="sales" component="Chart" dashboardName="main" />
  </HostProvider>,
);
`;

for (const feature of FEATURES)
  test(`a browser without ${feature} shows the named error, and the app works`, async ({
    lab,
    page,
    react,
    expected,
  }) => {
    expected.push(/^\[NousViz\] .*\[UNSUPPORTED_BROWSER\]$/);
    await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
    await lab.trust('/plugin/sales/main');
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    const lines: string[] = [];
    page.on('console', (message) => message.text().startsWith('[NousViz]') && lines.push(message.text()));
    await page.addInitScript((path) => {
      const names = path.split('.');
      const name = names.pop()!;
      Reflect.deleteProperty(
        names.reduce((value, one) => Reflect.get(value, one) as object, window as object),
        name,
      );
    }, feature);
    await openOwnPage(page, lab.url, await bundleScript(APP, { react }), '<div id="root"></div>');

    const cards = page.getByRole('alert');
    await expect(cards).toHaveCount(2);
    for (const card of await cards.all())
      await expect(card).toHaveAttribute('data-code', 'UNSUPPORTED_BROWSER');
    const card = cards.first();
    await expect(card).toContainText(`do not run in this browser, which has no ${feature}.`);
    await expect(card).toContainText(
      'Update the browser: Chrome and Edge from 116, Firefox from 124, Safari from 17.4.',
    );
    await expect(card.getByRole('button')).toHaveCount(0);
    await expect(cards.last()).toHaveText('Browser too oldDetails');
    await page.getByRole('button', { name: 'Own 0' }).click();
    await expect(page.getByRole('button', { name: 'Own 1' })).toBeVisible();
    await expect(page.getByText('failed', { exact: true })).toBeVisible();
    expect(lines).toHaveLength(1);
    expect(await page.evaluate(() => (window as never as { heard: string[] }).heard)).toEqual([
      'UNSUPPORTED_BROWSER',
    ]);
    expect(requests.filter((path) => path.startsWith('/api/'))).toEqual([]);
  });

test('names all that a browser lacks in one message', async ({ lab, page, react, expected }) => {
  expected.push(/UNSUPPORTED_BROWSER/);
  await page.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'any');
    Reflect.deleteProperty(Object, 'hasOwn');
  });
  await openOwnPage(page, lab.url, await bundleScript(APP, { react }), '<div id="root"></div>');
  await expect(page.getByRole('alert').first()).toContainText('which has no AbortSignal.any, Object.hasOwn.');
});
