import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { MESSAGES } from '../contract/words.ts';
import type { Code, Failure, WidgetError } from '../contract/index.ts';
import { createClient } from './client.ts';
import { createHost, internalsOf } from './create-host.ts';
import { createFailure, failureFor } from './failures.ts';
import { createLoader, type ImportModule } from './loader.ts';
import { createPlugins } from './plugins.ts';
import { admit, type Admitted } from './trust.ts';

/** In all tests of this file the server no longer serves the chunk with the messages. */
vi.mock('../diagnosis/index.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

const REASON =
  /could not load the explanation: .+\. Check the connection and the server, then press Retry\. /;

/** The message of an error whose own message could not be loaded: place or object, fact, remedy and code. */
function expectMessage(error: WidgetError, start: string, code: Code) {
  expect(error).toMatchObject({ name: 'WidgetError', code });
  expect(error.message).toMatch(REASON);
  expect(error.message.startsWith(start)).toBe(true);
  expect(error.message.endsWith(` [${code}]`)).toBe(true);
  expect(error.message).not.toMatch(/undefined|\{\w+\}/);
}

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: WidgetError) => error,
  );

test.each(Object.keys(MESSAGES) as Code[])('makes %s without its own message', async (code) => {
  const bare = { code, details: { pluginId: 'sales', component: 'Chart' } } as Failure;
  expectMessage(await createFailure(bare), 'sales/Chart: This failed, and the page ', code);
  const cause = new Error('HTTP 503');
  const full = { code, details: { ...bare.details, file: 'w/Chart.js', cause } } as Failure;
  const error = await createFailure(full);
  expectMessage(error, 'sales/Chart: w/Chart.js failed (HTTP 503), and the page ', code);
  expect(error.cause).toBe(cause);
});

const component = { name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js' };
const admitted = admit('sales', component, new Map([['sales', new AbortController().signal]])) as Admitted;

test.each<[string, ImportModule, Code, string]>([
  [
    'that cannot be imported',
    () => Promise.reject(new TypeError('offline')),
    'UNREACHABLE',
    'w/Chart.js failed (offline)',
  ],
  ['that exports nothing', async () => ({}), 'NO_DEFAULT_EXPORT', 'w/Chart.js failed'],
  [
    'that throws when it is read',
    async () => ({
      get default() {
        throw new Error('no');
      },
    }),
    'BUNDLE_THREW',
    'w/Chart.js failed (no)',
  ],
])('rejects for a bundle %s', async (_, importModule, code, fact) => {
  const load = createLoader({ apiBase: '/api', fetch: async () => new Response(), importModule });
  expectMessage(await errorOf(load(admitted, 0)), `sales/Chart: ${fact}, and the page `, code);
});

const clientOf = (answer: () => Response | Promise<Response>) =>
  createClient({ apiBase: '/api', apiFetch: async () => answer() });
const offline = () => Promise.reject(new TypeError('offline'));
const LIST = '/api/plugins failed';
const CONSENT = '/api/plugins/sales/trust-frontend failed';

test.each<[string, () => Promise<unknown>, Code, string]>([
  ['a list without an answer', () => clientOf(offline).listPlugins(), 'API_FAILED', `${LIST} (offline)`],
  [
    'a list that is no JSON',
    () => clientOf(() => new Response('<html>')).listPlugins(),
    'API_MISROUTED',
    `${LIST} (Unexpected token`,
  ],
  [
    'a preloaded list that failed',
    () => clientOf(offline).listPlugins(undefined, Promise.reject(new Error('gone'))),
    'API_FAILED',
    `${LIST} (gone)`,
  ],
  [
    'an invalid list',
    () => clientOf(() => Response.json({})).listPlugins(),
    'LIST_INVALID',
    'plugins failed, and the page ',
  ],
  [
    'an invalid dashboard',
    () => clientOf(() => Response.json({ panels: 5 })).loadDashboard('sales', 'main'),
    'DASHBOARD_INVALID',
    'sales: main: panels failed, and the page ',
  ],
  [
    'a missing dashboard',
    () => clientOf(() => new Response('', { status: 404 })).loadDashboard('sales', 'main'),
    'DASHBOARD_FAILED',
    '/api/plugins/sales/dashboards/main failed (HTTP 404)',
  ],
  [
    'refused consent',
    () => clientOf(() => Response.json({ detail: 'no' }, { status: 409 })).decide('sales', 'trusted'),
    'CONSENT_REFUSED',
    `${CONSENT} (HTTP 409: no)`,
  ],
])('rejects for %s', async (_, call, code, start) => {
  expectMessage(await errorOf(call()), start, code);
});

test('still lists the invalid entries of a list', async () => {
  const client = clientOf(() => Response.json({ plugins: [{ id: 'sales' }, { id: 'Bad Id' }] }));
  const plugins = createPlugins(client, 'failures');
  await plugins.refresh();
  expect(plugins.getSnapshot()).toMatchObject({
    status: 'ready',
    plugins: [{ id: 'sales' }],
    refused: [
      { id: 'Bad Id', detail: expect.stringMatching(/^Bad Id: plugins\[1\]\.id failed.*\[LIST_INVALID\]$/) },
    ],
  });
  plugins.dispose();
});

test('reports a failed list, and explains crashes', async () => {
  expectConsole(/^\[NousViz\] \/api\/plugins failed \(offline\).*\[API_FAILED\]/);
  const host = createHost({ lock: false, fetch: offline });
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('failed'));
  expectMessage(host.plugins.getSnapshot().error!, `${LIST} (offline)`, 'API_FAILED');
  expect(structuredClone(host.plugins.getSnapshot()).status).toBe('failed');
  const crash = internalsOf(host).explainCrash({ pluginId: 'sales', component: 'Chart' }, new Error('boom'));
  expectMessage(await crash, 'sales/Chart: This failed (boom), and the page ', 'WIDGET_CRASHED');
  host.dispose();
});

test('makes one error of a failure, and one failure for what is shared', async () => {
  const shared = {};
  const make = (): Failure => ({ code: 'TRUST_REVOKED', details: { pluginId: 'sales' } });
  const failure = failureFor(shared, make);
  expect(failureFor(shared, make)).toBe(failure);
  expect(failureFor({}, make)).not.toBe(failure);
  expect(await createFailure(failure)).toBe(await createFailure(failure));
  expect(await createFailure(make())).not.toBe(await createFailure(failure));
});
