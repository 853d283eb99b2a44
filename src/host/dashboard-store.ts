import type { DashboardLayout, WidgetError } from '../contract/index.ts';
import { heals } from './heals.ts';
import type { Attempt } from './look-again.ts';

/** A dashboard, or the error with which loading it failed; a new object each time the dashboard is read. */
export type LoadedDashboard =
  { layout: DashboardLayout; error?: never } | { error: WidgetError; layout?: never };

/** Dashboards that were read before something shows them. `read-ahead.ts` sets both, on the few pages that read ahead. */
export interface Ahead {
  /** Returns what was read of a dashboard, while it is fresh, and forgets it. */
  take?: (key: string) => Promise<DashboardLayout | undefined> | undefined;
  /** Forgets all, which may be of another session. */
  forget?: () => void;
}

/** The key of a dashboard in the store. */
export const keyOf = (pluginId: string, name: string) => `${pluginId}/${name}`;

/** The dashboards on the page, and preloaded ones. */
export interface DashboardStore {
  /**
   * Loads a dashboard unless the store has it already, and reads one again that was left before.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  load(pluginId: string, name: string, answer?: unknown): Promise<LoadedDashboard>;
  /** What the store has, by {@link keyOf}: `loaded` is absent while it loads for the first time. */
  readonly entries: ReadonlyMap<
    string,
    { loaded?: LoadedDashboard | undefined; loading: Promise<LoadedDashboard> }
  >;
  readonly ahead: Ahead;
  /**
   * Watches a dashboard, and loads it as {@link load} does. Its request is aborted when the last watcher leaves. The store keeps the
   * last 20 dashboards that were left, so that they are there at once when the user returns.
   */
  subscribe(pluginId: string, name: string, listener: () => void): () => void;
  /** `undefined` while it loads for the first time; the previous version while it is read again, and after a temporary failure. */
  getSnapshot(pluginId: string, name: string): LoadedDashboard | undefined;
  /**
   * Reads one dashboard again, or all of them, and drops unwatched ones. A dashboard on the page stays until its next version has
   * arrived; an error is removed immediately.
   */
  refresh(pluginId?: string, name?: string): Promise<void>;
  /** Returns the attempts for dashboards whose last failure is temporary. A failure like the one before is not published. */
  attempts(): readonly Attempt[];
}

/** The time for which a preloaded dashboard needs no second request when it is shown, in milliseconds. */
export const FRESH = 30_000;

/** The number of dashboards that stay in the store after they were left. */
const MAX_KEPT = 20;

/** What a store of dashboards calls. */
interface DashboardStoreOptions {
  /** Called with each dashboard that has arrived; watchers are notified once its promise is settled. */
  prepare?: (pluginId: string, layout: DashboardLayout) => Promise<unknown>;
  /** Called with the error of each dashboard that could not be loaded. */
  onFailure?: (error: WidgetError) => void;
}

interface Entry {
  pluginId: string;
  name: string;
  listeners: Set<() => void>;
  controller: AbortController;
  /** Ends the time in which the entry is fresh; set while it is unwatched. */
  timer?: ReturnType<typeof setTimeout>;
  /** Whether the dashboard was left, so that it has to be read again. */
  isOld?: boolean;
  loaded?: LoadedDashboard;
  /** The error of the last reading, if it failed. */
  failure?: WidgetError | undefined;
  loading: Promise<LoadedDashboard>;
}

/**
 * Requests a dashboard.
 *
 * @param answer See {@link DashboardStore.load}.
 * @param isAgain Whether it was there before, or failed.
 */
export type LoadDashboard = (
  pluginId: string,
  name: string,
  signal?: AbortSignal,
  answer?: unknown,
  isAgain?: boolean,
) => Promise<DashboardLayout>;

/** Makes an empty store of dashboards. */
export function createDashboardStore(
  load: LoadDashboard,
  { prepare = async () => {}, onFailure }: DashboardStoreOptions = {},
): DashboardStore {
  const entries = new Map<string, Entry>();
  const ahead: Ahead = {};
  /** The layouts as they were read, where panels have other keys. */
  const asRead = new WeakMap<DashboardLayout, DashboardLayout>();

  function drop({ pluginId, name, controller, timer }: Entry) {
    clearTimeout(timer);
    entries.delete(keyOf(pluginId, name));
    controller.abort();
  }

  /** Keeps an entry that is not watched any longer, at the end of the map, and drops the one that was left first. */
  function leave(entry: Entry) {
    drop(entry);
    if (!entry.loaded?.layout) return;
    entry.controller = new AbortController();
    entry.isOld = true;
    entries.set(keyOf(entry.pluginId, entry.name), entry);
    const kept = [...entries.values()].filter(({ isOld }) => isOld);
    if (kept.length > MAX_KEPT) drop(kept[0]!);
  }

  function leaveAfter(entry: Entry, delay: number) {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => leave(entry), delay);
  }

  function notify({ listeners }: Entry) {
    for (const listener of listeners) listener();
  }

  /** Returns the next version of a dashboard, in which the panels that it has in common with this one keep their state. */
  async function nextOf(entry: Entry, layout: DashboardLayout): Promise<DashboardLayout> {
    const before = entry.loaded?.layout;
    if (!before) return layout;
    if (JSON.stringify(asRead.get(before) ?? before) === JSON.stringify(layout)) return before;
    // Few dashboards change while a page is open.
    const keepPanels = await import('./keep-panels.ts').then(
      (module) => module.keepPanels,
      () => undefined,
    );
    const next = keepPanels?.(before, layout) ?? layout;
    asRead.set(next, layout);
    return next;
  }

  /** Publishes what was read; with `isQuiet`, only if it differs from the version before. */
  function publish(entry: Entry, next: LoadedDashboard, isQuiet: boolean) {
    const { loaded, failure } = entry;
    const { layout, error } = next;
    entry.failure = error;
    if (isQuiet && (error ? failure?.code === error.code : loaded?.layout === layout)) return;
    if (error) onFailure?.(error);
    if (error && loaded?.layout && heals(error)) return;
    entry.loaded = next;
    notify(entry);
  }

  /** @param isQuiet Whether watchers do not hear of a version like the one before. */
  function read(entry: Entry, isQuiet = false, answer?: unknown): Promise<LoadedDashboard> {
    const { pluginId, name, controller } = entry;
    const early = ahead.take?.(keyOf(pluginId, name));
    const request = () => load(pluginId, name, controller.signal, answer, isQuiet);
    const loading = (early?.then((layout) => layout ?? request()) ?? request())
      .then(
        async (found): Promise<LoadedDashboard> => {
          const [layout] = await Promise.all([nextOf(entry, found), prepare(pluginId, found)]);
          return { layout };
        },
        (error: WidgetError): LoadedDashboard => ({ error }),
      )
      .then((next) => {
        // A later request may have overtaken this one.
        if (entry.loading === loading && !controller.signal.aborted) publish(entry, next, isQuiet);
        return next;
      });
    entry.loading = loading;
    return loading;
  }

  function entryOf(pluginId: string, name: string, answer?: unknown): Entry {
    const key = keyOf(pluginId, name);
    const known = entries.get(key);
    if (known?.isOld) {
      known.isOld = false;
      void read(known, true);
      leaveAfter(known, FRESH);
    }
    if (known) return known;
    const controller = new AbortController();
    const entry = { pluginId, name, listeners: new Set(), controller } as unknown as Entry;
    entries.set(key, entry);
    void read(entry, false, answer);
    leaveAfter(entry, FRESH);
    return entry;
  }

  return {
    entries,
    ahead,
    load: (pluginId, name, answer) => entryOf(pluginId, name, answer).loading,
    subscribe(pluginId, name, listener) {
      const entry = entryOf(pluginId, name);
      entry.listeners.add(listener);
      clearTimeout(entry.timer);
      return () => {
        entry.listeners.delete(listener);
        // In a later task, since a watcher that leaves may return within the same React commit.
        if (entry.listeners.size === 0) leaveAfter(entry, 0);
      };
    },
    getSnapshot: (pluginId, name) => entries.get(keyOf(pluginId, name))?.loaded,
    async refresh(pluginId, name) {
      ahead.forget?.();
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
    attempts: () =>
      [...entries.values()]
        .filter(({ failure }) => failure && heals(failure))
        .map((entry) => async () => (await read(entry, true)).error),
  };
}
