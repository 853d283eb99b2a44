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
