import { expect, test, vi } from 'vitest';
import { WITH_LIST } from '../contract/index.ts';
import { createClient, type Client } from './client.ts';

function clientOf(answer: (url: string) => Response | Promise<Response>) {
  const apiFetch = vi.fn(async (url: string, _init?: RequestInit) => answer(url));
  return { apiFetch, ...createClient({ apiBase: '/api', apiFetch }) };
}

test('requests the paths of the contract', async () => {
  const { apiFetch, ...calls } = clientOf((url) =>
    Response.json({ plugins: [], panels: [], plugin_id: 'sales', trusted: url.includes('/trust') }),
  );
  expect(await calls.listPlugins()).toEqual({ plugins: [], refused: [] });
  await calls.decide('sales', 'trusted');
  await calls.decide('sales', 'revoked');
  expect(await calls.loadDashboard('sales', 'a b')).toEqual({ name: 'a b', rows: [] });
  expect(apiFetch.mock.calls.map(([url, init]) => `${init?.method ?? 'GET'} ${url}`)).toEqual([
    'GET /api/plugins',
    'POST /api/plugins/sales/trust-frontend',
    'POST /api/plugins/sales/revoke-frontend-trust',
    'GET /api/plugins/sales/dashboards/a%20b',
  ]);
});

test('lets the server confirm a stored answer, and stores no decision', async () => {
  const { apiFetch, ...calls } = clientOf(() =>
    Response.json({ plugins: [], plugin_id: 'a', trusted: true }),
  );
  const { signal } = new AbortController();
  await calls.listPlugins();
  await calls.listPlugins({ pluginId: 'a', name: 'b' });
  await calls.loadDashboard('a', 'b', signal);
  await calls.decide('a', 'trusted');
  expect(apiFetch.mock.calls.map(([, init]) => init)).toEqual([
    { cache: 'no-cache' },
    { cache: 'no-cache' },
    { cache: 'no-cache', signal },
    { method: 'POST' },
  ]);
});

test.each([
  [
    'its detail',
    () => Response.json({ detail: 'not installed' }, { status: 404 }),
    'CONSENT_REFUSED',
    /HTTP 404: not installed/,
  ],
  ['its status', () => new Response('<html>', { status: 502 }), 'API_FAILED', /HTTP 502/],
  [
    'the error of a request without an answer',
    () => Promise.reject(new TypeError('Failed to fetch')),
    'API_FAILED',
    /Failed to fetch/,
  ],
])('explains a failed call by %s', async (_, answer, code, message) => {
  await expect(clientOf(answer).decide('sales', 'trusted')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(new RegExp(`/api/plugins/sales/trust-frontend: .*${message.source}`)),
  });
});

const html = (status: number) => () =>
  new Response('<!doctype html>', { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });

const CALLS: [string, (client: Client) => Promise<unknown>][] = [
  ['listPlugins', (client) => client.listPlugins()],
  ['listPlugins of a part', (client) => client.listPlugins({ pluginId: 'a', name: 'b' })],
  ['loadDashboard', (client) => client.loadDashboard('a', 'b')],
  ['trust', (client) => client.decide('a', 'trusted')],
  ['revoke', (client) => client.decide('a', 'revoked')],
];

test.each(CALLS.slice(0, 3))('says that the page’s server answered %s with its page', async (_, call) => {
  await expect(call(clientOf(html(200)))).rejects.toMatchObject({
    code: 'API_MISROUTED',
    message: expect.stringMatching(
      /^\/api\/plugins\S* was answered with text\/html \(HTTP 200\): the page’s own server.*dev server.*proxy/,
    ),
  });
});

test.each(CALLS)('says that the page’s server has no route for %s', async (_, call) => {
  for (const status of [404, 405])
    await expect(call(clientOf(html(status)))).rejects.toMatchObject({ code: 'API_MISROUTED' });
  await expect(call(clientOf(html(502)))).rejects.toMatchObject({ code: 'API_FAILED' });
});

test.each(CALLS.slice(0, 3))('tells a damaged answer to %s from a foreign page', async (_, call) => {
  const damaged = () => new Response('{"plug', { headers: { 'Content-Type': 'application/json' } });
  await expect(call(clientOf(damaged))).rejects.toMatchObject({
    code: 'API_FAILED',
    message: expect.stringMatching(/JSON/),
  });
});

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const component = (name: string, state: object = {}) => ({ name, path: `w/${name}.js`, ...state });
const confirmation = (...components: object[]) =>
  Response.json({ plugin_id: 'sales', trusted: true, components });

test.each<[string, () => Response, Record<string, string>?]>([
  ['without hashes, to consent without hashes', () => confirmation(component('Chart'))],
  ['without hashes, as of NousViz 1.0', () => confirmation(component('Chart')), { 'Chart.js': NEW }],
  ['with components of another kind', () => confirmation({ file: 5 }), { 'Chart.js': NEW }],
  ['with hashes, to consent without hashes', () => confirmation(component('Chart', { sha256: NEW }))],
  ['with the hashes', () => confirmation(component('Chart', { sha256: NEW })), { 'Chart.js': NEW }],
  [
    'with the hashes, while other bytes are on disk',
    () => confirmation(component('Chart', { sha256: OLD, changed: true, consented: { sha256: NEW } })),
    { 'Chart.js': NEW },
  ],
])('accepts a consent’s answer %s', async (_, answer, shown) => {
  await expect(clientOf(answer).decide('sales', 'trusted', shown)).resolves.toBeUndefined();
});

test.each<[string, () => Response, RegExp]>([
  ['a sign-in page', html(200), /HTTP 200: <!doctype html>/],
  ['nothing', () => new Response(null, { status: 204 }), /HTTP 204/],
  ['an empty object', () => Response.json({}), /HTTP 200: \{\}/],
  ['null', () => Response.json(null), /HTTP 200: null/],
  ['another plugin', () => Response.json({ plugin_id: 'crm', trusted: true }), /"crm"/],
  ['the opposite', () => Response.json({ plugin_id: 'sales', trusted: false }), /trusted is false/],
  ['no verdict', () => Response.json({ plugin_id: 'sales' }), /trusted is undefined/],
  ['other bytes', () => confirmation(component('Chart', { sha256: OLD })), /other bytes of Chart\.js/],
  [
    'other bytes that run',
    () => confirmation(component('Chart', { sha256: NEW, changed: true, consented: { sha256: OLD } })),
    /other bytes of Chart\.js/,
  ],
  [
    'a file that was not shown',
    () => confirmation(component('Chart', { sha256: NEW }), component('Map', { sha256: OLD })),
    /other bytes of Map\.js/,
  ],
  [
    'less than was shown',
    () => confirmation(component('Map', { sha256: NEW })),
    /other bytes of Chart\.js, Map\.js/,
  ],
])('does not accept %s as the answer to a consent', async (_, answer, message) => {
  await expect(clientOf(answer).decide('sales', 'trusted', { 'Chart.js': NEW })).rejects.toMatchObject({
    code: 'CONSENT_UNCONFIRMED',
    pluginId: 'sales',
    message: expect.stringMatching(message),
  });
});

test.each<[string, () => Response]>([
  ['a sign-in page', html(200)],
  ['nothing', () => new Response(null, { status: 204 })],
  ['the opposite', () => Response.json({ plugin_id: 'sales', trusted: true })],
])('does not accept %s as the answer to a revoke', async (_, answer) => {
  await expect(clientOf(answer).decide('sales', 'revoked')).rejects.toMatchObject({
    code: 'CONSENT_UNCONFIRMED',
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
  for (const answer of [[document], Promise.resolve([document])])
    expect(await client.loadDashboard('a', 'main', undefined, answer)).toMatchObject({ title: 'Early' });
  expect(respond).not.toHaveBeenCalled();
  await client.loadDashboard('a', 'main', undefined, Promise.resolve(undefined));
  expect(respond).toHaveBeenCalledOnce();
  await expect(client.listPlugins(undefined, [[]])).rejects.toMatchObject({ code: 'LIST_INVALID' });
});

const DOCUMENT = { title: 'Own', panels: [] };
const BOTH = { list: { plugins: [] }, dashboard: DOCUMENT };
const typed = (type: string) => () =>
  new Response(JSON.stringify(BOTH), { headers: { 'Content-Type': type } });

/** Loads a dashboard with its part of the list. */
function loadBoth(answer: (url: string) => Response, given?: unknown) {
  const { apiFetch, loadDashboard } = clientOf(answer);
  const list = vi.fn((answered: Promise<unknown>) => answered.catch(({ code }: { code: string }) => code));
  const layout = loadDashboard('a', 'main', undefined, given, list);
  // Before the answer arrives.
  expect(list).toHaveBeenCalledOnce();
  return { apiFetch, layout, list: list.mock.results[0]!.value };
}

test.each([
  ['of the host API', `application/json; ${WITH_LIST}`],
  ['with a charset, as some servers add it', `application/json; ${WITH_LIST}; charset=utf-8`],
])('takes a dashboard and its part of the list from one answer %s', async (_, type) => {
  const { apiFetch, layout, list } = loadBoth(typed(type));
  expect([await layout, await list]).toMatchObject([{ title: 'Own' }, [BOTH.list]]);
  expect(apiFetch.mock.calls.map(([url]) => url)).toEqual([`/api/plugins/a/dashboards/main?${WITH_LIST}`]);
});

test('takes both from the answer that the page has already', async () => {
  const { apiFetch, layout, list } = loadBoth(typed('application/json'), [BOTH, WITH_LIST]);
  expect([await layout, await list]).toMatchObject([{ title: 'Own' }, [BOTH.list]]);
  expect(apiFetch).not.toHaveBeenCalled();
});

test.each<[string, () => Response, unknown?]>([
  ['has its keys', () => Response.json({ ...BOTH, panels: [] })],
  ['has its keys, in another type of JSON', () => new Response(JSON.stringify({ ...BOTH, panels: [] }))],
  [
    'has its keys, and is in the page',
    () => Response.json({}),
    [{ ...BOTH, panels: [] }, 'application/json'],
  ],
  [
    'has its keys, and is in the page without a type',
    () => Response.json({}),
    [{ ...BOTH, panels: [] }, null],
  ],
  ['names it', () => Response.json({ panels: [], title: WITH_LIST, type: `application/json; ${WITH_LIST}` })],
])('never takes a document for an answer with a list that %s', async (_, answer, given) => {
  const { layout, list } = loadBoth(answer, given);
  expect([(await layout).rows, await list]).toEqual([[], undefined]);
});

test.each([
  [401, 'API_FAILED'],
  [404, 'DASHBOARD_FAILED'],
  [422, 'DASHBOARD_UNREADABLE'],
  [503, 'API_FAILED'],
])('has neither a dashboard nor a list after HTTP %i', async (status, code) => {
  const { layout, list, apiFetch } = loadBoth(() => Response.json({ detail: 'no' }, { status }));
  await expect(layout).rejects.toMatchObject({ code });
  expect(await list).toBe(code);
  expect(apiFetch).toHaveBeenCalledOnce();
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
