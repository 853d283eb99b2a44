import { grantAfter, hashesOf, isSha256, parseEarlier, parseHashes, verified } from './grant.ts';
import { actOf, keptOf, notedOf, noteOf, viaOf, type StoredRecord } from './act.ts';
import type { Hashes } from './against.ts';
import type { PostgresClient, PostgresPool, Row } from './postgres-client.ts';
import { cannotPrepare, columnsProblem } from './postgres-columns.ts';
import { readFacts, readHistory } from './postgres-history.ts';
import { statementsFor } from './postgres-statements.ts';
import type { Compaction, Grant, TrustStore } from './store.ts';

/** The hashes of a plugin's consents. */
type ConsentedHashes = Pick<Grant, 'bundles' | 'earlier'>;

const json = (hashes: Hashes | undefined) => hashes && JSON.stringify(hashes);

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/**
 * Stores trust in the same place as NousViz 1.0: in `plugin_settings`, under the key `_trust_frontend`. Each of them immediately
 * sees the other's grants and revokes. Four more tables are made if they are missing: `plugin_frontend_consents` for operators
 * and hashes, `plugin_frontend_sandboxed` with the same of sandboxed plugins, `plugin_frontend_bundles` for the bytes, and
 * `plugin_frontend_audit` with a row for every action. Any number of servers may share the database. NousViz 1.0 does not trust
 * sandboxed plugins, and a later decision of NousViz 1.0 replaces that verdict.
 *
 * A plugin is trusted if the value is `true`, or an object whose `trusted` is `true`, and no second row says otherwise. A consent
 * of NousViz 1.0 has no hashes until it is pinned. After NousViz 1.0 has revoked trust and granted it again, the earlier hashes
 * are valid.
 *
 * @param pool A `Pool` of `pg`. Listen to its `error` event, or a lost connection ends the process.
 * @param options.schema The schema of NousViz's tables. @default "public"
 * @throws if `schema` is not a plain identifier. The store's promises reject if `plugin_settings` is missing.
 *
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * pool.on('error', console.error);
 * const handler = createServer({ plugins: 'plugins', trust: postgresTrustStore(pool) });
 */
export function postgresTrustStore(pool: PostgresPool, options: { schema?: string } = {}): TrustStore {
  const { schema = 'public' } = options;
  if (!IDENTIFIER.test(schema))
    throw new Error(
      `The schema ${JSON.stringify(schema)} cannot be used. Name one with at most 63 letters, digits or "_", no digit first.`,
    );
  const sql = statementsFor(schema);
  const warned = new Set<string>();
  /** The hashes in the rows of consents that were read or written, by the version of the row. */
  let known = new Map<string, ConsentedHashes | undefined>();
  let ready: Promise<void> | undefined;

  async function withClient<Result>(use: (client: PostgresClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    // The running query rejects; without a listener the event would also end the process.
    const ignore = () => undefined;
    client.on?.('error', ignore);
    let broken: Error | undefined;
    try {
      return await use(client);
    } catch (thrown) {
      // The connection is closed, so that the server rolls back its transaction.
      broken = thrown instanceof Error ? thrown : new Error(String(thrown));
      throw thrown;
    } finally {
      client.removeListener?.('error', ignore);
      client.release(broken);
    }
  }

  /** Runs statements in a transaction, after other transactions with the same lock. */
  const inTransaction = (lock: string, run: (client: PostgresClient) => Promise<void>) =>
    withClient(async (client) => {
      // Each statement sees everything committed before it, including the transaction that held the lock.
      await client.query('begin isolation level read committed');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `widget-runtime ${schema} ${lock}`,
      ]);
      await run(client);
      // An answered action survives a crash even if the database is configured to trade durability for speed.
      await client.query(
        `select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'`,
      );
      await client.query('commit');
    });

  async function prepare(): Promise<void> {
    const [columns, missing] = await withClient(async (client) => [
      await client.query(sql.columns),
      await client.query(sql.missing),
    ]);
    const problem = columnsProblem(schema, columns!.rows);
    if (problem !== undefined) throw new Error(problem);
    // A server without the right to create tables works if they exist.
    if (missing!.rows.length > 0)
      await inTransaction('tables', async (client) => {
        for (const statement of sql.tables) await client.query(statement);
      }).catch((thrown: unknown) => {
        throw cannotPrepare(sql, missing!.rows, thrown);
      });
  }

  function ensureReady(): Promise<void> {
    ready ??= prepare().catch((thrown: unknown) => {
      ready = undefined;
      throw thrown;
    });
    return ready;
  }

  function hashesIn(row: Row): ConsentedHashes | undefined {
    const bundles = parseHashes(JSON.parse(String(row.bundles)));
    const earlier = parseEarlier(JSON.parse(String(row.earlier)));
    if (bundles && earlier) return { bundles, ...(Object.keys(earlier).length > 0 && { earlier }) };
    const id = String(row.plugin_id);
    if (!warned.has(id))
      console.warn(
        `plugin_frontend_consents: the row of ${JSON.stringify(id)} has no valid hashes, so the plugin is not trusted. Remove the row.`,
      );
    warned.add(id);
    return undefined;
  }

  /** Reads the grants of all plugins or of one. The hashes of a consent, with all earlier ones, are transferred once. */
  async function read(client: PostgresClient, pluginId: string | null): Promise<Map<string, Grant>> {
    const before = known;
    const { rows } = await client.query(sql.grants, [pluginId, [...before.keys()]]);
    const grants = new Map<string, Grant>();
    const found = new Map<string, ConsentedHashes | undefined>();
    for (const row of rows) {
      const version = String(row.version);
      const hashes = row.is_plain ? {} : before.has(version) ? before.get(version) : hashesIn(row);
      if (!row.is_plain) found.set(version, hashes);
      if (hashes)
        grants.set(String(row.plugin_id), {
          who: String(row.who),
          when: String(row.when),
          ...hashes,
          ...(row.is_sandboxed === true && { verdict: 'sandboxed' as const }),
        });
    }
    if (pluginId === null) known = found;
    else for (const [version, hashes] of found) known.set(version, hashes);
    return grants;
  }

  /** Changes a plugin's trust, from its present grant. */
  async function change(
    pluginId: string,
    write: (client: PostgresClient, before: Grant | undefined) => Promise<void>,
  ): Promise<void> {
    await ensureReady();
    await inTransaction(pluginId, async (client) =>
      write(client, (await read(client, pluginId)).get(pluginId)),
    );
  }

  /** Stores the bytes, and the grant with their hashes. */
  async function storeGrant(
    client: PostgresClient,
    pluginId: string,
    { who, when, bundles = {}, earlier, verdict }: Grant,
    bytes: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    // Sorted, so that two consents that share bytes cannot deadlock.
    const files = Object.entries(bundles).toSorted(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [file, sha256] of files) await client.query(sql.storeBytes, [sha256, bytes.get(file)]);
    const hashes = [bundles, earlier ?? {}].map((value) => JSON.stringify(value));
    const [statement, replaced] = verdict
      ? [sql.sandbox, sql.deleteConsent]
      : [sql.consent, sql.deleteSandboxed];
    await client.query(replaced, [pluginId]);
    const { rows } = await client.query(statement, [pluginId, who, when, ...hashes]);
    // Nobody sees the version of a transaction that fails.
    known.set(String(rows[0]!.version), { bundles, ...(earlier && { earlier }) });
  }

  const audit = (
    client: PostgresClient,
    { plugin_id, action, who, bundles, act, via, version, kept }: Omit<StoredRecord, 'at'>,
  ) => client.query(sql.audit, [plugin_id, action, who, json(bundles), act, via, version, json(kept)]);

  return {
    grants: async () => {
      await ensureReady();
      return withClient((client) => read(client, null));
    },
    consent: (pluginId, who, bytes, note) =>
      change(pluginId, async (client, before) => {
        const bundles = hashesOf(bytes);
        const noted = notedOf(actOf(before, { bundles }, note), note);
        const grant = grantAfter(before, { who, when: new Date().toISOString(), bundles });
        await storeGrant(client, pluginId, grant, bytes);
        const hasWritten = async (statement: string) =>
          (await client.query(statement, [pluginId])).rows.length > 0;
        // NousViz 1.0 uses no lock, so its row may appear or disappear between the two statements.
        while (!(await hasWritten(sql.trust)) && !(await hasWritten(sql.insertTrust)));
        await audit(client, { plugin_id: pluginId, action: 'trust', who, bundles, ...noted });
      }),
    sandbox: (pluginId, who, bytes, { onlyNew = false, ...note } = {}) =>
      change(pluginId, async (client, before) => {
        if (onlyNew && (await client.query(sql.isDecided, [pluginId])).rows.length > 0) return;
        const bundles = hashesOf(bytes);
        const consent = { who, when: new Date().toISOString(), bundles, verdict: 'sandboxed' as const };
        const noted = notedOf(actOf(before, consent, note), note);
        await storeGrant(client, pluginId, grantAfter(before, consent), bytes);
        await client.query(sql.untrust, [pluginId]);
        await audit(client, { plugin_id: pluginId, action: 'sandbox', who, bundles, ...noted });
      }),
    decline: (pluginId, who, bundles, note) =>
      change(pluginId, async (client, before) => {
        const action = before ? 'keep' : 'refuse';
        const more = { bundles, ...keptOf(before), ...noteOf(note) };
        await audit(client, { plugin_id: pluginId, action, who, ...more });
      }),
    decisionFacts: async (waiting) => {
      await ensureReady();
      return withClient((client) => readFacts(client, sql, waiting));
    },
    pin: (pluginId, bytes, { version } = {}) =>
      change(pluginId, async (client, before) => {
        if (!before || before.bundles) return;
        const bundles = hashesOf(bytes);
        await storeGrant(client, pluginId, grantAfter(before, { ...before, bundles }), bytes);
        await audit(client, { plugin_id: pluginId, action: 'pin', who: before.who, version, bundles });
      }),
    revoke: (pluginId, who, note) =>
      change(pluginId, async (client) => {
        await client.query(sql.untrust, [pluginId]);
        await client.query(sql.deleteConsent, [pluginId]);
        await client.query(sql.deleteSandboxed, [pluginId]);
        await audit(client, { plugin_id: pluginId, action: 'revoke', who, ...viaOf(note) });
      }),
    bytes: async (sha256) => {
      if (!isSha256(sha256)) return undefined;
      await ensureReady();
      const { rows } = await withClient((client) => client.query(sql.bytes, [sha256]));
      return rows[0] && verified(rows[0].bytes as Uint8Array, sha256);
    },
    hasConsented: async (...bytes) => {
      await ensureReady();
      const { rows } = await withClient((client) => client.query(sql.hasConsented, bytes));
      return rows.length > 0;
    },
    history: async (query) => {
      await ensureReady();
      return withClient((client) => readHistory(client, sql, query));
    },
    compact: async ({ dryRun = false } = {}) => {
      await ensureReady();
      const compaction: Compaction = { removed: [], kept: 0 };
      await inTransaction('compact', async (client) => {
        await client.query(sql.lockBytes);
        const { rows } = await client.query(sql.unneeded);
        compaction.removed = rows.map(({ sha256, size }) => ({ sha256: String(sha256), size: Number(size) }));
        const [count] = (await client.query(sql.countBytes)).rows;
        compaction.kept = Number(count!.kept) - rows.length;
        if (!dryRun) await client.query(sql.removeBytes, [rows.map(({ sha256 }) => sha256)]);
      });
      return compaction;
    },
  };
}
