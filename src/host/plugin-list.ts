import type { Plugin, RefusedPlugin, WidgetError } from '../contract/index.ts';
import type { DashboardName } from './client.ts';
import type { Attempt } from './look-again.ts';
import type { Store } from './store.ts';
import type { Grants } from './trust.ts';

/** The list of plugins: plain data, and a new object at every change. */
export interface PluginList {
  /** `loading` until the whole list has arrived; `failed` only if no list has ever arrived, since a failed refresh changes nothing. */
  status: 'loading' | 'ready' | 'failed';
  /** Until the whole list has arrived, the plugins that the dashboards on this page need. */
  plugins: readonly Plugin[];
  /** The plugins and list entries that could not be read, each with the reason. */
  refused: readonly RefusedPlugin[];
  /** The error of the last refresh, if it failed. */
  error?: WidgetError;
}

/** The live list of plugins, and the operator's decisions about them. */
export interface Plugins extends Store<PluginList> {
  /**
   * Requests the whole list again. If trust has changed, for instance by a button of the app's own, it notifies the other tabs.
   * Never rejects: a failure is the snapshot's `error`.
   */
  refresh(): Promise<void>;
  /**
   * Records the operator's consent to the bytes in the list, also to changed bytes. It mounts the panels that wait for consent,
   * and notifies other tabs (CONTRACT T3, T4).
   * @param bundles Other bytes to consent to, by file name and SHA-256: those that the operator saw, or earlier ones (roll back).
   * @throws {WidgetError} `API_FAILED`, `CONSENT_REFUSED`, for instance if the bytes have changed meanwhile, or
   *   `CONSENT_UNCONFIRMED` if the server confirms nothing, or other bytes; the list is then read again.
   */
  trust(pluginId: string, bundles?: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Records the operator's consent as `trust` does, to run the plugin in sandboxed frames only (CONTRACT T6, X). A host without the
   * option `sandbox` does not run it.
   * @throws {WidgetError} as `trust`.
   */
  sandbox(pluginId: string, bundles?: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Revokes trust: the plugin's widgets are removed and its requests end, in this tab and in others (CONTRACT T3). Evaluated code
   * stays in memory until a reload.
   * @throws {WidgetError} `API_FAILED`, `CONSENT_REFUSED` or `CONSENT_UNCONFIRMED`; the list is then read again.
   */
  revoke(pluginId: string): Promise<void>;
}

/** {@link Plugins} with the functions that only the host uses. */
export interface PluginStore extends Plugins {
  /** The plugins that may run, each with a signal that fires when trust is revoked. */
  grants(): Grants;
  /** Whether, while the list loads, the plugins that have arrived decide a name on one plugin's dashboards. */
  isSettled(pluginId: string, name: string): boolean;
  /**
   * Loads the whole list unless it has been requested already. Never rejects.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  loadAll(answer?: unknown): Promise<void>;
  /** Loads the whole list for a name that the parts do not decide. If a part is on its way, which may decide it: only if that fails. */
  loadMissing(): void;
  /**
   * Loads the part of the list that one dashboard needs, unless the page has it, or the whole list. Never rejects, and a failure changes
   * nothing.
   *
   * @param request Called, before this function returns, if the part is needed. Returns a promise of the part as a `JsonAnswer`, or of
   *   `undefined` if the host API has no parts: the whole list is then loaded.
   * @param isAgain Whether the part is loaded although the page has it.
   */
  loadPart(dashboard: DashboardName, request: () => Promise<unknown>, isAgain?: boolean): Promise<unknown>;
  /**
   * Reads again what the page has of the list: all of it, or only the parts of its dashboards. A failure like the one before is not
   * published.
   */
  check: Attempt;
  /** Returns the attempt that reads the list again after a temporary failure. */
  attempts(): readonly Attempt[];
  /** Stops listening to other tabs. */
  dispose(): void;
}
