import type { ComponentType } from 'react';
import type { WidgetError } from '../contract/index.ts';
import type { Explanation } from '../diagnosis/index.ts';
import type { ApiFetchOptions, Widgets } from '../helpers/index.ts';
import type { ActivityEntry } from './activity.ts';
import type { DashboardName } from './client.ts';
import type { ComponentEntry } from './components.ts';
import type { CrashBudget } from './crash-budget.ts';
import type { ImportModule } from './loader.ts';
import type { Plugins } from './plugin-list.ts';
import type { Store } from './store.ts';
import type { Disabled } from './trust.ts';
import type { Sandbox } from './sandbox.ts';

/** The options of {@link createHost}; each has a default. */
export interface HostOptions extends Partial<ApiFetchOptions> {
  /** URL of the host API, absolute or root-relative. @default "/api" */
  apiBase?: string;
  /** The operator's session token. @default `localStorage["nousviz_auth_token"]` */
  getSessionToken?: ApiFetchOptions['getSessionToken'];
  /** @default the page's own `fetch`, as it is when the host is created */
  fetch?: typeof fetch;
  /**
   * The app's session policy: called once for all requests that are answered with 401 until its promise settles, those of widgets and
   * the host's own. Call `retry` before that if the operator has signed in again, and each request is repeated once (CONTRACT H1).
   * @default the caller gets the 401
   */
  onUnauthorized?: ApiFetchOptions['onUnauthorized'];
  /** The page's first dashboard, if the page's HTML does not name it. It is loaded before React renders it. */
  dashboard?: DashboardName;
  /** Whether `window.NousViz` is permanent. If `false`, for tests, `dispose()` removes it. @default true */
  lock?: boolean;
  /** The time after which a widget that is still loading is reported, in milliseconds. @default 10000 */
  loadTimeout?: number;
  /**
   * Whether the page looks again when the network is back and when it is shown or restored: it reads what it has of the list, and tries
   * what has failed because of the network or the server (CONTRACT F17). @default true
   */
  revalidate?: boolean;
  /** The number of crashes after which a widget is parked. @default three within a minute */
  crashBudget?: CrashBudget;
  /**
   * Called once for each failure: of a bundle, a widget, a dashboard or the list of plugins, and with each error that a plugin's
   * code does not catch. The error's `cause` is the original value. What it throws is ignored (CONTRACT F17).
   * @default nothing
   */
  onError?: (error: WidgetError) => void;
  /** The plugins whose code does not run: `true` for all, or their ids. @default the page's `?disable-plugins` or `?disable-plugins=a,b` */
  disablePlugins?: Disabled;
  /**
   * Whether bundles may call `require` for React, as bundles of plain esbuild do for CommonJS packages. Use it only for bundles that
   * cannot be rebuilt; a react-dom inside them must have the host's major version. @default false
   */
  unstable_require?: boolean;
  /** Whom the cards of crashed widgets address. @default "operator" */
  audience?: 'operator' | 'author';
  /** Runs sandboxed plugins: `sandbox()` of the entry point `./sandbox`. @default sandboxed plugins do not run */
  sandbox?: Sandbox;
  /** Imports a bundle. @default `import()` */
  importModule?: ImportModule;
}

/** The host of the page's plugin widgets; `HostProvider` makes it available to panels. */
export interface Host {
  /** The version of this library. */
  readonly version: string;
  /** The live list of plugins, and the operator's decisions about them. The first call of a member requests the whole list. */
  readonly plugins: Plugins;
  /** The dashboards on the page. */
  readonly dashboards: {
    /** Reads one dashboard again, or all that are on the page. Never rejects. */
    refresh(pluginId?: string, name?: string): Promise<void>;
  };
  /**
   * The components that dashboards can name, of the app and of plugins, with their owner and whether panels can show them. The first
   * call of a member requests the whole list of plugins. Until it has arrived, the plugins of the page's dashboards only.
   */
  readonly components: Store<readonly ComponentEntry[]>;
  /** The plugins' last 200 requests and uncaught errors, and all failures, attributed to a plugin where possible; the oldest first. */
  readonly activity: Store<readonly ActivityEntry[]>;
  /** The helpers, the same object as `window.NousViz.widgets`. */
  readonly widgets: Widgets;
  /** The plugins whose code does not run on this page (`?disable-plugins`). */
  readonly disablePlugins: Disabled;
  /**
   * Registers one of the host's own components. It is shown for a name that the dashboard's plugin does not declare (CONTRACT D4).
   * A later component of the same name replaces it.
   * @returns A function that removes it.
   * @throws {WidgetError} `NAME_REFUSED` for anything but a name and a component.
   */
  register<Props>(name: string, component: ComponentType<Props>): () => void;
  /** Preloads a dashboard and its widgets, for instance when a link to it is hovered. Dropped after 30 s if unused. Never rejects. */
  preload(pluginId: string, name: string): Promise<void>;
  /** Explains what a panel shows: each step from the list of plugins to the panel, with a remedy for a failed step. */
  explain(pluginId: string, name: string): Promise<Explanation>;
  /** Ends the host: panels no longer change, and `window.NousViz` is removed unless it is locked. */
  dispose(): void;
}
