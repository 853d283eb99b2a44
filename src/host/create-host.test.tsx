import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { formatters } from '../helpers/index.ts';
import { CustomPanel, Dashboard, HostProvider, useHost, usePlugins } from '../react/index.ts';
import { createHost, createHostWithHelpers, internalsOf } from './create-host.ts';
import type { Host, HostOptions } from './host.ts';

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

/** Answers requests as a host API that records decisions about trust. */
function fakeApi(more: object = {}): typeof fetch {
  let trusted = true;
  return async (input) => {
    const { method, url } = input as Request;
    if (method !== 'POST') return Response.json({ ...list(trusted), ...more });
    trusted = url.endsWith('/trust-frontend');
    return Response.json({ plugin_id: 'demo', trusted });
  };
}

function make(options: HostOptions = {}, answer?: () => Response) {
  const host = createHost({
    lock: false,
    fetch: answer ? async () => answer() : fakeApi(),
    importModule: async () => ({ default: () => <p>chart</p> }),
    ...options,
  });
  hosts.push(host);
  return host;
}

const published = () => Reflect.get(globalThis, 'NousViz') as typeof globalThis & Record<string, never>;

test('publishes its helpers', () => {
  const host = make();
  expect(published()).toMatchObject({ version: host.version });
  expect(published().widgets).toBe(host.widgets);
  expect(Object.isFrozen(host.widgets)).toBe(true);
});

test('removes the global on dispose if it is not locked', () => {
  make().dispose();
  expect(published()).toBeUndefined();
  make();
});

test('reads the token from localStorage by default', async () => {
  const sent: Request[] = [];
  const fetch = async (input: RequestInfo | URL) => (sent.push(input as Request), Response.json(list()));
  localStorage.setItem('nousviz_auth_token', 'stored');
  const first = make({ fetch });
  await first.plugins.refresh();
  first.dispose();
  await make({ fetch, getSessionToken: () => 'given', apiBase: '/nous/api/' }).plugins.refresh();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map(({ headers }) => headers.get('X-Session-Token'))).toEqual(['stored', 'given']);
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(['/api/plugins', '/nous/api/plugins']);
});

test('works if the browser denies access to storage', async () => {
  const get = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('denied');
  });
  const host = make();
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(get).toHaveBeenCalled();
});

const panel = <CustomPanel pluginId="demo" component="Chart" dashboardName="main" />;

test('mounts a widget as soon as its plugin is trusted', async () => {
  let trusted = false;
  const host = make({}, () => Response.json({ ...list(trusted), plugin_id: 'demo', trusted }));
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

test('shows the list’s failure in the panel, and requests the list again on Retry', async () => {
  expectConsole(/^\[NousViz\] \/api\/plugins: HTTP 500.*\[API_FAILED\]/);
  let down = true;
  const host = make({}, () => (down ? new Response('', { status: 500 }) : Response.json(list())));
  await settle(() => render(<HostProvider host={host}>{panel}</HostProvider>));
  // The code that looks at an answer closely loads with the first failure.
  expect((await screen.findByRole('alert')).dataset.code).toBe('API_FAILED');
  down = false;
  await settle(() => screen.getByRole('button', { name: 'Retry' }).click());
  expect(screen.getByText('chart')).toBeTruthy();
});

test('registers the host’s own components, before and after the list arrives', async () => {
  const host = make();
  const { registry } = internalsOf(host);
  const Clock = () => null;
  const remove = host.register('Clock', Clock);
  host.register('Gone', Clock)();
  void host.plugins.refresh();
  await vi.waitFor(() => expect(registry.names()).toEqual(['Clock', 'demo/Chart']));
  const removeLater = host.register('Later', Clock);
  expect(registry.names()).toContain('Later');
  remove();
  removeLater();
  expect(registry.names()).toEqual(['demo/Chart']);
});

test.each([
  ['', make],
  [5, make],
  ['Clock', undefined],
  ['Clock', 'div'],
  ['Clock', {}],
  [Symbol('Clock'), make],
  [5n, make],
  [{ toString: null, toJSON: () => 5n }, make],
])('does not register %s (%#)', (name, component) => {
  expect(() => make().register(name as string, component as never)).toThrow(
    /^host\.register expects a name and a React component, not \S+ and \w+\. .*\[NAME_REFUSED\]$/,
  );
});

test('returns the host from useHost, and throws without one', () => {
  const host = make();
  const Version = () => useHost().version;
  render(
    <HostProvider host={host}>
      <Version />
    </HostProvider>,
  );
  expect(screen.getByText(host.version)).toBeTruthy();
  expect(() => render(<Version />)).toThrow(/useHost\(\) has no host .*HOST_MISSING/);
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
])('opens the page %j with the option %j, and two plugins are %j', async (search, options, expected) => {
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

test('reads the list again if a bundle has other bytes, and mounts the new ones', async () => {
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
      // Meanwhile the panel shows the failure.
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

test('lists the last 200 requests and errors of plugins', async () => {
  const host = make({}, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  const { request } = internalsOf(host);
  const listener = vi.fn();
  host.activity.subscribe(listener);
  expect(host.activity.getSnapshot()).toEqual([]);
  for (let number = 0; number < 205; number += 1) {
    await request({ pluginId: 'a', component: 'Chart' }, `/api/x/${number}`);
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
  await vi.waitFor(() =>
    expect(host.activity.getSnapshot().at(-1)).toMatchObject({ kind: 'error', pluginId: 'a', text: 'late' }),
  );
});

test('records none of the host’s own requests', async () => {
  const host = make();
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  await host.widgets.apiFetch('/api/x');
  await host.plugins.refresh();
  expect(host.activity.getSnapshot()).toEqual([]);
});

test('ignores other tabs and errors after it is disposed of', async () => {
  const host = make({ apiBase: '/gone' }, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  host.dispose();
  const before = host.plugins.getSnapshot();
  const ignore = () => {};
  addEventListener('error', ignore);
  const error = Object.assign(new Error('late'), { stack: `at /gone/plugins/a/widget/Chart.js` });
  dispatchEvent(new ErrorEvent('error', { error }));
  removeEventListener('error', ignore);
  await new Promise((resolve) => setTimeout(resolve));
  expect(host.activity.getSnapshot()).toEqual([]);
  // A second host on the channel receives the message, the first one does not.
  const witness = make({ apiBase: '/gone' }, () => Response.json(listOf('a')));
  await vi.waitFor(() => expect(witness.plugins.getSnapshot().status).toBe('ready'));
  const previous = witness.plugins.getSnapshot();
  const tab = new BroadcastChannel('nousviz /gone');
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin’s pages only
  tab.postMessage('trust');
  await vi.waitFor(() => expect(witness.plugins.getSnapshot()).not.toBe(previous));
  tab.close();
  expect(host.plugins.getSnapshot()).toBe(before);
});

test('parks a widget by the crash budget, and Release mounts it again', async () => {
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

const layout = { panels: [{ type: 'custom', component: 'Chart' }] };
const part = { ...list(), dashboard: { components: ['Chart'] } };
const WITH_LIST = { headers: { 'Content-Type': 'application/json; with=list' } };
/** The answer to the page's first request, as the page has it. */
const both = [{ list: part, dashboard: layout }, WITH_LIST.headers['Content-Type']];

beforeEach(() => vi.stubGlobal('matchMedia', () => new EventTarget()));

/** Creates a host whose requests are recorded, on a page whose HTML may have preloaded answers. */
function open(preloaded: object | undefined, options: HostOptions = {}) {
  if (preloaded) {
    const script = document.createElement('script');
    script.id = 'nousviz-preloaded';
    document.body.append(Object.assign(script, { preloaded }));
  }
  const requested: string[] = [];
  const imported: string[] = [];
  const host = make({
    fetch: async (input) => {
      const { pathname, search } = new URL((input as Request).url);
      requested.push(pathname + search);
      if (search) return Response.json(both[0], WITH_LIST);
      return Response.json(pathname.includes('/dashboards/') ? layout : list());
    },
    importModule: async (url) => {
      imported.push(url);
      return { default: () => <p>chart</p> };
    },
    ...options,
  });
  const showMain = () =>
    settle(() =>
      render(
        <HostProvider host={host}>
          <Dashboard pluginId="demo" name="main" />
        </HostProvider>,
      ),
    );
  return { host, requested, imported, showMain };
}

const whole = (host: Host) => vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));

test('shows the page’s first dashboard from preloaded answers, without a request', async () => {
  const { requested, imported, showMain } = open({
    plugin: 'demo',
    name: 'main',
    answer: both,
  });
  // Before the first render.
  await vi.waitFor(() => expect(imported).toEqual(['/api/plugins/demo/widget/Chart.js']));
  await showMain();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(requested).toEqual([]);
  expect(imported).toHaveLength(1);
});

const ONE = ['/api/plugins/demo/dashboards/main?with=list'];

test('requests the dashboard in its options, with its part of the list', async () => {
  const { requested, showMain } = open(undefined, { dashboard: { pluginId: 'demo', name: 'main' } });
  await showMain();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(requested).toEqual(ONE);
});

/** Answers as NousViz 1.0 does, and as a folder of files: whatever is in the query. */
const without = (document: object) => async (input: RequestInfo | URL) =>
  Response.json((input as Request).url.includes('/dashboards/') ? document : list());

test.each([
  ['a host API without such answers', layout],
  [
    'a forged document',
    { ...layout, list: { ...part, plugins: [] }, dashboard: { panels: [] }, type: 'with=list' },
  ],
])('requests the list in a second request from %s', async (_, document) => {
  const fetch = vi.fn(without(document));
  const { host, showMain } = open(undefined, { fetch });
  await showMain();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(host.plugins.getSnapshot().status).toBe('ready');
  const paths = () =>
    fetch.mock.calls
      .map(([input]) => new URL((input as Request).url))
      .map((url) => url.pathname + url.search);
  expect(paths()).toEqual([...ONE, '/api/plugins']);
});

test('requests one list from a host API without such answers, also if something reads the list', async () => {
  const fetch = vi.fn(without(layout));
  const { host, showMain } = open(undefined, { fetch });
  host.plugins.getSnapshot();
  await showMain();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(fetch).toHaveBeenCalledTimes(2);
});

test.each([
  [401, 'API_FAILED'],
  [404, 'DASHBOARD_FAILED'],
])('requests no list for a dashboard that is answered with HTTP %i', async (status, code) => {
  expectConsole(new RegExp(code));
  const fetch = vi.fn(async () => Response.json({ detail: 'no' }, { status }));
  const { showMain } = open(undefined, { fetch });
  await showMain();
  await vi.waitFor(() => expect(document.querySelector(`[data-code=${code}]`)).toBeTruthy());
  expect(fetch).toHaveBeenCalledOnce();
});

test('shows the trust of a list that was read after the dashboard was requested', async () => {
  let answer = (_response: Response) => {};
  const refused = {
    plugins: [
      {
        ...list().plugins[0]!,
        frontend: { components: list().plugins[0]!.frontend.components, trusted: false },
      },
    ],
  };
  const fetch = vi.fn(async (input: RequestInfo | URL) =>
    (input as Request).url.includes('/dashboards/')
      ? new Promise<Response>((resolve) => (answer = resolve))
      : Response.json(refused),
  );
  const { host, imported, showMain } = open(undefined, { fetch });
  await showMain();
  await host.plugins.refresh();
  answer(Response.json(both[0], WITH_LIST));
  await vi.waitFor(() => expect(document.querySelector('[data-status=refused]')).toBeTruthy());
  expect(imported).toEqual([]);
});

test('sends one request for a second dashboard, and one for the return to the first', async () => {
  const { host, requested } = open(undefined);
  const at = (name: string) => (
    <HostProvider host={host}>
      <Dashboard pluginId="demo" name={name} />
    </HostProvider>
  );
  const { rerender } = render(at('main'));
  for (const name of ['main', 'other', 'main']) {
    await settle(() => rerender(at(name)));
    await idle();
  }
  expect(requested).toEqual(
    ['main', 'other', 'main'].map((name) => `/api/plugins/demo/dashboards/${name}?with=list`),
  );
});

/** Waits as long as a page needs to be idle. */
const idle = () => settle(() => new Promise((resolve) => setTimeout(resolve, 20)));

const Plugins = () => `${usePlugins().status} list`;

test.each<[string, (host: Host) => unknown]>([
  ['plugins.getSnapshot', ({ plugins }) => plugins.getSnapshot()],
  ['plugins.subscribe', ({ plugins }) => plugins.subscribe(() => {})],
  ['plugins.refresh', ({ plugins }) => plugins.refresh()],
  ['plugins.trust', ({ plugins }) => plugins.trust('demo').catch(() => {})],
  ['plugins.revoke', ({ plugins }) => plugins.revoke('demo').catch(() => {})],
  ['components.getSnapshot', ({ components }) => components.getSnapshot()],
  ['components.subscribe', ({ components }) => components.subscribe(() => {})],
  ['explain, for a name that is not on the dashboard', ({ explain }) => explain('demo', 'Map')],
  [
    'usePlugins',
    (host) =>
      render(
        <HostProvider host={host}>
          <Plugins />
        </HostProvider>,
      ),
  ],
  [
    'a panel whose name the dashboard does not have',
    (host) =>
      render(
        <HostProvider host={host}>
          <CustomPanel pluginId="other" component="Chart" dashboardName="main" />
        </HostProvider>,
      ),
  ],
])('requests the whole list once for %s, and not because the page is idle', async (_, read) => {
  const { host, requested, showMain } = open(undefined);
  await idle();
  expect(requested).toEqual([]);
  await showMain();
  await idle();
  expect(requested).toEqual(ONE);
  await settle(() => void read(host));
  await idle();
  expect(requested.slice(ONE.length).filter((path) => !/trust/.test(path))).toEqual(['/api/plugins']);
});

test('requests no whole list for a panel whose name the part on its way decides', async () => {
  const { host, requested } = open(undefined);
  await settle(() =>
    render(
      <HostProvider host={host}>
        {panel}
        <Dashboard pluginId="demo" name="main" />
      </HostProvider>,
    ),
  );
  await idle();
  expect([screen.getAllByText('chart').length, requested]).toEqual([2, ONE]);
});

test('sends its own requests if the preloaded answers are empty, or belong to another token', async () => {
  const nothing = Promise.resolve(undefined);
  for (const answers of [
    { answer: nothing, token: 'secret' },
    { answer: [{ list: { plugins: [] }, dashboard: { panels: [] } }, both[1]], token: null },
  ]) {
    const { host, requested, showMain } = open(
      { plugin: 'demo', name: 'main', ...answers },
      { getSessionToken: () => 'secret' },
    );
    await showMain();
    expect(screen.getByText('chart')).toBeTruthy();
    expect(requested).toEqual(ONE);
    cleanup();
    host.dispose();
  }
});

test('uses the preloaded whole list on a page without a dashboard', async () => {
  const answers = { answer: Promise.resolve([list()]), token: null };
  const { host, requested } = open(answers, { getSessionToken: () => '' });
  await whole(host);
  expect(requested).toEqual([]);
});

test('requests the whole list immediately if a component shows it', async () => {
  const { host, requested } = open({
    plugin: 'demo',
    name: 'main',
    answer: new Promise(() => {}),
  });
  const Count = () => <p>{usePlugins().plugins.length} plugins</p>;
  await settle(() =>
    render(
      <HostProvider host={host}>
        <Count />
      </HostProvider>,
    ),
  );
  expect(requested).toEqual(['/api/plugins']);
  expect(screen.getByText('1 plugins')).toBeTruthy();
});

test('preloads a dashboard with its widgets before it is shown', async () => {
  const { host, requested, imported, showMain } = open(undefined);
  await whole(host);
  await host.preload('demo', 'main');
  expect(imported).toHaveLength(1);
  const before = [...requested];
  await showMain();
  expect(screen.getByText('chart')).toBeTruthy();
  expect(requested).toEqual(before);
});

test('uses the app’s own helpers', () => {
  const cn = () => 'own';
  const host = createHostWithHelpers(
    { ...formatters, cn },
    { lock: false, fetch: async () => Response.json(list()) },
  );
  hosts.push(host);
  expect(published().widgets).toMatchObject({ cn, formatNumber: formatters.formatNumber });
});

test('diagnoses a crash with the bytes that ran, not with the bytes on disk', async () => {
  const sha256 = 'a'.repeat(64);
  const [component] = list().plugins[0]!.frontend.components;
  const changed = { ...component, sha256: 'b'.repeat(64), changed: true, consented: { sha256 } };
  const requested: string[] = [];
  const host = make({
    fetch: async (input) => {
      requested.push(`${input instanceof Request ? input.url : input}`);
      return Response.json({ plugins: [{ id: 'demo', frontend: { components: [changed], trusted: true } }] });
    },
  });
  await whole(host);
  await internalsOf(host).explainCrash({ pluginId: 'demo', component: 'Chart' }, new Error('boom'));
  expect(requested.at(-1)).toBe(`/api/plugins/demo/widget/Chart.js?v=${sha256}`);
});

test.each([
  ['operator', /report it to the plugin’s author/],
  ['author', /^Fix the error in the widget and save the file/],
] as const)('the card of a crash addresses the %s', async (audience, fix) => {
  const host = make({ audience });
  const error = await internalsOf(host).explainCrash(
    { pluginId: 'demo', component: 'Chart' },
    new Error('boom'),
  );
  expect(error.fix).toMatch(fix);
});

test('has internals only for its own hosts', () => {
  const host = make();
  expect(internalsOf(host).host).toBe(host);
  for (const other of [{ ...host }, {}, 'host'])
    expect(() => internalsOf(other as Host)).toThrow(/^<HostProvider> has no host .*HOST_MISSING/);
});

test('shows a dashboard as soon as its widgets have arrived', async () => {
  const arrive: (() => void)[] = [];
  const importModule = (url: string) =>
    new Promise<object>((resolve) =>
      arrive.push(() => resolve({ default: () => <p>{url.split('/').at(-1)}</p> })),
    );
  const names = ['A', 'B', 'C'];
  const components = names.map((name) => ({ name, path: `w/${name}.js` }));
  const host = make({
    importModule,
    fetch: async (input) =>
      Response.json(
        (input as Request).url.includes('/dashboards/')
          ? { panels: names.map((component) => ({ type: 'custom', component })) }
          : { plugins: [{ id: 'demo', frontend: { components, trusted: true } }] },
      ),
  });
  const { dashboards, registry } = internalsOf(host);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const preloaded = vi.fn();
  void host.preload('demo', 'main').then(preloaded);
  await vi.waitFor(() => expect(arrive).toHaveLength(3));
  arrive[0]!();
  arrive[1]!();
  await vi.advanceTimersByTimeAsync(0);
  expect([preloaded.mock.calls.length, dashboards.getSnapshot('demo', 'main')]).toEqual([0, undefined]);
  arrive[2]!();
  await vi.advanceTimersByTimeAsync(0);
  expect(preloaded).toHaveBeenCalledOnce();
  expect(dashboards.getSnapshot('demo', 'main')).toMatchObject({ layout: { name: 'main' } });
  expect(names.map((name) => registry.getStatus('demo', name).status)).toEqual(['ready', 'ready', 'ready']);
});

test('shows a dashboard without its widgets when the list takes too long', async () => {
  const host = make({
    fetch: async (input) =>
      (input as Request).url.includes('/dashboards/') ? Response.json(layout) : new Promise(() => {}),
  });
  const { dashboards } = internalsOf(host);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const arrived = vi.fn();
  dashboards.subscribe('demo', 'main', arrived);
  await vi.advanceTimersByTimeAsync(29);
  expect(arrived).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(arrived).toHaveBeenCalledOnce();
  expect(dashboards.getSnapshot('demo', 'main')).toMatchObject({ layout: { name: 'main' } });
});

/** A call of each public member, as an app makes it right after createHost. */
const CALLS: { [Member in keyof Host]: (host: Host) => unknown } = {
  version: ({ version }) => expect(version).toMatch(/^\d+\.\d+\.\d+/),
  disablePlugins: ({ disablePlugins }) => expect(disablePlugins).toBe(false),
  widgets: async ({ widgets }) => {
    expect([widgets.formatNumber(1234), widgets.cn('p-1', 'p-2')]).toEqual(['1,234', 'p-2']);
    expect((await widgets.apiFetch('/api/x')).status).toBe(200);
  },
  register: (host) => {
    const remove = host.register('Clock', () => null);
    expect(internalsOf(host).registry.names()).toContain('Clock');
    remove();
    expect(internalsOf(host).registry.names()).not.toContain('Clock');
  },
  activity: ({ activity }) => {
    expect(activity.getSnapshot()).toEqual([]);
    activity.subscribe(() => {})();
  },
  components: ({ components }) => {
    expect(components.getSnapshot()).toEqual([]);
    components.subscribe(() => {})();
  },
  plugins: async ({ plugins }) => {
    expect(plugins.getSnapshot()).toEqual({ status: 'loading', plugins: [], refused: [] });
    plugins.subscribe(() => {})();
    await plugins.trust('demo');
    await plugins.revoke('demo');
    expect(plugins.getSnapshot().plugins[0]!.trusted).toBe(false);
    await plugins.refresh();
    expect(plugins.getSnapshot()).toMatchObject({ status: 'ready', plugins: [{ id: 'demo' }] });
  },
  dashboards: async ({ dashboards }) => {
    await dashboards.refresh();
    await dashboards.refresh('demo', 'main');
  },
  preload: async (host) => {
    await host.preload('demo', 'main');
    expect(internalsOf(host).dashboards.getSnapshot('demo', 'main')).toMatchObject({ layout: {} });
  },
  explain: async ({ explain }) => {
    const { steps, text } = await explain('demo', 'Chart');
    expect(steps[0]).toMatchObject({
      step: 'declared',
      ok: true,
      fact: 'plugin.yaml of demo declares Chart in w/Chart.js.',
    });
    expect(text).toMatch(/^Chart on the dashboards of demo:/);
  },
  dispose: (host) => {
    host.dispose();
    host.dispose();
    expect(published()).toBeUndefined();
  },
};

test.each(Object.entries(CALLS))('supports %s right after createHost', async (_, call) => {
  await call(make({ fetch: fakeApi(layout) }));
});

/** Writes a list into the page's HTML, as the server of a host API does. */
const writePreloaded = (base: string | undefined) => {
  document.body.innerHTML = `<script type="application/json" id="nousviz-preloaded">${JSON.stringify({ base, answer: [list()] })}</script>`;
};

test.each([
  ['/api', undefined],
  [undefined, '/nous/api'],
  ['/nous/api', '/nous/api/'],
  ['http://localhost:3000/nous/api', '/nous/api'],
])('uses the answers in the page that the host API at %s gave, for apiBase %s', async (base, apiBase) => {
  writePreloaded(base);
  const fetch = vi.fn(async () => Response.json(list()));
  const host = make({ fetch, ...(apiBase && { apiBase }) });
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(fetch).not.toHaveBeenCalled();
});

test('reports answers in the page from another host API, and does not use them', async () => {
  expectConsole(/at \/nous\/api, and createHost uses \/api\..*\[API_BASE_DIFFERS\]/);
  writePreloaded('/nous/api');
  const fetch = vi.fn(async () => Response.json({ plugins: [] }));
  const host = make({ fetch });
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(host.plugins.getSnapshot().plugins).toEqual([]);
  await vi.waitFor(() => expect(console.error).toHaveBeenCalled());
});

test('has no other public members, and its methods work without an object', () => {
  const host = make();
  expect(Object.keys(host).toSorted()).toEqual(Object.keys(CALLS).toSorted());
  expect(Object.keys(host.plugins).toSorted()).toEqual([
    'getSnapshot',
    'refresh',
    'revoke',
    'sandbox',
    'subscribe',
    'trust',
  ]);
  expect(Object.keys(host.dashboards)).toEqual(['refresh']);
  const { getSnapshot, subscribe } = host.plugins;
  const unsubscribe = subscribe(() => {});
  expect(getSnapshot()).toBe(host.plugins.getSnapshot());
  unsubscribe();
});

test.each<[string, () => Response | Promise<Response>, object]>([
  ['a list', () => Response.json(list()), { status: 'ready' }],
  [
    'refusals',
    () => Response.json({ plugins: [null, { id: 'Bad Id' }], refused: [{ id: 'a', detail: 'why' }] }),
    { status: 'ready', refused: [{ id: 'plugins[0]' }, { id: 'Bad Id' }, { id: 'a' }] },
  ],
  ['HTTP 500', () => new Response('', { status: 500 }), { status: 'failed' }],
  ['an invalid list', () => Response.json({ plugins: 5 }), { status: 'failed' }],
  ['no JSON', () => new Response('<html>'), { status: 'failed' }],
  ['no answer', () => Promise.reject(new TypeError('offline')), { status: 'failed' }],
])('has only plain data in its snapshots after %s', async (_, answer, expected) => {
  const failed = 'status' in expected && expected.status === 'failed';
  if (failed) expectConsole(/^\[NousViz\] .*\[(API_FAILED|API_MISROUTED|LIST_INVALID)\]/);
  const host = make({ fetch: async () => answer() });
  const { plugins, activity } = host;
  const isPlain = () => {
    const { error, ...cloned } = structuredClone(plugins.getSnapshot());
    const { error: original, ...rest } = plugins.getSnapshot();
    expect(cloned).toEqual(rest);
    expect(error?.message).toBe(original?.message);
    expect(structuredClone(activity.getSnapshot())).toEqual(activity.getSnapshot());
  };
  isPlain();
  await vi.waitFor(() => expect(plugins.getSnapshot()).toMatchObject(expected));
  expect(plugins.getSnapshot().error !== undefined).toBe(failed);
  isPlain();
  const { request } = internalsOf(host);
  const owner = { pluginId: 'demo', component: 'Chart' };
  await request({ ...owner, signal: new AbortController().signal }, '/api/x').catch(() => {});
  await plugins.revoke('demo').catch(() => {});
  await request(owner, '/api/x').catch(() => {});
  isPlain();
});
