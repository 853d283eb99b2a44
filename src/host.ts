import type { ComponentType } from 'react';
import * as ReactNamespace from 'react';
import * as ReactDOMNamespace from 'react-dom';
import * as ReactDOMClientNamespace from 'react-dom/client';
import * as ReactJSXRuntimeNamespace from 'react/jsx-runtime';
import { createApi } from './api.ts';
import type { CrashBudget } from './budget.ts';
import { WidgetError } from './errors.ts';
import type { Explanation } from './explain.ts';
import { createWidgets, type HelperOptions, type Widgets } from './helpers.ts';
import type { ImportModule } from './loader.ts';
import { createPlugins, type Plugins } from './plugins.ts';
import { createRegistry, type Owner, type Registry } from './registry.ts';
import { createSnapshot, type Snapshot } from './snapshot.ts';
import type { DashboardSpec } from './spec.ts';
import { loadFailure, loadView, told } from './told.ts';
import type { ActivityEntry, Tracker } from './tracker.ts';
import type { Disabled } from './trust.ts';
import { API_BASE } from './urls.ts';

declare const __VERSION__: string;

const GLOBAL = 'NousViz';

/** The version of this library, as in its package.json. */
export const version = __VERSION__;

/** What {@link createHost} takes; everything has a default. */
export interface HostOptions extends Partial<HelperOptions> {
  /** URL of the host API, absolute or root-relative. @default "/api" */
  apiBase?: string;
  /** The operator's session token. @default `localStorage["nousviz_auth_token"]` */
  getSessionToken?: HelperOptions['getSessionToken'];
  /** @default the page's own `fetch`, as it is when the host is created */
  fetch?: typeof fetch;
  /** Whether `window.NousViz` is there for good. Off, `dispose()` removes it: for tests. @default true */
  lock?: boolean;
  /** Milliseconds until a widget that has not come is said to be late. @default 10000 */
  loadTimeout?: number;
  /** How often a widget may crash before it is parked. @default three times within a minute */
  crashBudget?: CrashBudget;
  /** Plugins of which nothing runs: all of them, or those. @default what the page's `?disable-plugins` or `?disable-plugins=a,b` says */
  disablePlugins?: Disabled;
  /**
   * Whether bundles may call `require` for React, as those of plain esbuild do for CommonJS packages. For bundles that nobody can
   * build again: a react-dom inside them must be of the host's own major. @default false
   */
  unstable_require?: boolean;
  /** How a bundle is imported. @default `import()` */
  importModule?: ImportModule;
}

/** The value of `window.NousViz` (CONTRACT G1). */
export interface NousVizGlobal {
  readonly React: typeof import('react');
  readonly ReactJSXRuntime: typeof import('react/jsx-runtime');
  readonly ReactDOM: typeof import('react-dom');
  readonly ReactDOMClient: typeof import('react-dom/client');
  readonly widgets: Widgets;
  /** The version of the library that published it. */
  readonly version: string;
}

/** A host of plugin widgets; `HostProvider` hands it to the panels. */
export interface Host {
  readonly version: string;
  readonly plugins: Plugins;
  readonly registry: Registry;
  /** Milliseconds after which a widget that has not come is said to be late. */
  readonly loadTimeout: number;
  /** Requests that plugins made and errors that they left uncaught, as far as it is known whose they are; the last 200, oldest first. */
  readonly activity: Snapshot<readonly ActivityEntry[]>;
  /** Plugins of which nothing runs on this page (`?disable-plugins`). */
  readonly disablePlugins: Disabled;
  readonly crashBudget: CrashBudget;
  /** `apiFetch` on a plugin's behalf; there are plugins as soon as there is a list. */
  request: Tracker['request'];
  /** The whole chain from the list to what a panel shows, the first "no" marked with its remedy. Rejects only where its own code cannot be loaded. */
  explain(pluginId: string, name: string): Promise<Explanation>;
  loadDashboard(pluginId: string, name: string, signal?: AbortSignal): Promise<DashboardSpec>;
  /** Tries a failed component again, or the plugin list where that is what failed. */
  retry(pluginId: string, name: string): void;
  /** Writes a failure's line to the console, once. */
  report(error: WidgetError): unknown;
  /** Finds out why a widget crashed. Never rejects. */
  explainCrash(owner: Owner, cause: unknown): Promise<WidgetError>;
  /** The helpers, the same object as `window.NousViz.widgets`. */
  readonly widgets: Widgets;
  /**
   * Registers a component of the host's own, shown where no plugin declares the name (CONTRACT D4).
   * A later one of the same name takes its place.
   * @returns a function that takes it back.
   * @throws {WidgetError} `NAME_REFUSED` for what is no name or no component.
   */
  register(name: string, component: ComponentType<never>): () => void;
  /** Ends the host: panels stop changing, and `window.NousViz` goes where `lock` is off. */
  dispose(): void;
}

// CommonJS as seen from ESM: some bundlers hand out `default`, some the members, some both.
const view = <Module extends object>(namespace: Module): Module => {
  const { default: whole } = namespace as { default?: Module };
  return Object.freeze({ ...(whole ?? namespace) });
};

function publish(widgets: Widgets, lock: boolean): NousVizGlobal {
  // An own property is somebody's; an element with id="NousViz" is not one and does not count (CONTRACT G3).
  if (Object.hasOwn(globalThis, GLOBAL)) {
    const found = (Reflect.get(globalThis, GLOBAL) as Partial<NousVizGlobal> | undefined)?.version;
    throw new WidgetError('HOST_ALREADY_PUBLISHED', {
      message: `window.NousViz is already published by version ${found}, and this is version ${version}.`,
    });
  }
  const value: NousVizGlobal = Object.freeze({
    React: view(ReactNamespace),
    ReactJSXRuntime: view(ReactJSXRuntimeNamespace),
    ReactDOM: view(ReactDOMNamespace),
    ReactDOMClient: view(ReactDOMClientNamespace),
    widgets,
    version,
  });
  Object.defineProperty(globalThis, GLOBAL, { value, enumerable: true, configurable: !lock });
  return value;
}

function storedToken(): string | null {
  try {
    return localStorage.getItem('nousviz_auth_token');
  } catch {
    return null;
  }
}

const reported = new WeakSet<WidgetError>();

async function report(error: WidgetError) {
  if (reported.has(error)) return;
  reported.add(error);
  await told(error);
  console.error(`[NousViz] ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}

/**
 * Makes the page's host: publishes `window.NousViz` (CONTRACT G) and asks for the list of plugins.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` on a page that has a host.
 * @example
 * const host = createHost();
 * createRoot(element).render(<HostProvider host={host}><Dashboard pluginId="sales" name="overview" /></HostProvider>);
 */
export function createHost(options: HostOptions = {}): Host {
  const {
    apiBase: base = API_BASE,
    getSessionToken = storedToken,
    fetch = globalThis.fetch.bind(globalThis),
    lock = true,
    loadTimeout = 10_000,
    crashBudget = { crashes: 3, within: 60_000 },
    disablePlugins = disabledByPage(),
    unstable_require = false,
    importModule,
  } = options;
  const apiBase = base.replace(/\/+$/, '');
  const helpers = createWidgets({ apiBase, getSessionToken, fetch });
  let tracker: Tracker | undefined;
  const widgets: Widgets = Object.freeze({
    ...helpers,
    apiFetch: (...what: Parameters<Widgets['apiFetch']>) => (tracker ?? helpers).apiFetch(...what),
  });
  const global = publish(widgets, lock);
  const activity = createSnapshot<readonly ActivityEntry[]>([]);
  const api = createApi({ apiBase, apiFetch: helpers.apiFetch });
  const plugins = createPlugins(api, `nousviz ${apiBase}`);
  const registry = createRegistry(async (admitted, attempt) => {
    const { createLoader, provideRequire } = await loadView();
    if (unstable_require) provideRequire();
    const { refresh } = plugins;
    return createLoader({ apiBase, fetch, importModule, refresh })(admitted, attempt);
  });

  const stop = plugins.subscribe(() => {
    const { status, plugins: listed, grants, error, view } = plugins.getSnapshot();
    tracker ??= view?.createTracker({
      apiBase,
      apiFetch: helpers.apiFetch,
      grants: () => plugins.getSnapshot().grants,
      enter: (entry) => activity.set([...activity.getSnapshot(), entry].slice(-200)),
    });
    if (error) report(error);
    registry.sync(
      view?.admitAll(listed, grants, disablePlugins) ?? [],
      status === 'failed' ? error : undefined,
    );
  });
  void plugins.refresh();

  const host: Host = {
    version,
    plugins,
    registry,
    widgets,
    activity,
    disablePlugins,
    crashBudget,
    request: (...what) => tracker!.request(...what),
    report,
    loadTimeout,
    loadDashboard: api.loadDashboard,
    explain: async (pluginId, name) => (await import('./explain.ts')).explain(host, pluginId, name),
    explainCrash: (owner, cause) =>
      loadFailure()
        .then(({ diagnoseCrash }) =>
          diagnoseCrash({ ...owner, cause, apiBase, fetch, plugins: plugins.getSnapshot().plugins }),
        )
        .catch(() => new WidgetError('WIDGET_CRASHED', { ...owner, cause })),
    retry(pluginId, name) {
      if (!registry.retry(pluginId, name)) void plugins.refresh();
    },
    register: registry.register,
    dispose() {
      stop();
      plugins.dispose();
      tracker?.dispose();
      if (!lock && Reflect.get(globalThis, GLOBAL) === global) Reflect.deleteProperty(globalThis, GLOBAL);
    },
  };
  return host;
}

/** What the page's address says: `?disable-plugins` means all of them. */
function disabledByPage(): boolean | string[] {
  const value = new URLSearchParams(globalThis.location?.search).get('disable-plugins');
  return value === null ? false : !value || value.split(',');
}
