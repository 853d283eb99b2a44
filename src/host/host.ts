import type { ComponentType } from 'react';
import type { Explanation } from '../diagnosis/index.ts';
import type { ApiFetchOptions, Widgets } from '../helpers/index.ts';
import type { ActivityEntry } from './activity.ts';
import type { DashboardName } from './client.ts';
import type { CrashBudget } from './crash-budget.ts';
import type { ImportModule } from './loader.ts';
import type { Plugins } from './plugins.ts';
import type { Store } from './store.ts';
import type { Disabled } from './trust.ts';

/** The options of {@link createHost}; each has a default. */
export interface HostOptions extends Partial<ApiFetchOptions> {
  /** URL of the host API, absolute or root-relative. @default "/api" */
  apiBase?: string;
  /** The operator's session token. @default `localStorage["nousviz_auth_token"]` */
  getSessionToken?: ApiFetchOptions['getSessionToken'];
  /** @default the page's own `fetch`, as it is when the host is created */
  fetch?: typeof fetch;
  /** The dashboard that the page opens with, where its HTML does not say so: it loads first, the whole list of plugins later. */
  dashboard?: DashboardName;
  /** Whether `window.NousViz` stays for good. Otherwise `dispose()` removes it: for tests. @default true */
  lock?: boolean;
  /** Milliseconds after which a widget that is still loading is reported as late. @default 10000 */
  loadTimeout?: number;
  /** How often a widget may crash before it is parked. @default three times within a minute */
  crashBudget?: CrashBudget;
  /** Plugins whose code does not run: `true` for all, or their ids. @default the page's `?disable-plugins` or `?disable-plugins=a,b` */
  disablePlugins?: Disabled;
  /**
   * Whether bundles may call `require` for React, as bundles of plain esbuild do for CommonJS packages. For bundles that nobody can
   * build again: a react-dom inside them must be of the host's own major. @default false
   */
  unstable_require?: boolean;
  /** How a bundle is imported. @default `import()` */
  importModule?: ImportModule;
}

/** A host of plugin widgets; `HostProvider` makes it available to panels. */
export interface Host {
  /** The version of this library. */
  readonly version: string;
  /** The live list of plugins, and the operator's decisions about them. */
  readonly plugins: Plugins;
  /** The dashboards on the page. */
  readonly dashboards: {
    /** Reads one dashboard again, or all that are on the page. Never rejects. */
    refresh(pluginId?: string, name?: string): Promise<void>;
  };
  /** Requests that plugins made and errors that they left uncaught, attributed to a plugin where possible; the last 200, oldest first. */
  readonly activity: Store<readonly ActivityEntry[]>;
  /** The helpers: the same object as `window.NousViz.widgets`. */
  readonly widgets: Widgets;
  /** Plugins whose code does not run on this page (`?disable-plugins`). */
  readonly disablePlugins: Disabled;
  /**
   * Registers a component of the host's own, shown where no plugin declares the name (CONTRACT D4). A later component of the same
   * name replaces it.
   * @returns A function that removes it.
   * @throws {WidgetError} `NAME_REFUSED` for anything but a name and a component.
   */
  register(name: string, component: ComponentType<never>): () => void;
  /** Loads what a dashboard needs, before it is shown: when a link to it is hovered, say. Dropped after 30 s if unused. Never rejects. */
  preload(pluginId: string, name: string): Promise<void>;
  /** Explains why a panel shows what it shows: each step from the list to the panel, the first failed one with its remedy. */
  explain(pluginId: string, name: string): Promise<Explanation>;
  /** Ends the host: panels stop changing, and `window.NousViz` is removed unless it is locked. */
  dispose(): void;
}
