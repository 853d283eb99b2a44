import { cleanup, render, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import type { Config, WidgetError } from '../contract/index.ts';
import { CustomPanel, Dashboard, HostProvider } from '../react/index.ts';
import { createHost } from './create-host.ts';
import type { Host, HostOptions } from './host.ts';
import type { Widget } from './widget.ts';

const hash = 'a'.repeat(64);
const original = new Error('boom');
const LIST = '/api/plugins';
const BUNDLE = '/api/plugins/demo/widget/Chart.js';

let host: Host;
let heard: WidgetError[];
let answers: Record<string, () => Response | Promise<Response>>;
let widget: () => Widget | Promise<Widget>;

const list = (rest: object = {}) => {
  const components = [{ name: 'Chart', path: 'w/Chart.js', sha256: hash }];
  return { plugins: [{ id: 'demo', frontend: { components, trusted: true } }], ...rest };
};

beforeEach(() => {
  heard = [];
  answers = { [LIST]: () => Response.json(list()) };
  widget = () => () => <p>chart</p>;
  vi.stubGlobal('matchMedia', () => new EventTarget());
});

afterEach(() => {
  cleanup();
  host.dispose();
});

async function start(options: HostOptions = {}) {
  host = createHost({
    lock: false,
    onError: (error) => void heard.push(error),
    fetch: async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : `${input}`, location.href);
      return (await answers[pathname]?.()) ?? Response.json({ detail: 'none' }, { status: 404 });
    },
    importModule: async () => ({ default: await widget() }),
    ...options,
  });
  await vi.waitFor(() => expect(host.plugins.getSnapshot().status).not.toBe('loading'));
}

const panels = (count: number, props: { component?: string; config?: Config } = {}) =>
  Array.from({ length: count }, (_, index) => (
    <CustomPanel key={index} pluginId="demo" component="Chart" dashboardName="main" {...props} />
  ));

const show = (children: React.ReactNode) =>
  settle(() => render(<HostProvider host={host}>{children}</HostProvider>));

const codes = () => heard.map(({ code }) => code);
const press = (name: string) => settle(() => screen.getAllByRole('button', { name })[0]!.click());

/** Checks that the host has heard of these failures, each once, and that the activity list has them. */
function expectHeard(...expected: string[]) {
  expect(codes()).toEqual(expected);
  for (const error of heard) expect(error.name).toBe('WidgetError');
  const entries = host.activity.getSnapshot().filter(({ kind }) => kind === 'failure');
  expect(entries.map(({ code, pluginId, component, text }) => [code, pluginId, component, text])).toEqual(
    heard.map(({ code, pluginId, component, message }) => [code, pluginId, component, message]),
  );
}

test('hears once of a bundle that fails in five panels, and again after Retry', async () => {
  expectConsole(/BUNDLE_MISSING/);
  const cause = new TypeError('Failed to fetch dynamically imported module');
  widget = () => Promise.reject(cause);
  await start();
  await show(panels(5));
  await vi.waitFor(() => expect(screen.getAllByRole('alert')).toHaveLength(5));
  expectHeard('BUNDLE_MISSING');
  expect(heard[0]).toMatchObject({ pluginId: 'demo', component: 'Chart', hash, cause });
  expect(console.error).toHaveBeenCalledOnce();
  await press('Retry');
  await vi.waitFor(() => expectHeard('BUNDLE_MISSING', 'BUNDLE_MISSING'));
  expect(heard[1]).not.toBe(heard[0]);
});

test('hears of a bundle that fails while no panel shows it', async () => {
  widget = () => Promise.reject(new TypeError('offline'));
  answers['/api/plugins/demo/dashboards/main'] = () =>
    Response.json({ panels: [{ type: 'custom', component: 'Chart' }] });
  await start();
  await host.preload('demo', 'main');
  await vi.waitFor(() => expectHeard('BUNDLE_MISSING'));
  expect(console.error).not.toHaveBeenCalled();
  expectConsole(/BUNDLE_MISSING/);
  await show(<Dashboard pluginId="demo" name="main" />);
  expectHeard('BUNDLE_MISSING');
});

const crashes: [string, Widget][] = [
  [
    'a render',
    () => {
      throw original;
    },
  ],
  [
    'an effect',
    () => {
      useEffect(() => {
        throw original;
      }, []);
      return null;
    },
  ],
];

test.each(crashes)('hears once of %s that throws, with the bytes that ran', async (_, Chart) => {
  expectConsole(/WIDGET_CRASHED/);
  widget = () => Chart;
  await start();
  await show(panels(1));
  await vi.waitFor(() => expectHeard('WIDGET_CRASHED'));
  expect(heard[0]).toMatchObject({ pluginId: 'demo', component: 'Chart', hash, cause: original });
  await press('Retry');
  await vi.waitFor(() => expectHeard('WIDGET_CRASHED', 'WIDGET_CRASHED'));
});

test('hears once of a cleanup that throws after the panel has left', async () => {
  expectConsole(/WIDGET_CRASHED/);
  widget = () => () => {
    useEffect(
      () => () => {
        throw original;
      },
      [],
    );
    return <p>chart</p>;
  };
  await start();
  const { unmount } = await show(panels(1));
  await screen.findByText('chart');
  await settle(unmount);
  await vi.waitFor(() => expectHeard('WIDGET_CRASHED'));
  expect(heard[0]).toMatchObject({ hash, cause: original });
});

test('hears of the crash and once of the park that follows it', async () => {
  expectConsole(/WIDGET_CRASHED/);
  expectConsole(/WIDGET_PARKED/);
  widget = () => crashes[0]![1];
  await start({ crashBudget: { crashes: 1, within: 5000 } });
  await show(panels(3));
  await vi.waitFor(() => expect(codes()).toContain('WIDGET_PARKED'));
  await screen.findAllByText(/is parked/);
  expectHeard(...Array.from({ length: 3 }, () => 'WIDGET_CRASHED'), 'WIDGET_PARKED');
  expect(heard.at(-1)).toMatchObject({ pluginId: 'demo', component: 'Chart', hash, cause: original });
});

test.each([
  ['cannot be read', () => Response.json({ detail: 'down' }, { status: 500 }), 'API_FAILED'],
  ['breaks a rule', () => Response.json({ plugins: 5 }), 'LIST_INVALID'],
])('hears once of a list that %s, and once of each refresh', async (_, answer, code) => {
  expectConsole(new RegExp(code));
  answers[LIST] = answer;
  await start();
  await show(panels(2));
  expectHeard(code);
  await host.plugins.refresh();
  expectHeard(code, code);
  answers[LIST] = () => Response.json(list());
  await settle(() => host.plugins.refresh());
  answers[LIST] = answer;
  await settle(() => host.plugins.refresh());
  expectHeard(code, code, code);
});

test('hears once of each refused plugin, until its reason changes', async () => {
  const refuse = (detail: string) => () => Response.json(list({ refused: [{ id: 'old', detail }] }));
  answers[LIST] = refuse('plugin.yaml has no id. [MANIFEST_INVALID]');
  await start();
  await host.plugins.refresh();
  await vi.waitFor(() => expectHeard('PLUGIN_REFUSED'));
  expect(heard[0]!.message).toBe(
    'old: The plugin is not in the list: plugin.yaml has no id. [MANIFEST_INVALID]. Correct the plugin, then refresh the list. [PLUGIN_REFUSED]',
  );
  answers[LIST] = refuse('plugin.yaml is missing.');
  await host.plugins.refresh();
  await vi.waitFor(() => expectHeard('PLUGIN_REFUSED', 'PLUGIN_REFUSED'));
});

test('hears once of a dashboard that fails', async () => {
  expectConsole(/DASHBOARD_FAILED/);
  await start();
  await show([
    <Dashboard key="1" pluginId="demo" name="none" />,
    <Dashboard key="2" pluginId="demo" name="none" />,
  ]);
  await screen.findAllByRole('alert');
  expectHeard('DASHBOARD_FAILED');
  await press('Retry');
  await vi.waitFor(() => expectHeard('DASHBOARD_FAILED', 'DASHBOARD_FAILED'));
});

test.each([
  ['a name that no plugin declares', 'Chrat', 'UNKNOWN_COMPONENT'],
  ['a name that two plugins declare', 'Map', 'AMBIGUOUS_COMPONENT'],
])('hears once of %s, in all its panels and after they return', async (_, component, code) => {
  expectConsole(new RegExp(code));
  const map = (id: string) => ({
    id,
    frontend: { components: [{ name: 'Map', path: 'w/Map.js' }], trusted: true },
  });
  answers[LIST] = () => Response.json({ plugins: [...list().plugins, map('one'), map('two')] });
  await start();
  const { unmount } = await show(panels(3, { component }));
  expectHeard(code);
  await settle(unmount);
  await settle(() => host.plugins.refresh());
  await show(panels(3, { component }));
  expect(screen.getAllByRole('alert')).toHaveLength(3);
  expectHeard(code);
});

test('hears once of a widget that three panels wait for, and again after Retry', async () => {
  expectConsole(/LOAD_TIMEOUT/);
  widget = () => new Promise(() => {});
  await start({ loadTimeout: 50 });
  await show(panels(3));
  await vi.waitFor(() => expect(screen.getAllByRole('alert')).toHaveLength(3));
  expectHeard('LOAD_TIMEOUT');
  await press('Retry');
  await vi.waitFor(() => expectHeard('LOAD_TIMEOUT', 'LOAD_TIMEOUT'));
});

test('hears once of a config that is too deep, however often its panel renders', async () => {
  expectConsole(/CONFIG_TOO_DEEP/);
  const deep = (level: number): Config => (level ? { inner: deep(level - 1) } : {});
  await start();
  const { rerender } = await show(panels(1, { config: deep(70) }));
  await settle(() => rerender(<HostProvider host={host}>{panels(1, { config: deep(70) })}</HostProvider>));
  expectHeard('CONFIG_TOO_DEEP');
});

test('hears once of an uncaught error, with the file and the bytes of its trace', async () => {
  await start();
  const stack = `Error: boom\n    at click (${location.origin}${BUNDLE}?v=${hash}&r=2:3:14)`;
  const error = Object.assign(new Error('boom'), { stack });
  dispatchEvent(new ErrorEvent('error', { error }));
  await vi.waitFor(() => expect(codes()).toEqual(['UNCAUGHT_ERROR']));
  expect(heard[0]).toMatchObject({ pluginId: 'demo', component: 'Chart', hash, cause: error });
  expect(host.activity.getSnapshot()).toMatchObject([{ kind: 'error', pluginId: 'demo', text: 'boom' }]);
});

test('does not hear of decisions that the operator has to take', async () => {
  answers[LIST] = () =>
    Response.json({
      plugins: [{ ...list().plugins[0], frontend: { ...list().plugins[0]!.frontend, trusted: false } }],
    });
  await start();
  await show(panels(2));
  expect(screen.getAllByRole('note')).toHaveLength(2);
  expectHeard();
});

test('shows the card and works on if onError throws', async () => {
  expectConsole(/DASHBOARD_FAILED/);
  expectConsole(/onError of createHost failed: Error: monitor is down/);
  await start({
    onError: () => {
      throw new Error('monitor is down');
    },
  });
  await show([<Dashboard key="1" pluginId="demo" name="none" />, ...panels(1)]);
  expect(screen.getByRole('alert').dataset.code).toBe('DASHBOARD_FAILED');
  expect(await screen.findByText('chart')).toBeTruthy();
});
