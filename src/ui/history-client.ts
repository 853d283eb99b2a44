import {
  detailOf,
  isRecord,
  sourcePath,
  trustHistoryPath,
  type TrustAct,
  type TrustHistoryAnswer,
  type TrustHistoryRecord,
} from '../contract/index.ts';
import { internalsOf, type Host } from '../host/index.ts';

/** Which decisions are wanted. */
export interface TrustHistoryQuery {
  /** Only those about this plugin; they then say whether the server still has the code. */
  pluginId?: string | undefined;
  act?: TrustAct | undefined;
  who?: string | undefined;
  /** The number of records of one page. @default 50 */
  limit?: number | undefined;
  /** The cursor of the page, `next` of the one before. */
  before?: string | undefined;
}

/** An answer of the server that is not the expected one. Its message is the server's own. */
export class AnswerError extends Error {
  override name = 'AnswerError';
  /** The HTTP status. */
  readonly status: number;
  constructor(status: number, message: string) {
    super(message || `HTTP ${status}`);
    this.status = status;
  }
}

/** The URL of a page of the history, or of its export. */
export function trustHistoryUrl(
  host: Host,
  { pluginId, act, who, limit, before }: TrustHistoryQuery,
  format?: 'csv' | 'json',
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ act, who, before, limit, format }))
    if (value !== undefined && value !== '') query.set(key, String(value));
  const text = query.toString();
  return internalsOf(host).apiBase + trustHistoryPath(pluginId) + (text && `?${text}`);
}

/** Sends a request with the operator's session. @throws {AnswerError} for an answer that reports an error. */
export async function get(host: Host, url: string, signal?: AbortSignal): Promise<Response> {
  const response = await host.widgets.apiFetch(url, signal ? { signal } : {});
  if (!response.ok) throw new AnswerError(response.status, await detailOf(response));
  return response;
}

const isStrings = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'string');

/** Whether a value is a record with all that is shown of it; servers may add acts. */
function isHistoryRecord(value: unknown): value is TrustHistoryRecord {
  if (!isRecord(value)) return false;
  const { at, who, plugin_id, act, bundles } = value;
  return [at, who, plugin_id, act].every((one) => typeof one === 'string') && isStrings(bundles);
}

/**
 * Requests a page of the decisions about plugins, the newest first (CONTRACT P8).
 *
 * @throws {AnswerError} 401 and 403 for those who may not trust, 404 from a server that keeps no history.
 * @throws {WidgetError} if there is no answer.
 */
export async function trustHistory(
  host: Host,
  query: TrustHistoryQuery = {},
  signal?: AbortSignal,
): Promise<TrustHistoryAnswer> {
  const response = await get(host, trustHistoryUrl(host, { limit: 50, ...query }), signal);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!isRecord(answer) || !Array.isArray(answer.records))
    // A server without the route may answer with the app's page.
    throw new AnswerError(404, `${response.url} has no trust history`);
  const { records, next } = answer;
  return { records: records.filter(isHistoryRecord), next: typeof next === 'string' ? next : null };
}

/** Requests all decisions as a file. @throws as {@link trustHistory}. */
export async function exportTrustHistory(
  host: Host,
  format: 'csv' | 'json',
  query: Omit<TrustHistoryQuery, 'limit' | 'before'> = {},
): Promise<Blob> {
  return (await get(host, trustHistoryUrl(host, query, format))).blob();
}

/**
 * Requests the text of a bundle, to be read and never run (CONTRACT P4).
 *
 * @param sha256 The SHA-256 of the bytes on disk, or of bytes that were consented to before.
 * @throws {AnswerError} 404 for bytes that the server does not have.
 */
export async function source(
  host: Host,
  pluginId: string,
  filename: string,
  sha256: string,
  signal?: AbortSignal,
): Promise<string> {
  const url = internalsOf(host).apiBase + sourcePath(pluginId, filename, sha256);
  return (await get(host, url, signal)).text();
}
