import type { ApiFetch } from './api-fetch.ts';
import { WidgetError } from './errors.ts';
import { importUrl } from './import-url.ts';
import { createLoader, type ImportModule } from './loader.ts';
import { viewOf, type Plugins } from './plugins.ts';
import { createRegistry, type Owner, type Registry } from './registry.ts';
import { provideRequire } from './require.ts';
import type { Row } from './spec.ts';
import { loadFailure } from './told.ts';
import { createTracker, type ActivityEntry, type Tracker } from './tracker.ts';
import { admitAll, type Disabled } from './trust.ts';
import { bundlePath } from './urls.ts';

/** What {@link createEngine} needs of the host. */
export interface EngineOptions {
  apiBase: string;
  fetch: typeof fetch;
  /** `apiFetch` without a view of who calls it. */
  apiFetch: ApiFetch;
  plugins: Plugins;
  disablePlugins: Disabled;
  importModule?: ImportModule | undefined;
  unstable_require: boolean;
  enter(entry: ActivityEntry): void;
}

/** What of a host there is no use for before there is a list: who may run, what was loaded, whose is what. */
export interface Engine {
  readonly registry: Registry;
  readonly tracker: Tracker;
  /** Takes in what the list of plugins says by now. */
  sync(): void;
  /**
   * Loads what a dashboard's rows show.
   *
   * @returns what tells that all of it is settled, or that it takes longer than what the browser has already, which is then drawn
   *   at one go.
   */
  load(pluginId: string, rows: readonly Row[]): Promise<void>;
  /** Finds out why a widget crashed. Never rejects. */
  explainCrash(owner: Owner, cause: unknown): Promise<WidgetError>;
}

/** Milliseconds for which nothing is drawn until the first widget comes; less would show skeletons for a blink. */
const FIRST = 100;
/** Milliseconds without another widget after which those that are there are drawn. */
const QUIET = 30;
/** As many times as long they wait for others that trickle in. */
const PATIENCE = 3;
/**
 * As many milliseconds as there are widgets are added to either, but no more than these: what one that never comes costs all
 * others. To draw them twice is much for a hundred, and nothing for a few.
 */
const MOST = 100;

/** Waits for all of some promises, as long as they come quickly. */
function together(promises: readonly Promise<void>[]): Promise<void> {
  return new Promise((resolve) => {
    const more = Math.min(promises.length, MOST);
    let quiet = setTimeout(resolve, FIRST + more);
    let latest: ReturnType<typeof setTimeout> | undefined;
    for (const promise of promises)
      void promise.then(() => {
        clearTimeout(quiet);
        quiet = setTimeout(resolve, QUIET + more);
        latest ??= setTimeout(resolve, (QUIET + more) * PATIENCE);
      });
    void Promise.all(promises).then(() => {
      clearTimeout(quiet);
      clearTimeout(latest);
      resolve();
    });
  });
}

/** Makes a host's engine, which comes with what reads the first answer of the host API. */
export function createEngine(options: EngineOptions): Engine {
  const { apiBase, fetch, apiFetch, plugins, disablePlugins, importModule, unstable_require, enter } =
    options;
  const { getSnapshot, refresh } = plugins;
  const registry = createRegistry(createLoader({ apiBase, fetch, importModule, refresh }));
  const tracker = createTracker({ apiBase, apiFetch, grants: () => getSnapshot().grants, enter });
  if (unstable_require) provideRequire();

  return {
    registry,
    tracker,
    sync() {
      const { status, plugins: listed, grants, settled, error } = getSnapshot();
      registry.sync(admitAll(listed, grants, disablePlugins), {
        ...(status === 'failed' && { error }),
        ...(status === 'loading' && { isSettled: (id, name) => settled.has(viewOf(id, name)) }),
      });
    },
    load: (pluginId, rows) =>
      together(
        rows.flatMap(({ cells }) =>
          cells.flatMap(({ panel: { component } }) =>
            component === undefined ? [] : [registry.load(pluginId, component)],
          ),
        ),
      ),
    explainCrash(owner, cause) {
      // Those bytes that ran, whatever the list says by the time somebody has looked.
      const { component, version } = registry.inspect(owner.pluginId, owner.component).slot.admission ?? {};
      const bundle = component && {
        file: component.path,
        url: apiBase + bundlePath(owner.pluginId, component.filename, version),
      };
      return loadFailure()
        .then(({ diagnoseCrash }) =>
          diagnoseCrash({ ...owner, cause, bundle, fetch, importModule: importUrl }),
        )
        .catch(() => new WidgetError('WIDGET_CRASHED', { ...owner, cause }));
    },
  };
}
