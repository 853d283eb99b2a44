import type { Api } from './api.ts';
import type { WidgetError } from './errors.ts';
import type { Plugin, RefusedPlugin } from './list.ts';
import { loadView, type View } from './told.ts';
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
export interface Plugins {
  subscribe(listener: () => void): () => void;
  getSnapshot(): PluginList;
  /** Asks the host API for the list again. Never rejects: a failure is the snapshot's `error`. */
  refresh(): Promise<void>;
  /** Records the operator's consent and mounts what waited for it. @throws {WidgetError} `API_FAILED`. */
  trust(pluginId: string): Promise<void>;
  /** Withdraws consent. Code that was evaluated stays in memory until a reload. @throws {WidgetError} `API_FAILED`. */
  revoke(pluginId: string): Promise<void>;
}

/** Makes the list, empty and `loading` until the first {@link Plugins.refresh}. */
export function createPlugins(api: Pick<Api, 'listPlugins' | 'trust' | 'revoke'>): Plugins {
  const listeners = new Set<() => void>();
  const granted = new Map<string, AbortController>();
  let snapshot: PluginList = { status: 'loading', plugins: [], refused: [], grants: new Map() };
  let latest = 0;

  function publish(next: PluginList) {
    snapshot = next;
    for (const listener of listeners) listener();
  }

  function regrant(plugins: readonly Plugin[]): Grants {
    const trusted = new Set(plugins.filter((plugin) => plugin.trusted).map((plugin) => plugin.id));
    for (const id of trusted) if (!granted.has(id)) granted.set(id, new AbortController());
    for (const [id, controller] of granted) {
      if (trusted.has(id)) continue;
      granted.delete(id);
      controller.abort();
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
      const status = snapshot.status === 'ready' ? 'ready' : 'failed';
      if (mine === latest) publish({ ...snapshot, status, view, error: error as WidgetError });
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    refresh,
    async trust(pluginId) {
      await api.trust(pluginId);
      await refresh();
    },
    async revoke(pluginId) {
      await api.revoke(pluginId);
      await refresh();
    },
  };
}
