// @vitest-environment node
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { renderToPipeableStream, renderToReadableStream, renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { createHost, createHostWithHelpers, internalsOf, type Host } from '../host/index.ts';
import { formatters } from '../helpers/index.ts';
import { CustomPanel, Dashboard, HostProvider, useHost, usePlugins } from './index.ts';

function Names() {
  const { status, plugins, refused } = usePlugins();
  return <p>{[status, plugins.length, refused.length].join(' ')}</p>;
}

const Version = () => <b>{useHost().version}</b>;

const page = (host: Host) => (
  <HostProvider host={host}>
    <Names />
    <Version />
    <Dashboard pluginId="sales" name="overview" />
    <CustomPanel pluginId="sales" component="Chart" dashboardName="main" label="Sales" config={{ a: 1 }} />
    <CustomPanel pluginId="sales" component="Dates" dashboardName="main" config={{ at: new Date(0) }} />
  </HostProvider>
);

const renderers: [string, (host: Host) => string | Promise<string>][] = [
  ['a string', (host) => renderToString(page(host))],
  [
    'a stream of Node',
    (host) => {
      const output = new PassThrough();
      const { pipe } = renderToPipeableStream(page(host), { onShellReady: () => pipe(output) });
      return text(output);
    },
  ],
  ['a stream of the web', async (host) => new Response(await renderToReadableStream(page(host))).text()],
];

test.each(renderers)('renders the waiting state on a server, to %s', async (_, renderPage) => {
  const html = await renderPage(createHost());
  expect(html).toContain('<p>loading 0 0</p>');
  expect(html).toContain('aria-label="overview is loading"');
  expect(html).toContain('data-panel="sales/Chart" data-status="loading" aria-label="Sales"');
  expect(html).toContain('aria-label="Chart is loading"');
});

test.each(renderers)(
  'renders no inline styles on a server, which a strict policy would block, to %s',
  async (_, renderPage) => {
    const html = await renderPage(createHost());
    // Has a label, and a config that ends in a card.
    expect(html).toContain('<h3>Sales</h3>');
    expect(html).toContain('data-panel="sales/Dates"');
    expect(html).not.toMatch(/\sstyle=|<style/);
  },
);

/** All that a host could leave behind on a server. */
function watchServer() {
  const send = vi.fn(() => Promise.reject(new Error('a request on a server')));
  const listen = vi.fn();
  const Channel = vi.fn();
  vi.stubGlobal('fetch', send);
  vi.stubGlobal('addEventListener', listen);
  vi.stubGlobal('BroadcastChannel', Channel);
  const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
  const names = Object.getOwnPropertyNames(globalThis);
  return () => {
    for (const spy of [send, listen, Channel, ...timers]) expect(spy).not.toHaveBeenCalled();
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(names);
  };
}

test('creates any number of hosts on a server, and leaves nothing behind', async () => {
  const expectNothing = watchServer();
  const onError = vi.fn();
  const importModule = vi.fn();
  const options = { dashboard: { pluginId: 'sales', name: 'overview' }, unstable_require: true };
  const hosts = [
    createHost(),
    createHost(),
    createHost({ ...options, apiBase: '/other', onError, importModule }),
    createHostWithHelpers({ ...formatters, cn: () => '' }),
  ];
  for (const host of hosts) {
    renderToString(page(host));
    await Promise.all([host.plugins.refresh(), host.dashboards.refresh(), host.preload('sales', 'overview')]);
    host.plugins.subscribe(() => {})();
    host.activity.subscribe(() => {})();
    host.register('Clock', () => null)();
    expect(host.plugins.getSnapshot()).toEqual({ status: 'loading', plugins: [], refused: [] });
    expect(host.activity.getSnapshot()).toEqual([]);
    expect(host.widgets.formatNumber(1234)).toBe('1,234');
    expect(host.disablePlugins).toBe(false);
    expect((await host.explain('sales', 'Chart')).text).toContain('loading');
    host.dispose();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expectNothing();
  expect(onError).not.toHaveBeenCalled();
  expect(importModule).not.toHaveBeenCalled();
});

test.each<[string, (host: Host) => Promise<unknown>]>([
  ['trust', (host) => host.plugins.trust('sales')],
  ['revoke', (host) => host.plugins.revoke('sales')],
  ['a request of the app', (host) => host.widgets.apiFetch('/api/x')],
  ['a request of a widget', (host) => internalsOf(host).helpers.apiFetch('/api/x')],
])('refuses %s on a server, with the remedy', async (_, call) => {
  const expectNothing = watchServer();
  await expect(call(createHost())).rejects.toThrow(
    'This host was created on a server, where it sends no requests. Send them in the browser: in an effect or in an event handler. [NO_PAGE]',
  );
  expectNothing();
});
