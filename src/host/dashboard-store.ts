import type { DashboardLayout, WidgetError } from '../contract/index.ts';
import type { Client } from './client.ts';

/** A dashboard, or the error with which loading it failed; a new object each time the dashboard is read. */
export type LoadedDashboard =
  { layout: DashboardLayout; error?: never } | { error: WidgetError; layout?: never };

/** The dashboards on the page, and preloaded ones. */
export interface DashboardStore {
  /**
   * Loads a dashboard unless the store has it already. An unwatched dashboard is dropped after 30 s.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  load(pluginId: string, name: string, answer?: unknown): Promise<LoadedDashboard>;
  /** Watches a dashboard, and loads it. Its request is aborted when the last watcher leaves. */
  subscribe(pluginId: string, name: string, listener: () => void): () => void;
  /** `undefined` while it loads for the first time; the previous version while it is read again. */
  getSnapshot(pluginId: string, name: string): LoadedDashboard | undefined;
  /**
   * Reads one dashboard again, or all of them, and drops unwatched ones. A dashboard on the page stays until its next version has
   * arrived; an error is removed immediately.
   */
  refresh(pluginId?: string, name?: string): Promise<void>;
}

/** The time after which an unwatched dashboard is dropped, in milliseconds. */
const DROP_DELAY = 30_000;

interface Entry {
  pluginId: string;
  name: string;
  listeners: Set<() => void>;
  controller: AbortController;
  /** Drops the entry; set while it is unwatched. */
  timer?: ReturnType<typeof setTimeout>;
  loaded?: LoadedDashboard;
  loading: Promise<LoadedDashboard>;
}

/**
 * Makes an empty store of dashboards.
 *
 * @param prepare Called with each dashboard that has arrived; watchers are notified once its promise is settled.
 * @param onFailure Called with the error of each dashboard that could not be loaded.
 */
export function createDashboardStore(
  load: Client['loadDashboard'],
  prepare: (pluginId: string, layout: DashboardLayout) => Promise<unknown> = async () => {},
  onFailure: (error: WidgetError) => void = () => {},
): DashboardStore {
  const entries = new Map<string, Entry>();
  const keyOf = (pluginId: string, name: string) => `${pluginId}/${name}`;

  function drop({ pluginId, name, controller, timer }: Entry) {
    clearTimeout(timer);
    entries.delete(keyOf(pluginId, name));
    controller.abort();
  }

  function dropUnwatched(entry: Entry, after: number) {
    entry.timer = setTimeout(() => drop(entry), after);
  }

  function notify({ listeners }: Entry) {
    for (const listener of listeners) listener();
  }

  function read(entry: Entry, answer?: unknown): Promise<LoadedDashboard> {
    const { pluginId, name, controller } = entry;
    const loading = load(pluginId, name, controller.signal, answer)
      .then(
        (layout): LoadedDashboard | Promise<LoadedDashboard> =>
          prepare(pluginId, layout).then(() => ({ layout })),
        (error: WidgetError): LoadedDashboard => ({ error }),
      )
      .then((loaded) => {
        // A later request may have overtaken this one.
        if (entry.loading !== loading || controller.signal.aborted) return loaded;
        entry.loaded = loaded;
        if (loaded.error) onFailure(loaded.error);
        notify(entry);
        return loaded;
      });
    entry.loading = loading;
    return loading;
  }

  function entryOf(pluginId: string, name: string, answer?: unknown): Entry {
    const key = keyOf(pluginId, name);
    const known = entries.get(key);
    if (known) return known;
    const controller = new AbortController();
    const entry = { pluginId, name, listeners: new Set(), controller } as unknown as Entry;
    entries.set(key, entry);
    void read(entry, answer);
    dropUnwatched(entry, DROP_DELAY);
    return entry;
  }

  return {
    load: (pluginId, name, answer) => entryOf(pluginId, name, answer).loading,
    subscribe(pluginId, name, listener) {
      const entry = entryOf(pluginId, name);
      entry.listeners.add(listener);
      clearTimeout(entry.timer);
      return () => {
        entry.listeners.delete(listener);
        // In a later task, since a watcher that leaves may return within the same React commit.
        if (entry.listeners.size === 0) dropUnwatched(entry, 0);
      };
    },
    getSnapshot: (pluginId, name) => entries.get(keyOf(pluginId, name))?.loaded,
    async refresh(pluginId, name) {
      await Promise.all(
        [...entries].map(([key, entry]) => {
          if (pluginId !== undefined && key !== `${pluginId}/${name}`) return undefined;
          if (entry.listeners.size === 0) return drop(entry);
          if (entry.loaded?.error) {
            delete entry.loaded;
            notify(entry);
          }
          return read(entry);
        }),
      );
    },
  };
}
