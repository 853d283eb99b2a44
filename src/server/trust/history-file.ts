import { open, type FileHandle } from 'node:fs/promises';
import type { TrustHistoryAnswer, TrustHistoryRecord } from '../../contract/index.ts';
import { cursorOf, historyRecordOf, isRefusal, type Refusal } from './act.ts';
import { parseRecord, type TrustRecord } from './record.ts';
import { ifMissing } from './store-error.ts';
import type { HistoryQuery } from './store.ts';
import { NEWLINE, readAt } from './tail.ts';

/** The bytes that are read at once. */
const BLOCK_BYTES = 64 * 1024;

/** Reads the lines that end at an offset of a file or before it, the last one first. Only one block is in memory at a time. */
async function* linesBefore(
  handle: FileHandle,
  end: number,
): AsyncGenerator<{ text: string; start: number }> {
  /** The end of the line whose beginning has not been read yet. */
  let rest: Buffer[] = [];
  for (let at = end; at > 0;) {
    const from = Math.max(0, at - BLOCK_BYTES);
    const block = await readAt(handle, from, at);
    at = from;
    let stop = block.length;
    while (stop > 0) {
      const newline = block.lastIndexOf(NEWLINE, stop - 1);
      if (newline < 0) break;
      yield {
        text: Buffer.concat([block.subarray(newline + 1, stop), ...rest]).toString(),
        start: from + newline + 1,
      };
      rest = [];
      stop = newline;
    }
    rest = [block.subarray(0, stop), ...rest];
  }
  yield { text: Buffer.concat(rest).toString(), start: 0 };
}

/** Makes a record of the history; `undefined` if it is none, or the first half of another one. */
export function recordedIn(record: TrustRecord | undefined): TrustHistoryRecord | undefined {
  if (!record || record.action === 'unknown') return undefined;
  if (record.action === 'revoke' && record.for !== undefined) return undefined;
  const { plugin_id, action, who, when } = record;
  const noted = action === 'pin' ? {} : { via: record.via };
  const version = action === 'revoke' ? undefined : record.version;
  const act = action === 'trust' || action === 'sandbox' ? record.act : undefined;
  const bundles = action === 'revoke' ? undefined : record.bundles;
  const { kept, kept_version } = record as Partial<Extract<TrustRecord, { action: Refusal }>>;
  const refused = isRefusal(action) ? { kept, kept_version } : {};
  return historyRecordOf({ plugin_id, action, act, who, at: when, ...noted, version, bundles, ...refused });
}

/** Makes the function that says whether a query asks for a record. */
export const askedBy =
  ({ pluginId, act, who }: { [Key in 'pluginId' | 'act' | 'who']?: HistoryQuery[Key] | undefined }) =>
  (record: TrustHistoryRecord): boolean =>
    (pluginId === undefined || record.plugin_id === pluginId) &&
    (act === undefined || record.act === act) &&
    (who === undefined || record.who.toLowerCase().includes(who.toLowerCase()));

/**
 * Reads a page of the history from the end of a trust file, in constant memory. The cursor is the offset of the last line that the page
 * before has read; lines are only appended, so offsets stay.
 */
export async function readHistory(
  file: string,
  { limit, before, pluginId, act, who }: HistoryQuery,
): Promise<TrustHistoryAnswer | undefined> {
  const cursor = before === undefined ? Infinity : cursorOf(before);
  if (cursor === undefined) return undefined;
  // Most lines of other plugins need not be parsed. In a line with a backslash, the id may be escaped.
  const id = pluginId === undefined ? '' : JSON.stringify(pluginId);
  const mayBeAsked = (line: string) => line.includes(id) || line.includes('\\');
  const isAsked = askedBy({ pluginId, act, who });
  const handle = await open(file, 'r').catch(ifMissing(undefined));
  const records: TrustHistoryRecord[] = [];
  if (!handle) return { records, next: null };
  try {
    let oldest = 0;
    const { size } = await handle.stat();
    for await (const { text, start } of linesBefore(handle, Math.min(cursor, size))) {
      const record = mayBeAsked(text) ? recordedIn(parseRecord(text)) : undefined;
      if (!record || !isAsked(record)) continue;
      if (records.length === limit) return { records, next: String(oldest) };
      records.push(record);
      oldest = start;
    }
    return { records, next: null };
  } finally {
    await handle.close();
  }
}
