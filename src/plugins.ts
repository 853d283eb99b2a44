import type { Api } from './api.ts';
import { WidgetError } from './errors.ts';
import type { Plugin, RefusedPlugin } from './list.ts';
import { createSnapshot, type Snapshot } from './snapshot.ts';
import { loadView, told, type View } from './told.ts';
import type { Grants } from './trust.ts';

/** What the host knows of its plugins; a new object at every change. */
export interface PluginList {
  /** `failed` only while there is no list at all; a list survives a failed refresh. */
  status: 'loading' | 'ready' | 'failed';
  plugins: readonly Plugin[];
  /** Plugins and list entries that could not be read, each with its reason. */
  refused: readonly RefusedPlugin[];
  grants: Grants;
  /** What draws panels; there as soon as it has arrived. */
  view?: View | undefined;
  /** Why the last refresh failed. */
  error?: WidgetError;
}

/** The live list of plugins and what the operator grants them. */
export interface Plugins extends Snapshot<PluginList> {
  /** Asks the host API for the list again. Never rejects: a failure is the snapshot's `error`. */
  refresh(): Promise<void>;
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

/**
 * Makes the list, empty and `loading` until the first {@link Plugins.refresh}.
 *
 * @param channel The name under which tabs tell each other that trust has changed. They tell no more than that: what is
 *   trusted says the server alone.
 */
export function createPlugins(api: Pick<Api, 'listPlugins' | 'trust' | 'revoke'>, channel: string): Plugins {
  const granted = new Map<string, AbortController>();
  const tabs = globalThis.BroadcastChannel && new BroadcastChannel(channel);
  const list = createSnapshot<PluginList>({ status: 'loading', plugins: [], refused: [], grants: new Map() });
  const { getSnapshot, subscribe, set: publish } = list;
  let latest = 0;

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

  async function refresh() {
    latest += 1;
    const mine = latest;
    try {
      const [list, view] = await Promise.all([api.listPlugins(), loadView()]);
      if (mine === latest) publish({ status: 'ready', ...list, grants: regrant(list.plugins), view });
    } catch (error) {
      const view = await loadView().catch(() => undefined);
      const snapshot = getSnapshot();
      const status = snapshot.status === 'ready' ? 'ready' : 'failed';
      if (mine === latest) publish({ ...snapshot, status, view, error: error as WidgetError });
    }
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
