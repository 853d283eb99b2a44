// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPortFetch } from './guest/port-fetch.ts';
import { createLimits, DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { ToFrame, ToPage } from './protocol.ts';
import { readMessage } from './read-message.ts';
import { createRequests } from './requests.ts';
import { sizeOf } from './size-of.ts';

const PAGE = 'https://host.test/plugin/own/main';
const BASE = 'https://host.test/api/plugins/own';

beforeEach(() => vi.stubGlobal('location', new URL(PAGE)));

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Connects both ends over a channel, with the real cloning of messages. */
function connect(answer: (request: Request) => Response | Promise<Response>, limits: Partial<Limits> = {}) {
  const sent: Request[] = [];
  const { port1, port2 } = new MessageChannel();
  const apiFetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    request.headers.set('X-Session-Token', 'secret');
    sent.push(request);
    return answer(request);
  };
  const errors: unknown[] = [];
  const received: unknown[] = [];
  const page = createRequests({
    pluginId: 'own',
    component: 'Chart',
    apiBase: '/api',
    page: PAGE,
    apiFetch,
    limits: createLimits({ ...DEFAULT_LIMITS, ...limits }),
    send(message: ToFrame, transfer = []) {
      if (message.type === 'end' && message.error) errors.push(message.error);
      port1.postMessage(message, transfer);
    },
  });
  const frame = createPortFetch((message: ToPage, transfer = []) => port2.postMessage(message, transfer));
  port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    received.push(data);
    const message = readMessage(data);
    if (message?.type === 'request') void page.start(message.request);
    if (message?.type === 'more') void page.more(message.id);
    if (message?.type === 'abort') page.abort(message.id);
  });
  port2.addEventListener('message', (event) => frame.deliver((event as MessageEvent<never>).data));
  port1.start();
  port2.start();
  close = () => {
    port1.close();
    port2.close();
  };
  return { apiFetch: frame.apiFetch, frame, page, sent, received, errors };
}

const form = new FormData();
form.set('name', 'é');
form.set('file', new Blob(['bytes'], { type: 'text/plain' }), 'a.txt');

test.each<[string, BodyInit, RegExp, RegExp]>([
  ['a string', 'text', /^text\/plain/, /^text$/],
  ['JSON', '{"a":1}', /^text\/plain/, /^\{"a":1\}$/],
  ['form fields', new URLSearchParams({ a: '1 2' }), /^application\/x-www-form-urlencoded/, /^a=1\+2$/],
  ['a form', form, /^multipart\/form-data; boundary=/, /filename="a\.txt"[\s\S]*bytes/],
  ['a blob', new Blob(['blob'], { type: 'image/png' }), /^image\/png$/, /^blob$/],
  ['a buffer', new TextEncoder().encode('buffer').buffer, /^null$/, /^buffer$/],
  ['an array', new TextEncoder().encode('array'), /^null$/, /^array$/],
  ['a stream', new Blob(['stream']).stream(), /^null$/, /^stream$/],
])('sends %s as a body', async (_, body, type, text) => {
  const { apiFetch, sent } = connect(() => new Response('{}'));
  await apiFetch(`${BASE}/items`, { method: 'POST', body });
  expect(String(sent[0]!.headers.get('Content-Type'))).toMatch(type);
  expect(await sent[0]!.text()).toMatch(text);
});

test('sends a Request, its method and its headers, with the mark and without headers that servers route by', async () => {
  const { apiFetch, sent } = connect(() => new Response('{}'));
  const headers = {
    'X-A': '1',
    'x-nousviz-widget': 'other',
    'X-Session-Token': 'forged',
    'X-Original-URL': '/api/users',
    'X-HTTP-Method-Override': 'DELETE',
    'X-Forwarded-Host': 'other',
  };
  await apiFetch(new Request(`${BASE}/items`, { method: 'PUT', headers, body: 'a' }), { cache: 'reload' });
  const [request] = sent;
  expect(request).toMatchObject({ method: 'PUT', url: `${BASE}/items`, cache: 'reload' });
  expect([...request!.headers].filter(([name]) => name.startsWith('x-'))).toEqual([
    ['x-a', '1'],
    ['x-nousviz-widget', 'own'],
    ['x-session-token', 'secret'],
  ]);
});

test('answers with the exact response, without the headers of the session', async () => {
  const { apiFetch } = connect(() =>
    Object.defineProperty(
      new Response('text', {
        status: 418,
        statusText: 'Teapot',
        headers: { 'X-B': '2', 'X-Session-Token': 'secret', 'Set-Cookie': 'a=b' },
      }),
      'url',
      { value: `${BASE}/items` },
    ),
  );
  const response = await apiFetch(`${BASE}/items`);
  const copy = response.clone();
  for (const one of [response, copy, copy.clone()]) {
    expect(one).toBeInstanceOf(Response);
    expect(one).toMatchObject({ status: 418, statusText: 'Teapot', ok: false, redirected: false });
    expect(one.url).toBe(`${BASE}/items`);
    expect([...one.headers.keys()].toSorted()).toEqual(['content-type', 'x-b']);
  }
  expect(await response.text()).toBe('text');
  expect(await copy.text()).toBe('text');
});

test.each([204, 205, 304])('answers with status %i, which has no body', async (status) => {
  const { apiFetch } = connect(() => new Response(null, { status }));
  expect(await apiFetch(`${BASE}/items`)).toMatchObject({ status, body: null });
});

test('streams an answer as it is read, and cancels it at the source', async () => {
  let written = 0;
  const cancelled = vi.fn();
  const { apiFetch } = connect(
    () =>
      new Response(
        new ReadableStream(
          {
            pull: (controller) => controller.enqueue(new TextEncoder().encode(`${(written += 1)} `)),
            cancel: cancelled,
          },
          { highWaterMark: 0 },
        ),
      ),
  );
  const response = await apiFetch(`${BASE}/events`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect([await reader.read(), await reader.read()]).toEqual([
    { value: '1 ', done: false },
    { value: '2 ', done: false },
  ]);
  expect(written).toBeLessThan(10);
  await reader.cancel();
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalled());
});

test('aborts a request before its answer, and while its answer is read', async () => {
  const { apiFetch, sent } = connect(
    ({ url, signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (url.endsWith('/events')) resolve(new Response(new ReadableStream()));
      }),
  );
  const waiting = new AbortController();
  const never = apiFetch(`${BASE}/items`, { signal: waiting.signal });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  waiting.abort();
  await expect(never).rejects.toMatchObject({ name: 'AbortError' });
  await vi.waitFor(() => expect(sent[0]!.signal.aborted).toBe(true));

  const reading = new AbortController();
  const response = await apiFetch(`${BASE}/events`, { signal: reading.signal });
  const text = response.text();
  reading.abort();
  await expect(text).rejects.toMatchObject({ name: 'AbortError' });
  await vi.waitFor(() => expect(sent[1]!.signal.aborted).toBe(true));
  await expect(apiFetch(`${BASE}/items`, { signal: reading.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(sent).toHaveLength(2);
});

test('rejects with the code of a refused route, and sends nothing', async () => {
  const { apiFetch, sent } = connect(() => new Response('{}'));
  await expect(
    apiFetch('https://host.test/api/plugins/own/trust-frontend', { method: 'POST' }),
  ).rejects.toMatchObject({
    name: 'WidgetError',
    code: 'ROUTE_REFUSED',
    message: expect.stringContaining('own/Chart: A sandboxed widget may not request'),
  });
  expect(sent).toEqual([]);
});

test('rejects with the error of fetch', async () => {
  const { apiFetch } = connect(() => Promise.reject(new TypeError('Failed to fetch')));
  const failed = await apiFetch(`${BASE}/items`).catch((thrown: unknown) => thrown);
  expect(failed).toBeInstanceOf(TypeError);
  expect(failed).toMatchObject({ message: 'Failed to fetch' });
});

test('names the limit that a request or its answer exceeds, and goes on with the next', async () => {
  const { apiFetch } = connect(() => new Response('a'.repeat(500)), {
    messageBytes: 100,
    bytesPerMinute: 600,
  });
  await expect(apiFetch(`${BASE}/items`, { method: 'POST', body: 'a'.repeat(101) })).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringContaining('messageBytes is 100'),
  });
  expect(await (await apiFetch(`${BASE}/items`)).text()).toHaveLength(500);
  await expect((await apiFetch(`${BASE}/items`)).text()).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringContaining('bytesPerMinute is 600'),
  });
});

test('reads and sends no body beyond the limit', async () => {
  const { apiFetch, frame, sent, received } = connect(() => new Response('{}'), { messageBytes: 1000 });
  frame.limit(1000);
  const read = vi.fn();
  const cancelled = vi.fn();
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      read();
      controller.enqueue(new Uint8Array(100));
    },
    cancel: cancelled,
  });
  for (const body of [endless, new Uint8Array(5e6), 'a'.repeat(1001), new Blob(['a'.repeat(1001)])])
    await expect(apiFetch(`${BASE}/items`, { method: 'POST', body })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('messageBytes is 1000'),
    });
  expect(read.mock.calls.length).toBeLessThan(15);
  expect(cancelled).toHaveBeenCalled();
  expect(received.map((message) => sizeOf(message, 1e9)).every((size) => size < 2000)).toBe(true);
  expect(sent).toEqual([]);
});

test('an aborted request reads its body no further', async () => {
  const { apiFetch, received } = connect(() => new Response('{}'));
  const cancelled = vi.fn();
  const aborting = new AbortController();
  const body = new ReadableStream({ cancel: cancelled });
  const asked = apiFetch(`${BASE}/items`, { method: 'POST', body, signal: aborting.signal });
  aborting.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect(cancelled).toHaveBeenCalled();
  expect(received).toEqual([]);
});

test('counts the headers of a request', async () => {
  const { apiFetch } = connect(() => new Response('{}'), { messageBytes: 1000 });
  await expect(apiFetch(`${BASE}/items`, { headers: { 'X-A': 'a'.repeat(1000) } })).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
  });
});

test('a header that the browser refuses is an error of that request only', async () => {
  const { page, sent, errors } = connect(() => new Response('there'), { requestsInFlight: 1 });
  const request = {
    id: 1,
    url: `${BASE}/items`,
    method: 'GET',
    redirect: 'follow',
    cache: undefined,
  } as const;
  await page.start({ ...request, headers: [['not a name', 'x\ny']] });
  await page.start({ ...request, id: 2, headers: [] });
  expect(sent).toHaveLength(1);
  expect(errors).toEqual([{ name: 'TypeError', message: 'Failed to fetch' }]);
});

test.each([
  ['an error', new Error('The session of ada@host.test has ended')],
  ['an error of a name', Object.assign(new Error('secret'), { name: 'secret', code: 'secret' })],
  ['a TypeError', new TypeError('Cannot read properties of undefined (reading "secret")')],
  ['a text', 'secret'],
  [
    'an error that cannot be read',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('secret');
        },
      },
    ),
  ],
])('hands no text of the app to the frame: %s', async (_, thrown) => {
  const { apiFetch } = connect(() => Promise.reject(thrown as Error));
  const failed = (await apiFetch(`${BASE}/items`).catch((error: unknown) => error)) as Error;
  expect({ ...failed, name: failed.name, message: failed.message }).toEqual({
    name: 'TypeError',
    message: 'Failed to fetch',
  });
});

const redirects: [string, () => Response][] = [
  [
    'that the browser hides',
    () =>
      Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' }, status: { value: 0 } }),
  ],
  ...[301, 302, 303, 307, 308].map((status): [string, () => Response] => [
    `with status ${status}`,
    () => new Response(null, { status, headers: { Location: 'https://other.test/' } }),
  ]),
];

test.each(redirects)('follows no redirect %s, and asks no server for its target', async (_, redirect) => {
  const fetch = vi.fn(async () => new Response('elsewhere'));
  vi.stubGlobal('fetch', fetch);
  for (const method of ['GET', 'HEAD', 'POST']) {
    const { apiFetch, sent } = connect(redirect);
    await expect(apiFetch(`${BASE}/items`, { method })).rejects.toMatchObject({
      code: 'ROUTE_REFUSED',
      message: expect.stringContaining('the server redirects it'),
    });
    await expect(apiFetch(`${BASE}/items`, { method, redirect: 'error' })).rejects.toBeInstanceOf(TypeError);
    expect((await apiFetch(`${BASE}/items`, { method, redirect: 'manual' })).redirected).toBe(false);
    expect(sent.map((one) => one.redirect)).toEqual(['manual', 'manual', 'manual']);
    close?.();
  }
  expect(fetch).not.toHaveBeenCalled();
});
