import { expect, test, vi } from 'vitest';
import { createClient, type Client } from './client.ts';

function clientOf(answer: (url: string) => Response | Promise<Response>) {
  const apiFetch = vi.fn(async (url: string, _init?: RequestInit) => answer(url));
  return { apiFetch, ...createClient({ apiBase: '/api', apiFetch }) };
}

test('requests the paths of the contract', async () => {
  const { apiFetch, ...calls } = clientOf(() => Response.json({ plugins: [], panels: [] }));
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
    'the error of a request without an answer',
    () => Promise.reject(new TypeError('Failed to fetch')),
    'API_FAILED',
    /Failed to fetch/,
  ],
])('explains a failed call by %s', async (_, answer, code, message) => {
  await expect(clientOf(answer).trust('sales')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(new RegExp(`/api/plugins/sales/trust-frontend: .*${message.source}`)),
  });
});

test.each([
  ['listPlugins', (client: Client) => client.listPlugins()],
  ['loadDashboard', (client: Client) => client.loadDashboard('a', 'b')],
])('refuses an answer to %s that is not JSON', async (_, call) => {
  await expect(call(clientOf(() => new Response('<html>')))).rejects.toMatchObject({
    code: 'API_FAILED',
    message: expect.stringMatching(/^\/api\/plugins.*: .*JSON.*\[API_FAILED\]$/),
  });
});

test('requests the part of the list that a dashboard needs', async () => {
  const paths: string[] = [];
  const client = clientOf((url) => {
    paths.push(url);
    return Response.json({ plugins: [], dashboard: { components: ['Map', 5] } });
  });
  expect(await client.listPlugins({ pluginId: 'a', name: 'on/e' })).toEqual({
    plugins: [],
    refused: [],
    enoughFor: ['Map'],
  });
  expect(paths).toEqual(['/api/plugins?dashboard=a/on%2Fe']);
});

test('reads an answer that the page has already, and requests one that it lacks', async () => {
  const respond = vi.fn(() => Response.json({ panels: [] }));
  const client = clientOf(respond);
  const document = { title: 'Early', panels: [] };
  for (const answer of [document, Promise.resolve(document)])
    expect(await client.loadDashboard('a', 'main', undefined, answer)).toMatchObject({ title: 'Early' });
  expect(respond).not.toHaveBeenCalled();
  await client.loadDashboard('a', 'main', undefined, Promise.resolve(undefined));
  expect(respond).toHaveBeenCalledOnce();
  await expect(client.listPlugins(undefined, [])).rejects.toMatchObject({ code: 'LIST_INVALID' });
});

test('names the error in a list or a dashboard', async () => {
  await expect(clientOf(() => Response.json([])).listPlugins()).rejects.toMatchObject({
    code: 'LIST_INVALID',
  });
  await expect(clientOf(() => Response.json({ panels: 5 })).loadDashboard('a', 'main')).rejects.toMatchObject(
    {
      code: 'DASHBOARD_INVALID',
      message: expect.stringMatching(/^a: main: panels is 5, but it must be a list/),
    },
  );
});
