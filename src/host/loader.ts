import { bundlePath, isWidgetError } from '../contract/index.ts';
import type { Runs } from '../diagnosis/index.ts';
import { createFailure, loadDiagnosis } from './failures.ts';
import type { Admitted, Sandboxed } from './trust.ts';
import { isAsync, isComponent, type Widget } from './widget.ts';

/** Imports a bundle, with `import()` except in tests. */
export type ImportModule = (url: string) => Promise<{ default?: unknown }>;

/** Loads a component. `attempt` counts its loads from 0. Rejects with a {@link WidgetError}. */
export type Load<Admission = Admitted | Sandboxed> = (
  admitted: Admission,
  attempt: number,
) => Promise<Widget>;

/** The options of {@link createLoader}. */
export interface LoaderOptions {
  apiBase: string;
  /** Reads the bundle of a failed import, for the diagnosis. */
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  importModule: ImportModule;
  /** The reader of the cards. */
  audience?: 'operator' | 'author' | undefined;
  /** Reads the list again if the server’s answers contradict it. */
  refresh?: () => void;
}

/** Makes the loader (CONTRACT T1, F4, F6). */
export function createLoader({
  apiBase,
  fetch,
  importModule,
  audience,
  refresh,
}: LoaderOptions): Load<Admitted> {
  const runs: Runs = new Map();
  const variant = audience === 'author' ? audience : undefined;
  return async ({ pluginId, component, version }, attempt) => {
    const { name, path: file, filename } = component;
    const details = { pluginId, component: name, file, hash: version, variant };
    const url = apiBase + bundlePath(pluginId, filename, version, attempt);
    try {
      const module = await importModule(url).catch((cause: unknown) =>
        loadDiagnosis().then(
          ({ diagnose }) => diagnose({ url, cause, details, fetch, importModule, refresh, runs }),
          async () =>
            Promise.reject(await createFailure({ code: 'UNREACHABLE', details: { ...details, cause } })),
        ),
      );
      runs.set(url, undefined);
      if (isComponent(module.default)) {
        if (!isAsync(module.default)) return module.default;
        throw await createFailure({ code: 'ASYNC_COMPONENT', details });
      }
    } catch (cause) {
      // A bundle can export a value that throws when it is read.
      throw isWidgetError(cause)
        ? cause
        : await createFailure({ code: 'BUNDLE_THREW', details: { ...details, cause } });
    }
    throw await createFailure({ code: 'NO_DEFAULT_EXPORT', details });
  };
}
