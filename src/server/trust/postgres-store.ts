import { grantAfter, hashesOf, isSha256, parseEarlier, parseHashes, verified } from './grant.ts';
import type { Grant, TrustStore } from './store.ts';

type Row = Record<string, unknown>;

/** A connection of a {@link PostgresPool}, as `pg` has it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
  /** Gives the connection back to the pool, or ends it where there is an error. */
  release(error?: Error | boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** What {@link postgresTrustStore} needs of a `Pool` of `pg`. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}

/** The setting in which NousViz keeps a plugin's trust. */
const KEY = '_trust_frontend';
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const EXPECTED = ['plugin_id', 'key', 'value', 'updated_at'];

/** SQL for a time as the contract writes it: ISO 8601, UTC, milliseconds. */
const iso = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The statements, with the tables of one schema. */
function statementsFor(schema: string) {
  const table = (name: string) => `"${schema}"."${name}"`;
  const settings = table('plugin_settings');
  const consents = table('plugin_frontend_consents');
  const audit = table('plugin_frontend_audit');
  const kept = table('plugin_frontend_bundles');
  return {
    tables: [
      `create table if not exists ${consents} (
         plugin_id text primary key, who text not null, at timestamptz not null,
         bundles jsonb not null, earlier jsonb not null)`,
      `create table if not exists ${audit} (
         id bigint generated always as identity primary key, plugin_id text not null, action text not null,
         who text, at timestamptz not null default clock_timestamp(), bundles jsonb)`,
      `create table if not exists ${kept} (sha256 text primary key, bytes bytea not null)`,
    ],
    missing: `select name from unnest(array['${consents}', '${audit}', '${kept}']) name where to_regclass(name) is null`,
    columns: `select column_name as name, data_type as type from information_schema.columns
      where table_schema = '${schema}' and table_name = 'plugin_settings'`,
    // A plugin with several rows, which nothing forbids, is trusted only where they all say so.
    grants: `select settings.plugin_id, consents.plugin_id is null as is_plain,
        coalesce(consents.who, settings.who, 'operator') as who,
        ${iso('coalesce(consents.at, settings.at, to_timestamp(0))')} as when,
        consents.bundles::text as bundles, consents.earlier::text as earlier
      from (
        select plugin_id::text, max(nullif(value ->> 'who', '')) as who, max(updated_at)::timestamptz as at
        from ${settings} where key = '${KEY}' and ($1::text is null or plugin_id::text = $1)
        group by plugin_id
        having bool_and(coalesce(value = 'true' or value -> 'trusted' = 'true', false))
      ) settings left join ${consents} consents on consents.plugin_id = settings.plugin_id`,
    trust: `update ${settings} set value = 'true', updated_at = now()
      where plugin_id = $1 and key = '${KEY}' returning 1`,
    insertTrust: `insert into ${settings} (plugin_id, key, value, updated_at) values ($1, '${KEY}', 'true', now())
      on conflict do nothing returning 1`,
    untrust: `delete from ${settings} where plugin_id = $1 and key = '${KEY}'`,
    consent: `insert into ${consents} (plugin_id, who, at, bundles, earlier) values ($1, $2, $3, $4, $5)
      on conflict (plugin_id) do update set who = excluded.who, at = excluded.at,
        bundles = excluded.bundles, earlier = excluded.earlier`,
    forget: `delete from ${consents} where plugin_id = $1`,
    audit: `insert into ${audit} (plugin_id, action, who, bundles) values ($1, $2, $3, $4)`,
    keep: `insert into ${kept} as kept (sha256, bytes) values ($1, $2)
      on conflict (sha256) do update set bytes = excluded.bytes where kept.bytes <> excluded.bytes`,
    bytes: `select bytes from ${kept} where sha256 = $1`,
  };
}

/** Why there is no trust to be read in this database, where its columns are not those that NousViz makes. */
function complaintAbout(schema: string, columns: Row[]): string | undefined {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  if (EXPECTED.every((name) => types.has(name)) && types.get('value') === 'jsonb') return undefined;
  const found = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return (
    `Trust is kept in NousViz’s own table "${schema}".plugin_settings (plugin_id, key, value jsonb, updated_at); ` +
    `${found === '' ? 'it is not there, or may not be read' : `its columns are ${found}`}. ` +
    'Run the migrations of NousViz, or name its schema with the option "schema".'
  );
}

/**
 * Keeps trust where NousViz 1.0 does: in `plugin_settings`, under the key `_trust_frontend`, so that either sees what the
 * other grants and revokes, at once. Who consented, to which bytes, and the bytes themselves are in tables beside it that
 * are made when they are missing: `plugin_frontend_consents`, `plugin_frontend_bundles`, and `plugin_frontend_audit`, a row
 * for every act. Any number of servers may share the database.
 *
 * A plugin is trusted where the value is `true`, or an object whose `trusted` is `true`, and where no second row says
 * otherwise. What NousViz 1.0 trusts names no bytes, until it is pinned; after 1.0 has revoked trust and granted it again,
 * the bytes that were consented before stand.
 *
 * @param pool A `Pool` of `pg`. Listen to its `error` event, or a lost connection ends the process.
 * @param options.schema The schema of NousViz's tables. @default "public"
 * @throws where `schema` is no plain identifier. The store's own promises reject where `plugin_settings` is missing.
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
      `The schema ${JSON.stringify(schema)} cannot be used: letters, digits and "_", at most 63, no digit first.`,
    );
  const sql = statementsFor(schema);
  const warned = new Set<string>();
  let ready: Promise<void> | undefined;

  async function withClient<Result>(use: (client: PostgresClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    // The query that was under way rejects; without a listener the event would also end the process.
    const ignore = () => undefined;
    client.on?.('error', ignore);
    let broken: Error | undefined;
    try {
      return await use(client);
    } catch (thrown) {
      // Whatever state the connection is in: the server rolls back what it lets go of.
      broken = thrown instanceof Error ? thrown : new Error(String(thrown));
      throw thrown;
    } finally {
      client.removeListener?.('error', ignore);
      client.release(broken);
    }
  }

  /** Runs statements that count together or not at all, after those that took the same lock. */
  const inTransaction = (lock: string, act: (client: PostgresClient) => Promise<void>) =>
    withClient(async (client) => {
      // Each statement sees what was committed before it, also what the lock was waited for.
      await client.query('begin isolation level read committed');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `widget-runtime ${schema} ${lock}`,
      ]);
      await act(client);
      // An answered act outlives a crash even where the database was told to trade that for speed.
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
    const complaint = complaintAbout(schema, columns!.rows);
    if (complaint !== undefined) throw new Error(complaint);
    // Who may not create tables can have them made beforehand.
    if (missing!.rows.length > 0)
      await inTransaction('tables', async (client) => {
        for (const statement of sql.tables) await client.query(statement);
      });
  }

  function prepared(): Promise<void> {
    ready ??= prepare().catch((thrown: unknown) => {
      ready = undefined;
      throw thrown;
    });
    return ready;
  }

  function grantOf(row: Row): Grant | undefined {
    const [who, when] = [String(row.who), String(row.when)];
    if (row.is_plain) return { who, when };
    const bundles = parseHashes(JSON.parse(String(row.bundles)));
    const earlier = parseEarlier(JSON.parse(String(row.earlier)));
    if (bundles && earlier)
      return { who, when, bundles, ...(Object.keys(earlier).length > 0 && { earlier }) };
    const id = String(row.plugin_id);
    if (!warned.has(id))
      console.warn(
        `plugin_frontend_consents: the row of ${JSON.stringify(id)} names no hashes, so the plugin is not trusted. Remove the row.`,
      );
    warned.add(id);
    return undefined;
  }

  async function read(client: PostgresClient, pluginId: string | null): Promise<Map<string, Grant>> {
    const { rows } = await client.query(sql.grants, [pluginId]);
    const grants = new Map<string, Grant>();
    for (const row of rows) {
      const grant = grantOf(row);
      if (grant) grants.set(String(row.plugin_id), grant);
    }
    return grants;
  }

  /** Writes one act on a plugin's trust, given the grant that stands. */
  async function change(
    pluginId: string,
    act: (client: PostgresClient, before: Grant | undefined) => Promise<void>,
  ): Promise<void> {
    await prepared();
    await inTransaction(pluginId, async (client) =>
      act(client, (await read(client, pluginId)).get(pluginId)),
    );
  }

  /** Keeps the bytes, and the grant that names them. */
  async function keep(
    client: PostgresClient,
    pluginId: string,
    { who, when, bundles = {}, earlier = {} }: Grant,
    bytes: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    // In one order everywhere: two consents that share bytes never wait for each other in a circle.
    const files = Object.entries(bundles).toSorted(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [file, sha256] of files) await client.query(sql.keep, [sha256, bytes.get(file)]);
    await client.query(sql.consent, [pluginId, who, when, JSON.stringify(bundles), JSON.stringify(earlier)]);
  }

  return {
    grants: async () => {
      await prepared();
      return withClient((client) => read(client, null));
    },
    consent: (pluginId, who, bytes) =>
      change(pluginId, async (client, before) => {
        const bundles = hashesOf(bytes);
        await keep(
          client,
          pluginId,
          grantAfter(before, { who, when: new Date().toISOString(), bundles }),
          bytes,
        );
        // NousViz 1.0 takes no lock: its row may come or go between the two statements.
        const writes = async (statement: string) =>
          (await client.query(statement, [pluginId])).rows.length > 0;
        while (!(await writes(sql.trust)) && !(await writes(sql.insertTrust)));
        await client.query(sql.audit, [pluginId, 'trust', who, JSON.stringify(bundles)]);
      }),
    pin: (pluginId, bytes) =>
      change(pluginId, async (client, before) => {
        if (!before || before.bundles) return;
        const bundles = hashesOf(bytes);
        await keep(client, pluginId, grantAfter(before, { ...before, bundles }), bytes);
        await client.query(sql.audit, [pluginId, 'pin', null, JSON.stringify(bundles)]);
      }),
    revoke: (pluginId, who) =>
      change(pluginId, async (client) => {
        await client.query(sql.untrust, [pluginId]);
        await client.query(sql.forget, [pluginId]);
        await client.query(sql.audit, [pluginId, 'revoke', who, null]);
      }),
    bytes: async (sha256) => {
      if (!isSha256(sha256)) return undefined;
      await prepared();
      const { rows } = await withClient((client) => client.query(sql.bytes, [sha256]));
      return rows[0] && verified(rows[0].bytes as Uint8Array, sha256);
    },
  };
}
