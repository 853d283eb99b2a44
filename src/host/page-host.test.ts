import { afterEach, expect, test, vi } from 'vitest';
import { formatters } from '../helpers/index.ts';
import { createHost, createHostWithHelpers, internalsOf } from './create-host.ts';
import type { Host, HostOptions } from './host.ts';

const hosts = new Set<Host>();
afterEach(() => {
  for (const host of hosts) host.dispose();
  hosts.clear();
  Reflect.deleteProperty(globalThis, 'NousViz');
});

/** The options of one evaluation of the file that calls createHost: each has its own functions. */
const options = (given: HostOptions = {}): HostOptions => ({
  lock: false,
  fetch: async () => Response.json({ plugins: [] }),
  ...given,
});

function create(given: HostOptions = {}) {
  const host = createHost(options(given));
  hosts.add(host);
  return host;
}

test.each<[string, HostOptions, HostOptions]>([
  ['none', {}, {}],
  ['a default and nothing', { apiBase: '/api', loadTimeout: 10_000 }, {}],
  ['a default and undefined', {}, { apiBase: undefined, dashboard: undefined } as never],
  ['a base with and without a slash', { apiBase: '/nous/api' }, { apiBase: '/nous/api/' }],
  [
    'plain data in another order',
    { crashBudget: { crashes: 1, within: 5 }, disablePlugins: ['a', 'b'] },
    { crashBudget: { within: 5, crashes: 1 }, disablePlugins: ['a', 'b'] },
  ],
  [
    'new functions',
    { getSessionToken: () => 'a', importModule: async () => ({}), onError: () => {} },
    { getSessionToken: () => 'b', importModule: async () => ({}), onError: () => {} },
  ],
  ['a function that is gone', { getSessionToken: () => 'a' }, {}],
  [
    'the same dashboard',
    { dashboard: { pluginId: 'a', name: 'b' } },
    { dashboard: { name: 'b', pluginId: 'a' } },
  ],
])('returns the page’s host for equal options: %s', (_, first, second) => {
  const host = create(first);
  expect(create(second)).toBe(host);
  expect(createHostWithHelpers({ ...formatters, cn: () => '' }, options(second))).toBe(host);
});

test.each<[keyof HostOptions, HostOptions, string, string]>([
  ['apiBase', { apiBase: '/nous' }, '"/api"', '"/nous"'],
  ['lock', { lock: true }, 'false', 'true'],
  ['loadTimeout', { loadTimeout: 5 }, '10000', '5'],
  [
    'crashBudget',
    { crashBudget: { crashes: 1, within: 60_000 } },
    '{"crashes":3,"within":60000}',
    '{"crashes":1,"within":60000}',
  ],
  ['disablePlugins', { disablePlugins: ['a'] }, 'undefined', '["a"]'],
  ['dashboard', { dashboard: { pluginId: 'a', name: 'b' } }, 'undefined', '{"pluginId":"a","name":"b"}'],
  ['unstable_require', { unstable_require: true }, 'false', 'true'],
  ['onError', { onError: 5 as never }, 'function', '5'],
])('refuses another %s, and names both values', (name, second, there, here) => {
  create();
  expect(() => create(second)).toThrow(
    `window.NousViz is already published by this page’s host with another ${name}: it is ${there} there, and ${here} here. `,
  );
});

test('calls the functions of the last call, and keeps what the page has', async () => {
  const sent: (string | null)[] = [];
  const fetch = async (input: RequestInfo | URL) => {
    sent.push((input as Request).headers.get('X-Session-Token'));
    return Response.json({ plugins: [] });
  };
  const host = create({ fetch, getSessionToken: () => 'first' });
  const Clock = () => null;
  host.register('Clock', Clock);
  const list = await vi.waitFor(() => {
    expect(host.plugins.getSnapshot().status).toBe('ready');
    return host.plugins.getSnapshot();
  });
  const later = vi.fn(fetch);
  create({ fetch: later, getSessionToken: () => 'second' });
  expect(host.plugins.getSnapshot()).toBe(list);
  expect(internalsOf(host).registry.names()).toEqual(['Clock']);
  await host.plugins.refresh();
  expect(later).toHaveBeenCalledOnce();
  expect(sent).toEqual(['first', 'second']);
});

test('calls a fetch without a receiver, as the browser’s requires', async () => {
  const receivers: unknown[] = [];
  const host = create({
    fetch: async function (this: unknown) {
      receivers.push(this);
      return Response.json({ plugins: [] });
    } as typeof fetch,
  });
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).toBe('ready'));
  expect(receivers).toEqual([undefined]);
});

test('keeps the page’s fetch of the first call if no call gives one', async () => {
  const first = vi.fn(async () => Response.json({ plugins: [] }));
  const later = vi.fn(async () => Response.json({ plugins: [] }));
  vi.stubGlobal('fetch', first);
  const host = createHost({ lock: false });
  hosts.add(host);
  vi.stubGlobal('fetch', later);
  expect(createHost({ lock: false })).toBe(host);
  await host.plugins.refresh();
  expect(first).toHaveBeenCalled();
  expect(later).not.toHaveBeenCalled();
});

test('makes a fresh host after dispose', () => {
  const host = create();
  host.dispose();
  const next = create({ apiBase: '/other' });
  expect(next).not.toBe(host);
  expect(create({ apiBase: '/other' })).toBe(next);
});

test('refuses a host in place of one that is disposed of and permanent', () => {
  // The property cannot be deleted, so it is the page's own only within this test.
  const define = vi.spyOn(Object, 'defineProperty').mockImplementation((target, name, descriptor) => {
    Reflect.defineProperty(target as object, name, { ...descriptor, configurable: true });
    return target;
  });
  const host = create({ lock: true });
  define.mockRestore();
  expect(create({ lock: true })).toBe(host);
  host.dispose();
  expect(() => create({ lock: true })).toThrow(
    /already published by a host that is disposed of\..*HOST_ALREADY/,
  );
});

test('makes the host that a call without a page’s host asks for, after one that failed', () => {
  Object.assign(globalThis, { NousViz: { version: '9.1.0' } });
  expect(() => create()).toThrow(/another copy of the library, of version 9\.1\.0; this copy has version \d/);
  Reflect.deleteProperty(globalThis, 'NousViz');
  expect(create()).toBe(create());
});
