import { expect, test } from 'vitest';
import { createApiFetch, type ApiFetchOptions } from './api-fetch.ts';

const ORIGIN = 'http://localhost:3000';
const sent: Request[] = [];

function widgets(answer: (request: Request) => Response, options: Partial<ApiFetchOptions> = {}) {
  sent.length = 0;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push(request);
    return answer(request);
  };
  return {
    apiFetch: createApiFetch({ apiBase: '/api', getSessionToken: () => 'secret', fetch, ...options }),
  };
}

const ok = () => new Response('{}');
const tokens = () => sent.map((request) => request.headers.get('X-Session-Token'));
const answered = (url: string, redirected: boolean, status = 200) =>
  Object.defineProperties(new Response('{}', { status }), {
    url: { value: url },
    redirected: { value: redirected },
  });

test('sends the token to the host, uncached', async () => {
  await widgets(ok).apiFetch('/api/plugins/sales/items');
  expect(sent[0]!.url).toBe(`${ORIGIN}/api/plugins/sales/items`);
  expect(sent[0]!.cache).toBe('no-store');
  expect(sent[0]!.redirect).toBe('manual');
  expect(tokens()).toEqual(['secret']);
});

test('obeys the caller’s own cache mode', async () => {
  const { apiFetch } = widgets(ok);
  await apiFetch('/api/x', { cache: 'force-cache' });
  await apiFetch('/api/x', { cache: 'default' });
  await apiFetch(new Request(`${ORIGIN}/api/x`, { cache: 'reload' }));
  expect(sent.map((request) => request.cache)).toEqual(['force-cache', 'default', 'reload']);
});

test.each([
  ['a string', () => '/api/x'],
  ['a URL', () => new URL('/api/x', ORIGIN)],
  ['a Request', () => new Request(`${ORIGIN}/api/x`)],
])('accepts %s', async (_, input) => {
  await widgets(ok).apiFetch(input());
  expect(sent[0]!.url).toBe(`${ORIGIN}/api/x`);
  expect(tokens()).toEqual(['secret']);
});

test.each([
  ['an object', { 'X-A': '1', 'x-session-token': 'forged' }],
  ['Headers', new Headers({ 'X-A': '1', 'X-SESSION-TOKEN': 'forged' })],
  [
    'pairs',
    [
      ['X-A', '1'],
      ['X-Session-Token', 'forged'],
    ] as [string, string][],
  ],
])('sends headers passed as %s, and replaces a forged token', async (_, headers) => {
  await widgets(ok).apiFetch('/api/x', { headers });
  expect(sent[0]!.headers.get('X-A')).toBe('1');
  expect(tokens()).toEqual(['secret']);
});

test('sends the method, body and headers of a Request', async () => {
  const request = new Request(`${ORIGIN}/api/x`, { method: 'PUT', body: 'text', headers: { 'X-A': '1' } });
  await widgets(ok).apiFetch(request);
  expect(sent[0]!.method).toBe('PUT');
  expect(sent[0]!.headers.get('X-A')).toBe('1');
  expect(await sent[0]!.text()).toBe('text');
});

test.each([
  'http://other.test/api',
  '//other.test/api',
  '\\\\other.test\\api',
  'https://localhost:3000/api',
  'data:text/plain,hi',
])('sends no token to %s', async (url) => {
  const { apiFetch } = widgets(ok);
  await apiFetch(url, { headers: { 'x-session-token': 'secret' } });
  await apiFetch(new Request(new URL(url, ORIGIN), { headers: { 'X-Session-Token': 'secret' } }));
  expect(tokens()).toEqual([null, null]);
});

test('sends the token to an API of another origin, but not to other paths there', async () => {
  const { apiFetch } = widgets(ok, { apiBase: 'https://api.test/v1' });
  await apiFetch('https://api.test/v1/plugins');
  await apiFetch('https://api.test/v10/plugins');
  await apiFetch('https://api.test/v1/../other');
  await apiFetch('/api/plugins');
  expect(tokens()).toEqual(['secret', null, null, 'secret']);
  expect(sent[3]!.url).toBe('https://api.test/v1/plugins');
});

test('reads the token for every request, and sends no empty token', async () => {
  let token: string | null = null;
  const { apiFetch } = widgets(ok, { getSessionToken: () => token });
  await apiFetch('/api/x');
  token = 'new';
  await apiFetch('/api/x');
  expect(tokens()).toEqual([null, 'new']);
});

test('returns a 401 to the caller', async () => {
  const response = await widgets(() => new Response('no', { status: 401 })).apiFetch('/api/x');
  expect(response.status).toBe(401);
});

test('repeats a redirected GET if its final URL belongs to the host', async () => {
  const { apiFetch } = widgets(({ url, redirect }) => {
    if (redirect === 'follow') return answered(`${ORIGIN}/api/x/`, true, 401);
    return url.endsWith('/x') ? new Response(null, { status: 307 }) : new Response('there');
  });
  const response = await apiFetch('/api/x', { headers: { 'X-A': '1' } });
  expect(await response.text()).toBe('there');
  expect(tokens()).toEqual(['secret', null, 'secret']);
  expect(sent[1]!.headers.get('X-A')).toBeNull();
  expect(sent[2]!.headers.get('X-A')).toBe('1');
  expect(sent[2]!.redirect).toBe('manual');
});

test.each([
  ['off-site', 'GET', 'http://other.test/api/x'],
  ['again', 'GET', `${ORIGIN}/api/x/again`],
  ['a POST', 'POST', `${ORIGIN}/api/x/`],
])('rejects a redirect: %s', async (_, method, to) => {
  const { apiFetch } = widgets(({ redirect }) =>
    redirect === 'follow' ? answered(to, true) : new Response(null, { status: 307 }),
  );
  await expect(apiFetch('/api/x', { method, ...(method === 'POST' && { body: 'x' }) })).rejects.toMatchObject(
    {
      code: 'API_REDIRECTED',
      message: expect.stringMatching(/http:\/\/localhost:3000\/api\/x.*trailing slash/i),
    },
  );
  expect(sent.every(({ url, headers }) => !headers.has('X-Session-Token') || url.startsWith(ORIGIN))).toBe(
    true,
  );
});

test('returns a redirect to a caller with redirect: manual', async () => {
  const { apiFetch } = widgets(() => new Response(null, { status: 302 }));
  expect((await apiFetch('/api/x', { redirect: 'manual' })).status).toBe(302);
});

test('rejects an invalid address', async () => {
  await expect(widgets(ok).apiFetch('http://')).rejects.toThrow();
});
