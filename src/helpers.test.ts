import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWidgets, type HelperOptions } from './helpers.ts';

const ORIGIN = 'http://localhost:3000';
const sent: Request[] = [];

function widgets(answer: (request: Request) => Response, options: Partial<HelperOptions> = {}) {
  sent.length = 0;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push(request);
    return answer(request);
  };
  return createWidgets({ apiBase: '/api', getSessionToken: () => 'secret', fetch, ...options });
}

const ok = () => new Response('{}');
const tokens = () => sent.map((request) => request.headers.get('X-Session-Token'));
const answered = (url: string, redirected: boolean, status = 200) =>
  Object.defineProperties(new Response('{}', { status }), {
    url: { value: url },
    redirected: { value: redirected },
  });

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-04-25T14:00:00Z') }));
afterEach(() => vi.useRealTimers());

test('sends the token to the host, uncached', async () => {
  await widgets(ok).apiFetch('/api/plugins/sales/items');
  expect(sent[0]!.url).toBe(`${ORIGIN}/api/plugins/sales/items`);
  expect(sent[0]!.cache).toBe('no-store');
  expect(sent[0]!.redirect).toBe('manual');
  expect(tokens()).toEqual(['secret']);
});

test('keeps what the caller says of the cache', async () => {
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
])('takes %s', async (_, input) => {
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
])('keeps headers given as %s and replaces a forged token', async (_, headers) => {
  await widgets(ok).apiFetch('/api/x', { headers });
  expect(sent[0]!.headers.get('X-A')).toBe('1');
  expect(tokens()).toEqual(['secret']);
});

test('keeps method, body and headers of a Request', async () => {
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

test('sends the token to an API of another origin, but not beside it', async () => {
  const { apiFetch } = widgets(ok, { apiBase: 'https://api.test/v1' });
  await apiFetch('https://api.test/v1/plugins');
  await apiFetch('https://api.test/v10/plugins');
  await apiFetch('https://api.test/v1/../other');
  await apiFetch('/api/plugins');
  expect(tokens()).toEqual(['secret', null, null, 'secret']);
  expect(sent[3]!.url).toBe('https://api.test/v1/plugins');
});

test('asks for the token at every request and does without one', async () => {
  let token: string | null = null;
  const { apiFetch } = widgets(ok, { getSessionToken: () => token });
  await apiFetch('/api/x');
  token = 'new';
  await apiFetch('/api/x');
  expect(tokens()).toEqual([null, 'new']);
});

test('hands a 401 to the caller', async () => {
  const response = await widgets(() => new Response('no', { status: 401 })).apiFetch('/api/x');
  expect(response.status).toBe(401);
});

test('repeats a redirected GET where the final address is ours', async () => {
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

test('leaves a redirect to a caller who asked for it', async () => {
  const { apiFetch } = widgets(() => new Response(null, { status: 302 }));
  expect((await apiFetch('/api/x', { redirect: 'manual' })).status).toBe(302);
});

test('rejects what is no address', async () => {
  await expect(widgets(ok).apiFetch('http://')).rejects.toThrow();
});

const { formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn } = widgets(ok);

test.each([
  ['2026-04-25T12:00:00Z', '2 hours ago'],
  ['2026-04-25T14:05:00Z', 'in 5 minutes'],
  ['2026-04-25T13:59:59Z', '1 second ago'],
  ['2026-04-25T13:59:01Z', '59 seconds ago'],
  ['2026-04-25T13:59:00Z', '1 minute ago'],
  ['2026-04-25T13:00:20Z', '1 hour ago'],
  ['2026-04-25T12:59:00Z', '1 hour ago'],
  ['2026-04-24T14:00:00Z', '1 day ago'],
  ['2026-03-20T14:00:00Z', '1 month ago'],
  ['2024-04-25T14:00:00Z', '2 years ago'],
  ['2026-04-25T16:00:00+02:00', 'in 0 seconds'],
  ['2026-04-25 13:00:00', '1 hour ago'],
])('formatRelativeTime(%j) is %j', (iso, text) => expect(formatRelativeTime(iso)).toBe(text));

test.each([
  ['2026-04-25T14:00:00Z', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T14:00:00.999Z', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T16:00:00+02:00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T14:00:00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25 14:00:00.123456+00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25', '2026-04-25, 00:00:00 UTC'],
])('formatAbsoluteTime(%j) is %j', (iso, text) => expect(formatAbsoluteTime(iso)).toBe(text));

test.each([
  null,
  undefined,
  '',
  'soon',
  'version 5',
  '2026-13-45T99:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-04-31',
  {},
  5,
  new Date('x'),
])('%j is no time', (value) => {
  expect(formatRelativeTime(value as string)).toBe('—');
  expect(formatAbsoluteTime(value as string)).toBe('—');
});

test.each([
  [1_234_567, '1,234,567'],
  [0, '0'],
  [-0, '0'],
  [-0.001, '0'],
  [1.005, '1.01'],
  [1234.5678, '1,234.57'],
  [-1234.5, '-1,234.5'],
  [10n ** 20n, '100,000,000,000,000,000,000'],
  [Number.NaN, '—'],
  [Number.POSITIVE_INFINITY, '—'],
  [Number.NEGATIVE_INFINITY, '—'],
  [null, '—'],
  [undefined, '—'],
  ['5' as never, '—'],
])('formatNumber(%s) is %j', (n, text) => expect(formatNumber(n)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1023.9, '1023.9 B'],
  [1023.99, '1 KB'],
  [1024, '1 KB'],
  [1_468_006, '1.4 MB'],
  [1_048_575, '1 MB'],
  [-1536, '-1.5 KB'],
  [-0.01, '0 B'],
  [2 ** 60, '1 EB'],
  [2 ** 70, '1024 EB'],
  [Number.NaN, '—'],
  [null, '—'],
])('formatBytes(%s) is %j', (n, text) => expect(formatBytes(n)).toBe(text));

test('cn lets the later utility win', () => {
  expect(cn('p-2 text-sm', ['p-4', { hidden: false, block: true }], null)).toBe('text-sm p-4 block');
});

test('is frozen', () => {
  expect(Object.isFrozen(widgets(ok))).toBe(true);
});
