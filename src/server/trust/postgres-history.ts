import type { TrustHistoryAnswer } from '../../contract/index.ts';
import { cursorOf, factsOf, historyRecordOf, isRefusal, withBytes, type StoredRecord } from './act.ts';
import type { Against, Hashes } from './against.ts';
import { parseHashes } from './grant.ts';
import type { PostgresClient, Row } from './postgres-client.ts';
import type { statementsFor } from './postgres-statements.ts';
import type { DecisionFacts, HistoryQuery } from './store.ts';

const hashesIn = (json: unknown) => (json === null ? undefined : parseHashes(JSON.parse(String(json))));

const recordOf = ({ plugin_id, action, act, who, at, via, version, bundles, kept, kept_version }: Row) =>
  historyRecordOf({
    plugin_id: String(plugin_id),
    action: action as StoredRecord['action'],
    act,
    who,
    at,
    via,
    version,
    bundles: hashesIn(bundles),
    kept: hashesIn(kept),
    kept_version,
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

/** The acts against bytes: those that name them, and those that follow a consent to them. */
const isAgainst = (act: unknown): act is Against['act'] =>
  isRefusal(act) || act === 'revoke' || act === 'roll-back';

/** Reads what the audit says about plugins besides their grants. @param waiting The bytes of each that wait, by plugin id. */
export async function readFacts(
  client: PostgresClient,
  sql: Pick<ReturnType<typeof statementsFor>, 'facts'>,
  waiting: ReadonlyMap<string, Hashes>,
): Promise<ReadonlyMap<string, DecisionFacts>> {
  const bytes = [...waiting.values()].map((hashes) => JSON.stringify(hashes));
  const { rows } = await client.query(sql.facts, [[...waiting.keys()], bytes]);
  return new Map(
    rows.flatMap((row) => {
      const { plugin_id, version, named, act, who, at, is_revoked, last_who, last_at } = row;
      const last = act ?? named;
      const against = isAgainst(last) ? { act: last, who: String(who), when: String(at) } : undefined;
      const revoked = is_revoked === true ? { who: String(last_who), when: String(last_at) } : undefined;
      const facts = factsOf(typeof version === 'string' ? version : undefined, against, revoked);
      return facts ? [[String(plugin_id), facts] as const] : [];
    }),
  );
}
