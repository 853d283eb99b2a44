import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { formatters } from '../helpers/index.ts';
import { createHost, createHostWith, type Host, type HostOptions } from './host.ts';
import { CustomPanel, Dashboard } from '../react/index.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { HostProvider, useHost, usePlugins } from '../react/index.ts';

let hosts: Host[] = [];
afterEach(() => {
  cleanup();
  for (const host of hosts) host.dispose();
  hosts = [];
  document.body.innerHTML = '';
});

const list = (trusted = true) => ({
  plugins: [{ id: 'demo', frontend: { components: [{ name: 'Chart', path: 'w/Chart.js' }], trusted } }],
});

function make(options: HostOptions = {}, answer: () => Response = () => Response.json(list())) {
  const host = createHost({
    lock: false,
    fetch: async () => answer(),
    importModule: async () => ({ default: () => <p>chart</p> }),
    ...options,
  });
  hosts.push(host);
  return host;
}

const published = () => Reflect.get(globalThis, 'NousViz') as typeof globalThis & Record<string, never>;

test('publishes the host’s own React, whole and frozen', () => {
  const host = make();
  const global = (globalThis as never as { NousViz: Record<string, Record<string, unknown>> }).NousViz;
  for (const [name, member] of Object.entries((React as never as { default: object }).default)) {
    expect(global.React![name], name).toBe(member);
  }
  expect(global.ReactJSXRuntime!.jsx).toBe(ReactJSXRuntime.jsx);
  expect(global.ReactDOM!.createPortal).toBeTypeOf('function');
  expect(global.ReactDOMClient!.createRoot).toBeTypeOf('function');
  expect(global.widgets).toBe(host.widgets);
  expect(global.version).toMatch(/^\d+\.\d+\.\d+/);
  for (const value of [global, global.React, global.ReactJSXRuntime, global.ReactDOM, global.widgets]) {
    expect(Object.isFrozen(value)).toBe(true);
  }
  expect(() => Object.assign(global.React!, { createElement: null })).toThrow(TypeError);
});

test('refuses a second host and says which versions met', () => {
  make();
  expect(() => make()).toThrow(
    /published by version (\S+), and this is version \1\..*HOST_ALREADY_PUBLISHED/,
  );
});

test('refuses a global that is not its own', () => {
  Object.assign(globalThis, { NousViz: { old: true } });
  expect(() => make()).toThrow(/published by version undefined/);
  Reflect.deleteProperty(globalThis, 'NousViz');
});

test('is not stopped by an element of that name', () => {
  document.body.innerHTML = '<form id="NousViz"></form>';
  make();
  expect(published()).toHaveProperty('React');
});

test('takes the global back on dispose where it is not locked', () => {
  make().dispose();
  expect(published()).toBeUndefined();
  make();
});

test('takes the token from localStorage unless told otherwise', async () => {
  const sent: Request[] = [];
  const fetch = async (input: RequestInfo | URL) => (sent.push(input as Request), Response.json(list()));
  localStorage.setItem('nousviz_auth_token', 'stored');
  make({ fetch }).dispose();
  make({ fetch, getSessionToken: () => 'given', apiBase: '/nous/api/' });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ headers }) => headers.get('X-Session-Token'))).toEqual(['stored', 'given']);
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/api/plugins', '/nous/api/plugins']);
});

test('does without storage where the browser denies it', async () => {
  const get = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('denied');
  });
  const host = make();
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(get).toHaveBeenCalled();
});

const panel = <CustomPanel pluginId="demo" component="Chart" dashboardName="main" />;

test('mounts a trusted widget, and on trust one that waited', async () => {
  let trusted = false;
  const host = make({}, () => Response.json(list(trusted)));
  const Names = () => usePlugins().plugins.map(({ id, needs_consent }) => `${id} ${needs_consent}`);
  await settle(() =>
    render(
      <HostProvider host={host}>
        <Names />
        {panel}
      </HostProvider>,
    ),
  );
  expect(screen.getByRole('note')).toBeTruthy();
  expect(screen.getByText('demo true')).toBeTruthy();
  trusted = true;
  await settle(() => host.plugins.trust('demo'));
  expect(screen.getByText('chart')).toBeTruthy();
});

test('says in the panel that the list failed, asks again on Retry', async () => {
  expectConsole(/^\[NousViz\] \/api\/plugins: HTTP 500.*\[API_FAILED\]/);
  let down = true;
  const host = make({}, () => (down ? new Response('', { status: 500 }) : Response.json(list())));
  await settle(() => render(<HostProvider host={host}>{panel}</HostProvider>));
  expect(screen.getByRole('alert').dataset.code).toBe('API_FAILED');
  down = false;
  await settle(() => screen.getByRole('button', { name: 'Retry' }).click());
  expect(screen.getByText('chart')).toBeTruthy();
});

test('registers the host’s own components, before and after there is a list', async () => {
  const host = make();
  const Clock = () => null;
  const takeBack = host.register('Clock', Clock);
  host.register('Gone', Clock)();
  await vi.waitFor(() => expect(host.registry.names()).toEqual(['Clock', 'demo/Chart']));
  const takeLaterBack = host.register('Later', Clock);
  expect(host.registry.names()).toContain('Later');
  takeBack();
  takeLaterBack();
  expect(host.registry.names()).toEqual(['demo/Chart']);
});

test.each([
  ['', make],
  [5, make],
  ['Clock', undefined],
  ['Clock', 'div'],
  ['Clock', {}],
])('registers no %j with %s', (name, component) => {
  expect(() => make().register(name as string, component as never)).toThrow(/NAME_REFUSED/);
});

test('useHost hands out the host, and says what is missing without one', () => {
  const host = make();
  const Version = () => useHost().version;
  render(
    <HostProvider host={host}>
      <Version />
    </HostProvider>,
  );
  expect(screen.getByText(host.version)).toBeTruthy();
  expect(() => render(<Version />)).toThrow(/useHost\(\) is outside <HostProvider>.*HOST_MISSING/);
});

const SHA = 'a'.repeat(64);

/** A list of these plugins, each with a Chart. */
const listOf = (...ids: string[]) => ({
  plugins: ids.map((id) => ({
    id,
    frontend: { components: [{ name: 'Chart', path: 'w/Chart.js', sha256: SHA }], trusted: true },
  })),
});
const panels = (...ids: string[]) =>
  ids.map((id) => <CustomPanel key={id} pluginId={id} component="Chart" dashboardName="main" />);
const show = (host: Host, ...ids: string[]) =>
  settle(() => render(<HostProvider host={host}>{panels(...ids)}</HostProvider>));
const statuses = () =>
  [...document.querySelectorAll<HTMLElement>('[data-panel]')].map(({ dataset }) => dataset.status);

test.each<[string, HostOptions, (string | undefined)[]]>([
  ['', {}, ['ready', 'ready']],
  ['?disable-plugins', {}, ['refused', 'refused']],
  ['?other=1&disable-plugins=', {}, ['refused', 'refused']],
  ['?disable-plugins=b', {}, ['ready', 'refused']],
  ['?disable-plugins=a,b', {}, ['refused', 'refused']],
  ['?disable-plugins=c', {}, ['ready', 'ready']],
  ['', { disablePlugins: true }, ['refused', 'refused']],
  ['', { disablePlugins: ['a'] }, ['refused', 'ready']],
  ['?disable-plugins', { disablePlugins: false }, ['ready', 'ready']],
])('at %j with %j runs of two plugins %j', async (search, options, expected) => {
  history.replaceState(null, '', `/${search}`);
  const imported: string[] = [];
  const importModule = async (url: string) => (imported.push(url), { default: () => <p>chart</p> });
  try {
    await show(
      make({ importModule, ...options }, () => Response.json(listOf('a', 'b'))),
      'a',
      'b',
    );
    expect(statuses()).toEqual(expected);
    expect(imported).toHaveLength(expected.filter((status) => status === 'ready').length);
    const notes = screen.queryAllByRole('note');
    expect(notes.map(({ dataset }) => dataset.code)).toEqual(
      expected.flatMap((status) => (status === 'refused' ? ['PLUGINS_DISABLED'] : [])),
    );
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  } finally {
    history.replaceState(null, '', '/');
  }
});

test('reads the list again where a bundle has other bytes, and mounts what it says then', async () => {
  expectConsole(/BUNDLE_CHANGED/);
  let version = SHA;
  const lists: string[] = [];
  const host = make({
    fetch: async (input) => {
      const url = String((input as Request).url ?? input);
      if (url.includes('/widget/')) {
        version = 'b'.repeat(64);
        return Response.json({ detail: 'not these bytes' }, { status: 409 });
      }
      lists.push(version);
      // A failure is on the screen by then.
      if (version !== SHA) await new Promise((resolve) => setTimeout(resolve, 50));
      const components = [{ name: 'Chart', path: 'w/Chart.js', sha256: version }];
      return Response.json({ plugins: [{ id: 'a', frontend: { components, trusted: true } }] });
    },
    importModule: async (url) => {
      if (url.includes(SHA)) throw new TypeError('Failed to fetch dynamically imported module');
      return { default: () => <p>{new URL(url, location.href).search}</p> };
    },
  });
  await show(host, 'a');
  await vi.waitFor(() => expect(lists).toEqual([SHA, 'b'.repeat(64)]));
  expect(await screen.findByText(`?v=${'b'.repeat(64)}`)).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('tells what plugins did: requests of a handle and errors, the last 200', async () => {
  const host = make({}, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  const listener = vi.fn();
  host.activity.subscribe(listener);
  expect(host.activity.getSnapshot()).toEqual([]);
  for (let number = 0; number < 205; number += 1) {
    await host.request({ pluginId: 'a', component: 'Chart' }, `/api/x/${number}`);
  }
  const entries = host.activity.getSnapshot();
  expect(entries).toHaveLength(200);
  expect(entries[0]).toMatchObject({ pluginId: 'a', component: 'Chart', text: 'GET /api/x/5 → 200' });
  expect(entries.at(-1)!.text).toBe('GET /api/x/204 → 200');
  expect(listener).toHaveBeenCalledTimes(205);

  const error = Object.assign(new Error('late'), {
    stack: `at x (${location.origin}/api/plugins/a/widget/Chart.js:1)`,
  });
  dispatchEvent(new ErrorEvent('error', { error }));
  expect(host.activity.getSnapshot().at(-1)).toMatchObject({ kind: 'error', pluginId: 'a', text: 'late' });
});

test('enters none of the host’s own requests', async () => {
  const host = make();
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  await host.widgets.apiFetch('/api/x');
  await host.plugins.refresh();
  expect(host.activity.getSnapshot()).toEqual([]);
});

test('stops listening to tabs and errors once it is disposed of', async () => {
  const host = make({ apiBase: '/gone' }, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  host.dispose();
  const before = host.plugins.getSnapshot();
  const ignore = () => {};
  addEventListener('error', ignore);
  const error = Object.assign(new Error('late'), { stack: `at /gone/plugins/a/widget/Chart.js` });
  dispatchEvent(new ErrorEvent('error', { error }));
  removeEventListener('error', ignore);
  expect(host.activity.getSnapshot()).toEqual([]);
  // A second host on the channel hears the word; the first one no more.
  const witness = make({ apiBase: '/gone' }, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(witness.plugins.getSnapshot().status).toBe('ready'));
  const heard = witness.plugins.getSnapshot();
  const tab = new BroadcastChannel('nousviz /gone');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  tab.postMessage('trust');
  await vi.waitFor(() => expect(witness.plugins.getSnapshot()).not.toBe(heard));
  tab.close();
  expect(host.plugins.getSnapshot()).toBe(before);
});

test('parks by the budget it is told, and Release mounts the widget again', async () => {
  expectConsole(/WIDGET_CRASHED/);
  expectConsole(/WIDGET_PARKED/);
  let broken = true;
  const Chart = () => {
    if (broken) throw new Error('boom');
    return <p>chart</p>;
  };
  const host = make(
    { crashBudget: { crashes: 1, within: 5000 }, importModule: async () => ({ default: Chart }) },
    () => Response.json(listOf('a')),
  );
  await show(host, 'a');
  const card = await screen.findByText(/crashed 1 times within 5 s and is parked.*The widget threw: boom/);
  expect(card).toBeTruthy();
  broken = false;
  await settle(() => screen.getByRole('button', { name: 'Release' }).click());
  expect(screen.getByText('chart')).toBeTruthy();
});

const spec = { panels: [{ type: 'custom', component: 'Chart' }] };
const part = { ...list(), dashboard: { components: ['Chart'] } };

beforeEach(() => vi.stubGlobal('matchMedia', () => new EventTarget()));

/** A host whose requests are noted, on a page whose HTML says what it opens with. */
function open(opening: object | undefined, options: HostOptions = {}) {
  if (opening) {
    const script = document.createElement('script');
    script.id = 'nousviz-opening';
    document.body.append(Object.assign(script, { opening }));
  }
  const asked: string[] = [];
  const imported: string[] = [];
  const host = make({
    fetch: async (input) => {
      const { pathname, search } = new URL((input as Request).url);
      asked.push(pathname + search);
      if (pathname.includes('/dashboards/')) return Response.json(spec);
      return Response.json(search ? part : list());
    },
    importModule: async (url) => {
      imported.push(url);
      return { default: () => <p>chart</p> };
    },
    ...options,
  });
  const show = () =>
    settle(() =>
      render(
        <HostProvider host={host}>
          <Dashboard pluginId="demo" name="main" />
        </HostProvider>,
      ),
    );
  return { host, asked, imported, show };
}

const whole = (host: Host) => vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));

test('shows the dashboard that the page opens with from what its HTML knows, then asks for the whole list', async () => {
  const { host, asked, imported, show } = open({ plugin: 'demo', name: 'main', list: part, spec });
  // Before anything was rendered.
  await vi.waitFor(() => expect(imported).toEqual(['/api/plugins/demo/widget/Chart.js']));
  await show();
  expect(screen.getByText('chart')).toBeTruthy();
  await whole(host);
  expect(asked).toEqual(['/api/plugins']);
  expect(imported).toHaveLength(1);
});

test('asks for the dashboard that it is told of, and for its part of the list', async () => {
  const { host, asked, show } = open(undefined, { dashboard: { pluginId: 'demo', name: 'main' } });
  await show();
  expect(screen.getByText('chart')).toBeTruthy();
  await whole(host);
  expect(asked).toEqual([
    '/api/plugins?dashboard=demo/main',
    '/api/plugins/demo/dashboards/main',
    '/api/plugins',
  ]);
});

test('asks itself where the page has asked for nothing that is of use, or with another token', async () => {
  const nothing = Promise.resolve(undefined);
  for (const opening of [
    { list: nothing, spec: nothing, token: 'secret' },
    { list: { plugins: [] }, spec: { panels: [] }, token: null },
  ]) {
    const { host, asked, show } = open(
      { plugin: 'demo', name: 'main', ...opening },
      { getSessionToken: () => 'secret' },
    );
    await show();
    expect(screen.getByText('chart')).toBeTruthy();
    expect(asked.slice(0, 2)).toEqual([
      '/api/plugins?dashboard=demo/main',
      '/api/plugins/demo/dashboards/main',
    ]);
    cleanup();
    host.dispose();
  }
});

test('takes the whole list that the page has asked for, on a page without a dashboard', async () => {
  const opening = { list: Promise.resolve(list()), token: null };
  const { host, asked } = open(opening, { getSessionToken: () => '' });
  await whole(host);
  expect(asked).toEqual([]);
});

test('has the whole list at once where somebody shows it', async () => {
  const { host, asked } = open({ plugin: 'demo', name: 'main', list: new Promise(() => {}), spec });
  const Count = () => <p>{usePlugins().plugins.length} plugins</p>;
  await settle(() =>
    render(
      <HostProvider host={host}>
        <Count />
      </HostProvider>,
    ),
  );
  expect(asked).toEqual(['/api/plugins']);
  expect(screen.getByText('1 plugins')).toBeTruthy();
});

test('warms a dashboard: its document and its widgets are there when it is shown', async () => {
  const { host, asked, imported, show } = open(undefined);
  await whole(host);
  await host.warm('demo', 'main');
  expect(imported).toHaveLength(1);
  const before = [...asked];
  await show();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(asked).toEqual(before);
});

test('takes helpers of the host’s own', () => {
  const cn = () => 'own';
  const host = createHostWith(
    { ...formatters, cn },
    { lock: false, fetch: async () => Response.json(list()) },
  );
  hosts.push(host);
  expect(published().widgets).toMatchObject({ cn, formatNumber: formatters.formatNumber });
});

test('looks at the bytes that ran when a widget crashes, not at those that have changed since', async () => {
  const sha256 = 'a'.repeat(64);
  const [component] = list().plugins[0]!.frontend.components;
  const changed = { ...component, sha256: 'b'.repeat(64), changed: true, consented: { sha256 } };
  const asked: string[] = [];
  const host = make({
    fetch: async (input) => {
      asked.push(`${input instanceof Request ? input.url : input}`);
      return Response.json({ plugins: [{ id: 'demo', frontend: { components: [changed], trusted: true } }] });
    },
  });
  await whole(host);
  await host.explainCrash({ pluginId: 'demo', component: 'Chart' }, new Error('boom'));
  expect(asked.at(-1)).toBe(`/api/plugins/demo/widget/Chart.js?v=${sha256}`);
});
