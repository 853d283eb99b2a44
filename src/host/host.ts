import type { ComponentType } from 'react';
import * as ReactNamespace from 'react';
import * as ReactDOMNamespace from 'react-dom';
import * as ReactDOMClientNamespace from 'react-dom/client';
import * as ReactJSXRuntimeNamespace from 'react/jsx-runtime';
import { createApi, type DashboardName } from './client.ts';
import type { ApiFetchOptions } from '../helpers/api-fetch.ts';
import type { CrashBudget } from './crash-budget.ts';
import { isComponent } from './widget.ts';
import { createDashboards, type Dashboards } from './dashboard-store.ts';
import type { Engine } from './engine.ts';
import { WidgetError } from '../contract/errors.ts';
import type { Explanation } from '../diagnosis/explain.ts';
import { createWidgets, standardHelpers, type OwnHelpers, type Widgets } from '../helpers/helpers.ts';
import type { ImportModule } from './loader.ts';
import { takeOpening, type Opening } from './preloaded.ts';
import { createPlugins, type Plugins } from './plugins.ts';
import type { Owner, Registry } from './registry.ts';
import { createSnapshot, type Snapshot } from './store.ts';
import { loadView, told, type View } from './told.ts';
import type { ActivityEntry, Tracker } from './activity.ts';
import type { Disabled } from './trust.ts';
import { API_BASE } from '../contract/urls.ts';

declare const __VERSION__: string;

const GLOBAL = 'NousViz';

/** The version of this library, as in its package.json. */
export const version = __VERSION__;

/** What {@link createHost} takes; everything has a default. */
export interface HostOptions extends Partial<ApiFetchOptions> {
  /** URL of the host API, absolute or root-relative. @default "/api" */
  apiBase?: string;
  /** The operator's session token. @default `localStorage["nousviz_auth_token"]` */
  getSessionToken?: ApiFetchOptions['getSessionToken'];
  /** @default the page's own `fetch`, as it is when the host is created */
  fetch?: typeof fetch;
  /** The dashboard that the page opens with, where its HTML does not say so: what it needs is asked for at once, the whole list later. */
  dashboard?: DashboardName;
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
  /** What names stand for; there as soon as panels can be drawn. */
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
  /** The documents of the dashboards that are shown. */
  readonly dashboards: Dashboards;
  /** Loads what a dashboard needs, for who will show it within half a minute: when a link to it is hovered, say. Never rejects. */
  warm(pluginId: string, name: string): Promise<void>;
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
 * Makes the page's host: publishes `window.NousViz` (CONTRACT G) and asks for what the page opens with.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` on a page that has a host.
 * @example
 * const host = createHost();
 * createRoot(element).render(<HostProvider host={host}><Dashboard pluginId="sales" name="overview" /></HostProvider>);
 */
export const createHost = (options: HostOptions = {}): Host => createHostWith(standardHelpers(), options);

/** Milliseconds that a document waits for the list. */
const GRACE = 30;

/**
 * The same with helpers of the app's own, which then does not carry the library's: `cn` weighs more than all else.
 *
 * @example
 * const host = createHostWith({ ...formatters, cn });
 */
export function createHostWith(helpersOfHost: OwnHelpers, options: HostOptions = {}): Host {
  const {
    apiBase: base = API_BASE,
    getSessionToken = storedToken,
    fetch = globalThis.fetch.bind(globalThis),
    dashboard,
    lock = true,
    loadTimeout = 10_000,
    crashBudget = { crashes: 3, within: 60_000 },
    disablePlugins = disabledByPage(),
    unstable_require = false,
    importModule,
  } = options;
  const apiBase = base.replace(/\/+$/, '');
  const helpers = createWidgets({ apiBase, getSessionToken, fetch }, helpersOfHost);
  let engine: Engine | undefined;
  const widgets: Widgets = Object.freeze({
    ...helpers,
    apiFetch: (...what: Parameters<Widgets['apiFetch']>) => (engine?.tracker ?? helpers).apiFetch(...what),
  });
  const global = publish(widgets, lock);
  const activity = createSnapshot<readonly ActivityEntry[]>([]);
  const api = createApi({ apiBase, apiFetch: helpers.apiFetch });
  const plugins = createPlugins(api, `nousviz ${apiBase}`);
  const dashboards = createDashboards(api.loadDashboard, async (pluginId, { name, rows }) => {
    // A page that goes on without its list says so in its panels.
    await Promise.race([plugins.open({ pluginId, name }), sleep(GRACE)]);
    await engine?.load(pluginId, rows);
  });
  /** What is registered before there is an engine. */
  const early = new Set<(registry: Registry) => void>();

  function start(view: View): Engine {
    if (engine) return engine;
    engine = view.createEngine({
      apiBase,
      fetch,
      apiFetch: helpers.apiFetch,
      plugins,
      disablePlugins,
      importModule,
      unstable_require,
      enter: (entry) => activity.set([...activity.getSnapshot(), entry].slice(-200)),
    });
    for (const register of early) register(engine.registry);
    return engine;
  }

  const stop = plugins.subscribe(() => {
    const { error, view } = plugins.getSnapshot();
    if (error) report(error);
    if (view) start(view).sync();
  });

  /** Asks for a dashboard and its part of the list; its widgets follow. */
  async function prepare({ pluginId, name }: DashboardName, { list, spec }: Opening = {}) {
    const part = plugins.open({ pluginId, name }, list);
    await Promise.all([dashboards.load(pluginId, name, spec), part]);
  }

  /** Begins with what the page's HTML knows, and has the whole list follow. */
  async function open({ token, plugin: pluginId, name, ...given }: Opening) {
    // Answers to another token are somebody else's.
    const isOurs = token === undefined || (token || null) === ((await getSessionToken()) || null);
    const answers = isOurs ? given : {};
    if (!pluginId || !name) return plugins.complete(answers.list);
    await prepare({ pluginId, name }, answers);
    await idle();
    return plugins.complete();
  }
  void open(takeOpening() ?? (dashboard ? { plugin: dashboard.pluginId, name: dashboard.name } : {}));

  const host: Host = {
    version,
    plugins,
    get registry() {
      return engine!.registry;
    },
    widgets,
    activity,
    disablePlugins,
    crashBudget,
    request: (...what) => engine!.tracker.request(...what),
    report,
    loadTimeout,
    dashboards,
    warm: (pluginId, name) => prepare({ pluginId, name }),
    async explain(pluginId, name) {
      const [{ explain }, view] = await Promise.all([import('../diagnosis/explain.ts'), loadView()]);
      start(view);
      return explain(host, view, pluginId, name);
    },
    explainCrash: (...what) => engine!.explainCrash(...what),
    retry(pluginId, name) {
      if (!engine?.registry.retry(pluginId, name)) void plugins.refresh();
    },
    register(name, component) {
      if (typeof name !== 'string' || !name || !isComponent(component)) {
        throw new WidgetError('NAME_REFUSED', {
          message: `host.register: "${name}" and what comes with it are no name and component.`,
        });
      }
      if (engine) return engine.registry.register(name, component);
      let takeBack: (() => void) | undefined;
      const register = (registry: Registry) => {
        takeBack = registry.register(name, component);
      };
      early.add(register);
      return () => {
        early.delete(register);
        takeBack?.();
      };
    },
    dispose() {
      stop();
      plugins.dispose();
      engine?.tracker.dispose();
      if (!lock && Reflect.get(globalThis, GLOBAL) === global) Reflect.deleteProperty(globalThis, GLOBAL);
    },
  };
  return host;
}

const sleep = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** When the page has nothing better to do, in a second at the latest. */
const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve);
  });

/** What the page's address says: `?disable-plugins` means all of them. */
function disabledByPage(): boolean | string[] {
  const value = new URLSearchParams(globalThis.location?.search).get('disable-plugins');
  return value === null ? false : !value || value.split(',');
}
