import {
  dashboardPath,
  failureOfIssue,
  isWidgetError,
  listPartPath,
  PLUGINS,
  readDashboard,
  stepsOfPluginList,
  WITH_LIST,
  type Code,
  type DashboardAnswer,
  type DashboardLayout,
  type Failure,
  type InvalidEntry,
  type JsonAnswer,
  type PluginListAnswer,
  type RefusedPlugin,
  type WidgetError,
} from '../contract/index.ts';
import type { Bundles, Decision, Send } from './decision.ts';
import { closelySeen, createFailure } from './failures.ts';
import { inSlices } from './in-slices.ts';

/** A dashboard, by its plugin and its name. */
export interface DashboardName {
  pluginId: string;
  name: string;
}

/** The list of plugins; its invalid entries are among the refused ones. */
export type PluginListResult = Omit<PluginListAnswer, 'invalid'>;

/**
 * The client of the host API (CONTRACT P). Every call rejects with a {@link WidgetError}. `answer` is a {@link JsonAnswer} that the page
 * has already, or a promise of one; without it the client sends a request.
 */
export interface Client {
  /**
   * Reads the list in slices. Plugins of the last whole list that have the same revision are the same objects again.
   *
   * @param part Requests only the part of the list that this dashboard needs; the answer may still be the whole list.
   */
  listPlugins(part?: DashboardName, answer?: unknown, signal?: AbortSignal): Promise<PluginListResult>;
  /**
   * Records a decision, of a consent with the bundles that it is for; without them, for the files that the server has (CONTRACT P3, T6).
   * Rejects with `CONSENT_UNCONFIRMED` if the answer does not confirm it.
   */
  decide(pluginId: string, decision: Decision, bundles?: Bundles): Promise<void>;
  /**
   * Loads a dashboard.
   *
   * @param takeList Requests the dashboard's part of the list in the same answer, and is called with a promise of it as a
   *   {@link JsonAnswer}, or of `undefined` if the host API answers with the document alone.
   */
  loadDashboard(
    pluginId: string,
    name: string,
    signal?: AbortSignal,
    answer?: unknown,
    takeList?: (list: Promise<unknown>) => void,
  ): Promise<DashboardLayout>;
}

/** The API's base URL, and a fetch that sends the operator's token. */
export interface ClientOptions {
  apiBase: string;
  apiFetch: (url: string, init?: RequestInit) => Promise<Response>;
}

/** Converts an invalid entry to a refused plugin with a complete message. */
const refusedPluginOf = async ({ id: entry, issue }: InvalidEntry): Promise<RefusedPlugin> => {
  // An entry without an id is named by its place, which the issue has too.
  const pluginId = entry.startsWith('plugins[') ? undefined : entry;
  return {
    id: entry,
    detail: (await createFailure(failureOfIssue('LIST_INVALID', issue, pluginId))).message,
  };
};

async function readList(
  answer: unknown,
  before?: PluginListResult,
  signal?: AbortSignal,
): Promise<PluginListResult> {
  const known = new Map(before?.plugins.map((plugin) => [plugin.id, plugin]));
  const { list, issue } = await inSlices(stepsOfPluginList(answer, known), signal);
  if (!list) throw await createFailure(failureOfIssue('LIST_INVALID', issue, undefined));
  const { invalid, refused, ...rest } = list;
  return { ...rest, refused: [...(await Promise.all(invalid.map(refusedPluginOf))), ...refused] };
}

async function readLayout(answer: unknown, pluginId: string, name: string): Promise<DashboardLayout> {
  const { layout, issue } = readDashboard(answer, name);
  if (!layout) throw await createFailure(failureOfIssue('DASHBOARD_INVALID', issue, pluginId));
  return layout;
}

/** Separates a dashboard from its part of the list. Without the content type even a document of the same form is a document. */
const partsOf = ([json, type]: JsonAnswer) =>
  type?.includes(WITH_LIST) ? (json as DashboardAnswer) : { dashboard: json };

/** Makes a function that throws the error of a request without an answer. */
const throwUnanswered = (url: string) => async (cause: unknown) => {
  throw isWidgetError(cause) ? cause : await createFailure({ code: 'API_FAILED', details: { url, cause } });
};

/** Makes the error of an answer that cannot be used; `unread` is the reason if its JSON cannot be read. */
const unusable = (url: string, response: Response, code: Code, unread?: unknown): Promise<WidgetError> => {
  const { status } = response;
  const cause = unread ?? new Error(`HTTP ${status}`);
  return closelySeen(({ failureOfAnswer }) => failureOfAnswer({ url, response, code, unread }), {
    code,
    details: { url, status, cause },
  } as Failure);
};

/** Loads the code of decisions, which few pages need. */
export const loadDecision = () => import('./decision.ts');

/** Makes a client of the host API (CONTRACT P). */
export function createClient({ apiBase, apiFetch }: ClientOptions): Client {
  const request: Send = async (path, init, codeOf) => {
    const url = apiBase + path;
    const response = await apiFetch(url, init).catch(throwUnanswered(url));
    if (response.ok) return response;
    throw await unusable(url, response, codeOf(response.status));
  };

  /** Returns the answer that the page has already, or that of a GET request. */
  async function get(path: string, signal: AbortSignal | undefined, given: unknown): Promise<JsonAnswer> {
    const url = apiBase + path;
    const answer = await Promise.resolve(given).catch(throwUnanswered(url));
    if (answer) return answer as JsonAnswer;
    // The server's own message explains a missing or unreadable dashboard.
    // The server compares the stored answer with the one for this session, and confirms equal bytes with a short 304.
    const response = await request(path, { signal, cache: 'no-cache' } as RequestInit, (status) =>
      status === 404 ? 'DASHBOARD_FAILED' : status === 422 ? 'DASHBOARD_UNREADABLE' : 'API_FAILED',
    );
    try {
      return [await response.json(), response.headers.get('Content-Type')];
    } catch (cause) {
      throw await unusable(url, response, 'API_FAILED', cause);
    }
  }

  /** The last whole list. */
  let last: PluginListResult | undefined;

  return {
    async listPlugins(part, given, signal) {
      const path = part ? listPartPath(part.pluginId, part.name) : PLUGINS;
      const [json] = await get(path, signal, given);
      const list = await readList(json, last, signal);
      if (!part) last = list;
      return list;
    },
    decide: async (...given) => (await loadDecision()).requestDecision(request, ...given),
    async loadDashboard(pluginId, name, signal, given, takeList) {
      const path = dashboardPath(pluginId, name) + (takeList ? `?${WITH_LIST}` : '');
      const answer = get(path, signal, given).then(partsOf);
      takeList?.(answer.then(({ list }) => list && [list]));
      return readLayout((await answer).dashboard, pluginId, name);
    },
  };
}
