import type { ComponentType } from 'react';
import type { Config } from './config.ts';
import { WidgetError } from './errors.ts';
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
}

/** A loaded widget: what a bundle exports by default. */
export type Widget = ComponentType<CustomWidgetProps>;

/** Imports a bundle; `import()` itself but in tests. */
export type ImportModule = (url: string) => Promise<{ default?: unknown }>;

/** Loads an admitted component. `attempt` counts its loads from 0. Rejects with a {@link WidgetError}. */
export type Load = (admitted: Admitted, attempt: number) => Promise<Widget>;

const WRAPPERS: ReadonlySet<unknown> = new Set(
  ['react.memo', 'react.forward_ref', 'react.lazy'].map((name) => Symbol.for(name)),
);

/** Whether React can render a value as a component: functions, classes, `memo`, `forwardRef`, `lazy` (CONTRACT F4). */
export function isComponent(value: unknown): value is Widget {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && WRAPPERS.has(Reflect.get(value, '$$typeof'));
}

/** What the loader needs of the host. */
export interface LoaderOptions {
  apiBase: string;
  /** For the second look at a bundle that could not be imported. */
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  importModule?: ImportModule | undefined;
}

/** Makes the loader (CONTRACT T1, F4, F6). */
export function createLoader({ apiBase, fetch, importModule = importBundle }: LoaderOptions): Load {
  return async ({ pluginId, component }, attempt) => {
    const { name, path: file, filename } = component;
    const details = { pluginId, component: name, file };
    const url = apiBase + bundlePath(pluginId, filename) + (attempt ? `?r=${attempt}` : '');
    const module = await importModule(url).catch((cause: unknown) =>
      loadFailure().then(
        ({ diagnose }) => diagnose({ url, cause, details, fetch, importModule }),
        () => Promise.reject(new WidgetError('UNREACHABLE', { ...details, cause })),
      ),
    );
    if (!isComponent(module.default)) throw new WidgetError('NO_DEFAULT_EXPORT', details);
    return module.default;
  };
}

const importBundle: ImportModule = (url) => import(/* @vite-ignore */ url);
