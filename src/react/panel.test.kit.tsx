import { act, fireEvent, render, screen } from '@testing-library/react';
import { useState, type ReactNode } from 'react';
import { vi } from 'vitest';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import type { ListedComponent } from '../contract/index.ts';
import { createWidgets, standardHelpers } from '../helpers/index.ts';
import {
  createFailure,
  createStore,
  type HostInternals,
  type Owner,
  type PluginList,
  type PluginStore,
  type Widget,
} from '../host/index.ts';
import { createRegistry } from '../host/registry.ts';
import { admit, type Admitted, type Sandboxed } from '../host/trust.ts';
import { Panel, type PanelProps } from './panel.tsx';

export const { signal } = new AbortController();

/** Makes the trust gate's answer for one component of a plugin. */
export const offer = (pluginId: string, name: string, trusted = true, state: Partial<ListedComponent> = {}) =>
  admit(
    pluginId,
    { name, path: `${name}.js`, filename: `${name}.js`, ...state },
    trusted ? new Map([[pluginId, signal]]) : new Map(),
  );

/** A request without an answer, which ends with its signal. */
const hang: HostInternals['request'] = ({ signal: end }) =>
  new Promise((_, reject) => {
    end!.addEventListener('abort', () => reject(end!.reason as Error));
  });

type Bundles = Record<string, Widget | ((attempt: number) => Widget)>;

/**
 * Makes the internals of a host whose registry has the given widgets of the plugin `demo`.
 *
 * @param fresh Whether each widget is made from the number of the attempt to load it.
 */
export function setup(bundles: Bundles, fresh = false) {
  const load = vi.fn(async ({ component }: Admitted | Sandboxed, attempt: number) => {
    const found = bundles[component.name]!;
    return fresh ? (found as (attempt: number) => Widget)(attempt) : (found as Widget);
  });
  const registry = createRegistry(load);
  const list = createStore<PluginList>({ status: 'ready', plugins: [], refused: [] });
  const internals = {
    registry,
    plugins: list as Partial<PluginStore> as PluginStore,
    areWidgetsHidden: createStore(false),
    loadTimeout: 60_000,
    crashBudget: { crashes: 3, within: 60_000 },
    helpers: createWidgets({ apiBase: '/api', getSessionToken: () => null, fetch }, standardHelpers()),
    request: vi.fn(hang),
    retry: vi.fn((pluginId: string, name: string) => void registry.retry(pluginId, name)),
    report: vi.fn<HostInternals['report']>(),
    explainCrash: (owner: Owner, cause: unknown) =>
      createFailure({ code: 'WIDGET_CRASHED', details: { ...owner, cause } }),
  } satisfies Partial<HostInternals>;
  registry.sync(Object.keys(bundles).map((name) => offer('demo', name)));
  const show = (children: ReactNode) => settle(() => render(<>{children}</>));
  const panel = (component: string, props: Partial<PanelProps> = {}) => (
    <Panel
      internals={internals as Partial<HostInternals> as HostInternals}
      pluginId="demo"
      component={component}
      dashboardName="main"
      config={{}}
      {...props}
    />
  );
  return { internals, registry, load, show, panel };
}

/** Makes the element of a panel. */
export const frame = (name: string) => document.querySelector<HTMLElement>(`[data-panel="${name}"]`)!;

/** Runs the pending tasks. */
export const wait = () => act(async () => new Promise((resolve) => setTimeout(resolve)));

/** Presses a button of a card, and waits for the consequence. */
export const press = (name: string) => settle(() => fireEvent.click(screen.getByRole('button', { name })));

/** A widget with state. */
export function Counter() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>Count {count}</button>;
}

/** Presses the button of one {@link Counter}. @returns Its text. */
export const count = (index = 0) => {
  fireEvent.click(screen.getAllByRole('button', { name: /Count/ })[index]!);
  return screen.getAllByRole('button', { name: /Count/ })[index]!.textContent;
};

/** A widget that crashes when it renders. */
export const Crash: Widget = () => {
  throw new Error('boom');
};
