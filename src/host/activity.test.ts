import { afterEach, expect, test, vi } from 'vitest';
import { WidgetError } from '../contract/index.ts';
import { createTracker, originOf, type ActivityEntry, type Origin, type Tracker } from './activity.ts';

const PAGE = 'http://localhost:3000';
const bundle = (pluginId = 'sales', file = 'Chart.js') =>
  `${PAGE}/api/plugins/${pluginId}/widget/${file}?v=${'a'.repeat(64)}&r=1`;

/** The same trace in the words of three engines: a library of the plugin's, its widget, then the host. */
const traces = (url: string) => [
  [
    'Chromium',
    `Error: boom\n    at load (${url}:3:14)\n    at async ${url}:9:1\n    at run (${PAGE}/assets/index.js:1:1)`,
  ],
  ['Firefox', `load@${url}:3:14\nasync*Chart@${url}:9:1\nrun@${PAGE}/assets/index.js:1:1\n`],
  ['Safari', `load@${url}:3:14\nmodule code@${url}:9:1\n@${PAGE}/assets/index.js:1:1`],
];

test.each(traces(bundle()))('finds the plugin in a trace of %s', (_, trace) => {
  expect(originOf(trace, '/api')).toEqual({ pluginId: 'sales', file: 'Chart.js' });
  expect(originOf(trace, `${PAGE}/api`)).toEqual({ pluginId: 'sales', file: 'Chart.js' });
  expect(originOf(trace, '/other/api')).toBeUndefined();
});

test.each([
  [bundle(), { pluginId: 'sales', file: 'Chart.js' }],
  [bundle('nous.sales_2-b', 'my.chart-2_x.js'), { pluginId: 'nous.sales_2-b', file: 'my.chart-2_x.js' }],
  [`at ${PAGE}/x.js\nat ${bundle('near')}\nat ${bundle('far')}`, { pluginId: 'near', file: 'Chart.js' }],
  [
    `Error: GET /api/plugins/other/rows: HTTP 500\n    at ${bundle()}`,
    { pluginId: 'sales', file: 'Chart.js' },
  ],
  [`${PAGE}/assets/index.js`, undefined],
  [`${PAGE}/api/widget-runtime/react.js`, undefined],
  [`${PAGE}/api/plugins/sales/dashboards/widget`, undefined],
  [`${PAGE}/api/plugins/Sales/widget/Chart.js`, undefined],
  [`${PAGE}/api/plugins//widget/Chart.js`, undefined],
  ['', undefined],
  [undefined, undefined],
])('of %j the origin is %j', (trace, origin) => expect(originOf(trace, '/api')).toEqual(origin));

const trackers: Tracker[] = [];
afterEach(() => {
  for (const tracker of trackers.splice(0)) tracker.dispose();
});

function setup(
  answer: (input: unknown, init?: RequestInit) => Promise<Response> = async () => new Response('{}'),
) {
  const entries: ActivityEntry[] = [];
  const grant = new AbortController();
  const grants = new Map([['sales', grant.signal]]);
  const apiFetch = vi.fn(answer);
  const tracker = createTracker({
    apiBase: '/api',
    apiFetch,
    grants: () => grants,
    enter: (entry) => entries.push(entry),
  });
  trackers.push(tracker);
  const revoke = () => {
    grants.delete('sales');
    grant.abort(new WidgetError('TRUST_REVOKED', { pluginId: 'sales' }));
  };
  return { tracker, entries, apiFetch, revoke };
}

/** Answers nothing, and ends as `fetch` does: when its signal fires. */
const hang = (_: unknown, init?: RequestInit) =>
  new Promise<Response>((_, reject) => {
    const end = () => reject(init!.signal!.reason as Error);
    if (init!.signal!.aborted) end();
    init!.signal!.addEventListener('abort', end);
  });

/** Has a bundle of that URL call, by its own name in the trace. */
const asBundle = <Result>(call: () => Result, url = bundle()): Result =>
  (new Function('call', `return call();\n//# sourceURL=${url}`) as (call: () => Result) => Result)(call);

const owner: Origin = { pluginId: 'sales', component: 'Chart' };

test('enters a request under the name of whose bundle stands in the stack', async () => {
  const { tracker, entries, apiFetch } = setup();
  const init = { method: 'POST', body: 'x' };
  await asBundle(() => tracker.apiFetch('/api/x', init));
  expect(entries).toEqual([
    {
      kind: 'request',
      pluginId: 'sales',
      file: 'Chart.js',
      text: 'POST /api/x → 200',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  ]);
  expect(apiFetch).toHaveBeenCalledExactlyOnceWith('/api/x', expect.objectContaining(init));
});

test('finds a bundle behind a library as deep as fifty calls', async () => {
  const { tracker, entries } = setup();
  const dig = (depth: number): Promise<Response> => (depth ? dig(depth - 1) : tracker.apiFetch('/api/x'));
  const limit = (Error as { stackTraceLimit?: number }).stackTraceLimit;
  await asBundle(() => dig(50));
  expect(entries).toMatchObject([{ pluginId: 'sales' }]);
  expect((Error as { stackTraceLimit?: number }).stackTraceLimit).toBe(limit);
});

test('hands on what the host itself asks for, unentered', async () => {
  const { tracker, entries, apiFetch } = setup();
  const init = { method: 'PUT' };
  await tracker.apiFetch('/api/x', init);
  expect(apiFetch).toHaveBeenCalledExactlyOnceWith('/api/x', init);
  expect(entries).toEqual([]);
});

test('refuses the request of a bundle whose plugin is not trusted', async () => {
  const { tracker, entries, apiFetch } = setup();
  await expect(asBundle(() => tracker.apiFetch('/api/x'), bundle('other'))).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    pluginId: 'other',
    message: expect.stringMatching(/^other: The operator took trust back.*\[TRUST_REVOKED\]$/),
  });
  expect(apiFetch).not.toHaveBeenCalled();
  expect(entries).toEqual([]);
});

test('still sends requests on a page whose stacks are no texts', async () => {
  const { tracker, apiFetch } = setup();
  const engine = Error as { prepareStackTrace?: unknown };
  engine.prepareStackTrace = (_: Error, sites: unknown) => sites;
  try {
    await tracker.apiFetch('/api/x');
  } finally {
    delete engine.prepareStackTrace;
  }
  expect(apiFetch).toHaveBeenCalledOnce();
});

test.each<[string, () => [input: string | URL | Request, init?: RequestInit], string]>([
  ['a string', () => ['/api/x'], 'GET /api/x'],
  ['a URL', () => [new URL(`${PAGE}/api/x`), { method: 'DELETE' }], `DELETE ${PAGE}/api/x`],
  ['a Request', () => [new Request(`${PAGE}/api/x`, { method: 'PUT' })], `PUT ${PAGE}/api/x`],
  [
    'a Request told otherwise',
    () => [new Request(`${PAGE}/api/x`, { method: 'PUT' }), { method: 'POST' }],
    `POST ${PAGE}/api/x`,
  ],
])('names the request of %s', async (_, what, text) => {
  const { tracker, entries } = setup(async () => new Response('', { status: 404 }));
  expect((await tracker.request(owner, ...what())).status).toBe(404);
  expect(entries).toMatchObject([{ ...owner, kind: 'request', text: `${text} → 404` }]);
});

test('enters a request that failed with its reason, and rejects with what it failed with', async () => {
  const failure = new TypeError('Failed to fetch');
  const { tracker, entries } = setup(() => Promise.reject(failure));
  await expect(tracker.request(owner, '/api/x')).rejects.toBe(failure);
  expect(entries).toMatchObject([{ text: 'GET /api/x → Failed to fetch' }]);
});

test('ends a request with the plugin’s trust, and tells why in full', async () => {
  const { tracker, entries, revoke } = setup(hang);
  const request = tracker.request(owner, '/api/x');
  revoke();
  await expect(request).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    message: expect.stringMatching(/took trust back/),
  });
  expect(entries).toHaveLength(1);
  await expect(tracker.request(owner, '/api/x')).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    component: 'Chart',
  });
  expect(entries).toHaveLength(1);
});

test.each<[string, (signal: AbortSignal) => Parameters<Tracker['request']>]>([
  ['the panel’s signal', (signal) => [{ ...owner, signal }, '/api/x']],
  ['the caller’s own signal', (signal) => [owner, '/api/x', { signal }]],
  ['the signal of a Request', (signal) => [owner, new Request(`${PAGE}/api/x`, { signal })]],
  [
    'the caller’s own signal, beside the panel’s',
    (signal) => [{ ...owner, signal: new AbortController().signal }, '/api/x', { signal }],
  ],
])('ends a request by %s', async (_, what) => {
  const { tracker } = setup(hang);
  const controller = new AbortController();
  const request = tracker.request(...what(controller.signal));
  controller.abort(new DOMException('left', 'AbortError'));
  await expect(request).rejects.toMatchObject({ name: 'AbortError' });
});

test('sends a request whose caller gives no signal at all', async () => {
  const { tracker } = setup();
  const nothing = { signal: null };
  await expect(tracker.request(owner, '/api/x', nothing)).resolves.toMatchObject({ status: 200 });
});

/** An error as a bundle of that URL throws it. */
const thrownBy = (url: string, message = 'boom') =>
  Object.assign(new Error(message), { stack: `Error: ${message}\n    at Chart (${url}:3:14)` });

function reject(reason: unknown) {
  const promise = Promise.reject(reason);
  promise.catch(() => {});
  dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise, reason }));
}

test('enters uncaught errors and rejections of a plugin, and no others', () => {
  const { entries } = setup();
  const host = thrownBy(`${PAGE}/assets/index.js`);
  dispatchEvent(new ErrorEvent('error', { error: host, filename: `${PAGE}/assets/index.js` }));
  reject(host);
  reject(undefined);
  expect(entries).toEqual([]);
  dispatchEvent(new ErrorEvent('error', { error: thrownBy(bundle()) }));
  reject(thrownBy(bundle('stock', 'Map.js'), 'late'));
  expect(entries).toMatchObject([
    { kind: 'error', pluginId: 'sales', file: 'Chart.js', text: 'boom' },
    { kind: 'error', pluginId: 'stock', file: 'Map.js', text: 'late' },
  ]);
});

test.each([
  ['null', null, 'null'],
  ['a text', 'odd', 'odd'],
  [
    'what refuses to be read',
    {
      get stack() {
        throw new Error('no');
      },
      get message() {
        throw new Error('no');
      },
      toString: null,
    },
    'a value that cannot be shown',
  ],
  [
    'a stack that is no text',
    {
      stack: {
        toString() {
          throw new Error('no');
        },
      },
      message: 'odd',
    },
    'odd',
  ],
])('tells by the script whose error it is, where %s was thrown', (_, error, text) => {
  const { entries } = setup();
  dispatchEvent(new ErrorEvent('error', { error, filename: bundle() }));
  expect(entries).toMatchObject([{ pluginId: 'sales', text }]);
  reject(error);
  expect(entries).toHaveLength(1);
});

test('listens to nothing any more once it is disposed of', () => {
  const { tracker, entries } = setup();
  tracker.dispose();
  // The runner takes an error for its own where nobody listens.
  const ignore = () => {};
  addEventListener('error', ignore);
  dispatchEvent(new ErrorEvent('error', { error: thrownBy(bundle()) }));
  reject(thrownBy(bundle()));
  removeEventListener('error', ignore);
  expect(entries).toEqual([]);
});
