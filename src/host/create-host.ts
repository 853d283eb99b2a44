import { createHostError, importUrl, type DashboardLayout, type Failure } from '../contract/index.ts';
import { createWidgets, standardHelpers, type OwnHelpers, type Widgets } from '../helpers/index.ts';
import { createActivity, type ActivityEntry } from './activity.ts';
import { createClient } from './client.ts';
import { crashesOf } from './crash-budget.ts';
import { createDashboardStore, type LoadDashboard } from './dashboard-store.ts';
import { closelySeen, createFailure, diagnosed, loadDiagnosis, lookClosely } from './failures.ts';
import type { Host, HostOptions } from './host.ts';
import type { HostInternals } from './internals.ts';
import { createLoader, type ImportModule, type Load } from './loader.ts';
import { lookAgain } from './look-again.ts';
import { onePerPage } from './page-host.ts';
import type { PluginStore } from './plugin-list.ts';
import { createPlugins } from './plugins.ts';
import { isFrom, takePreloaded, type Preloaded } from './preloaded.ts';
import { publish, version } from './publish.ts';
import { watchRefused } from './refused-plugins.ts';
import { createRegistry, type Registry } from './registry.ts';
import { createReport, type Report } from './report.ts';
import { makeDefaults, settingsOf, type Settings } from './settings.ts';
import { createStore, type Store } from './store.ts';
import { findRefusal, hasPage } from './surroundings.ts';
import { clock } from './timing.ts';
import { admitAll, versionOf, type Disabled } from './trust.ts';
import { waitForWidgets } from './wait-for-widgets.ts';
import { isComponent, type Widget } from './widget.ts';

const internals = new WeakMap<Host, HostInternals>();

/** Returns the internals of a host. @throws {WidgetError} `HOST_MISSING` for anything but a host of this copy of the library. */
export function internalsOf(host: Host, place = '<HostProvider>'): HostInternals {
  const found = internals.get(host);
  if (found) return found;
  throw createHostError('HOST_MISSING', { place });
}

/** Reads the disabled plugins from the page's URL; `?disable-plugins` disables all of them. */
function disabledByPage(): boolean | string[] {
  const value = new URLSearchParams(globalThis.location?.search).get('disable-plugins');
  return value === null ? false : !value || value.split(',');
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The time that a dashboard waits for the list of plugins, in milliseconds; after that its panels show that they are loading. */
const LIST_WAIT = 30;

/** Updates the registry whenever the list changes. */
function followList(plugins: PluginStore, registry: Registry, report: Report, disablePlugins: Disabled) {
  const onRefused = watchRefused(report.record);
  return plugins.subscribe(() => {
    const { status, plugins: installed, refused, error } = plugins.getSnapshot();
    if (error) report.show(error);
    onRefused(refused);
    registry.sync(admitAll(installed, plugins.grants(), disablePlugins), {
      ...(status === 'failed' && { error }),
      ...(status === 'loading' && { isSettled: plugins.isSettled }),
    });
  });
}

/** Makes a view of a store that loads what the store lacks, once something reads it. */
const whenRead = <Value>({ getSnapshot, subscribe }: Store<Value>, load: () => unknown): Store<Value> => ({
  getSnapshot() {
    load();
    return getSnapshot();
  },
  subscribe(listener) {
    load();
    return subscribe(listener);
  },
});

interface HostParts {
  ownHelpers: OwnHelpers;
  settings: Settings;
  /** The reason why this host loads no widgets. */
  refusal?: Failure | undefined;
  onDispose?: () => void;
}

/** Makes a host, and publishes it unless there is a reason why it loads no widgets. */
function makeHost({ ownHelpers, settings, refusal, onDispose = () => {} }: HostParts): Host {
  const { apiBase, getSessionToken, fetch, dashboard, loadTimeout, crashBudget, audience, sandbox } =
    settings;
  const { disablePlugins = disabledByPage() } = settings;
  const refuse = refusal && (async () => Promise.reject(await createFailure(refusal)));
  const unattributed = createWidgets(settings, ownHelpers);
  const widgets: Widgets = Object.freeze({
    ...unattributed,
    apiFetch: (...given: Parameters<Widgets['apiFetch']>) => requests.apiFetch(...given),
  });
  const unpublish = refusal ? () => {} : publish(widgets, settings.lock);
  // Rarely wanted, so not part of every page; bundles wait for it.
  const required =
    settings.unstable_require && !refusal
      ? import('./require.ts').then((module) => module.provideRequire())
      : undefined;
  const importBundle: ImportModule = async (url) => {
    await required;
    return settings.importModule(url);
  };

  const activity = createStore<readonly ActivityEntry[]>([]);
  const onEntry = (entry: ActivityEntry) => activity.set([...activity.getSnapshot(), entry].slice(-200));
  const report = createReport({ ...settings, onEntry });
  const client = createClient({ apiBase, apiFetch: refuse ?? unattributed.apiFetch });
  const plugins = createPlugins(client, `nousviz ${apiBase}`, Boolean(sandbox));
  const loadBundle = createLoader({ ...settings, importModule: importBundle, refresh: plugins.check });
  const load: Load = async (admitted, attempt) => {
    const misfit = admitted.needs && (await lookClosely(({ findMisfit }) => findMisfit(admitted)));
    if (misfit) throw await createFailure(misfit);
    return admitted.isSandboxed
      ? // Its panel gives it the other props.
        ((await sandbox!(admitted, attempt, internalsOf(host))) as Widget)
      : loadBundle(admitted, attempt);
  };
  const registry = createRegistry(load, report.record, plugins.loadMissing);
  const requests = createActivity({
    apiBase,
    // The app's own requests work in an old browser.
    apiFetch: refuse && !hasPage() ? refuse : unattributed.apiFetch,
    grants: plugins.grants,
    onEntry,
    onUncaught: (uncaught) =>
      void closelySeen(
        ({ failureOfUncaught }) => failureOfUncaught(uncaught, plugins.getSnapshot().plugins, audience),
        { code: 'UNCAUGHT_ERROR', details: { ...uncaught.origin, cause: uncaught.thrown } },
      ).then(report.notify),
  });
  /** The time of each dashboard’s request, in milliseconds. */
  const trips = new WeakMap<DashboardLayout, number>();
  /** Loads a dashboard, in one answer with its part of the list if the page needs that. */
  const loadDashboard: LoadDashboard = async (pluginId, name, signal, given, isAgain) => {
    const began = clock();
    let layout: Promise<DashboardLayout> | undefined;
    const requestPart = () =>
      new Promise((take) => (layout = client.loadDashboard(pluginId, name, signal, given, take)));
    const part = plugins.loadPart({ pluginId, name }, requestPart, isAgain);
    layout ??= client.loadDashboard(pluginId, name, signal);
    // The part has failed too, so that it can be requested again.
    await layout.catch(() => part);
    const trip = clock() - began;
    // Without the part in the same answer, the list takes as long again.
    await Promise.race([part, sleep(LIST_WAIT + trip)]);
    trips.set(await layout, trip);
    return layout;
  };
  const prepare = (pluginId: string, layout: DashboardLayout) =>
    waitForWidgets(loadsOf(registry, pluginId, layout), trips.get(layout));
  const dashboards = createDashboardStore(loadDashboard, { prepare, onFailure: report.record });
  const stop = followList(plugins, registry, report, disablePlugins);
  const areWidgetsHidden = createStore(false);
  const stopLooking =
    settings.revalidate && !refusal
      ? lookAgain({
          readList: plugins.check,
          parts: [plugins.attempts, dashboards.attempts, () => registry.attempts(loadTimeout)],
          patience: loadTimeout,
          hideWidgets: areWidgetsHidden.set,
        })
      : undefined;

  /** Loads what the page's HTML names: its first dashboard, or the whole list. */
  function loadFirst(preloaded: Preloaded) {
    const { plugin: pluginId, name, base, token, answer } = preloaded;
    const isOurs = isFrom(preloaded, apiBase);
    if (!isOurs)
      void createFailure({ code: 'API_BASE_DIFFERS', details: { found: base!, base: apiBase } }).then(
        report.show,
      );
    // An answer to another session's token is ignored too.
    const usable = async () =>
      isOurs && (token === undefined || (token || null) === ((await getSessionToken()) || null))
        ? answer
        : undefined;
    if (pluginId && name) void dashboards.load(pluginId, name, usable());
    else if (answer) void plugins.loadAll(usable());
  }
  const first = dashboard && { plugin: dashboard.pluginId, name: dashboard.name };
  const found = hasPage() ? ((refusal ? undefined : takePreloaded()) ?? first) : undefined;
  if (found) loadFirst(found);

  const explainCrash: HostInternals['explainCrash'] = (owner, cause) => {
    requests.claim(owner.pluginId, cause);
    const { admission } = registry.inspect(owner.pluginId, owner.component).slot;
    const { component: declared, version: listed, isSandboxed } = admission ?? {};
    // The list may have changed, so the diagnosis reads the bytes that ran.
    const crash = { ...owner, hash: owner.hash ?? listed, cause };
    return diagnosed(
      ({ diagnoseCrash }) =>
        diagnoseCrash({ ...crash, declared, isSandboxed, apiBase, fetch, importModule: importUrl, audience }),
      { code: 'WIDGET_CRASHED', details: crash },
    );
  };

  const { refresh, trust, sandbox: runSandboxed, revoke } = plugins;
  const host: Host = {
    version,
    plugins: { ...whenRead(plugins, plugins.loadAll), refresh, trust, sandbox: runSandboxed, revoke },
    dashboards: { refresh: dashboards.refresh },
    components: whenRead(registry.components, plugins.loadAll),
    activity,
    widgets,
    disablePlugins,
    register(name, component) {
      if (typeof name === 'string' && name && isComponent(component))
        return registry.register(name, component);
      const given = `${typeof name === 'string' ? JSON.stringify(name) : typeof name} and ${typeof component}`;
      throw createHostError('NAME_REFUSED', { given });
    },
    async preload(pluginId, name) {
      if (hasPage()) await dashboards.load(pluginId, name);
    },
    async explain(pluginId, name) {
      // Not for ever, since the list may be what does not arrive.
      if (hasPage()) await Promise.race([plugins.loadAll(), sleep(1000)]);
      const { explain } = await loadDiagnosis();
      const { slot, watchers } = registry.inspect(pluginId, name);
      const crashes = crashesOf(slot, crashBudget);
      const list = plugins.getSnapshot();
      return explain({ pluginId, name, list, grants: plugins.grants(), slot, watchers, crashes, versionOf });
    },
    dispose() {
      stopLooking?.();
      stop();
      plugins.dispose();
      requests.dispose();
      unpublish();
      onDispose();
    },
  };

  internals.set(host, {
    ...settings,
    host,
    plugins,
    dashboards,
    loadDashboard,
    registry,
    helpers: widgets,
    areWidgetsHidden,
    request: requests.request,
    report: report.show,
    onEntry,
    explainCrash,
    retry(pluginId, name) {
      if (!registry.retry(pluginId, name)) void plugins.refresh();
    },
  });
  return host;
}

/** Loads the widgets of a dashboard. With `isAhead`, nothing hears of their failures. */
export const loadsOf = (registry: Registry, pluginId: string, { rows }: DashboardLayout, isAhead?: boolean) =>
  rows
    .flatMap(({ cells }) => cells)
    .flatMap(({ panel: { component } }) =>
      component === undefined ? [] : [registry.load(pluginId, component, isAhead)],
    );

/**
 * Creates the page's host with the app's own helpers. The app's build then does not contain the library's helpers, of which `cn`
 * is the largest.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if the page has a host with other options, or of another copy of the library.
 * @example
 * const host = createHostWithHelpers({ ...formatters, cn });
 */
export function createHostWithHelpers(ownHelpers: OwnHelpers, options: HostOptions = {}): Host {
  const refusal = findRefusal();
  if (refusal) return makeHost({ ownHelpers, settings: settingsOf(options, makeDefaults()), refusal });
  return onePerPage(options, (settings, onDispose) => makeHost({ ownHelpers, settings, onDispose }));
}

/**
 * Creates the page's host: publishes `window.NousViz` (CONTRACT G) and loads the page's first dashboard. A later call with equal
 * options returns the same host. On a server the host sends no requests, and in a browser that is too old it loads no widgets.
 *
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if the page has a host with other options, or of another copy of the library.
 * @example
 * const host = createHost();
 * createRoot(element).render(<HostProvider host={host}><Dashboard pluginId="sales" name="overview" /></HostProvider>);
 */
export const createHost = (options: HostOptions = {}): Host =>
  createHostWithHelpers(standardHelpers(), options);
