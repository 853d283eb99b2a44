import type { Api } from './client.ts';
import type { WidgetError } from '../contract/errors.ts';
import type { DashboardSpec } from '../contract/dashboard.ts';

/** A dashboard's document, or why there is none; a new object whenever it was read. */
export type Loaded = { spec: DashboardSpec; error?: never } | { error: WidgetError; spec?: never };

/** The documents of the dashboards that are shown, or soon will be. */
export interface Dashboards {
  /**
   * Asks for a dashboard's document, unless that is on its way or in use. One that nobody watches is dropped half a minute later.
   *
   * @param answer What the host API answered already, or will have; nothing where it has to be asked.
   */
  load(pluginId: string, name: string, answer?: unknown): Promise<Loaded>;
  /** Watches a document, and loads it. Who is the last to leave ends its request. */
  subscribe(pluginId: string, name: string, listener: () => void): () => void;
  /** Nothing while it is on its way; what was there before while it is read again. */
  getSnapshot(pluginId: string, name: string): Loaded | undefined;
  /** Reads a document again, or every one, and forgets what nobody watches. What is shown stays until its next version has come; an error goes. */
  refresh(pluginId?: string, name?: string): Promise<void>;
}

/** Milliseconds for which an unwatched document is kept for who comes to show it. */
const KEPT = 30_000;

interface Entry {
  pluginId: string;
  name: string;
  listeners: Set<() => void>;
  controller: AbortController;
  /** Drops it, while nobody watches. */
  timer?: ReturnType<typeof setTimeout>;
  loaded?: Loaded;
  loading: Promise<Loaded>;
}

/**
 * Makes the store of documents, empty.
 *
 * @param prepare Called with a document that has come; nobody is told of it before what this gives is settled.
 */
export function createDashboards(
  load: Api['loadDashboard'],
  prepare: (pluginId: string, spec: DashboardSpec) => Promise<unknown> = async () => {},
): Dashboards {
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

  function tell({ listeners }: Entry) {
    for (const listener of listeners) listener();
  }

  function read(entry: Entry, answer?: unknown): Promise<Loaded> {
    const { pluginId, name, controller } = entry;
    const loading = load(pluginId, name, controller.signal, answer)
      .then(
        (spec): Loaded | Promise<Loaded> => prepare(pluginId, spec).then(() => ({ spec })),
        (error: WidgetError): Loaded => ({ error }),
      )
      .then((loaded) => {
        // Not what a later reading has overtaken.
        if (entry.loading !== loading || controller.signal.aborted) return loaded;
        entry.loaded = loaded;
        tell(entry);
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
    dropUnwatched(entry, KEPT);
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
        // Not at once: who leaves may be back within the same commit.
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
            tell(entry);
          }
          return read(entry);
        }),
      );
    },
  };
}
