// @vitest-environment jsdom
import { setTimeout as wait } from 'node:timers/promises';
import { fireEvent } from '@testing-library/react';
import { useEffect, useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { CustomWidgetProps, NousVizGlobal } from '../host/index.ts';
import { cleanup, delay, renderWidget, reply } from './index.ts';

afterEach(cleanup);

const pluginId = 'demo';
const published = () => Reflect.get(globalThis, 'NousViz') as unknown as NousVizGlobal;
const describe = (error: unknown) => {
  const { name, code, message } = error as Error & { code?: unknown };
  return `${name} ${typeof code === 'string' ? code : ''}: ${message}`;
};

/** Sends `config.requests` one after the other and shows the answers. */
function Asker({ config, host }: CustomWidgetProps) {
  const [shown, setShown] = useState<string[]>([]);
  const { requests = [], throughGlobal } = config as {
    requests?: [string, RequestInit?][];
    throughGlobal?: boolean;
  };
  useEffect(() => {
    async function ask() {
      const { apiFetch } = throughGlobal ? published().widgets : host!;
      for (const [url, init] of requests) {
        const line = await apiFetch(url, init).then(
          async (response) => `${response.status} ${await response.text()}`,
          describe,
        );
        setShown((lines) => [...lines, line]);
      }
    }
    void ask();
  }, [host, requests, throughGlobal]);
  return (
    <ul data-sandboxed={String(host?.sandboxed)}>
      {shown.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
const linesOf = (list: HTMLElement) => [...list.children].map(({ textContent }) => textContent);

test.each([true, false])(
  'sends requests over the port and answers them from the mocks (global: %s)',
  async (throughGlobal) => {
    const requests: [string, RequestInit?][] = [
      ['/api/plugins/demo/items'],
      ['/api/plugins/demo/items', { method: 'POST', body: 'text', headers: { 'X-A': '1' } }],
    ];
    const { getByRole, calls } = await renderWidget(Asker, {
      pluginId,
      sandbox: true,
      config: { requests, throughGlobal } as never,
      api: { '/items': [1], 'POST /items': reply(201, 'made') },
    });
    expect(linesOf(getByRole('list'))).toEqual(['200 [1]', '201 "made"']);
    expect(getByRole('list').dataset.sandboxed).toBe('true');
    expect(calls[1]).toMatchObject({
      method: 'POST',
      body: 'text',
      headers: { 'x-a': '1', 'x-nousviz-widget': 'demo', 'x-session-token': 'test-session' },
    });
  },
);

test('refuses other routes, and bodies beyond the limit, in the frame only', async () => {
  const api = { '/api/query': [1], '/api/plugins/other/items': [2], 'POST /items': reply(201, 'made') };
  const requests: [string, RequestInit?][] = [
    ['/api/query'],
    ['/api/plugins/other/items'],
    ['https://elsewhere.test/'],
    ['/api/plugins/demo/items', { method: 'POST', body: 'a'.repeat(17e6) }],
  ];
  const options = { pluginId, api, config: { requests: requests.slice(0, 2) } as never };
  const inPage = await renderWidget(Asker, options);
  expect(linesOf(inPage.getByRole('list'))).toEqual(['200 [1]', '200 [2]']);
  await cleanup();
  const { getByRole, calls } = await renderWidget(Asker, {
    ...options,
    sandbox: true,
    config: { requests } as never,
  });
  expect(linesOf(getByRole('list'))).toEqual([
    expect.stringMatching(
      /^WidgetError ROUTE_REFUSED: demo\/Asker: A sandboxed widget may not request \/api\/query/,
    ),
    expect.stringMatching(/^WidgetError ROUTE_REFUSED/),
    expect.stringMatching(/^WidgetError ROUTE_REFUSED/),
    expect.stringMatching(/^WidgetError LIMIT_EXCEEDED: .*messageBytes is 16000000/),
  ]);
  expect(calls).toEqual([]);
});

const ways: [string, () => unknown][] = [
  ['localStorage', () => localStorage.length],
  ['window.sessionStorage', () => window.sessionStorage.length],
  ['document.cookie', () => document.cookie],
  ['document.cookie =', () => (document.cookie = 'a=b')],
  ['the storage of defaultView', () => document.defaultView!.localStorage],
];

test.each(ways)('takes %s away until the widget is removed', async (_, use) => {
  function Storing() {
    const [shown] = useState(() => {
      try {
        return String(use());
      } catch (error) {
        return (error as Error).name;
      }
    });
    return <p>{shown}</p>;
  }
  const one = await renderWidget(Storing, { pluginId, sandbox: true });
  one.getByText('SecurityError');
  await renderWidget(Storing, { pluginId, sandbox: true });
  await one.unmount();
  expect(use).toThrow(/^A sandboxed frame has an opaque origin, so it has no /);
  await cleanup();
  expect(use).not.toThrow();
});

test('has no network besides apiFetch', async () => {
  function Fetching({ pluginId: id }: CustomWidgetProps) {
    const [shown, setShown] = useState('');
    useEffect(() => {
      fetch(`/api/plugins/${id}/items`).then(
        () => setShown('answered'),
        (error) => setShown(describe(error)),
      );
    }, [id]);
    return <p>{shown}</p>;
  }
  const { container } = await renderWidget(Fetching, { pluginId, sandbox: true, api: { '/items': [] } });
  expect(container.textContent).toMatch(/^.*TypeError : Failed to fetch .*a sandboxed frame has no network/);
});

test('aborts a request when the panel is removed, and fails a test without an answer', async () => {
  const config = { requests: [['/api/plugins/demo/items']] } as never;
  const api = { '/items': delay(60_000, []) };
  const late = await renderWidget(Asker, { pluginId, sandbox: true, config, api });
  expect(late.calls).toMatchObject([{ path: '/items', aborted: false }]);
  await late.unmount();
  expect(late.calls).toMatchObject([{ aborted: true }]);
  await expect(renderWidget(Asker, { pluginId, sandbox: true, config })).rejects.toMatchObject({
    code: 'UNANSWERED_ROUTE',
  });
});

test('uses the helpers of the frame in a module that read those of an earlier page', async () => {
  const Early = () => null;
  const early = await renderWidget(Early, { pluginId });
  const { apiFetch } = published().widgets;
  await early.unmount();
  const framed = await renderWidget(Early, {
    pluginId,
    sandbox: true,
    api: { '/items': [1], '/api/query': [2] },
  });
  expect(await (await apiFetch('/api/plugins/demo/items')).json()).toEqual([1]);
  await expect(apiFetch('/api/query')).rejects.toMatchObject({ code: 'ROUTE_REFUSED' });
  const { apiFetch: ofFrame } = published().widgets;
  await framed.unmount();
  await renderWidget(Early, { pluginId, sandbox: true, api: { '/items': [3] } });
  expect(await (await ofFrame('/api/plugins/demo/items')).json()).toEqual([3]);
  await cleanup();
  await renderWidget(Early, { pluginId, api: { '/api/query': [4] } });
  expect(await (await ofFrame('/api/query')).json()).toEqual([4]);
});

test('obeys the operator’s decisions, passes a new config on, and shows the card of a crash', async () => {
  function Crashing({ config, host }: CustomWidgetProps) {
    const [broken, setBroken] = useState(false);
    if (broken) throw new Error('boom');
    return (
      <button onClick={() => setBroken(true)}>{`${String(config.title)} ${String(host?.sandboxed)}`}</button>
    );
  }
  const shown = await renderWidget(Crashing, {
    pluginId,
    sandbox: true,
    strictMode: true,
    showCard: true,
    config: { title: 'one' },
  });
  await shown.setConfig({ title: 'two' });
  shown.getByText('two true');
  await shown.host.plugins.revoke(pluginId);
  await shown.settle();
  expect(shown.queryByRole('button', { name: 'two true' })).toBeNull();
  await shown.host.plugins.sandbox(pluginId);
  await shown.settle();
  fireEvent.click(shown.getByText('two true'));
  await shown.settle();
  expect(shown.error?.code).toBe('WIDGET_CRASHED');
});

test('gives a widget the props of a frame, and waits while it suspends', async () => {
  let answered: string | undefined;
  const answer = wait(50).then(() => (answered = 'there'));
  function read() {
    if (!answered) throw answer;
    return answered;
  }
  const Suspending = (props: CustomWidgetProps) => (
    <p>{`${read()}: ${Object.keys(props).toSorted().join(', ')}`}</p>
  );
  const { getByText } = await renderWidget(Suspending, { pluginId, sandbox: true });
  getByText('there: config, dashboardName, host, pluginId');
});

test('shows the card of a widget that renders without end', async () => {
  function Looping() {
    const [count, setCount] = useState(0);
    useEffect(() => void Promise.resolve().then(() => setCount(count + 1)), [count]);
    return <p>{count}</p>;
  }
  const { error } = await renderWidget(Looping, { pluginId, sandbox: true, showCard: true });
  expect(error?.code).toBe('RENDER_LOOP');
});

test.each([false, true])('reports a cleanup that throws, with sandbox: %s', async (sandbox) => {
  function Part({ onGone }: { onGone: () => void }) {
    useEffect(() => {
      return () => {
        throw new Error('not removed');
      };
    }, []);
    return <button onClick={onGone}>go</button>;
  }
  function Throwing() {
    const [isGone, setGone] = useState(false);
    return isGone ? <p>gone</p> : <Part onGone={() => setGone(true)} />;
  }
  const shown = await renderWidget(Throwing, { pluginId, sandbox, showCard: true });
  fireEvent.click(shown.getByText('go'));
  await shown.settle();
  expect(shown.error).toMatchObject({
    code: 'WIDGET_CRASHED',
    message: expect.stringContaining('not removed'),
  });
});

test.each([false, true])('reports a new promise in each render, with sandbox: %s', async (sandbox) => {
  function Suspending(): never {
    // oxlint-disable-next-line typescript/only-throw-error -- as libraries of data do
    throw wait(1);
  }
  const { error } = await renderWidget(Suspending, { pluginId, sandbox, showCard: true });
  expect(error?.code).toBe('SUSPENDS_FOREVER');
});

test('names the component of a request in the activity of the host', async () => {
  const requests = [['/api/plugins/demo/items']] as never;
  const { host } = await renderWidget(Asker, {
    pluginId,
    sandbox: true,
    config: { requests },
    api: { '/items': [] },
  });
  expect(host.activity.getSnapshot()).toMatchObject([{ pluginId, component: 'Asker' }]);
});
