import { isWidgetError, WidgetError, type Code } from '../contract/errors.ts';
import type { PluginListAnswer } from '../contract/plugin-list.ts';
import type { DashboardSpec } from '../contract/dashboard.ts';
import { loadView, told, type View } from './told.ts';
import { dashboardPath, listPartPath, PLUGINS, revokePath, trustPath } from '../contract/urls.ts';

/** A dashboard, by its plugin and its name. */
export interface DashboardName {
  pluginId: string;
  name: string;
}

/**
 * The host API as a client sees it (CONTRACT P). Every call rejects with a {@link WidgetError}. `answer` is what it answered
 * already, or a promise of that; nothing where it has to be asked.
 */
export interface Api {
  /** @param part The dashboard whose part of the list is enough; the answer may be the whole list all the same. */
  listPlugins(part?: DashboardName, answer?: unknown): Promise<PluginListAnswer>;
  /** Consents to bundles, by file name and SHA-256; without them to whatever the server has (CONTRACT P3). */
  trust(pluginId: string, bundles?: Record<string, string>): Promise<void>;
  revoke(pluginId: string): Promise<void>;
  loadDashboard(
    pluginId: string,
    name: string,
    signal?: AbortSignal,
    answer?: unknown,
  ): Promise<DashboardSpec>;
}

/** What the client needs: the API's base URL and a fetch with the operator's token. */
export interface ApiOptions {
  apiBase: string;
  apiFetch: (url: string, init?: RequestInit) => Promise<Response>;
}

/** Makes a client of the host API (CONTRACT P). */
export function createApi({ apiBase, apiFetch }: ApiOptions): Api {
  /** What reads the answer is loaded while the answer is on its way. */
  async function request<Answer>(
    path: string,
    init?: RequestInit,
    read?: (view: View, answer: unknown) => Answer | Promise<Answer>,
    given?: unknown,
  ): Promise<Answer> {
    const url = apiBase + path;
    let code: Code = 'API_FAILED';
    try {
      const asked = given === undefined ? undefined : await given;
      if (asked !== undefined) return (await read?.(await loadView(), asked)) as Answer;
      const [response, view] = await Promise.all([apiFetch(url, init), loadView()]);
      // Not there, or not readable: the server's own words say it all.
      if ([404, 422].includes(response.status) && read) code = 'DASHBOARD_FAILED';
      if (init?.method === 'POST' && response.status < 500) code = 'CONSENT_REFUSED';
      if (!response.ok) throw new Error(`HTTP ${response.status} ${await view.detailOf(response)}`.trim());
      return (await read?.(view, await response.json())) as Answer;
    } catch (cause) {
      throw await told(isWidgetError(cause) ? cause : new WidgetError(code, { url, cause }));
    }
  }
  const post = (path: string, body?: object) =>
    request<void>(path, {
      method: 'POST',
      ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
  return {
    listPlugins: (part, given) =>
      request(
        part ? listPartPath(part.pluginId, part.name) : PLUGINS,
        {},
        (view, answer) => view.parsePluginList(answer),
        given,
      ),
    trust: (pluginId, bundles) => post(trustPath(pluginId), bundles && { bundles }),
    revoke: (pluginId) => post(revokePath(pluginId)),
    loadDashboard: (pluginId, name, signal, given) =>
      request(
        dashboardPath(pluginId, name),
        signal && { signal },
        (view, answer) => view.parseDashboard(answer, pluginId, name),
        given,
      ),
  };
}
