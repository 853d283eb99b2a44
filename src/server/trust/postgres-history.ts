import type { TrustHistoryAnswer } from '../../contract/index.ts';
import { cursorOf, historyRecordOf, withBytes, type StoredRecord } from './act.ts';
import { parseHashes } from './grant.ts';
import type { PostgresClient, Row } from './postgres-client.ts';
import type { statementsFor } from './postgres-statements.ts';
import type { DecisionFacts, HistoryQuery } from './store.ts';

const recordOf = ({ plugin_id, action, act, who, at, via, version, bundles }: Row) =>
  historyRecordOf({
    plugin_id: String(plugin_id),
    action: action as StoredRecord['action'],
    act,
    who,
    at,
    via,
    version,
    bundles: bundles === null ? undefined : parseHashes(JSON.parse(String(bundles))),
  });

/** Reads a page of the history. The cursor is the id of the last row of the page before. */
export async function readHistory(
  client: PostgresClient,
  sql: Pick<ReturnType<typeof statementsFor>, 'history' | 'keptOf'>,
  { limit, before, pluginId, act, who, ...query }: HistoryQuery,
): Promise<TrustHistoryAnswer | undefined> {
  const cursor = before === undefined ? null : cursorOf(before);
  if (cursor === undefined) return undefined;
  // One more row, to see whether there is another page.
  const { rows } = await client.query(
    sql.history,
    [pluginId, act, who, cursor, limit + 1].map((value) => value ?? null),
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const page = { records: rows.slice(0, limit).map(recordOf), next: last ? String(last.cursor) : null };
  if (!query.withBytes) return page;
  return withBytes(page, async (hashes) => {
    const kept = await client.query(sql.keptOf, [hashes]);
    return new Set(kept.rows.map(({ sha256 }) => String(sha256)));
  });
}

/** Reads what the audit says about plugins besides their grants. */
export async function readFacts(
  client: PostgresClient,
  sql: Pick<ReturnType<typeof statementsFor>, 'facts'>,
  pluginIds: readonly string[],
): Promise<ReadonlyMap<string, DecisionFacts>> {
  const { rows } = await client.query(sql.facts, [pluginIds]);
  const factsIn = ({ version, declined }: Row): DecisionFacts => {
    const hashes = declined === null ? undefined : parseHashes(JSON.parse(String(declined)));
    return { ...(typeof version === 'string' && { version }), ...(hashes && { declined: hashes }) };
  };
  return new Map(rows.map((row) => [String(row.plugin_id), factsIn(row)]));
}
