import type { Plugin, WidgetError } from '../contract/index.ts';
import { loadDecision, type Client, type DashboardName, type PluginListResult } from './client.ts';
import type { Bundles, Decision } from './decision.ts';
import { createFailure } from './failures.ts';
import { createGrants } from './grants.ts';
import { heals } from './heals.ts';
import type { PluginList, PluginStore } from './plugin-list.ts';
import { createStore } from './store.ts';
import { hasPage } from './surroundings.ts';

/** The number of parts from which the page reads the whole list again in place of each part. */
const MANY_PARTS = 6;

const keyOf = (pluginId: string, name: string) => `${pluginId} ${name}`;

/** Combines lists; of two entries for one plugin, the later one stays. */
const merge = (...lists: (readonly Plugin[])[]): Plugin[] => [
  ...new Map(lists.flat().map((plugin) => [plugin.id, plugin])).values(),
];

/**
 * Makes the list, empty and `loading` until it is first read.
 *
 * @param channel The name of the channel on which tabs notify each other that trust has changed. They exchange nothing else: only
 *   the server knows which plugins are trusted.
 * @param canSandbox Whether this host runs sandboxed plugins.
 */
export function createPlugins(
  client: Pick<Client, 'listPlugins' | 'decide'>,
  channel: string,
  canSandbox = false,
): PluginStore {
  let tabs = hasPage() && globalThis.BroadcastChannel ? new BroadcastChannel(channel) : undefined;
  const grants = createGrants(canSandbox);
  const list = createStore<PluginList>({ status: 'loading', plugins: [], refused: [] });
  const { getSnapshot, subscribe } = list;
  const settled = new Set<string>();
  /** The dashboards whose parts were requested. */
  const parts = new Map<string, { dashboard: DashboardName; loading: Promise<boolean> }>();
  /** The number of parts that have not arrived yet. */
  let arriving = 0;
  let whole: Promise<readonly Plugin[] | undefined> | undefined;
  /** Ends the newest reading of the list. */
  let reading = new AbortController();
  /** Whether the page itself has asked for the next list, so that the other tabs may not know of a change. */
  let mayBeNews = false;
  /** The number of revokes in this tab; an answer to an earlier request may not reflect the last one. */
  let revoked = 0;

  function publish(next: PluginList) {
    grants.update(next.plugins);
    list.set(next);
  }

  /** Publishes a list that was read again, and notifies the other tabs if they may not know of a change. */
  function publishRead(next: PluginList) {
    if (mayBeNews) void notifyOf(getSnapshot(), next.plugins);
    mayBeNews = false;
    publish(next);
  }

  async function notifyOf(before: PluginList, plugins: readonly Plugin[]) {
    const isNews = await loadDecision().then(
      ({ haveGrantsChanged }) => haveGrantsChanged(before, plugins),
      // Without the code, rather once too often.
      () => true,
    );
    if (isNews) notifyTabs();
  }

  function publishWhole({ plugins, refused }: PluginListResult) {
    settled.clear();
    publishRead({ status: 'ready', plugins, refused });
  }

  /**
   * Reads a list and publishes it, and ends the reading before it.
   *
   * @param request Requests it.
   * @returns Its plugins, or those of the reading that has ended this one; `undefined` if it failed.
   */
  async function read(
    request: (signal: AbortSignal) => Promise<PluginListResult>,
    publishResult: (result: PluginListResult) => void,
    isCheck: boolean,
    failed: PluginList['status'],
  ): Promise<readonly Plugin[] | undefined> {
    reading.abort();
    const { signal } = (reading = new AbortController());
    try {
      const result = await request(signal);
      if (signal.aborted) return whole;
      publishResult(result);
      return result.plugins;
    } catch (thrown) {
      if (signal.aborted) return whole;
      const error = thrown as WidgetError;
      const snapshot = getSnapshot();
      const status = snapshot.status === 'ready' ? 'ready' : failed;
      const isKnown = isCheck && snapshot.error?.code === error.code;
      if (!isKnown) publish({ ...snapshot, status, error });
      return undefined;
    }
  }

  async function readWhole(answer?: unknown, isCheck = false) {
    // On a server the list stays empty and loading, as React renders it there.
    if (!hasPage()) return undefined;
    // Who reads the whole list may decide about a plugin, perhaps when the server has other files than this page.
    void loadDecision().catch(() => {});
    return read((signal) => client.listPlugins(undefined, answer, signal), publishWhole, isCheck, 'failed');
  }

  /** Reads the parts of all dashboards again. Plugins that no dashboard needs any longer are removed. */
  async function readParts(isCheck: boolean) {
    const before = new Set(getSnapshot().plugins);
    async function request() {
      const all = await Promise.all(
        [...parts.values()].map(({ dashboard }) => client.listPlugins(dashboard)),
      );
      return { plugins: merge(...all.map(({ plugins }) => plugins)), refused: [] };
    }
    function publishParts({ plugins }: PluginListResult) {
      // Parts that have arrived meanwhile stay.
      const newer = getSnapshot().plugins.filter((plugin) => !before.has(plugin));
      publishRead({ status: 'loading', plugins: merge(newer, plugins), refused: [] });
    }
    await read(request, publishParts, isCheck, 'loading');
  }

  /** Reads a part of the list. @returns Whether it has arrived. */
  async function readPart(
    dashboard: DashboardName,
    request: () => Promise<unknown>,
    isAgain?: boolean,
  ): Promise<boolean> {
    const [revokedBefore, newest, wasReady] = [revoked, reading, getSnapshot().status === 'ready'];
    arriving += 1;
    const part = await request()
      .then(async (answer) =>
        answer ? client.listPlugins(dashboard, answer) : void (await (isAgain ? readAgain() : loadAll())),
      )
      .catch(() => undefined);
    arriving -= 1;
    if (!part) {
      // The names that waited for it ask again.
      publish({ ...getSnapshot() });
      return false;
    }
    const snapshot = getSnapshot();
    const { plugins, status } = snapshot;
    const isNewest = newest === reading;
    // The whole list is newer if it was requested meanwhile.
    if (revoked !== revokedBefore || (status === 'ready' && !(wasReady && isNewest))) return true;
    for (const name of part.enoughFor ?? []) settled.add(keyOf(dashboard.pluginId, name));
    // The status and the error stay, since the whole list may have failed meanwhile.
    publish({
      ...snapshot,
      plugins: isNewest ? merge(plugins, part.plugins) : merge(part.plugins, plugins),
    });
    return true;
  }

  /** Reads the whole list again. */
  const readAgain = (isCheck = false) => (whole = readWhole(undefined, isCheck));
  /** Reads again what the page has of the list. */
  async function readKnown(isCheck = false) {
    if (whole || parts.size >= MANY_PARTS) await readAgain(isCheck);
    else if (parts.size > 0) await readParts(isCheck);
  }
  async function refresh() {
    mayBeNews = true;
    await readAgain();
  }
  async function check() {
    mayBeNews = true;
    await readKnown(true);
    return getSnapshot().error;
  }
  async function loadAll(answer?: unknown) {
    await (whole ??= readWhole(answer));
  }

  async function loadPart(dashboard: DashboardName, request: () => Promise<unknown>, isAgain?: boolean) {
    const key = keyOf(dashboard.pluginId, dashboard.name);
    const known = parts.get(key);
    // While the whole list loads, the part is still requested, since it arrives sooner.
    if (!isAgain && (known || (whole && getSnapshot().status !== 'loading'))) return known?.loading;
    const loading = readPart(dashboard, request, isAgain);
    if (!known) parts.set(key, { dashboard, loading });
    if (!(await loading) && !known) parts.delete(key);
  }

  // Without notifying the other tabs, which would answer each other for ever.
  tabs?.addEventListener('message', () => readKnown());
  function notifyTabs() {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has its origin's pages only
    tabs?.postMessage('trust');
  }

  /** Records a decision about trust, and reads it back from the whole list. */
  async function decide(pluginId: string, decision: Decision, shown?: Bundles) {
    const code = await loadDecision().catch(async (cause: unknown) => {
      throw await createFailure({ code: 'API_FAILED', details: { url: 'A part of this page', cause } });
    });
    await code.decide(
      {
        getSnapshot,
        record: client.decide,
        publishRevoked(plugins) {
          revoked += 1;
          publish({ ...getSnapshot(), plugins });
        },
        loadAll,
        refresh,
        readAgain,
        notifyTabs,
      },
      pluginId,
      decision,
      shown,
    );
  }

  return {
    subscribe,
    getSnapshot,
    refresh,
    check,
    attempts() {
      const { error } = getSnapshot();
      return error && heals(error) ? [check] : [];
    },
    loadAll,
    loadMissing: () => void (arriving > 0 || loadAll()),
    loadPart,
    grants: grants.get,
    isSettled: (pluginId, name) => settled.has(keyOf(pluginId, name)),
    trust: (pluginId, bundles) => decide(pluginId, 'trusted', bundles),
    sandbox: (pluginId, bundles) => decide(pluginId, 'sandboxed', bundles),
    revoke: (pluginId) => decide(pluginId, 'revoked'),
    dispose() {
      tabs?.close();
      // A decision may end later, and a closed channel throws.
      tabs = undefined;
    },
  };
}
