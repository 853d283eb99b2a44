import {
  bundlesOf,
  createHostError,
  type WidgetError,
  type Plugin,
  type RefusedPlugin,
} from '../contract/index.ts';
import type { Client, DashboardName, PluginListResult } from './client.ts';
import { contradictionOf, haveGrantsChanged, unconfirmed, type Decision } from './decision.ts';
import { heals } from './heals.ts';
import type { Attempt } from './look-again.ts';
import { createStore, type Store } from './store.ts';
import { hasPage } from './surroundings.ts';
import type { Grants } from './trust.ts';

/** The list of plugins: plain data, and a new object at every change. */
export interface PluginList {
  /** `loading` until the whole list has arrived; `failed` only if no list has ever arrived, since a failed refresh changes nothing. */
  status: 'loading' | 'ready' | 'failed';
  /** While loading, the plugins that the dashboards on this page need. */
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
   * @throws {WidgetError} `API_FAILED`, `CONSENT_REFUSED`, for instance if the bytes have changed meanwhile, or
   *   `CONSENT_UNCONFIRMED` if the server confirms nothing, or other bytes; the list is then read again.
   */
  trust(pluginId: string): Promise<void>;
  /**
   * Records the operator's consent as `trust` does, to run the plugin in sandboxed frames only (CONTRACT T6, X). A host without the
   * option `sandbox` does not run it.
   * @throws {WidgetError} as `trust`.
   */
  sandbox(pluginId: string): Promise<void>;
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
  /**
   * Loads the part of the list that one dashboard needs, unless the whole list has arrived. Never rejects.
   *
   * @param answer An answer of the host API that the page has already, or a promise of one.
   */
  loadPart(dashboard: DashboardName, answer?: unknown): Promise<void>;
  /** Loads this part of the list again, also if the whole list has arrived. A failure changes nothing. */
  checkPart(dashboard: DashboardName): Promise<void>;
  /** Reads the whole list again, as `refresh` does. A failure like the one before is not published. */
  check: Attempt;
  /** Returns the attempt that reads the list again after a temporary failure. */
  attempts(): readonly Attempt[];
  /** Stops listening to other tabs. */
  dispose(): void;
}

const keyOf = (pluginId: string, name: string) => `${pluginId} ${name}`;

/** Makes one abort signal for each plugin that may run. */
function createGrants(canSandbox: boolean) {
  const granted = new Map<string, { controller: AbortController; trusted: boolean }>();
  let grants: Grants = new Map();
  return {
    get: () => grants,
    update(plugins: readonly Plugin[]) {
      const allowed = plugins.filter((plugin) => plugin.trusted || (canSandbox && plugin.sandboxed));
      const verdicts = new Map(allowed.map(({ id, trusted }) => [id, trusted]));
      for (const [id, { controller, trusted }] of granted) {
        if (verdicts.get(id) === trusted) continue;
        granted.delete(id);
        controller.abort(createHostError('TRUST_REVOKED', { pluginId: id }));
      }
      for (const [id, trusted] of verdicts)
        if (!granted.has(id)) granted.set(id, { controller: new AbortController(), trusted });
      grants = new Map([...granted].map(([id, { controller }]) => [id, controller.signal]));
    },
  };
}

/**
 * Makes the list, empty and `loading` until it is first read.
 *
 * @param channel The name of the channel on which tabs notify each other that trust has changed. They exchange nothing else: only
 *   the server knows which plugins are trusted.
 * @param canSandbox Whether this host runs sandboxed plugins.
 */
export function createPlugins(
  client: Pick<Client, 'listPlugins' | 'trust' | 'sandbox' | 'revoke'>,
  channel: string,
  canSandbox = false,
): PluginStore {
  const tabs = hasPage() && globalThis.BroadcastChannel ? new BroadcastChannel(channel) : undefined;
  const grants = createGrants(canSandbox);
  const list = createStore<PluginList>({ status: 'loading', plugins: [], refused: [] });
  const { getSnapshot, subscribe } = list;
  const settled = new Set<string>();
  const parts = new Map<string, Promise<void>>();
  let whole: Promise<unknown> | undefined;
  let latest = 0;
  /** Whether the page itself has asked for the next list, so that the other tabs may not know of a change. */
  let mayBeNews = false;
  /** The number of revokes in this tab; an answer to an earlier request may not reflect the last one. */
  let revoked = 0;

  function publish(next: PluginList) {
    grants.update(next.plugins);
    list.set(next);
  }

  function publishWhole({ plugins, refused }: PluginListResult) {
    whole ??= Promise.resolve();
    settled.clear();
    const isNews = mayBeNews && haveGrantsChanged(getSnapshot(), plugins);
    mayBeNews = false;
    publish({ status: 'ready', plugins, refused });
    if (isNews) notifyTabs();
  }

  /** Reads the whole list. @returns Its plugins, also if a later request has overtaken this one; `undefined` if it failed. */
  async function readWhole(answer?: unknown, isCheck = false): Promise<readonly Plugin[] | undefined> {
    // On a server the list stays empty and loading, as React renders it there.
    if (!hasPage()) return undefined;
    latest += 1;
    const request = latest;
    try {
      const result = await client.listPlugins(undefined, answer);
      if (request === latest) publishWhole(result);
      return result.plugins;
    } catch (error) {
      const snapshot = getSnapshot();
      const status = snapshot.status === 'ready' ? 'ready' : 'failed';
      const isKnown = isCheck && snapshot.error?.code === (error as WidgetError).code;
      if (request === latest && !isKnown) publish({ ...snapshot, status, error: error as WidgetError });
      return undefined;
    }
  }

  async function readPart(dashboard: DashboardName, answer?: unknown) {
    if (!hasPage()) return;
    const before = revoked;
    const request = latest;
    const wasReady = getSnapshot().status === 'ready';
    try {
      const part = await client.listPlugins(dashboard, answer);
      const snapshot = getSnapshot();
      // The whole list is newer if it was requested meanwhile.
      if (revoked !== before || (snapshot.status === 'ready' && !(wasReady && request === latest))) return;
      // A host API without parts answers with the whole list.
      if (!part.enoughFor) return publishWhole(part);
      for (const name of part.enoughFor) settled.add(keyOf(dashboard.pluginId, name));
      const byId = new Map([...snapshot.plugins, ...part.plugins].map((plugin) => [plugin.id, plugin]));
      // The status and the error stay, since the whole list may have failed meanwhile.
      publish({ ...snapshot, plugins: [...byId.values()] });
    } catch {
      if (wasReady) return;
      // The whole list may still load; if it does not, its error is shown.
      parts.clear();
      await loadAll();
    }
  }

  const readAgain = (isCheck = false) => {
    const reading = readWhole(undefined, isCheck);
    whole = reading;
    return reading;
  };
  async function refresh(isCheck?: boolean) {
    mayBeNews = true;
    await readAgain(isCheck);
  }
  async function check() {
    await refresh(true);
    return getSnapshot().error;
  }
  async function loadAll(answer?: unknown) {
    await (whole ??= readWhole(answer));
  }

  async function loadPart(dashboard: DashboardName, answer?: unknown): Promise<void> {
    // While the whole list loads, the part is still requested, since it arrives sooner.
    if (whole && getSnapshot().status !== 'loading') return void (await whole);
    const key = keyOf(dashboard.pluginId, dashboard.name);
    const part = parts.get(key) ?? readPart(dashboard, answer);
    parts.set(key, part);
    return part;
  }

  // Without notifying the other tabs, which would answer each other for ever.
  tabs?.addEventListener('message', () => readAgain());
  function notifyTabs() {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin's pages only
    tabs?.postMessage('trust');
  }

  /** Records a decision about trust, and reads it back from the list. */
  async function decide(
    pluginId: string,
    decision: Decision,
    record: () => Promise<void>,
    shown?: Record<string, string>,
  ) {
    try {
      await record();
    } catch (error) {
      await refresh();
      throw error;
    }
    notifyTabs();
    const plugin = (await readAgain())?.find(({ id }) => id === pluginId);
    const found = plugin && contradictionOf(plugin, decision, shown);
    if (found) throw await unconfirmed(pluginId, found);
  }

  /** Records consent to the bytes in the list. */
  function consent(pluginId: string, decision: Decision, record: Client['trust']) {
    const shown = bundlesOf(getSnapshot().plugins.find(({ id }) => id === pluginId)?.components);
    return decide(pluginId, decision, () => record(pluginId, shown), shown);
  }

  return {
    subscribe,
    getSnapshot,
    refresh: () => refresh(),
    check,
    attempts() {
      const { error } = getSnapshot();
      return error && heals(error) ? [check] : [];
    },
    loadAll,
    loadPart,
    checkPart: (dashboard) => (getSnapshot().status === 'ready' ? readPart(dashboard) : loadPart(dashboard)),
    grants: grants.get,
    isSettled: (pluginId, name) => settled.has(keyOf(pluginId, name)),
    trust: (pluginId) => consent(pluginId, 'trusted', client.trust),
    sandbox: (pluginId) => consent(pluginId, 'sandboxed', client.sandbox),
    revoke: (pluginId) =>
      decide(pluginId, 'revoked', async () => {
        await client.revoke(pluginId);
        revoked += 1;
        // Before the list is read again, since that may be slow or fail.
        const snapshot = getSnapshot();
        const plugins = snapshot.plugins.map((plugin) =>
          plugin.id === pluginId
            ? { ...plugin, trusted: false, sandboxed: false, needs_consent: true }
            : plugin,
        );
        publish({ ...snapshot, plugins });
      }),
    dispose: () => tabs?.close(),
  };
}
