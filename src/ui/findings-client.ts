import { findingsPath, readPluginList, type Plugin } from '../contract/index.ts';
import { internalsOf, type Host } from '../host/index.ts';
import { AnswerError, get } from './history-client.ts';

/** Requests a plugin with what was found in its code, also when no decision is pending. */
export async function requestFindings(host: Host, pluginId: string, signal?: AbortSignal): Promise<Plugin> {
  const response = await get(host, internalsOf(host).apiBase + findingsPath(pluginId), signal);
  const entry: unknown = await response.json();
  const found = readPluginList({ plugins: [entry] }).list?.plugins[0];
  if (!found) throw new AnswerError(response.status, `${response.url} has no plugin`);
  return found;
}

/**
 * Returns a plugin of the list with what was found in its code. If the files have changed since the list was read, the list is read again,
 * and nothing is found: a review never shows what was found in other bytes than those that a decision is about.
 */
export async function requestScan(host: Host, listed: Plugin): Promise<Plugin> {
  const { components } = await requestFindings(host, listed.id);
  const isSame =
    components.length === listed.components.length &&
    components.every(({ sha256 }, index) => sha256 === listed.components[index]!.sha256);
  if (isSame) return { ...listed, components };
  await host.plugins.refresh();
  return listed;
}
