import { afterEach, expect, test, vi } from 'vitest';
import { createHostError } from '../contract/index.ts';
import {
  createActivity,
  originOf,
  panelLeft,
  type Activity,
  type ActivityEntry,
  type Origin,
  type Uncaught,
} from './activity.ts';

const PAGE = 'http://localhost:3000';
/** The SHA-256 of each bundle. */
const hash = 'a'.repeat(64);
const bundle = (pluginId = 'sales', file = 'Chart.js') =>
  `${PAGE}/api/plugins/${pluginId}/widget/${file}?v=${hash}&r=1`;

/** One trace in the formats of three browsers: a library of the plugin, its widget, then the host. */
const traces = (url: string) => [
  [
    'Chromium',
    `Error: boom\n    at load (${url}:3:14)\n    at async ${url}:9:1\n    at run (${PAGE}/assets/index.js:1:1)`,
  ],
  ['Firefox', `load@${url}:3:14\nasync*Chart@${url}:9:1\nrun@${PAGE}/assets/index.js:1:1\n`],
  ['Safari', `load@${url}:3:14\nmodule code@${url}:9:1\n@${PAGE}/assets/index.js:1:1`],
];

test.each(traces(bundle()))('finds the plugin in a trace of %s', (_, trace) => {
  expect(originOf(trace, '/api')).toEqual({ pluginId: 'sales', file: 'Chart.js', hash });
  expect(originOf(trace, `${PAGE}/api`)).toEqual({ pluginId: 'sales', file: 'Chart.js', hash });
  expect(originOf(trace, '/other/api')).toBeUndefined();
});

test.each([
  [bundle(), { pluginId: 'sales', file: 'Chart.js', hash }],
  [
    bundle('nous.sales_2-b', 'my.chart-2_x.js'),
    { pluginId: 'nous.sales_2-b', file: 'my.chart-2_x.js', hash },
  ],
  [
    `at ${PAGE}/x.js\nat ${bundle('near')}\nat ${bundle('far')}`,
    { pluginId: 'near', file: 'Chart.js', hash },
  ],
  [
    `Error: GET /api/plugins/other/rows: HTTP 500\n    at ${bundle()}`,
    { pluginId: 'sales', file: 'Chart.js', hash },
  ],
  [`${PAGE}/api/plugins/sales/widget/Chart.js`, { pluginId: 'sales', file: 'Chart.js' }],
  [`${PAGE}/api/plugins/sales/widget/Chart.js?r=1`, { pluginId: 'sales', file: 'Chart.js' }],
  [`${PAGE}/assets/index.js`, undefined],
  [`${PAGE}/api/widget-runtime/react.js`, undefined],
  [`${PAGE}/api/plugins/sales/dashboards/widget`, undefined],
  [`${PAGE}/api/plugins/Sales/widget/Chart.js`, undefined],
  [`${PAGE}/api/plugins//widget/Chart.js`, undefined],
  ['', undefined],
  [undefined, undefined],
])('finds in %j the origin %j', (trace, origin) => expect(originOf(trace, '/api')).toEqual(origin));

const activities: Activity[] = [];
afterEach(() => {
  for (const activity of activities.splice(0)) activity.dispose();
});

function setup(
  answer: (input: unknown, init?: RequestInit) => Promise<Response> = async () => new Response('{}'),
) {
  const entries: ActivityEntry[] = [];
  const uncaught: Uncaught[] = [];
  const grant = new AbortController();
  const grants = new Map([['sales', grant.signal]]);
  const apiFetch = vi.fn(answer);
  const activity = createActivity({
    apiBase: '/api',
    apiFetch,
    grants: () => grants,
    onEntry: (entry) => entries.push(entry),
    onUncaught: (one) => uncaught.push(one),
  });
  activities.push(activity);
  const revoke = () => {
    grants.delete('sales');
    grant.abort(createHostError('TRUST_REVOKED', { pluginId: 'sales' }));
  };
  return { activity, entries, uncaught, apiFetch, revoke };
}

/** Never answers, and rejects like `fetch` when its signal fires. */
const hang = (_: unknown, init?: RequestInit) =>
  new Promise<Response>((_resolve, refuse) => {
    const end = () => refuse(init!.signal!.reason as Error);
    if (init!.signal!.aborted) end();
    init!.signal!.addEventListener('abort', end);
  });

/** Calls a function from a bundle with the given URL, which the stack trace names. */
const asBundle = <Result>(call: () => Result, url = bundle()): Result =>
  (new Function('call', `return call();\n//# sourceURL=${url}`) as (call: () => Result) => Result)(call);

const owner: Origin = { pluginId: 'sales', component: 'Chart' };

test('records a request under the plugin whose bundle is in the stack', async () => {
  const { activity, entries, apiFetch } = setup();
  const init = { method: 'POST', body: 'x' };
  await asBundle(() => activity.apiFetch('/api/x', init));
  expect(entries).toEqual([
    {
      kind: 'request',
      pluginId: 'sales',
      file: 'Chart.js',
      hash,
      text: 'POST /api/x → 200',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  ]);
  expect(apiFetch).toHaveBeenCalledExactlyOnceWith('/api/x', expect.objectContaining(init));
});

test('finds a bundle behind fifty calls of a library', async () => {
  const { activity, entries } = setup();
  const dig = (depth: number): Promise<Response> => (depth ? dig(depth - 1) : activity.apiFetch('/api/x'));
  const limit = (Error as { stackTraceLimit?: number }).stackTraceLimit;
  await asBundle(() => dig(50));
  expect(entries).toMatchObject([{ pluginId: 'sales' }]);
  expect((Error as { stackTraceLimit?: number }).stackTraceLimit).toBe(limit);
});

test('passes the host’s own requests on, without an entry', async () => {
  const { activity, entries, apiFetch } = setup();
  const init = { method: 'PUT' };
  await activity.apiFetch('/api/x', init);
  expect(apiFetch).toHaveBeenCalledExactlyOnceWith('/api/x', init);
  expect(entries).toEqual([]);
});

test('refuses the request of a bundle whose plugin is not trusted', async () => {
  const { activity, entries, apiFetch } = setup();
  await expect(asBundle(() => activity.apiFetch('/api/x'), bundle('other'))).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    pluginId: 'other',
    message: expect.stringMatching(/^other: The operator revoked trust.*\[TRUST_REVOKED\]$/),
  });
  expect(apiFetch).not.toHaveBeenCalled();
  expect(entries).toEqual([]);
});

test('sends requests on a page whose stacks are not strings', async () => {
  const { activity, apiFetch } = setup();
  const ErrorClass = Error as { prepareStackTrace?: unknown };
  ErrorClass.prepareStackTrace = (_: Error, sites: unknown) => sites;
  try {
    await activity.apiFetch('/api/x');
  } finally {
    delete ErrorClass.prepareStackTrace;
  }
  expect(apiFetch).toHaveBeenCalledOnce();
});

test.each<[string, () => [input: string | URL | Request, init?: RequestInit], string]>([
  ['a string', () => ['/api/x'], 'GET /api/x'],
  ['a URL', () => [new URL(`${PAGE}/api/x`), { method: 'DELETE' }], `DELETE ${PAGE}/api/x`],
  ['a Request', () => [new Request(`${PAGE}/api/x`, { method: 'PUT' })], `PUT ${PAGE}/api/x`],
  [
    'a Request and other options',
    () => [new Request(`${PAGE}/api/x`, { method: 'PUT' }), { method: 'POST' }],
    `POST ${PAGE}/api/x`,
  ],
])('names the request of %s', async (_, what, text) => {
  const { activity, entries } = setup(async () => new Response('', { status: 404 }));
  expect((await activity.request(owner, ...what())).status).toBe(404);
  expect(entries).toMatchObject([{ ...owner, kind: 'request', text: `${text} → 404` }]);
});

test('records why a request failed, and rejects with the same error', async () => {
  const failure = new TypeError('Failed to fetch');
  const { activity, entries } = setup(() => Promise.reject(failure));
  await expect(activity.request(owner, '/api/x')).rejects.toBe(failure);
  expect(entries).toMatchObject([{ text: 'GET /api/x → Failed to fetch' }]);
});

test('ends a request when trust is revoked, with a complete message', async () => {
  const { activity, entries, revoke } = setup(hang);
  const request = activity.request(owner, '/api/x');
  revoke();
  await expect(request).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    message: expect.stringMatching(/^sales: The operator revoked trust.*\[TRUST_REVOKED\]$/),
  });
  expect(entries).toHaveLength(1);
  await expect(activity.request(owner, '/api/x')).rejects.toMatchObject({
    code: 'TRUST_REVOKED',
    component: 'Chart',
  });
  expect(entries).toHaveLength(1);
});

test.each<[string, (signal: AbortSignal) => Parameters<Activity['request']>]>([
  ['the panel’s signal', (signal) => [{ ...owner, signal }, '/api/x']],
  ['the caller’s own signal', (signal) => [owner, '/api/x', { signal }]],
  ['the signal of a Request', (signal) => [owner, new Request(`${PAGE}/api/x`, { signal })]],
  [
    'the caller’s own signal, beside the panel’s',
    (signal) => [{ ...owner, signal: new AbortController().signal }, '/api/x', { signal }],
  ],
])('ends a request by %s', async (_, what) => {
  const { activity } = setup(hang);
  const controller = new AbortController();
  const request = activity.request(...what(controller.signal));
  controller.abort(new DOMException('left', 'AbortError'));
  await expect(request).rejects.toMatchObject({ name: 'AbortError' });
});

test('sends a request without a signal', async () => {
  const { activity } = setup();
  const nothing = { signal: null };
  await expect(activity.request(owner, '/api/x', nothing)).resolves.toMatchObject({ status: 200 });
});

/** Makes an error whose trace names a bundle with the given URL. */
const thrownBy = (url: string, message = 'boom') =>
  Object.assign(new Error(message), { stack: `Error: ${message}\n    at Chart (${url}:3:14)` });

function reject(reason: unknown) {
  const promise = Promise.reject(reason);
  promise.catch(() => {});
  dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise, reason }));
}

/** Waits for the task that reports uncaught errors. */
const task = () => new Promise((resolve) => setTimeout(resolve));

test('an abort of the library’s own is no uncaught rejection, and an abort of a widget’s own is one', () => {
  const { entries } = setup();
  const dispatch = (reason: unknown) => {
    const promise = Promise.reject(reason);
    promise.catch(() => {});
    return dispatchEvent(
      new PromiseRejectionEvent('unhandledrejection', { promise, reason, cancelable: true }),
    );
  };
  expect(dispatch(panelLeft())).toBe(false);
  expect(dispatch(new DOMException('The panel was removed.', 'AbortError'))).toBe(true);
  expect(dispatch(null)).toBe(true);
  expect(entries).toEqual([]);
});

test('records uncaught errors and rejections of a plugin, and no others', async () => {
  const { entries, uncaught } = setup();
  const host = thrownBy(`${PAGE}/assets/index.js`);
  dispatchEvent(new ErrorEvent('error', { error: host, filename: `${PAGE}/assets/index.js` }));
  reject(host);
  reject(undefined);
  await task();
  expect(entries).toEqual([]);
  const thrown = thrownBy(bundle());
  dispatchEvent(new ErrorEvent('error', { error: thrown }));
  reject(thrownBy(bundle('stock', 'Map.js'), 'late'));
  await task();
  expect(uncaught).toMatchObject([
    { origin: { pluginId: 'sales', file: 'Chart.js', hash }, thrown },
    { origin: { pluginId: 'stock' } },
  ]);
  expect(entries).toMatchObject([
    { kind: 'error', pluginId: 'sales', file: 'Chart.js', text: 'boom' },
    { kind: 'error', pluginId: 'stock', file: 'Map.js', text: 'late' },
  ]);
});

test.each([
  ['null', null, 'null'],
  ['a string', 'odd', 'odd'],
  [
    'a value that throws when it is read',
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
    'a stack that is no string',
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
])('attributes an error to its script if %s was thrown', async (_, error, text) => {
  const { entries } = setup();
  dispatchEvent(new ErrorEvent('error', { error, filename: bundle() }));
  await task();
  expect(entries).toMatchObject([{ pluginId: 'sales', text }]);
  reject(error);
  await task();
  expect(entries).toHaveLength(1);
});

test('records an error once that reaches the window twice in a task', async () => {
  const { entries, uncaught } = setup();
  const error = thrownBy(bundle());
  for (let time = 0; time < 2; time += 1) dispatchEvent(new ErrorEvent('error', { error }));
  reject(error);
  await task();
  expect([entries.length, uncaught.length]).toEqual([1, 1]);
  dispatchEvent(new ErrorEvent('error', { error }));
  await task();
  expect([entries.length, uncaught.length]).toEqual([2, 2]);
});

test.each([
  ['an error', thrownBy(bundle()), thrownBy(bundle())],
  ['a string', 'boom', 'boom'],
  ['NaN', Number.NaN, Number.NaN],
])('leaves %s to the panel that reports it', async (_, thrown, claimed) => {
  const { activity, entries, uncaught } = setup();
  // React 18 in development dispatches the error of a render twice.
  for (const error of [thrown, thrown, 'another'])
    dispatchEvent(new ErrorEvent('error', { error, filename: bundle() }));
  activity.claim('stock', 'another');
  activity.claim('sales', claimed);
  await task();
  expect(entries.map(({ text }) => text)).toEqual(['another']);
  expect(uncaught).toMatchObject([{ thrown: 'another' }]);
});

test('records nothing after it is disposed of', async () => {
  const { activity, entries } = setup();
  activity.dispose();
  // Without a listener the test runner reports the error as its own.
  const ignore = () => {};
  addEventListener('error', ignore);
  dispatchEvent(new ErrorEvent('error', { error: thrownBy(bundle()) }));
  reject(thrownBy(bundle()));
  removeEventListener('error', ignore);
  await task();
  expect(entries).toEqual([]);
});
