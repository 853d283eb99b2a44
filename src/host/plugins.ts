import type { Api, DashboardName } from './client.ts';
import { WidgetError } from '../contract/errors.ts';
import type { Plugin, PluginListAnswer, RefusedPlugin } from '../contract/plugin-list.ts';
import { createSnapshot, type Snapshot } from './store.ts';
import { loadView, told, type View } from './told.ts';
import type { Grants } from './trust.ts';

/** What the host knows of its plugins; a new object at every change. */
export interface PluginList {
  /** `loading` until the whole list is there; `failed` only while there is no list at all, for a list survives a failed refresh. */
  status: 'loading' | 'ready' | 'failed';
  /** While loading, those that the dashboards on this page need. */
  plugins: readonly Plugin[];
  /** Plugins and list entries that could not be read, each with its reason. */
  refused: readonly RefusedPlugin[];
  grants: Grants;
  /** While loading, the names for which these plugins are enough, see {@link viewOf}. */
  settled: ReadonlySet<string>;
  /** What draws panels; there as soon as it has arrived. */
  view?: View | undefined;
  /** Why the last refresh failed. */
  error?: WidgetError;
}

/** The live list of plugins and what the operator grants them. */
export interface Plugins extends Snapshot<PluginList> {
  /** Asks the host API for the whole list again. Never rejects: a failure is the snapshot's `error`. */
  refresh(): Promise<void>;
  /**
   * Asks for the whole list, unless that was done already. Never rejects.
   *
   * @param answer What the host API answered already, or will have.
   */
  complete(answer?: unknown): Promise<void>;
  /**
   * Asks for what one dashboard needs of the list, as long as there is no whole list. Never rejects.
   *
   * @param answer What the host API answered already, or will have.
   */
  open(dashboard: DashboardName, answer?: unknown): Promise<void>;
  /**
   * Records the operator's consent to the bytes that the list shows, mounts what waited for it, and has other tabs follow
   * (CONTRACT T3, T4). Accepts changed bytes likewise.
   * @throws {WidgetError} `API_FAILED`, also where the bytes have changed meanwhile; the list is read again then.
   */
  trust(pluginId: string): Promise<void>;
  /**
   * Withdraws consent: the plugin's widgets go, its requests end, in this tab and the others (CONTRACT T3). Code that was
   * evaluated stays in memory until a reload.
   * @throws {WidgetError} `API_FAILED`.
   */
  revoke(pluginId: string): Promise<void>;
  /** Stops listening to other tabs. */
  dispose(): void;
}

/** A component's name as seen from a plugin's dashboards. */
export const viewOf = (pluginId: string, name: string) => `${pluginId} ${name}`;

/**
 * Makes the list, empty and `loading` until the first {@link Plugins.refresh}.
 *
 * @param channel The name under which tabs tell each other that trust has changed. They tell no more than that: what is
 *   trusted says the server alone.
 */
export function createPlugins(api: Pick<Api, 'listPlugins' | 'trust' | 'revoke'>, channel: string): Plugins {
  const granted = new Map<string, AbortController>();
  const tabs = globalThis.BroadcastChannel && new BroadcastChannel(channel);
  const list = createSnapshot<PluginList>({
    status: 'loading',
    plugins: [],
    refused: [],
    grants: new Map(),
    settled: new Set(),
  });
  const { getSnapshot, subscribe, set: publish } = list;
  let latest = 0;
  /** How often trust was taken back here: what was asked for before may not know of it. */
  let revoked = 0;
  let asked: Promise<void> | undefined;
  const parts = new Map<string, Promise<void>>();

  function regrant(plugins: readonly Plugin[]): Grants {
    const trusted = new Set(plugins.filter((plugin) => plugin.trusted).map((plugin) => plugin.id));
    for (const id of trusted) if (!granted.has(id)) granted.set(id, new AbortController());
    for (const [id, controller] of granted) {
      if (trusted.has(id)) continue;
      granted.delete(id);
      const revoked = new WidgetError('TRUST_REVOKED', { pluginId: id });
      void told(revoked);
      controller.abort(revoked);
    }
    return new Map([...granted].map(([id, controller]) => [id, controller.signal]));
  }

  function refresh() {
    asked = read();
    return asked;
  }

  async function read(answer?: unknown) {
    latest += 1;
    const mine = latest;
    try {
      const [list, view] = await Promise.all([api.listPlugins(undefined, answer), loadView()]);
      if (mine === latest) publishWhole(list, view);
    } catch (error) {
      const view = await loadView().catch(() => undefined);
      const snapshot = getSnapshot();
      const status = snapshot.status === 'ready' ? 'ready' : 'failed';
      if (mine === latest) publish({ ...snapshot, status, view, error: error as WidgetError });
    }
  }

  function publishWhole({ plugins, refused }: PluginListAnswer, view: View) {
    asked ??= Promise.resolve();
    publish({ status: 'ready', plugins, refused, grants: regrant(plugins), settled: new Set(), view });
  }

  async function readPart(dashboard: DashboardName, answer?: unknown) {
    const before = revoked;
    try {
      const [part, view] = await Promise.all([api.listPlugins(dashboard, answer), loadView()]);
      const snapshot = getSnapshot();
      if (snapshot.status === 'ready' || revoked !== before) return;
      // A host API that knows of no parts answers with all of it.
      if (!part.enoughFor) return publishWhole(part, view);
      const plugins = [
        ...new Map([...snapshot.plugins, ...part.plugins].map((plugin) => [plugin.id, plugin])).values(),
      ];
      publish({
        // The whole list may have failed meanwhile.
        ...snapshot,
        plugins,
        grants: regrant(plugins),
        settled: new Set([
          ...snapshot.settled,
          ...part.enoughFor.map((name) => viewOf(dashboard.pluginId, name)),
        ]),
        view,
      });
    } catch {
      // The whole list may be had all the same; if not, it says why.
      parts.clear();
      await complete();
    }
  }

  const complete = (answer?: unknown) => (asked ??= read(answer));

  function open(dashboard: DashboardName, answer?: unknown): Promise<void> {
    // Of a whole list nobody needs a part, but while it is on its way the part is there sooner.
    if (asked && getSnapshot().status !== 'loading') return asked;
    const key = viewOf(dashboard.pluginId, dashboard.name);
    const part = parts.get(key) ?? readPart(dashboard, answer);
    parts.set(key, part);
    return part;
  }

  tabs?.addEventListener('message', refresh);
  function tellTabs() {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin's pages only
    tabs?.postMessage('trust');
    return refresh();
  }

  return {
    subscribe,
    getSnapshot,
    refresh,
    complete,
    open,
    async trust(pluginId) {
      try {
        const { plugins, view } = getSnapshot();
        await api.trust(pluginId, view?.bundlesOf(plugins, pluginId));
      } catch (error) {
        await refresh();
        throw error;
      }
      await tellTabs();
    },
    async revoke(pluginId) {
      await api.revoke(pluginId);
      revoked += 1;
      // At once: the list may take its time, or fail.
      const snapshot = getSnapshot();
      const plugins = snapshot.plugins.map((plugin) =>
        plugin.id === pluginId ? { ...plugin, trusted: false, needs_consent: true } : plugin,
      );
      publish({ ...snapshot, plugins, grants: regrant(plugins) });
      await tellTabs();
    },
    dispose: () => tabs?.close(),
  };
}
