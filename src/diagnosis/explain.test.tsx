import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { createError } from '../contract/words.ts';
import { createHost, type Host, type HostOptions, type Sandbox, type Sandboxed } from '../host/index.ts';
import { CustomPanel, HostProvider } from '../react/index.ts';
import type { Explanation } from './explain.ts';

let host: Host;
afterEach(() => {
  cleanup();
  host.dispose();
});

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const Chart = () => <p>chart</p>;

const plugin = (id: string, state: object = {}, trusted = true) => ({
  id,
  frontend: { components: [{ name: 'Chart', path: 'w/Chart.js', ...state }], trusted },
});
const healthy = { exists_on_disk: true, sha256: OLD, size: 7 };

/** Creates a real host whose host API answers with a given list and has nothing else. */
async function serve(answer: unknown, options: HostOptions = {}) {
  host = createHost({
    lock: false,
    fetch: async (input) =>
      new URL(String((input as Request).url ?? input), location.href).pathname === '/api/plugins'
        ? answer instanceof Response
          ? answer
          : Response.json(answer)
        : new Response('', { status: 404 }),
    importModule: async () => ({ default: Chart }),
    ...options,
  });
  await settle(() => {});
}

const show = (pluginId = 'sales', component = 'Chart') =>
  settle(() =>
    render(
      <HostProvider host={host}>
        <CustomPanel pluginId={pluginId} component={component} dashboardName="main" />
      </HostProvider>,
    ),
  );

const factOf = ({ steps }: Explanation, step: string) => steps.find((one) => one.step === step)!;
const marksOf = ({ steps }: Explanation) =>
  steps.map(({ ok }) => (ok === undefined ? '·' : ok ? '✓' : '✗')).join('');

test('explains a widget that is shown as one that nothing stopped', async () => {
  await serve({ plugins: [plugin('sales', healthy)] });
  await show();
  const explanation = await host.explain('sales', 'Chart');
  expect(explanation).toMatchObject({ pluginId: 'sales', name: 'Chart' });
  expect(explanation.stopped).toBeUndefined();
  expect(explanation.text).toBe(
    [
      'Chart on the dashboards of sales:',
      '✓ declared: plugin.yaml of sales declares Chart in w/Chart.js.',
      '✓ on disk: w/Chart.js is there, 7 bytes.',
      '✓ trusted: The operator trusts sales.',
      `✓ bytes: ${OLD.slice(0, 12)}…, as accepted.`,
      '✓ imported: Imported, attempt 1.',
      '✓ export: It exports a component by default.',
      '✓ name: On sales\'s dashboards "Chart" is sales/Chart.',
      '✓ mounted: 1 on this page.',
      '✓ crashes: 0 that count.',
    ].join('\n'),
  );
});

test('requests nothing and loads nothing', async () => {
  await serve({ plugins: [plugin('sales', healthy)] });
  await host.plugins.refresh();
  const before = host.plugins.getSnapshot();
  const explanation = await host.explain('sales', 'Chart');
  expect(factOf(explanation, 'imported')).toMatchObject({
    ok: undefined,
    fact: 'No panel has loaded it yet.',
  });
  expect(factOf(explanation, 'mounted').ok).toBeUndefined();
  expect(explanation.stopped).toBeUndefined();
  expect(host.plugins.getSnapshot()).toBe(before);
});

test.each<[string, unknown, [string, string], string, RegExp, RegExp]>([
  [
    'a plugin that is not installed',
    { plugins: [] },
    ['sales', 'Chart'],
    'declared',
    /No plugin "sales"/,
    /Install it/,
  ],
  [
    'a component that is not declared',
    { plugins: [plugin('sales')] },
    ['sales', 'Map'],
    'declared',
    /plugin\.yaml of sales declares no Map/,
    /frontend\.components/,
  ],
  [
    'a component of another plugin, by its full name',
    { plugins: [plugin('sales')] },
    ['stock', 'sales/Map'],
    'declared',
    /plugin\.yaml of sales declares no Map/,
    /frontend\.components/,
  ],
  [
    'a plugin that could not be read',
    { plugins: [], refused: [{ id: 'sales', detail: 'plugin.yaml:3:1' }] },
    ['sales', 'Chart'],
    'declared',
    /plugin\.yaml:3:1/,
    /Correct the plugin/,
  ],
  [
    'a missing bundle',
    { plugins: [plugin('sales', { exists_on_disk: false })] },
    ['sales', 'Chart'],
    'on disk',
    /w\/Chart\.js is not on the server/,
    /Build the widget/,
  ],
  [
    'a plugin that is not trusted',
    { plugins: [plugin('sales', healthy, false)] },
    ['sales', 'Chart'],
    'trusted',
    /sales waits for a decision/,
    /Settings → Plugins/,
  ],
  [
    'a plugin whose trust was revoked',
    { plugins: [{ ...plugin('sales', healthy, false), revoked_bytes: 'same' }] },
    ['sales', 'Chart'],
    'trusted',
    /Trust in sales was revoked/,
    /Settings → Plugins/,
  ],
  [
    'a component that came with a change',
    { plugins: [plugin('sales', { ...healthy, changed: true, consented: null })] },
    ['sales', 'Chart'],
    'bytes',
    /not among what was trusted/,
    /Review the change/,
  ],
])('names the step that stops %s', async (_, answer, [pluginId, name], step, fact, remedy) => {
  await serve(answer);
  const { stopped, steps, text } = await host.explain(pluginId, name);
  expect(stopped).toMatchObject({
    step,
    ok: false,
    fact: expect.stringMatching(fact),
    remedy: expect.stringMatching(remedy),
  });
  expect(stopped).toBe(steps.find(({ ok }) => ok === false));
  expect(text).toContain(`✗ ${step}: ${stopped!.fact}\n  → ${stopped!.remedy}`);
});

test('names a disabled plugin', async () => {
  await serve({ plugins: [plugin('sales', healthy)] }, { disablePlugins: ['sales'] });
  expect((await host.explain('sales', 'Chart')).stopped).toMatchObject({
    step: 'trusted',
    remedy: 'Open it without ?disable-plugins.',
  });
});

test.each([
  [
    { ...healthy, sha256: NEW, changed: true, consented: { sha256: OLD } },
    '✓✓✓✓··✓·✓',
    new RegExp(`^${OLD.slice(0, 12)}… still run; other bytes on disk await a decision`),
  ],
  [{ exists_on_disk: false, changed: true, consented: { sha256: OLD } }, '✓✓✓✓··✓·✓', /still run/],
  [{}, '✓·✓···✓·✓', /does not say/],
])('does not stop at %j', async (state, marks, bytes) => {
  await serve({ plugins: [plugin('sales', state)] });
  const explanation = await host.explain('sales', 'Chart');
  expect(explanation.stopped).toBeUndefined();
  expect(marksOf(explanation)).toBe(marks);
  expect(factOf(explanation, 'bytes').fact).toMatch(bytes);
});

test('names a bundle that could not be imported, with the message of its card', async () => {
  expectConsole(/BUNDLE_MISSING/);
  await serve(
    { plugins: [plugin('sales', healthy)] },
    { importModule: () => Promise.reject(new TypeError('Failed to fetch')) },
  );
  await show();
  const explanation = await host.explain('sales', 'Chart');
  expect(explanation.stopped).toMatchObject({
    step: 'imported',
    fact: 'w/Chart.js is not on the server (HTTP 404). [BUNDLE_MISSING]',
    remedy: 'Build the widget, commit w/Chart.js and update the plugin.',
  });
  expect(factOf(explanation, 'export').ok).toBeUndefined();
});

test('names a bundle that exports no component', async () => {
  expectConsole(/NO_DEFAULT_EXPORT/);
  await serve({ plugins: [plugin('sales', healthy)] }, { importModule: async () => ({ default: 5 }) });
  await show();
  const explanation = await host.explain('sales', 'Chart');
  expect(factOf(explanation, 'imported').ok).toBe(true);
  expect(explanation.stopped).toMatchObject({
    step: 'export',
    fact: expect.stringMatching(/NO_DEFAULT_EXPORT/),
    remedy: 'End the file with "export default function Chart".',
  });
});

test('reports a loading bundle as not yet known', async () => {
  await serve({ plugins: [plugin('sales', healthy)] }, { importModule: () => new Promise(() => {}) });
  await show();
  expect(factOf(await host.explain('sales', 'Chart'), 'imported')).toMatchObject({
    ok: undefined,
    fact: 'It is loading, attempt 1.',
  });
});

test('names a parked widget, and counts the crashes before', async () => {
  expectConsole(/WIDGET_CRASHED/);
  expectConsole(/WIDGET_PARKED/);
  const Crash = () => {
    throw new Error('boom');
  };
  await serve(
    { plugins: [plugin('sales', healthy)] },
    { importModule: async () => ({ default: Crash }), crashBudget: { crashes: 2, within: 60_000 } },
  );
  await show();
  const once = await host.explain('sales', 'Chart');
  expect(factOf(once, 'crashes').fact).toBe('1 that count.');
  await settle(() => document.querySelector('button')!.click());
  const { stopped, ...parked } = await host.explain('sales', 'Chart');
  expect(stopped).toMatchObject({
    step: 'crashes',
    fact: expect.stringMatching(/crashed 2 times within 60 s.*boom.*\[WIDGET_PARKED\]$/),
    remedy: expect.stringMatching(/^Release it/),
  });
  expect(factOf(parked, 'imported').ok).toBe(true);
  expect(factOf(parked, 'export').ok).toBe(true);
});

test('names one of the host’s own components', async () => {
  await serve({ plugins: [plugin('sales', healthy)] });
  host.register('Clock', Chart);
  const explanation = await host.explain('sales', 'Clock');
  expect(explanation.stopped).toBeUndefined();
  expect(factOf(explanation, 'declared').fact).toBe('"Clock" is a component of the host\'s own.');
  expect(factOf(explanation, 'on disk')).toMatchObject({ ok: undefined, fact: 'It is part of the host.' });
  expect(factOf(explanation, 'name').fact).toMatch(/host’s own/);
});

test('lists the plugins that declare the same name', async () => {
  await serve({ plugins: [plugin('a', healthy), plugin('b', healthy)] });
  const { stopped } = await host.explain('c', 'Chart');
  expect(stopped).toMatchObject({ step: 'name', remedy: expect.stringContaining('a/Chart, b/Chart') });
});

test('reports no accepted bytes for a plugin that is not trusted', async () => {
  await serve({ plugins: [plugin('sales', healthy, false)] });
  const explanation = await host.explain('sales', 'Chart');
  expect(explanation.stopped?.step).toBe('trusted');
  expect(factOf(explanation, 'bytes')).toMatchObject({ ok: undefined, fact: 'None are accepted.' });
});

test('does not say that a sandboxed plugin is trusted', async () => {
  const entry = plugin('sales', healthy, false);
  const sandbox = () => new Promise<never>(() => {});
  await serve({ plugins: [{ ...entry, frontend: { ...entry.frontend, sandboxed: true } }] }, { sandbox });
  const { fact } = factOf(await host.explain('sales', 'Chart'), 'trusted');
  expect(fact).toBe('The operator has sales run sandboxed.');
});

test('has the last failure of a frame, until a later one renders', async () => {
  const entry = plugin('sales', healthy, false);
  let admitted: Sandboxed | undefined;
  const sandbox: Sandbox = (sandboxed) => {
    admitted = sandboxed;
    return () => null;
  };
  await serve({ plugins: [{ ...entry, frontend: { ...entry.frontend, sandboxed: true } }] }, { sandbox });
  await show();
  admitted!.failed = createError('RENDER_LOOP', {
    pluginId: 'sales',
    component: 'Chart',
    file: 'w/Chart.js',
  } as never);
  expect((await host.explain('sales', 'Chart')).stopped).toMatchObject({
    step: 'crashes',
    ok: false,
    fact: expect.stringContaining('[RENDER_LOOP]'),
  });
  admitted!.failed = undefined;
  expect((await host.explain('sales', 'Chart')).stopped).toBeUndefined();
});

test('has what the frames of a sandboxed component have refused, and no such step for code in the page', async () => {
  const entry = plugin('sales', healthy, false);
  let admitted: Sandboxed | undefined;
  const sandbox: Sandbox = (sandboxed) => {
    admitted = sandboxed;
    return () => null;
  };
  const sandboxed = { ...entry, frontend: { ...entry.frontend, sandboxed: true } };
  await serve({ plugins: [sandboxed, plugin('trusted', healthy)] }, { sandbox });
  await show();
  expect(factOf(await host.explain('sales', 'Chart'), 'requests')).toMatchObject({ ok: true });
  admitted!.refused = [
    { directive: 'img-src', address: 'https://other.test', count: 2 },
    ...['a', 'b', 'c', 'd', 'e'].map((name) => ({ directive: 'route', address: `/api/${name}`, count: 1 })),
  ];
  const explanation = await host.explain('sales', 'Chart');
  expect(factOf(explanation, 'requests')).toMatchObject({
    ok: false,
    fact:
      'The frame refused 7 requests: img-src https://other.test (2), route /api/a, route /api/b, route /api/c, route /api/d ' +
      'and 1 more.',
    remedy: expect.stringContaining('trust the plugin'),
  });
  expect(explanation.text).toContain('✗ requests:');
  expect(factOf(await host.explain('trusted', 'Chart'), 'requests')).toBeUndefined();
});

test('says that the list is loading, or why it failed', async () => {
  expectConsole(/API_FAILED/);
  await serve(new Response('', { status: 500 }));
  const failed = await host.explain('sales', 'Chart');
  expect(failed.stopped).toMatchObject({
    step: 'declared',
    fact: expect.stringMatching(/\/api\/plugins: HTTP 500.*\[API_FAILED\]$/),
  });
  host.dispose();
  await serve({}, { fetch: () => new Promise(() => {}) });
  const loading = await host.explain('sales', 'Chart');
  expect(loading.stopped).toBeUndefined();
  expect(factOf(loading, 'declared').fact).toBe('The list of plugins is loading.');
});

test.each(['constructor', '__proto__', '', '/', 'sales/', 'a/b/c'])(
  'explains that no component is named %j',
  async (name) => {
    await serve({ plugins: [plugin('sales', healthy)] });
    const explanation = await host.explain('sales', name);
    expect(explanation.stopped?.step).toBe('declared');
    expect(factOf(explanation, 'name').ok).toBe(false);
  },
);
