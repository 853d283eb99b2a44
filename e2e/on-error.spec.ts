import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../fixtures/host/build.js';
import { bundleScript, openOwnPage } from './own-page.ts';
import { counter, daily, dashboard, expect, test, type Files } from './test.ts';

/** A host app that records what its host hears. */
const APP = `
import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { createRoot } from 'react-dom/client';

window.heard = [];
const host = createHost({
  onError: ({ name, code, pluginId, component, hash, cause }) =>
    window.heard.push({ name, code, place: pluginId + '/' + component, hash, cause: String(cause?.message ?? cause) }),
});
window.activity = () => host.activity.getSnapshot().filter(({ kind }) => kind !== 'request');
createRoot(document.querySelector('#root')).render(
  <HostProvider host={host}><Dashboard pluginId="sales" name="main" /></HostProvider>,
);
`;

const ROOT = '<div id="root"></div>';

interface Heard {
  name: string;
  code: string;
  place: string;
  hash: string;
  cause: string;
}

interface Window {
  heard: Heard[];
  activity(): { kind: string; pluginId: string; text: string }[];
}

/** A widget with a button that does something. */
const button = (act: string) => `
import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
export default function Widget() {
  return jsx('button', { onClick: () => { ${act} }, children: 'Act' });
}`;

const uncaught: [string, string][] = [
  ['an event handler', `throw new Error('no click today');`],
  ['a timer', `setTimeout(() => { throw new Error('no click today'); });`],
  ['a promise', `Promise.reject(new Error('no click today'));`],
  ['an async function', `(async () => { await null; throw new Error('no click today'); })();`],
];

const crashes: [string, string][] = [
  ['a render', `throw new Error('no click today');`],
  ['an effect', `useEffect(() => { throw new Error('no click today'); }, []);`],
  ['a string that a render throws', `throw 'no click today';`],
];

for (const mode of ['production', 'development'] as const) {
  for (const [place, act] of uncaught)
    test(
      `hears once of an error that ${place} leaves uncaught, in ${mode}`,
      daily(mode === 'production'),
      async ({ lab, page, react, expected }) => {
        expected.push(/no click today/);
        const files: Files = { 'Chart.js': button(act), 'dashboards/main.yaml': dashboard('Chart') };
        await lab.install('sales', files);
        await lab.trust('/plugin/sales/main');
        await openOwnPage(page, lab.url, await bundleScript(APP, { react, mode }), ROOT);
        await page.getByRole('button', { name: 'Act' }).click();
        await page.waitForFunction(() => (window as never as Window).heard.length > 0);
        const { heard, activity } = await page.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const own = window as never as Window;
          return { heard: own.heard, activity: own.activity() };
        });
        expect(heard).toEqual([
          {
            name: 'WidgetError',
            code: 'UNCAUGHT_ERROR',
            place: 'sales/Chart',
            hash: expect.stringMatching(/^[0-9a-f]{64}$/),
            cause: 'no click today',
          },
        ]);
        expect(activity).toMatchObject([{ kind: 'error', pluginId: 'sales', text: 'no click today' }]);
        await expect(page.getByRole('button', { name: 'Act' })).toBeVisible();
      },
    );

  for (const [place, body] of crashes)
    test(
      `hears once of ${place} as a crash, in ${mode}`,
      daily(mode === 'production'),
      async ({ lab, page, react, expected }) => {
        // The second is a line of React 18's own.
        expected.push(/no click today/, /^The above error occurred in the <Widget> component/);
        const files: Files = { 'Chart.js': counter(body), 'dashboards/main.yaml': dashboard('Chart') };
        await lab.install('sales', files);
        await lab.open('/');
        await page.evaluate(() => fetch('/api/plugins/sales/trust-frontend', { method: 'POST' }));
        await openOwnPage(page, lab.url, await bundleScript(APP, { react, mode }), ROOT);
        await expect(lab.panel('sales/Chart').getByRole('alert')).toHaveAttribute(
          'data-code',
          'WIDGET_CRASHED',
        );
        await page.waitForFunction(() => (window as never as Window).heard.length > 0);
        const { heard, activity } = await page.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const own = window as never as Window;
          return { heard: own.heard, activity: own.activity() };
        });
        expect(heard).toMatchObject([
          { code: 'WIDGET_CRASHED', place: 'sales/Chart', cause: 'no click today' },
        ]);
        expect(heard[0]!.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(activity).toMatchObject([{ kind: 'failure', pluginId: 'sales' }]);
      },
    );
}

for (const [place, code, act] of [
  ['an event handler', 'UNCAUGHT_ERROR', `onClick={() => { throw new Error('no click today'); }}`],
  ['a render', 'WIDGET_CRASHED', `onClick={() => fail(true)}`],
] as const)
  test(`hears where ${place} throws in the source of a bundle with a source map`, async ({
    lab,
    page,
    react,
    expected,
  }) => {
    expected.push(/no click today/, /^The above error occurred/);
    const sources = {
      'plugin.yaml': `id: sales\nversion: 1.0.0\nfrontend:\n  components:\n    - { name: Chart, path: widget/dist/Chart.js }\n`,
      'dashboards/main.yaml': dashboard('Chart'),
      'widget/Chart.tsx': `import { useState } from 'react';

export default function Chart() {
  const [failed, fail] = useState(false);
  if (failed) throw new Error('no click today');
  return <button ${act}>Act</button>;
}`,
    };
    await lab.install('sales', sources);
    const cli = join(root, 'dist/cli/cli.js');
    await promisify(execFile)(process.execPath, [cli, 'build', join(lab.plugins, 'sales'), '--sourcemap']);
    await lab.trust('/plugin/sales/main');
    const app = APP.replace('({ name, code,', '({ stack, at, name, code,').replace(
      '{ name, code, place',
      '{ stack, at, name, code, place',
    );
    await openOwnPage(page, lab.url, await bundleScript(app, { react }), ROOT);
    await page.getByRole('button', { name: 'Act' }).click();
    await page.waitForFunction(() => (window as never as Window).heard.length > 0);
    const [heard] = await page.evaluate(() => (window as never as Window).heard);
    const line = code === 'WIDGET_CRASHED' ? 5 : 6;
    expect(heard).toMatchObject({ code, at: expect.stringMatching(`^widget/Chart\\.tsx:${line}:\\d+$`) });
    expect(heard).toMatchObject({ stack: expect.stringMatching(`widget/Chart\\.tsx:${line}:`) });
    if (code === 'WIDGET_CRASHED')
      await expect(lab.panel('sales/Chart').getByRole('alert')).toContainText(`widget/Chart.tsx:${line}:`);
  });

test('measures the load and the first render of each widget', async ({ lab, page, react }) => {
  const files = {
    'Chart.js': counter(),
    'Map.js': counter(),
    'dashboards/main.yaml': dashboard('Chart', 'Chart', 'Map'),
  };
  await lab.install('sales', files);
  await lab.trust('/plugin/sales/main');
  await openOwnPage(page, lab.url, await bundleScript(APP, { react }), ROOT);
  await expect(page.getByRole('button', { name: 'Count' })).toHaveCount(3);
  const read = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('measure')
        .filter(({ name }) => name.startsWith('NousViz '))
        .map(({ name, startTime, duration }) => ({ name, startTime, duration })),
    );
  // The entries are added in a later task.
  await expect.poll(async () => (await read()).length).toBe(4);
  const measures = await read();
  expect(measures.map(({ name }) => name).toSorted()).toEqual([
    'NousViz load sales/Chart',
    'NousViz load sales/Map',
    'NousViz render sales/Chart',
    'NousViz render sales/Map',
  ]);
  const of = (what: string) => measures.find(({ name }) => name === `NousViz ${what} sales/Chart`)!;
  expect(of('load').duration).toBeGreaterThan(0);
  expect(of('render').startTime).toBeGreaterThanOrEqual(of('load').startTime + of('load').duration);
});

for (const missing of ['performance.measure', 'performance'])
  test(`shows a widget in a browser without ${missing}`, async ({ lab, page, react }) => {
    await lab.install('sales', { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
    await lab.trust('/plugin/sales/main');
    await page.addInitScript((name) => {
      if (name === 'performance') Object.defineProperty(window, 'performance', { value: { now: Date.now } });
      else Object.defineProperty(Performance.prototype, 'measure', { value: undefined });
    }, missing);
    await openOwnPage(page, lab.url, await bundleScript(APP, { react }), ROOT);
    await expect(page.getByRole('button', { name: 'Count' })).toBeVisible();
    expect(await page.evaluate(() => (window as never as Window).heard)).toEqual([]);
  });
