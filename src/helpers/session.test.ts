import { afterEach, expect, test, vi } from 'vitest';
import { createApiFetch } from './api-fetch.ts';
import { REPEATED_BODY_BYTES, type OnUnauthorized } from './session.ts';

const ORIGIN = 'http://localhost:3000';

/** A server that accepts one token, and the dialog of an app. */
function open(onUnauthorized: OnUnauthorized) {
  const state = { token: 'old', accepted: 'new' };
  const sent: { url: string; token: string | null; body: string; type: string | null }[] = [];
  const dialog = vi.fn(onUnauthorized);
  const fetch = async (input: RequestInfo | URL) => {
    const request = input as Request;
    const token = request.headers.get('X-Session-Token');
    sent.push({
      url: request.url,
      token,
      body: await request.text(),
      type: request.headers.get('Content-Type'),
    });
    const isOpen = token === state.accepted || request.url.endsWith('/open');
    return new Response(isOpen ? 'there' : 'denied', { status: isOpen ? 200 : 401 });
  };
  const apiFetch = createApiFetch({
    apiBase: '/api',
    getSessionToken: () => state.token,
    fetch,
    onUnauthorized: dialog,
  });
  return { state, sent, dialog, apiFetch };
}

type App = ReturnType<typeof open>;

/** A dialog that the operator closes later. */
function openWithDialog() {
  const ends: (() => void)[] = [];
  const app: App = open(async (_, retry) => {
    const isSignedIn = await new Promise<boolean>((resolve) => {
      ends.push(() => resolve(true));
      cancels.push(() => resolve(false));
    });
    if (!isSignedIn) return;
    app.state.token = 'new';
    retry();
  });
  const cancels: (() => void)[] = [];
  const opened = (count = 1) => vi.waitFor(() => expect(app.dialog).toHaveBeenCalledTimes(count));
  return { ...app, opened, signIn: () => ends.at(-1)!(), cancel: () => cancels.at(-1)!() };
}

const statusesOf = async (requests: Promise<Response>[]) =>
  (await Promise.all(requests)).map(({ status }) => status);

afterEach(() => vi.restoreAllMocks());

test('opens one dialog for all 401s, then repeats each request once with the new token', async () => {
  const { apiFetch, dialog, opened, signIn, sent } = openWithDialog();
  const early = ['/api/a', '/api/b'].map((url) => apiFetch(url));
  await opened();
  const late = apiFetch('/api/c', { method: 'POST', body: 'c' });
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  signIn();
  expect(await statusesOf([...early, late])).toEqual([200, 200, 200]);
  expect(dialog).toHaveBeenCalledOnce();
  expect(dialog.mock.calls[0]![0].status).toBe(401);
  expect(sent.map(({ url, token }) => `${new URL(url).pathname} ${token}`).toSorted()).toEqual(
    ['a', 'b', 'c'].flatMap((name) => [`/api/${name} new`, `/api/${name} old`]),
  );
});

const form = () => {
  const data = new FormData();
  data.set('a', 'ä');
  return data;
};

test.each<[string, () => RequestInit['body']]>([
  ['a string', () => 'ä'],
  ['a FormData', form],
  ['a Blob', () => new Blob(['ä'], { type: 'text/csv' })],
  ['an ArrayBuffer', () => new TextEncoder().encode('ä').buffer],
  ['URLSearchParams', () => new URLSearchParams({ a: 'ä' })],
  ['a stream', () => new Response('ä').body],
  ['an empty string', () => ''],
])('repeats a request whose body is %s', async (_, bodyOf) => {
  const { apiFetch, opened, signIn, sent } = openWithDialog();
  const init = { method: 'POST', body: bodyOf(), duplex: 'half' } as RequestInit;
  const answer = apiFetch(new Request(`${ORIGIN}/api/x`, init));
  await opened();
  signIn();
  expect((await answer).status).toBe(200);
  const [first, second] = sent;
  expect(first!.body).toMatch(/ä|%C3%A4|^$/);
  expect(second).toEqual({ ...first, token: 'new' });
});

test('repeats a request in a browser without streams of requests', async () => {
  vi.spyOn(Request.prototype, 'body', 'get').mockReturnValue(undefined as never);
  const { apiFetch, opened, signIn, sent } = openWithDialog();
  const post = (body: string) => apiFetch('/api/x', { method: 'POST', body });
  const answers = [post('ä'), post('x'.repeat(REPEATED_BODY_BYTES + 1)), apiFetch('/api/x')];
  await opened();
  signIn();
  expect(await statusesOf(answers)).toEqual([200, 401, 200]);
  expect(sent.filter(({ body }) => body === 'ä')).toHaveLength(2);
});

test('returns the 401 of a request whose body is too large, and repeats the largest allowed one', async () => {
  const { apiFetch, opened, signIn, sent } = openWithDialog();
  const post = (size: number) => apiFetch('/api/x', { method: 'POST', body: 'x'.repeat(size) });
  const answers = [post(REPEATED_BODY_BYTES), post(REPEATED_BODY_BYTES + 1)];
  await opened();
  signIn();
  expect(await statusesOf(answers)).toEqual([200, 401]);
  expect(sent).toHaveLength(3);
});

test('returns the 401s if the session is over, and opens no dialog until a request succeeds', async () => {
  const { apiFetch, dialog, opened, cancel, signIn, state } = openWithDialog();
  const answers = [apiFetch('/api/a'), apiFetch('/api/b')];
  await opened();
  cancel();
  expect(await statusesOf(answers)).toEqual([401, 401]);
  expect(await (await answers[0]!).text()).toBe('denied');
  expect((await apiFetch('/api/a')).status).toBe(401);
  expect(dialog).toHaveBeenCalledOnce();

  state.token = 'new';
  await apiFetch('/api/a');
  state.token = 'old';
  const next = apiFetch('/api/a');
  await opened(2);
  signIn();
  expect((await next).status).toBe(200);
});

test('opens no dialog for a 401 to a request that was sent before the operator signed in', async () => {
  let answerSlowly: (response: Response) => void = () => {};
  let token = 'old';
  const dialog = vi.fn<OnUnauthorized>((_, retry) => {
    token = 'new';
    retry();
  });
  const refused = () => new Response(null, { status: 401 });
  const apiFetch = createApiFetch({
    apiBase: '/api',
    getSessionToken: () => token,
    onUnauthorized: dialog,
    fetch: async (input) => {
      const { headers, url } = input as Request;
      if (headers.get('X-Session-Token') === 'new') return new Response('there');
      return url.endsWith('/slow') ? new Promise((resolve) => (answerSlowly = resolve)) : refused();
    },
  });
  const slow = apiFetch('/api/slow');
  expect((await apiFetch('/api/x')).status).toBe(200);
  answerSlowly(refused());
  expect((await slow).status).toBe(200);
  expect(dialog).toHaveBeenCalledOnce();
});

test('repeats a request once only', async () => {
  const { apiFetch, sent, dialog } = open((_, retry) => retry());
  expect((await apiFetch('/api/x')).status).toBe(401);
  expect(sent).toHaveLength(2);
  expect(dialog).toHaveBeenCalledOnce();
});

test('ends a request that is aborted during the dialog, at once, and does not repeat it', async () => {
  const { apiFetch, opened, signIn, sent } = openWithDialog();
  const controller = new AbortController();
  const aborted = apiFetch('/api/a', { signal: controller.signal });
  const other = apiFetch('/api/b');
  await opened();
  controller.abort(new Error('revoked'));
  await expect(aborted).rejects.toThrow('revoked');
  signIn();
  expect((await other).status).toBe(200);
  expect(sent.map(({ url }) => url).filter((url) => url.endsWith('/a'))).toHaveLength(1);
});

test('does not ask for requests to other origins', async () => {
  const { apiFetch, dialog, sent } = open((_, retry) => retry());
  expect((await apiFetch('https://other.test/api')).status).toBe(401);
  expect(sent).toHaveLength(1);
  expect(dialog).not.toHaveBeenCalled();
});

test('a policy that throws ends the session, and its error is uncaught on the page', async () => {
  const thrown = new Error('no dialog');
  const uncaught = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {});
  const { apiFetch } = open(() => {
    throw thrown;
  });
  expect((await apiFetch('/api/x')).status).toBe(401);
  expect(uncaught.mock.calls.at(-1)![0]).toThrow(thrown);
});

test('a retry after the promise has settled throws', async () => {
  let late = () => {};
  const { apiFetch } = open((_, retry) => {
    late = retry;
  });
  expect((await apiFetch('/api/x')).status).toBe(401);
  expect(late).toThrow(/had settled/);
});

test('a sandboxed widget’s 401 goes to it, opens no dialog and says nothing about the session', async () => {
  const { apiFetch, dialog, opened, cancel, state, sent } = openWithDialog();
  const framed = (url: string) => apiFetch(url, { headers: { 'X-NousViz-Widget': 'sly' } });
  expect((await framed('/api/plugins/sly/a')).status).toBe(401);
  expect(dialog).not.toHaveBeenCalled();
  // A dialog of the page stays one, whatever frames receive.
  const own = apiFetch('/api/own');
  await opened();
  expect(await statusesOf([framed('/api/plugins/sly/a'), framed('/api/plugins/sly/open')])).toEqual([
    401, 200,
  ]);
  cancel();
  expect((await own).status).toBe(401);
  await framed('/api/plugins/sly/open');
  expect((await apiFetch('/api/own')).status).toBe(401);
  expect(dialog).toHaveBeenCalledTimes(1);
  expect(state.token).toBe('old');
  expect(sent.filter(({ url }) => url.endsWith('/a'))).toHaveLength(2);
});
