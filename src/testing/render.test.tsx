// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { lazy, useCallback, useEffect, useState, version } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import desk from '../../fixtures/plugins/service-desk/mock/desk.json' with { type: 'json' };
import tickets from '../../fixtures/plugins/service-desk/mock/tickets.json' with { type: 'json' };
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import type { CustomWidgetProps, NousVizGlobal, Widget } from '../host/index.ts';
import {
  cleanup,
  delay,
  fromMock,
  never,
  offline,
  renderWidget,
  reply,
  type Answer,
  type RenderedWidget,
} from './index.ts';

afterEach(async () => {
  await cleanup();
  vi.useRealTimers();
});

// React 18 writes a message of its own for every crash.
const expectCrash = () => version.startsWith('18.') && expectConsole(/The above error occurred/);

type Module = Promise<{ default: Widget }>;
const fixture = (name: string) => import(`../../fixtures/plugins/service-desk/widget/${name}.tsx`) as Module;
const probe = () => import('../../fixtures/plugins/react-probe/widget/Probe.tsx' as string) as Module;
const published = () => Reflect.get(globalThis, 'NousViz') as unknown as NousVizGlobal;
const demo = { pluginId: 'demo' };
/** Leaves time for slow machines. */
const PATIENT = { timeout: 20_000 };

/** Shows the answer to a request to `config.url`, and repeats the request on a click. */
function Asker({ pluginId, config, host }: CustomWidgetProps) {
  const [shown, setShown] = useState('asking');
  const { url = `/api/plugins/${pluginId}/x`, init } = config as { url?: string; init?: RequestInit };
  const ask = useCallback(async () => {
    try {
      const response = await host!.apiFetch(url, init);
      const type = response.headers.get('Content-Type')?.split(';')[0] ?? 'no type';
      setShown(`${response.status} ${type} ${await response.text()}`);
    } catch (error) {
      setShown(`${(error as Error).name}: ${(error as Error).message}`);
    }
  }, [host, url, init]);
  // oxlint-disable-next-line react/set-state-in-effect -- it is set when the answer has come
  useEffect(() => void ask(), [ask]);
  return <button onClick={ask}>{shown}</button>;
}
const shown = ({ getByRole }: RenderedWidget) => getByRole('button').textContent;

/** Sends a request on a click and ignores the result. */
const Mute = ({ pluginId, host }: CustomWidgetProps) => (
  <button onClick={() => host!.apiFetch(`/api/plugins/${pluginId}/later`).catch(() => {})}>ask</button>
);

function Crash({ config }: CustomWidgetProps) {
  const [crashed, setCrashed] = useState(!config.later);
  if (crashed) throw new Error('boom');
  return <button onClick={() => setCrashed(true)}>crash</button>;
}

test('renders a widget that reads NousViz at its top, with the answers of its mock file', async () => {
  const queue = await renderWidget(fixture('TicketQueue'), {
    pluginId: 'service-desk',
    api: fromMock(tickets),
    config: { title: 'Due next', limit: 2 },
    now: '2026-04-25T14:00:00Z',
  });
  expect(queue.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/Payroll export.*overdue45 minutes ago.*on 2026-04-25, 08:00:00 UTC/),
    expect.stringMatching(/VPN drops.*duein 25 minutes/),
  ]);
  fireEvent.click(queue.getByRole('button', { name: 'Refresh' }));
  await queue.settle();
  expect(queue.calls).toMatchObject([
    { method: 'GET', path: '/tickets', aborted: false },
    { method: 'GET', path: '/tickets', aborted: false },
  ]);
});

test('records the requests of a widget', async () => {
  const box = await renderWidget(fixture('ReplyBox'), {
    pluginId: 'service-desk',
    config: { ticket: 'SD-1042' },
    api: { ...fromMock(desk), 'POST /replies': ({ body }) => ({ id: (body as { ticket: string }).ticket }) },
    now: '2026-04-25T14:00:00Z',
  });
  fireEvent.change(box.getByLabelText('Message'), { target: { value: 'Done.' } });
  fireEvent.click(box.getByRole('button', { name: 'Send reply' }));
  await box.settle();
  box.getByText('Reply SD-1042 was sent on 2026-04-25, 14:00:00 UTC.');
  expect(box.calls).toEqual([
    {
      method: 'POST',
      path: '/replies',
      query: {},
      params: {},
      headers: { 'content-type': 'application/json', 'x-session-token': 'test-session' },
      body: { ticket: 'SD-1042', text: 'Done.', files: [] },
      aborted: false,
    },
  ]);
});

test('publishes the React that the widget uses', async () => {
  const { getByTestId } = await renderWidget(probe(), {
    pluginId: 'react-probe',
    dashboardName: 'identity',
    config: { list: [1] },
  });
  const differ = screen.getAllByText('false').map(({ dataset }) => dataset.same);
  // In this test the default import is React itself, not the published copy of its members.
  expect(differ).toEqual(['default']);
  expect({ ...getByTestId('probe').dataset }).toMatchObject({
    hooks: 'true',
    pluginId: 'react-probe',
    dashboard: 'identity',
    config: '{"list":[1]}',
    configFrozen: 'true',
  });
  Reflect.deleteProperty(globalThis, '__probe');
});

test('passes the widget a handle and a frozen config, and removes everything on unmount', async () => {
  const before = { keys: Reflect.ownKeys(globalThis), body: document.body.innerHTML, fetch, Date };
  const seen: CustomWidgetProps[] = [];
  const Chart: Widget = (props) => (seen.push(props), (<p>chart</p>));
  const config = { list: [1] };
  const { container, unmount } = await renderWidget(Chart, { ...demo, config, now: 0 });
  expect(seen[0]).toEqual({
    pluginId: 'demo',
    dashboardName: 'main',
    config,
    host: expect.objectContaining({ pluginId: 'demo', component: 'Chart' }) as object,
  });
  expect(Object.isFrozen(seen[0]!.config.list)).toBe(true);
  expect(Object.isFrozen(config)).toBe(false);
  expect(container.querySelector<HTMLElement>('[data-panel="demo/Chart"]')!.dataset.status).toBe('ready');
  expect(published().widgets.formatNumber(1234)).toBe('1,234');

  await unmount();
  expect(seen[0]!.host!.signal.aborted).toBe(true);
  const unset = new Set(['IS_REACT_ACT_ENVIRONMENT']);
  expect(Reflect.ownKeys(globalThis).filter((key) => !unset.has(String(key)))).toEqual(
    before.keys.filter((key) => !unset.has(String(key))),
  );
  expect({ body: document.body.innerHTML, fetch, Date }).toEqual({
    body: before.body,
    fetch: before.fetch,
    Date: before.Date,
  });
});

const answers: [string, Answer, string][] = [
  ['a list', [1], '200 application/json [1]'],
  ['a mapping that looks like a reply', { status: 500 }, '200 application/json {"status":500}'],
  ['a string', 'ready', '200 application/json "ready"'],
  ['null', null, '200 application/json null'],
  ['a function', () => ({ n: 1 }), '200 application/json {"n":1}'],
  ['a function that returns nothing', () => {}, '200 application/json null'],
  ['a function that promises a reply', async () => reply(404), '404 application/json {"detail":"HTTP 404"}'],
  ['a function that returns a function', () => () => 2, '200 application/json 2'],
  [
    'a Response',
    new Response('a,b', { status: 206, headers: { 'Content-Type': 'text/csv' } }),
    '206 text/csv a,b',
  ],
  ['a reply', reply(201, { id: 1 }), '201 application/json {"id":1}'],
  ['a reply without a body', reply(204), '204 no type '],
  ['a reply of text', reply(200, 'a,b', { 'content-type': 'text/csv' }), '200 text/csv a,b'],
  ['a reply of a JSON string', reply(200, 'a'), '200 application/json "a"'],
  ['an Error', new Error('wire cut'), 'TypeError: wire cut'],
  ['offline()', offline(), 'TypeError: Failed to fetch'],
  ['a function that is offline', () => offline(), 'TypeError: Failed to fetch'],
];

test.each(answers)('answers with %s repeatedly', async (_, answer, expected) => {
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': answer } });
  expect(shown(asker)).toBe(expected);
  fireEvent.click(asker.getByRole('button'));
  await asker.settle();
  expect(shown(asker)).toBe(expected);
  expect(asker.calls).toHaveLength(2);
});

test('answers each request with its own copy of the data', async () => {
  const given: unknown[] = [];
  const Mutator = ({ host }: CustomWidgetProps) => {
    useEffect(() => {
      const ask = async () => {
        for (let time = 0; time < 2; time += 1) {
          const list = (await (await host!.apiFetch('/api/plugins/demo/x')).json()) as number[];
          given.push([...list]);
          list.push(2);
        }
      };
      void ask();
    }, [host]);
    return null;
  };
  await renderWidget(Mutator, { ...demo, api: { '/x': [1] } });
  expect(given).toEqual([[1], [1]]);
});

const routes: [key: string, url: string, path: string][] = [
  ['/x', '/api/plugins/demo/x', '/x'],
  ['GET /x', '/api/plugins/demo/x?page=2', '/x'],
  ['GET /x?page=2', '/api/plugins/demo/x?page=2', '/x'],
  ['/items/:id/parts', '/api/plugins/demo/items/a%20b/parts', '/items/a%20b/parts'],
  ['/api/query', '/api/query', '/api/query'],
  ['/api/plugins/other/x', '/api/plugins/other/x', '/api/plugins/other/x'],
  ['/api/plugins/demo/x', '/api/plugins/demo/x', '/x'],
  ['/api/plugins/demo/api/x', '/api/plugins/demo/api/x', '/api/plugins/demo/api/x'],
  ['http://localhost:3000/page', '/page', 'http://localhost:3000/page'],
  ['https://example.com/x', 'https://example.com/x', 'https://example.com/x'],
];

test.each(routes)('matches the key %s to a request to %s, recorded as %s', async (key, url, path) => {
  const asker = await renderWidget(Asker, { ...demo, config: { url }, api: { [key]: 'yes' } });
  expect(shown(asker)).toBe('200 application/json "yes"');
  expect(asker.calls[0]!.path).toBe(path);
});

test('prefers the more specific route, and passes the request to functions', async () => {
  const api = {
    '/items/:id': ({ params, query }: { params: object; query: object }) => ({ params, query }),
    '/items/new': 'exact',
    '/items/new?copy=1': 'with its query',
    'DELETE /items/:id': 'gone',
  };
  const at = async (rest: string, init?: object) => {
    const config = { url: `/api/plugins/demo/items/${rest}`, ...(init && { init }) };
    const asker = await renderWidget(Asker, { ...demo, config, api });
    const text = shown(asker)!.replace('200 application/json ', '');
    await asker.unmount();
    return JSON.parse(text) as unknown;
  };
  expect(await at('7%2F8?page=2&page=3')).toEqual({ params: { id: '7/8' }, query: { page: '3' } });
  expect(await at('new?a=1')).toBe('exact');
  expect(await at('new?copy=1')).toBe('with its query');
  expect(await at('new', { method: 'DELETE' })).toBe('gone');
});

const sent: [string, RequestInit, unknown][] = [
  ['JSON', { body: '{"a":1}', headers: { 'Content-Type': 'application/json' } }, { a: 1 }],
  ['JSON without a content type', { body: '{"a":1}' }, '{"a":1}'],
  ['invalid JSON', { body: '{', headers: { 'Content-Type': 'application/json' } }, '{'],
  ['a string', { body: 'a' }, 'a'],
  ['nothing', {}, undefined],
];

test.each(sent)('parses a body of %s', async (_, init, body) => {
  const config = { init: { method: 'POST', ...init } };
  const { calls } = await renderWidget(Asker, { ...demo, config, api: { 'POST /x': null } });
  expect(calls[0]!.body).toEqual(body);
});

test('parses a form', async () => {
  const form = new FormData();
  form.append('name', 'a');
  const Poster = ({ host }: CustomWidgetProps) => {
    useEffect(() => void host!.apiFetch('/api/plugins/demo/x', { method: 'POST', body: form }), [host]);
    return null;
  };
  const { calls } = await renderWidget(Poster, { ...demo, api: { 'POST /x': null } });
  expect([...(calls[0]!.body as FormData)]).toEqual([['name', 'a']]);
});

test.each(['items', 'get /items', 'GET items', '//host/items', 'GET'])(
  'rejects the route %s',
  async (key) => {
    const wanted = renderWidget(Asker, { ...demo, api: { [key]: [] } });
    await expect(wanted).rejects.toThrow(`api has the key "${key}". Write "/items"`);
    await expect(wanted).rejects.toMatchObject({ name: 'TestingError', code: 'ROUTE_INVALID' });
    expect(published()).toBeUndefined();
  },
);

test('reports a request without an answer, with similar routes', async () => {
  const api = { '/y': 1, 'POST /items/:id': 1 };
  await expect(renderWidget(Asker, { ...demo, api })).rejects.toThrow(
    /^The widget of demo requested GET \/x, which api does not answer. It answers \/y, POST \/items\/:id. Was GET \/y meant\? Add '\/x' to api, or correct the widget. \[UNANSWERED_ROUTE\]$/,
  );
  const init = { method: 'POST' };
  await expect(renderWidget(Asker, { ...demo, config: { init } })).rejects.toThrow(
    /requested POST \/x,.* It answers nothing. Add 'POST \/x' to api/,
  );
  await expect(renderWidget(Asker, { ...demo, config: { url: '/items' } })).rejects.toThrow(
    /requested GET http:\/\/localhost:3000\/items,.* Was `\/api\/plugins\/\$\{pluginId\}\/items` meant\?/,
  );
  expect(published()).toBeUndefined();
});

const members: [string, (mute: RenderedWidget) => unknown][] = [
  ['getBy', async ({ getByText }) => getByText('ask')],
  ['findBy', ({ findByText }) => findByText('ask')],
  ['queryBy', async ({ queryByText }) => queryByText('nowhere')],
  ['settle', ({ settle }) => settle()],
  ['setConfig', ({ setConfig }) => setConfig({})],
  ['answer', async ({ answer }) => answer({})],
  ['unmount', ({ unmount }) => unmount()],
  ['cleanup', () => cleanup()],
];

test.each(members)(
  'throws by %s, once, for a request without an answer that the widget ignores',
  async (_, use) => {
    const mute = await renderWidget(Mute, demo);
    fireEvent.click(mute.getByRole('button'));
    await vi.waitFor(() => expect(mute.calls).toHaveLength(1), PATIENT);
    await expect(use(mute)).rejects.toThrow(/GET \/later.*UNANSWERED_ROUTE/);
    await cleanup();
  },
);

test('throws by findBy for a request that fails meanwhile', async () => {
  const mute = await renderWidget(Mute, demo);
  const found = mute.findByText('later', {}, { timeout: 50 });
  fireEvent.click(screen.getByRole('button'));
  await expect(found).rejects.toThrow('UNANSWERED_ROUTE');
});

test('fails the test if an answer throws, for example an assertion', async () => {
  const api = { '/x': ({ query }: { query: object }) => expect(query).toEqual({ page: '1' }) };
  await expect(renderWidget(Asker, { ...demo, api })).rejects.toMatchObject({
    code: 'ANSWER_FAILED',
    message: expect.stringMatching(/^The answer to GET \/x threw: expected \{\} to deeply equal/) as string,
    cause: expect.objectContaining({ name: 'AssertionError' }) as Error,
  });
});

const circle: Record<string, unknown> = {};
circle.circle = circle;

test.each<[string, Answer]>([
  ['is not JSON', circle],
  ['has no status', reply(42)],
])('fails the test if an answer %s', async (_, answer) => {
  await expect(renderWidget(Asker, { ...demo, api: { '/x': answer } })).rejects.toThrow(
    /^The answer to GET \/x cannot be sent: .*\. Answer with a JSON value,.*ANSWER_FAILED/s,
  );
});

test('throws all failures in one error', async () => {
  const both = Promise.all(['/a', '/b'].map((path) => fetchOf(path)));
  const Two = () => {
    useEffect(() => void both, []);
    return null;
  };
  async function fetchOf(path: string) {
    await Promise.resolve();
    return published()
      .widgets.apiFetch(`/api/plugins/demo${path}`)
      .catch(() => {});
  }
  await expect(renderWidget(Two, demo)).rejects.toThrow(/GET \/a,[^]*GET \/b,/);
});

test('replaces an answer', async () => {
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': reply(503) } });
  expect(shown(asker)).toMatch(/^503/);
  asker.answer({ '/x': 'well' });
  fireEvent.click(asker.getByRole('button'));
  await asker.settle();
  expect(shown(asker)).toBe('200 application/json "well"');
});

test('waits for an asynchronous answer', async () => {
  const slowly = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return 'there';
  };
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': slowly } });
  expect(shown(asker)).toMatch(/there/);
});

test('delivers a delayed answer', async () => {
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': delay(20, () => 'late') } });
  await asker.findByText(/"late"/, {}, PATIENT);
});

test('does not wait for a delayed answer, which fake timers can deliver', async () => {
  vi.useFakeTimers();
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': delay(60_000, 'late') } });
  expect(shown(asker)).toBe('asking');
  vi.advanceTimersByTime(60_000);
  await asker.settle();
  expect(shown(asker)).toMatch(/late/);
});

test('aborts requests on unmount', async () => {
  const { calls, unmount } = await renderWidget(Asker, { ...demo, api: { '/x': never() } });
  expect(calls).toMatchObject([{ path: '/x', aborted: false }]);
  await unmount();
  expect(calls).toMatchObject([{ path: '/x', aborted: true }]);
});

test('aborts a request by the widget’s own signal, even before it is sent', async () => {
  const controllers = [new AbortController(), new AbortController()];
  const reasons: unknown[] = [];
  controllers[1]!.abort();
  const Ender = ({ host }: CustomWidgetProps) => {
    useEffect(() => {
      for (const { signal } of controllers)
        host!.apiFetch('/api/plugins/demo/x', { signal }).catch((error: Error) => reasons.push(error.name));
    }, [host]);
    return <button onClick={() => controllers[0]!.abort()}>end</button>;
  };
  const { calls, getByRole, settle } = await renderWidget(Ender, { ...demo, api: { '/x': never() } });
  expect(reasons).toEqual(['AbortError']);
  fireEvent.click(getByRole('button'));
  await settle();
  expect(reasons).toEqual(['AbortError', 'AbortError']);
  expect(calls).toMatchObject([{ aborted: true }]);
});

test('rejects with the message of the card if the widget crashes, and removes it from the page', async () => {
  expectCrash();
  await expect(renderWidget(Crash, demo)).rejects.toMatchObject({
    name: 'WidgetError',
    code: 'WIDGET_CRASHED',
    message: expect.stringMatching(/^demo\/Crash: The widget threw: boom/) as string,
    cause: new Error('boom'),
  });
  expect(published()).toBeUndefined();
  expect(document.body.innerHTML).toBe('');
});

test('addresses the author, and names what the test environment lacks', async () => {
  expectCrash();
  const Busy = () => <p>{new Worker('data:,').onerror?.name}</p>;
  await expect(renderWidget(Busy, demo)).rejects.toThrow(
    /^demo\/Busy: The widget threw: Worker is not defined\. Fix the error in the widget .*\nIf browsers have Worker, the test environment lacks it/,
  );
});

test('does not reject with showCard, so that the test can check the card', async () => {
  expectCrash();
  const { getByRole, error } = await renderWidget(Crash, { ...demo, showCard: true });
  expect(getByRole('alert').textContent).toMatch(/Widget crashed.*boom/);
  expect(error).toMatchObject({ code: 'WIDGET_CRASHED', cause: new Error('boom') });
});

test('throws a later crash, and clears it after a retry', async () => {
  expectCrash();
  const config = { later: true };
  const crash = await renderWidget(Crash, { ...demo, config });
  fireEvent.click(crash.getByRole('button'));
  await expect(crash.settle()).rejects.toThrow('The widget threw: boom');
  expect(crash.error).toMatchObject({ code: 'WIDGET_CRASHED' });
  fireEvent.click(crash.getByRole('button', { name: 'Retry' }));
  await crash.settle();
  expect(crash.error).toBeUndefined();
  crash.getByRole('button', { name: 'crash' });
});

test('throws the error of a widget that crashes while it unmounts', async () => {
  expectCrash();
  const Leaver: Widget = () => {
    useEffect(
      () => () => {
        throw new Error('cleanup');
      },
      [],
    );
    return null;
  };
  const { unmount } = await renderWidget(Leaver, demo);
  await expect(unmount()).rejects.toThrow('The widget threw: cleanup');
});

test('rejects for a missing default export and for a module that throws', async () => {
  const none = Promise.resolve({}) as unknown as Module;
  await expect(renderWidget(none, demo)).rejects.toMatchObject({ code: 'NO_DEFAULT_EXPORT' });
  const broken = Promise.reject(new Error('at the top'));
  await expect(renderWidget(broken, demo)).rejects.toThrow(/at the top.*BUNDLE_THREW/);
});

test('waits for a widget that suspends', async () => {
  const Slow = lazy(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { default: () => <p>here</p> };
  }) as unknown as Widget;
  const { getByText } = await renderWidget(Slow, demo);
  getByText('here');
});

const odd: [string, object, string][] = [
  ['a function', { onClick: () => {} }, 'config.onClick is a function'],
  ['a Date', { range: [{ from: new Date(0) }] }, 'config.range[0].from is a Date'],
  ['undefined', { title: undefined }, 'config.title is undefined'],
  ['NaN', { n: Number.NaN }, 'config.n is NaN'],
  ['a list', [], 'config is not a mapping'],
  ['a Map', new Map(), 'config is a Map'],
];

test.each(odd)('rejects a config with %s', async (_, config, message) => {
  await expect(renderWidget(Asker, { ...demo, config: config as never })).rejects.toMatchObject({
    code: 'CONFIG_NOT_PLAIN',
    message: expect.stringContaining(message) as string,
  });
  expect(published()).toBeUndefined();
});

test('lets the panel report a circular config', async () => {
  await expect(renderWidget(Asker, { ...demo, config: circle })).rejects.toMatchObject({
    code: 'CONFIG_TOO_DEEP',
  });
});

test('changes the config without resetting the widget’s state', async () => {
  const { setConfig, getByText } = await renderWidget(
    ({ config }) => {
      const [first] = useState(config.n);
      return <p>{`${String(first)} then ${String(config.n)}`}</p>;
    },
    { ...demo, config: { n: 1 } },
  );
  await setConfig({ n: 2 });
  getByText('1 then 2');
  await expect(setConfig({ at: new Date() })).rejects.toThrow('CONFIG_NOT_PLAIN');
});

test.each(['Demo', '', '../x'])('rejects the plugin id %o', async (pluginId) => {
  await expect(renderWidget(Asker, { pluginId })).rejects.toThrow(
    /^pluginId is ".*", but it must be lower-case.*PLUGIN_ID_INVALID/,
  );
});

const Clock: Widget = () => <p>{published().widgets.formatRelativeTime('2026-04-25T12:00:00Z')}</p>;

test('stops the clock while the widget is mounted', async () => {
  const Real = Date;
  const { getByText, unmount } = await renderWidget(Clock, { ...demo, now: '2026-04-25T14:00:00Z' });
  getByText('2 hours ago');
  expect(new Date()).toEqual(new Real('2026-04-25T14:00:00Z'));
  expect(new Date(2020, 1)).toEqual(new Real(2020, 1));
  expect(Date()).toBe(new Real('2026-04-25T14:00:00Z').toString());
  expect(new (class extends Date {})()).toBeInstanceOf(Real);
  const held = Date;
  await unmount();
  expect(Date).toBe(Real);
  vi.spyOn(Real, 'now').mockReturnValue(5);
  expect(held.now()).toBe(5);
});

test('uses the time of the latest widget, whichever is unmounted first', async () => {
  const Real = Date;
  const one = await renderWidget(Clock, { ...demo, now: '2026-04-25T13:00:00Z' });
  const two = await renderWidget(Clock, { ...demo, now: '2026-04-25T14:00:00Z' });
  one.getByText('1 hour ago');
  two.getByText('2 hours ago');
  await one.unmount();
  expect(new Date().getUTCHours()).toBe(14);
  await two.unmount();
  expect(Date).toBe(Real);
});

test('sets the clock of fake timers, which advances with them', async () => {
  vi.useFakeTimers();
  const Fake = Date;
  const { getByText, setConfig } = await renderWidget(Clock, {
    ...demo,
    now: new Date('2026-04-25T14:00:00Z'),
  });
  getByText('2 hours ago');
  vi.advanceTimersByTime(3_600_000);
  await setConfig({ again: true });
  getByText('3 hours ago');
  expect(Date).toBe(Fake);
});

test('rejects faked microtasks', async () => {
  vi.useFakeTimers({ toFake: ['queueMicrotask'] });
  const wanted = renderWidget(Clock, demo).catch((error: Error) => error);
  vi.useRealTimers();
  expect(await wanted).toMatchObject({ code: 'TIMERS_FAKED' });
});

test('rejects an invalid time', async () => {
  await expect(renderWidget(Clock, { ...demo, now: 'noon' })).rejects.toThrow(
    /^now is noon. .*CLOCK_INVALID/,
  );
});

test('renders two widgets at once, each with its own answers', async () => {
  const [one, two] = await Promise.all([
    renderWidget(Asker, { ...demo, api: { '/x': 'one' } }),
    renderWidget(Asker, { ...demo, api: { '/x': 'two' } }),
  ]);
  expect([shown(one), shown(two)]).toEqual([
    expect.stringContaining('"one"'),
    expect.stringContaining('"two"'),
  ]);
  expect([one.calls.length, two.calls.length]).toEqual([1, 1]);
  const latest = published();
  expect(latest.widgets).toBe(two.host.widgets);
  await two.unmount();
  expect(published().widgets).toBe(one.host.widgets);
  fireEvent.click(one.getByRole('button'));
  await one.settle();
  expect(one.calls).toHaveLength(2);
  await one.unmount();
  expect(published()).toBeUndefined();
});

test('still publishes the latest host after an earlier one is removed', async () => {
  const one = await renderWidget(Clock, demo);
  const two = await renderWidget(Clock, demo);
  await one.unmount();
  expect(published().widgets).toBe(two.host.widgets);
});

test('sends requests of shared helpers to the widget with the answer', async () => {
  const first = await renderWidget(Clock, { pluginId: 'one', api: { '/x': 1 } });
  const { apiFetch } = published().widgets;
  const second = await renderWidget(Clock, { pluginId: 'two', api: { '/x': 2 } });
  const ask = async (pluginId: string) =>
    (await apiFetch(`/api/plugins/${pluginId}/x`)).json() as Promise<unknown>;
  expect([await ask('one'), await ask('two')]).toEqual([1, 2]);
  await first.unmount();
  expect(await ask('two')).toBe(2);
  await expect(apiFetch('/api/plugins/two/nothing')).rejects.toThrow(/widget of two requested GET \/nothing/);
  await expect(second.unmount()).rejects.toThrow('GET /nothing');
  await expect(ask('two')).rejects.toThrow('the page has no widget');
});

test('answers plain fetch instead of the network', async () => {
  const Plain = () => {
    const [text, setText] = useState('');
    useEffect(() => {
      void fetch('/api/plugins/demo/x').then(async (response) => setText(await response.text()));
    }, []);
    return <p>{text}</p>;
  };
  const { getByText, calls } = await renderWidget(Plain, { ...demo, api: { '/x': 'mine' } });
  getByText('"mine"');
  expect(calls[0]!.headers).toEqual({});
});

test('revokes and grants trust', async () => {
  const asker = await renderWidget(Asker, { ...demo, api: { '/x': 1 } });
  await asker.host.plugins.revoke('demo');
  await asker.settle();
  expect(asker.getByRole('note').dataset.code).toBe('AWAITING_CONSENT');
  await asker.host.plugins.trust('demo');
  await asker.settle();
  expect(shown(asker)).toMatch(/^200/);
});

test('mounts twice in StrictMode', async () => {
  const mounts: string[] = [];
  const Mounter: Widget = () => {
    useEffect(() => (mounts.push('in'), () => void mounts.push('out')), []);
    return null;
  };
  await renderWidget(Mounter, { ...demo, strictMode: true });
  expect(mounts).toEqual(['in', 'out', 'in']);
});

test('rejects a page with another host and does not change it', async () => {
  const [Real, other] = [Date, { version: '1.0.0' }];
  Object.assign(globalThis, { NousViz: other });
  await expect(renderWidget(Clock, { ...demo, now: 0 })).rejects.toMatchObject({
    code: 'HOST_ALREADY_PUBLISHED',
  });
  expect(published()).toBe(other);
  expect(Date).toBe(Real);
  Reflect.deleteProperty(globalThis, 'NousViz');
});

test('rejects a host that was published between two widgets', async () => {
  await renderWidget(Clock, demo);
  const other = { version: '1.0.0' };
  Object.defineProperty(globalThis, 'NousViz', { value: other, configurable: true });
  await expect(renderWidget(Clock, demo)).rejects.toMatchObject({ code: 'HOST_ALREADY_PUBLISHED' });
  await cleanup();
  expect(published()).toBe(other);
  Reflect.deleteProperty(globalThis, 'NousViz');
});

const settings = {
  additionalProperties: false,
  properties: { title: { type: 'string', default: 'Sales' }, limit: { type: 'integer' } },
} as const;
const Titled = ({ config }: { config: { title: string; limit?: number } }) => (
  <p>{`${config.title.toUpperCase()} ${config.limit}`}</p>
);

test.each([
  ['the option', Titled, { schema: settings }],
  ['the module', Promise.resolve({ default: Titled, config: settings }), {}],
])('applies the schema of %s', async (_, widget, options) => {
  const { getByText, setConfig, error } = await renderWidget(widget, { ...demo, ...options, showCard: true });
  getByText('SALES undefined');
  await setConfig({ title: 'Costs', limit: 5 });
  getByText('COSTS 5');
  expect(error).toBeUndefined();
  await setConfig({ limit: 'many' });
  getByText(/config\.limit is "many", but must be a whole number/);
});

test('converts the schema of a library, and names one that hosts do not use', async () => {
  const standard = { vendor: 'other', jsonSchema: { input: () => settings } };
  const { getByText } = await renderWidget(Titled, { ...demo, schema: { '~standard': standard } });
  getByText('SALES undefined');
  const rejected = (schema: unknown) => expect(renderWidget(Titled, { ...demo, schema })).rejects;
  await rejected({ if: {} }).toThrow(/config\.if is a keyword that is not supported.*\[SCHEMA_INVALID\]/);
  await rejected({ '~standard': { vendor: 'valibot' } }).toThrow(/toStandardJsonSchema\(config\)/);
});

test('prints the panel', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  (await renderWidget(Mute, demo)).debug();
  expect(log.mock.calls.join()).toContain('demo/Mute');
});

test.each([
  [{}, 1],
  [{ RTL_SKIP_AUTO_CLEANUP: 'true' }, 0],
])('registers cleanup with a global afterEach, with %o %i times', async (env, times) => {
  const globalAfterEach = vi.fn();
  vi.stubGlobal('afterEach', globalAfterEach);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.resetModules();
  const entry = await import('./index.ts');
  expect(globalAfterEach).toHaveBeenCalledTimes(times);
  if (times) expect(globalAfterEach).toHaveBeenCalledWith(entry.cleanup);
  vi.unstubAllEnvs();
});

function Themed({ host }: CustomWidgetProps) {
  const [theme, setTheme] = useState({});
  useEffect(() => host!.theme.subscribe(setTheme), [host]);
  return <output>{JSON.stringify(theme)}</output>;
}

test('a widget gets the theme of the test’s page, and its changes', async () => {
  const { documentElement: html } = document;
  html.style.setProperty('--primary', '0 0% 100%');
  html.lang = 'de';
  try {
    const { findByText } = await renderWidget(Themed, demo);
    await findByText('{"colors":{"primary":"rgb(255, 255, 255)"},"isDark":false,"language":"de"}');
    html.className = 'dark';
    await findByText(/"isDark":true/);
  } finally {
    for (const name of ['style', 'lang', 'class']) html.removeAttribute(name);
  }
});
