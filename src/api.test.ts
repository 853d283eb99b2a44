import { expect, test, vi } from 'vitest';
import { createApi } from './api.ts';

function api(answer: () => Response | Promise<Response>) {
  const apiFetch = vi.fn(async (_url: string, _init?: RequestInit) => answer());
  return { apiFetch, ...createApi({ apiBase: '/api', apiFetch }) };
}

test('calls the paths of the contract', async () => {
  const { apiFetch, ...calls } = api(() => Response.json({ plugins: [], panels: [] }));
  expect(await calls.listPlugins()).toEqual({ plugins: [], refused: [] });
  await calls.trust('sales');
  await calls.revoke('sales');
  expect(await calls.loadDashboard('sales', 'a b')).toEqual({ name: 'a b', rows: [] });
  expect(apiFetch.mock.calls.map(([url, init]) => `${init?.method ?? 'GET'} ${url}`)).toEqual([
    'GET /api/plugins',
    'POST /api/plugins/sales/trust-frontend',
    'POST /api/plugins/sales/revoke-frontend-trust',
    'GET /api/plugins/sales/dashboards/a%20b',
  ]);
});

test.each([
  [
    'its detail',
    () => Response.json({ detail: 'not installed' }, { status: 404 }),
    'CONSENT_REFUSED',
    /HTTP 404 not installed/,
  ],
  ['its status', () => new Response('<html>', { status: 502 }), 'API_FAILED', /HTTP 502/],
  [
    'that nothing came',
    () => Promise.reject(new TypeError('Failed to fetch')),
    'API_FAILED',
    /Failed to fetch/,
  ],
])('tells a failed call by %s', async (_, answer, code, message) => {
  await expect(api(answer).trust('sales')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(new RegExp(`/api/plugins/sales/trust-frontend: .*${message.source}`)),
  });
});

test.each(['listPlugins', 'loadDashboard'] as const)('%s refuses an answer that is no JSON', async (name) => {
  await expect(api(() => new Response('<html>'))[name]('a', 'b')).rejects.toMatchObject({
    code: 'API_FAILED',
    message: expect.stringMatching(/JSON/),
  });
});

test('names what is wrong with a list or a dashboard', async () => {
  await expect(api(() => Response.json([])).listPlugins()).rejects.toMatchObject({ code: 'LIST_INVALID' });
  await expect(api(() => Response.json({ panels: 5 })).loadDashboard('a', 'main')).rejects.toMatchObject({
    code: 'DASHBOARD_INVALID',
    message: expect.stringMatching(/^a: main: panels is 5, but it must be a list/),
  });
});
