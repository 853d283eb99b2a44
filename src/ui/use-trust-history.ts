import { useCallback, useEffect, useRef, useState } from 'react';
import type { Plugin, TrustAct, TrustHistoryRecord } from '../contract/index.ts';
import { useHost, usePlugins } from '../react/index.ts';
import {
  AnswerError,
  exportTrustHistory,
  trustHistory,
  trustHistoryUrl,
  type TrustHistoryQuery,
} from './history-client.ts';
import { runningBundles } from './bundles.ts';

/** The options of {@link useTrustHistory}. */
export interface TrustHistoryOptions {
  /** Only the decisions about this plugin. */
  pluginId?: string | undefined;
  act?: TrustAct | undefined;
  who?: string | undefined;
  /** The number of records of a page. @default 50 */
  limit?: number | undefined;
}

/** The record of decisions, as far as it was requested. */
export interface TrustHistoryData {
  /** `unsupported`: the server keeps no history. `forbidden`: the operator may not see it. */
  status: 'loading' | 'ready' | 'failed' | 'unsupported' | 'forbidden';
  /** The newest first. */
  records: readonly TrustHistoryRecord[];
  hasMore: boolean;
  isLoadingMore: boolean;
  /** The reason, if the status is `failed` or the next page did not arrive. */
  error: string | undefined;
  /** Requests the next page. */
  loadMore(): Promise<void>;
  /** Requests the first page again. */
  reload(): void;
  /** The URL of the export, for apps whose session is in a cookie. */
  exportUrl(format: 'csv' | 'json'): string;
  /** Requests all decisions as a file. @throws {Error} with the server's message. */
  exportAs(format: 'csv' | 'json'): Promise<Blob>;
}

type State = Pick<TrustHistoryData, 'status' | 'records' | 'isLoadingMore' | 'error'> & {
  next: string | null;
};

const START: State = { status: 'loading', records: [], next: null, isLoadingMore: false, error: undefined };

/** The state after an error. */
function failed(thrown: unknown): State {
  const code = thrown instanceof AnswerError ? thrown.status : 0;
  const status = code === 404 ? 'unsupported' : code === 401 || code === 403 ? 'forbidden' : 'failed';
  return { ...START, status, error: (thrown as Error).message };
}

/** A key that changes with each decision about one of the plugins. */
const decisionsIn = (plugins: readonly Plugin[], pluginId: string | undefined) =>
  JSON.stringify(
    plugins
      .filter(({ id }) => pluginId === undefined || id === pluginId)
      .map((plugin) => [
        plugin.id,
        plugin.trusted,
        plugin.sandboxed,
        plugin.trusted_at,
        plugin.declined,
        plugin.declined_at,
        plugin.revoked_at,
        (plugin.trusted || plugin.sandboxed) && runningBundles(plugin),
      ]),
  );

/** Returns the record of decisions, page by page. It is requested again after each decision, in any tab. */
export function useTrustHistory({ pluginId, act, who, limit }: TrustHistoryOptions = {}): TrustHistoryData {
  const host = useHost();
  const { status, plugins } = usePlugins();
  const [state, setState] = useState(START);
  const [attempt, setAttempt] = useState(0);
  const decisions = decisionsIn(plugins, pluginId);
  const isListed = status !== 'loading';
  /** The request whose answer counts. */
  const current = useRef(new AbortController());
  const query: TrustHistoryQuery = { pluginId, act, who, limit };

  useEffect(() => {
    // Else the arrival of the list would request it again.
    if (!isListed) return undefined;
    const controller = (current.current = new AbortController());
    const { signal } = controller;
    trustHistory(host, { pluginId, act, who, limit: limit ?? 50 }, signal).then(
      (answer) => {
        if (!signal.aborted) setState({ ...START, status: 'ready', ...answer });
      },
      (thrown: unknown) => {
        if (!signal.aborted) setState(failed(thrown));
      },
    );
    return () => controller.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- an attempt and a decision request it again
  }, [host, pluginId, act, who, limit, attempt, decisions, isListed]);

  const { next, isLoadingMore, ...shown } = state;
  async function loadMore() {
    if (next === null || isLoadingMore) return;
    const { signal } = current.current;
    setState({ ...state, isLoadingMore: true, error: undefined });
    try {
      const answer = await trustHistory(host, { ...query, limit: limit ?? 50, before: next }, signal);
      if (!signal.aborted)
        setState({
          ...state,
          ...answer,
          records: [...state.records, ...answer.records],
          isLoadingMore: false,
        });
    } catch (thrown) {
      if (!signal.aborted) setState({ ...state, isLoadingMore: false, error: (thrown as Error).message });
    }
  }
  return {
    ...shown,
    isLoadingMore,
    hasMore: next !== null,
    loadMore,
    reload: useCallback(() => setAttempt((count) => count + 1), []),
    exportUrl: (format) => trustHistoryUrl(host, { pluginId, act, who }, format),
    exportAs: (format) => exportTrustHistory(host, format, { pluginId, act, who }),
  };
}
