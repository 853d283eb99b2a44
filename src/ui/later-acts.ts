import {
  bundlesOf,
  detailOf,
  isRecord,
  refusePath,
  type Plugin,
  type TrustHistoryRecord,
} from '../contract/index.ts';
import { internalsOf, type Host } from '../host/index.ts';
import { declaredBundles, runningBundles } from './bundles.ts';
import { rollsBackIntoFrames } from './earlier-records.ts';
import { keyOf } from './kept-changes.ts';

/** Consents to bytes. @param isSandboxed Whether they run in frames only. */
const consent = (
  { plugins }: Host,
  id: string,
  isSandboxed: boolean,
  bundles: Readonly<Record<string, string>> | undefined,
) => (isSandboxed ? plugins.sandbox(id, bundles) : plugins.trust(id, bundles));

/** Runs accepted code in frames in place of the page, or the other way round. */
export const move = (host: Host, plugin: Plugin): Promise<void> =>
  consent(host, plugin.id, !plugin.sandboxed, runningBundles(plugin));

/** Consents to earlier code, to run where code of the plugin runs now, or where the old code ran. */
export const rollBack = (host: Host, plugin: Plugin, record: TrustHistoryRecord): Promise<void> =>
  consent(
    host,
    plugin.id,
    rollsBackIntoFrames(plugin, record),
    // The server lists no others, and could not confirm them.
    declaredBundles(plugin, record.bundles),
  );

/** Remembers that the operator keeps the accepted version instead of a change. Without storage it is asked again. */
function keepChange(pluginId: string, change: string): void {
  try {
    localStorage.setItem(keyOf(pluginId), change);
  } catch {
    // The storage is full, or the browser refuses it.
  }
  // Browsers send it to the other tabs only.
  dispatchEvent(new StorageEvent('storage', { key: keyOf(pluginId) }));
}

/** The answers of a server without the route. */
const UNKNOWN = new Set([404, 405, 501]);

/**
 * Records that the operator does not want the files on the server's disk: not now, or not in place of the accepted ones. With a server
 * that cannot record it, this browser remembers which change it was.
 *
 * @param change The key of the change; absent for "not now".
 */
export async function decline(host: Host, plugin: Plugin, change?: string): Promise<void> {
  const { plugins, widgets } = host;
  const response = await widgets.apiFetch(internalsOf(host).apiBase + refusePath(plugin.id), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ bundles: bundlesOf(plugin.components) ?? {} }),
  });
  const detail = response.ok ? '' : await detailOf(response);
  const answer: unknown = response.ok && (await response.json().catch(() => undefined));
  // Some servers answer every request with a page.
  const isKnown = response.ok
    ? isRecord(answer) && answer.plugin_id === plugin.id
    : !UNKNOWN.has(response.status);
  if (!isKnown && change !== undefined) keepChange(plugin.id, change);
  await plugins.refresh();
  if (isKnown && !response.ok) throw new Error(detail || `HTTP ${response.status}`);
}
