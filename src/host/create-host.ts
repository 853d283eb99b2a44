import {
  API_BASE,
  bundlePath,
  createHostError,
  importUrl,
  type DashboardLayout,
  type WidgetError,
} from '../contract/index.ts';
import { createWidgets, standardHelpers, type OwnHelpers, type Widgets } from '../helpers/index.ts';
import { createActivity, type ActivityEntry } from './activity.ts';
import { createClient, type DashboardName } from './client.ts';
import { crashesOf } from './crash-budget.ts';
import { createDashboardStore } from './dashboard-store.ts';
import { createFailure, loadDiagnosis, report } from './failures.ts';
import type { Host, HostOptions } from './host.ts';
import type { HostInternals } from './internals.ts';
import { createLoader, type ImportModule } from './loader.ts';
import { createPlugins, type PluginStore } from './plugins.ts';
import { takePreloaded, type Preloaded } from './preloaded.ts';
import { publish, version } from './publish.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { Owner } from './owner.ts';
import { createStore } from './store.ts';
import { admitAll, versionOf, type Disabled } from './trust.ts';
import { waitForWidgets } from './wait-for-widgets.ts';
import { isComponent } from './widget.ts';

const internals = new WeakMap<Host, HostInternals>();

/** Returns the internals of a host. @throws {WidgetError} `HOST_MISSING` for anything but a host of this copy of the library. */
export function internalsOf(host: Host): HostInternals {
  const found = internals.get(host);
  if (found) return found;
  throw createHostError('HOST_MISSING', { place: '<HostProvider>' });
}

function storedToken(): string | null {
  try {
    return localStorage.getItem('nousviz_auth_token');
  } catch {
    return null;
  }
}

/** Reads the disabled plugins from the page's URL; `?disable-plugins` disables all of them. */
function disabledByPage(): boolean | string[] {
  const value = new URLSearchParams(globalThis.location?.search).get('disable-plugins');
  return value === null ? false : !value || value.split(',');
}

/** Resolves when the page is idle, or after one second. */
const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve);
  });

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The time that a dashboard waits for the list of plugins, in milliseconds; after that its panels show that they are loading. */
const LIST_WAIT = 30;

/** Updates the registry whenever the list changes. */
function followList(plugins: PluginStore, registry: Registry, disablePlugins: Disabled) {
  return plugins.subscribe(() => {
    const { status, plugins: installed, error } = plugins.getSnapshot();
    if (error) report(error);
    registry.sync(admitAll(installed, plugins.grants(), disablePlugins), {
      ...(status === 'failed' && { error }),
      ...(status === 'loading' && { isSettled: plugins.isSettled }),
    });
  });
}

/**
 * Creates the page's host with the app's own helpers. The app's build then does not contain the library's helpers, of which `cn`
 * is the largest.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if the page has a host already.
 * @example
 * const host = createHostWithHelpers({ ...formatters, cn });
 */
export function createHostWithHelpers(ownHelpers: OwnHelpers, options: HostOptions = {}): Host {
  const {
    getSessionToken = storedToken,
    fetch = globalThis.fetch.bind(globalThis),
    dashboard,
    lock = true,
    loadTimeout = 10_000,
    crashBudget = { crashes: 3, within: 60_000 },
    disablePlugins = disabledByPage(),
    unstable_require = false,
    importModule = importUrl,
    audience,
  } = options;
  const apiBase = (options.apiBase ?? API_BASE).replace(/\/+$/, '');
  const unattributed = createWidgets({ apiBase, getSessionToken, fetch }, ownHelpers);
  const widgets: Widgets = Object.freeze({
    ...unattributed,
    apiFetch: (...given: Parameters<Widgets['apiFetch']>) => requests.apiFetch(...given),
  });
  const unpublish = publish(widgets, lock);
  // Rarely wanted, so not part of every page; bundles wait for it.
  const required = unstable_require
    ? import('./require.ts').then(({ provideRequire }) => provideRequire())
    : undefined;
  const importBundle: ImportModule = async (url) => {
    await required;
    return importModule(url);
  };

  const activity = createStore<readonly ActivityEntry[]>([]);
  const client = createClient({ apiBase, apiFetch: unattributed.apiFetch });
  const plugins = createPlugins(client, `nousviz ${apiBase}`);
  const registry = createRegistry(
    createLoader({ apiBase, fetch, importModule: importBundle, refresh: plugins.refresh }),
  );
  const requests = createActivity({
    apiBase,
    apiFetch: unattributed.apiFetch,
    grants: plugins.grants,
    onEntry: (entry) => activity.set([...activity.getSnapshot(), entry].slice(-200)),
  });
  const dashboards = createDashboardStore(client.loadDashboard, async (pluginId, layout) => {
    await Promise.race([plugins.loadPart({ pluginId, name: layout.name }), sleep(LIST_WAIT)]);
    await waitForWidgets(loadsOf(registry, pluginId, layout));
  });
  const stop = followList(plugins, registry, disablePlugins);

  /** Loads a dashboard and its part of the list, and then its widgets. */
  async function preload({ pluginId, name }: DashboardName, given: Preloaded = {}) {
    const part = plugins.loadPart({ pluginId, name }, given.list);
    await Promise.all([dashboards.load(pluginId, name, given.dashboard), part]);
  }

  /** Loads the page's first dashboard, from the answers in the page's HTML if possible, and then the whole list. */
  async function loadFirst({ token, plugin: pluginId, name, ...given }: Preloaded) {
    // Answers to another session's token are ignored.
    const isOurs = token === undefined || (token || null) === ((await getSessionToken()) || null);
    const answers = isOurs ? given : {};
    if (!pluginId || !name) return plugins.loadAll(answers.list);
    await preload({ pluginId, name }, answers);
    await idle();
    return plugins.loadAll();
  }
  void loadFirst(takePreloaded() ?? (dashboard ? { plugin: dashboard.pluginId, name: dashboard.name } : {}));

  const variant = audience === 'author' ? audience : undefined;

  function explainCrash(owner: Owner, cause: unknown): Promise<WidgetError> {
    // The list may have changed, so this reads the bytes that ran.
    const { component, version: loaded } =
      registry.inspect(owner.pluginId, owner.component).slot.admission ?? {};
    const bundle = component && {
      file: component.path,
      url: apiBase + bundlePath(owner.pluginId, component.filename, loaded),
    };
    return loadDiagnosis()
      .then(({ diagnoseCrash }) =>
        diagnoseCrash({ ...owner, cause, bundle, fetch, importModule: importUrl, variant }),
      )
      .catch(() => createFailure({ code: 'WIDGET_CRASHED', details: { ...owner, cause } }));
  }

  const { getSnapshot, subscribe, refresh, trust, revoke } = plugins;
  const host: Host = {
    version,
    plugins: { getSnapshot, subscribe, refresh, trust, revoke },
    dashboards: { refresh: dashboards.refresh },
    activity,
    widgets,
    disablePlugins,
    register(name, component) {
      if (typeof name === 'string' && name && isComponent(component))
        return registry.register(name, component);
      const given = `${typeof name === 'string' ? JSON.stringify(name) : typeof name} and ${typeof component}`;
      throw createHostError('NAME_REFUSED', { given });
    },
    preload: (pluginId, name) => preload({ pluginId, name }),
    async explain(pluginId, name) {
      const { explain } = await loadDiagnosis();
      const { slot, watchers } = registry.inspect(pluginId, name);
      const crashes = crashesOf(slot, crashBudget);
      const list = plugins.getSnapshot();
      return explain({ pluginId, name, list, grants: plugins.grants(), slot, watchers, crashes, versionOf });
    },
    dispose() {
      stop();
      plugins.dispose();
      requests.dispose();
      unpublish();
    },
  };

  internals.set(host, {
    host,
    plugins,
    dashboards,
    registry,
    helpers: widgets,
    loadTimeout,
    crashBudget,
    request: requests.request,
    report,
    explainCrash,
    retry(pluginId, name) {
      if (!registry.retry(pluginId, name)) void plugins.refresh();
    },
  });
  return host;
}

const loadsOf = (registry: Registry, pluginId: string, { rows }: DashboardLayout) =>
  rows
    .flatMap(({ cells }) => cells)
    .flatMap(({ panel: { component } }) =>
      component === undefined ? [] : [registry.load(pluginId, component)],
    );

/**
 * Creates the page's host: publishes `window.NousViz` (CONTRACT G) and loads the page's first dashboard.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if the page has a host already.
 * @example
 * const host = createHost();
 * createRoot(element).render(<HostProvider host={host}><Dashboard pluginId="sales" name="overview" /></HostProvider>);
 */
export const createHost = (options: HostOptions = {}): Host =>
  createHostWithHelpers(standardHelpers(), options);
