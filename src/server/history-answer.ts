import {
  PLUGIN_ID,
  type TrustAct,
  type TrustHistoryAnswer,
  type TrustHistoryRecord,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { json, NOSNIFF, notInstalled, refuse } from './answers.ts';
import { CSV_HEADER, csvLine } from './history-csv.ts';
import type { PluginsReader } from './plugins-folder.ts';
import { ACTS } from './trust/act.ts';
import type { HistoryQuery, TrustStore } from './trust/store.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

const NO_HISTORY =
  'The trust store of this server keeps no record of decisions. On the server, add the method "history" to the store, or use fileTrustStore or postgresTrustStore.';
const CURSOR = 'Take it from "next" of the page before.';

/** How a format writes many records. */
interface Format {
  type: string;
  begin: string;
  end: string;
  /** Writes one record; `isFirst` is about the whole document. */
  write(record: TrustHistoryRecord, isFirst: boolean): string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: { type: 'text/csv; charset=utf-8', begin: CSV_HEADER, end: '', write: csvLine },
  json: {
    type: 'application/json',
    begin: '[',
    end: '\n]\n',
    write: (record, isFirst) => `${isFirst ? '' : ','}\n${JSON.stringify(record)}`,
  },
};

/** Reads the query of a request; a parameter without a value counts as absent. @returns A message if it cannot be read. */
function readQuery(request: Request): { query: HistoryQuery; format?: string } | string {
  const { searchParams } = new URL(request.url);
  const get = (name: string) => searchParams.get(name) || undefined;
  const [limit = String(DEFAULT_LIMIT), act, format] = [get('limit'), get('act'), get('format')];
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT)
    return `limit=${quote(limit)} is not a number of records. Write 1 to ${MAX_LIMIT}.`;
  if (act !== undefined && !ACTS.includes(act as TrustAct))
    return `act=${quote(act)} is no act. Write one of ${ACTS.join(', ')}.`;
  if (format !== undefined && !Object.hasOwn(FORMATS, format))
    return `format=${quote(format)} is not possible. Write one of ${Object.keys(FORMATS).join(', ')}.`;
  const [before, pluginId, who] = [get('before'), get('plugin_id'), get('who')];
  const query: HistoryQuery = {
    limit: Number(limit),
    ...(before !== undefined && { before }),
    ...(pluginId !== undefined && { pluginId }),
    ...(act !== undefined && { act: act as TrustAct }),
    ...(who !== undefined && { who }),
  };
  return { query, ...(format !== undefined && { format }) };
}

/** Writes all records, page by page, each page when the client has received the one before. */
async function* writeAll(
  history: NonNullable<TrustStore['history']>,
  query: HistoryQuery,
  first: TrustHistoryAnswer,
  { begin, end, write }: Format,
): AsyncGenerator<string> {
  let [text, isFirst] = [begin, true];
  for (let page: TrustHistoryAnswer | undefined = first; page;) {
    for (const record of page.records) {
      text += write(record, isFirst);
      isFirst = false;
    }
    if (page.next === null) text += end;
    yield text;
    text = '';
    page = page.next === null ? undefined : await history({ ...query, before: page.next });
  }
}

/** Makes a stream that asks for the next text only when the client is ready for it. */
function streamOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await texts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await texts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Answers with a page of the record of decisions, or with all of it as a file (CONTRACT P8).
 *
 * @param history Reads the record; `undefined` for a store that has none.
 * @param pluginId Selects the records of one plugin, which may be removed by now.
 */
export async function answerHistory(
  request: Request,
  history: TrustStore['history'],
  folder: PluginsReader,
  pluginId?: string,
): Promise<Response> {
  if (!history) return refuse(404, NO_HISTORY);
  const read = readQuery(request);
  if (typeof read === 'string') return refuse(400, read);
  const { format } = read;
  const query = {
    ...read.query,
    ...(pluginId !== undefined && { pluginId, withBytes: format === undefined }),
    ...(format !== undefined && { limit: MAX_LIMIT }),
  };
  const page = await history(query);
  if (!page) return refuse(400, `before=${quote(query.before)} is not the place of a record. ${CURSOR}`);
  if (pluginId !== undefined && page.records.length === 0) {
    const { plugin, refused } = await folder.find(pluginId);
    if (!plugin) return notInstalled(pluginId, refused);
  }
  if (format === undefined) return json(page);
  const { type } = FORMATS[format]!;
  const name = ['trust-history', pluginId !== undefined && PLUGIN_ID.test(pluginId) && pluginId];
  return new Response(streamOf(writeAll(history, query, page, FORMATS[format]!)), {
    headers: {
      ...NOSNIFF,
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name.filter(Boolean).join('-')}.${format}"`,
      'Cache-Control': 'no-store',
    },
  });
}
