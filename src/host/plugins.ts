import {
  bundlesOf,
  createHostError,
  type WidgetError,
  type Plugin,
  type RefusedPlugin,
} from '../contract/index.ts';
import type { Client, DashboardName, PluginListResult } from './client.ts';
import { createStore, type Store } from './store.ts';
import type { Grants } from './trust.ts';

/** The list of plugins; plain data, a new object at every change. */
export interface PluginList {
  /** `loading` until the whole list is there; `failed` only while there is no list at all, for a list survives a failed refresh. */
  status: 'loading' | 'ready' | 'failed';
  /** While loading, the plugins that the dashboards on this page need. */
  plugins: readonly Plugin[];
  /** Plugins and list entries that could not be read, each with its reason. */
  refused: readonly RefusedPlugin[];
  /** Why the last refresh failed. */
  error?: WidgetError;
}

/** The live list of plugins, and the operator's decisions about them. */
export interface Plugins extends Store<PluginList> {
  /** Asks the host API for the whole list again. Never rejects: a failure is the snapshot's `error`. */
  refresh(): Promise<void>;
  /**
   * Records the operator's consent to the bytes that the list shows, mounts the panels that waited for it, and has other tabs
   * follow (CONTRACT T3, T4). Accepts changed bytes in the same way.
   * @throws {WidgetError} `API_FAILED` or `CONSENT_REFUSED`, for instance where the bytes have changed meanwhile; the list is then
   *   read again.
   */
  trust(pluginId: string): Promise<void>;
  /**
   * Revokes trust: the plugin's widgets are removed and its requests end, in this tab and in others (CONTRACT T3). Code that was
   * evaluated stays in memory until a reload.
   * @throws {WidgetError} `API_FAILED` or `CONSENT_REFUSED`.
   */
  revoke(pluginId: string): Promise<void>;
}

/** {@link Plugins} as the host itself uses them. */
export interface PluginStore extends Plugins {
  /** The plugins that are trusted, each with a signal that fires when trust is revoked. */
  grants(): Grants;
  /** Whether, while the list loads, the plugins that are there suffice for a name as seen from one plugin. */
  isSettled(pluginId: string, name: string): boolean;
  /**
   * Loads the whole list, unless that was done already. Never rejects.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  loadAll(answer?: unknown): Promise<void>;
  /**
   * Loads the part of the list that one dashboard needs, as long as there is no whole list. Never rejects.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  loadPart(dashboard: DashboardName, answer?: unknown): Promise<void>;
  /** Stops listening to other tabs. */
  dispose(): void;
}

const keyOf = (pluginId: string, name: string) => `${pluginId} ${name}`;

/** Keeps one abort signal for each trusted plugin. */
function createGrants() {
  const granted = new Map<string, AbortController>();
  let grants: Grants = new Map();
  return {
    get: () => grants,
    update(plugins: readonly Plugin[]) {
      const trusted = new Set(plugins.filter((plugin) => plugin.trusted).map(({ id }) => id));
      for (const id of trusted) if (!granted.has(id)) granted.set(id, new AbortController());
      for (const [id, controller] of granted) {
        if (trusted.has(id)) continue;
        granted.delete(id);
        controller.abort(createHostError('TRUST_REVOKED', { pluginId: id }));
      }
      grants = new Map([...granted].map(([id, { signal }]) => [id, signal]));
    },
  };
}

/**
 * Makes the list, empty and `loading` until it is first read.
 *
 * @param channel The name under which tabs notify each other that trust has changed. They exchange no more than that: only the
 *   server knows what is trusted.
 */
export function createPlugins(
  client: Pick<Client, 'listPlugins' | 'trust' | 'revoke'>,
  channel: string,
): PluginStore {
  const tabs = globalThis.BroadcastChannel && new BroadcastChannel(channel);
  const grants = createGrants();
  const list = createStore<PluginList>({ status: 'loading', plugins: [], refused: [] });
  const { getSnapshot, subscribe } = list;
  const settled = new Set<string>();
  const parts = new Map<string, Promise<void>>();
  let whole: Promise<void> | undefined;
  let latest = 0;
  /** How often trust was revoked here: an answer to an earlier request may not reflect it. */
  let revoked = 0;

  function publish(next: PluginList) {
    grants.update(next.plugins);
    list.set(next);
  }

  function publishWhole({ plugins, refused }: PluginListResult) {
    whole ??= Promise.resolve();
    settled.clear();
    publish({ status: 'ready', plugins, refused });
  }

  async function readWhole(answer?: unknown) {
    latest += 1;
    const mine = latest;
    try {
      const result = await client.listPlugins(undefined, answer);
      if (mine === latest) publishWhole(result);
    } catch (error) {
      const snapshot = getSnapshot();
      const status = snapshot.status === 'ready' ? 'ready' : 'failed';
      if (mine === latest) publish({ ...snapshot, status, error: error as WidgetError });
    }
  }

  async function readPart(dashboard: DashboardName, answer?: unknown) {
    const before = revoked;
    try {
      const part = await client.listPlugins(dashboard, answer);
      const snapshot = getSnapshot();
      if (snapshot.status === 'ready' || revoked !== before) return;
      // A host API without parts answers with the whole list.
      if (!part.enoughFor) return publishWhole(part);
      for (const name of part.enoughFor) settled.add(keyOf(dashboard.pluginId, name));
      const byId = new Map([...snapshot.plugins, ...part.plugins].map((plugin) => [plugin.id, plugin]));
      // The rest stays as it is: the whole list may have failed meanwhile.
      publish({ ...snapshot, plugins: [...byId.values()] });
    } catch {
      // The whole list may load all the same; if it does not, its error is shown.
      parts.clear();
      await loadAll();
    }
  }

  const refresh = () => (whole = readWhole());
  const loadAll = (answer?: unknown) => (whole ??= readWhole(answer));

  function loadPart(dashboard: DashboardName, answer?: unknown): Promise<void> {
    // While the whole list loads, the part arrives sooner.
    if (whole && getSnapshot().status !== 'loading') return whole;
    const key = keyOf(dashboard.pluginId, dashboard.name);
    const part = parts.get(key) ?? readPart(dashboard, answer);
    parts.set(key, part);
    return part;
  }

  tabs?.addEventListener('message', refresh);
  function notifyTabs() {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin's pages only
    tabs?.postMessage('trust');
    return refresh();
  }

  return {
    subscribe,
    getSnapshot,
    refresh,
    loadAll,
    loadPart,
    grants: grants.get,
    isSettled: (pluginId, name) => settled.has(keyOf(pluginId, name)),
    async trust(pluginId) {
      try {
        await client.trust(pluginId, bundlesOf(getSnapshot().plugins, pluginId));
      } catch (error) {
        await refresh();
        throw error;
      }
      await notifyTabs();
    },
    async revoke(pluginId) {
      await client.revoke(pluginId);
      revoked += 1;
      // At once: the list may take its time, or fail.
      const snapshot = getSnapshot();
      const plugins = snapshot.plugins.map((plugin) =>
        plugin.id === pluginId ? { ...plugin, trusted: false, needs_consent: true } : plugin,
      );
      publish({ ...snapshot, plugins });
      await notifyTabs();
    },
    dispose: () => tabs?.close(),
  };
}
