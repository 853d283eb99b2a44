import type { ComponentType } from 'react';
import { isComponent } from './component.ts';
import type { Config } from './config.ts';
import { WidgetError } from './errors.ts';
import type { PluginHandle } from './handle.ts';
import { importUrl } from './import-url.ts';
import { loadFailure } from './told.ts';
import type { Admitted } from './trust.ts';
import { bundlePath } from './urls.ts';

/** What a widget receives (CONTRACT D2). */
export interface CustomWidgetProps {
  /** The plugin that owns the component, also on another plugin's dashboard. */
  pluginId: string;
  dashboardName: string;
  /** A frozen copy of the panel's `config`. */
  config: Config;
  /** The host's helpers for this plugin alone: they end with the panel and with trust. */
  host?: PluginHandle;
}

/** A loaded widget: what a bundle exports by default. */
export type Widget = ComponentType<CustomWidgetProps>;

/** Imports a bundle; `import()` itself but in tests. */
export type ImportModule = (url: string) => Promise<{ default?: unknown }>;

/** Loads an admitted component. `attempt` counts its loads from 0. Rejects with a {@link WidgetError}. */
export type Load = (admitted: Admitted, attempt: number) => Promise<Widget>;

/** What the loader needs of the host. */
export interface LoaderOptions {
  apiBase: string;
  /** For the second look at a bundle that could not be imported. */
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  importModule?: ImportModule | undefined;
  /** Reads the list again, where the server turned out to know better. */
  refresh?: () => void;
}

/** Makes the loader (CONTRACT T1, F4, F6). */
export function createLoader({ apiBase, fetch, importModule = importUrl, refresh }: LoaderOptions): Load {
  return async ({ pluginId, component, version }, attempt) => {
    const { name, path: file, filename } = component;
    const details = { pluginId, component: name, file };
    const url = apiBase + bundlePath(pluginId, filename, version, attempt);
    try {
      const module = await importModule(url).catch((cause: unknown) =>
        loadFailure().then(
          ({ diagnose }) => diagnose({ url, cause, details, fetch, importModule, refresh }),
          () => Promise.reject(new WidgetError('UNREACHABLE', { ...details, cause })),
        ),
      );
      if (isComponent(module.default)) return module.default;
    } catch (cause) {
      // A bundle can export what throws when it is looked at.
      throw cause instanceof WidgetError ? cause : new WidgetError('BUNDLE_THREW', { ...details, cause });
    }
    throw new WidgetError('NO_DEFAULT_EXPORT', details);
  };
}
