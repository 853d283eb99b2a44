import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { postgresTrustStore, type PostgresPool } from '../src/server/index.ts';
import { bundlesOf, describeStore, hashOf, makeSchema } from '../src/server/trust/postgres-store.test.kit.ts';
import { startPostgres } from './postgres-server.js';
import { KILL_TIMEOUT, killServers, LONG } from './kill-servers.ts';
import { requestAct, runningOn, startServer, stopServer, writePlugin } from './trust-kill.ts';
import type { Act } from './trust-kill.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let pool: Pool;

beforeAll(async () => {
  server = await startPostgres();
  pool = new Pool({ connectionString: server.url, max: 20 });
  // Ignores errors of connections that a test has ended.
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await pool?.end();
  await server?.close();
});

describeStore(() => pool, 100_000);

/** Creates a plugins folder with its own database. */
async function makeHome() {
  const plugins = join(await mkdtemp(join(tmpdir(), 'trust-store-')), 'plugins');
  onTestFinished(() => rm(join(plugins, '..'), { recursive: true, force: true }));
  await mkdir(plugins);
  const made = await makeSchema(pool);
  const history = async () =>
    (await made.audit()).map(({ plugin_id, action, who }): Act => ({
      plugin: String(plugin_id),
      action: action as Act['action'],
      who: String(who),
    }));
  return { ...made, plugins, args: [server.url, made.schema], history };
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

test('creates its tables once when many servers start together', async () => {
  for (const _ of times(5)) {
    const { open } = await makeSchema(pool);
    await Promise.all(times(10).map((i) => open().consent(`plugin-${i}`, 'ada', new Map())));
    expect((await open().grants()).size).toBe(10);
  }
});

test('needs no right to create tables that exist', async () => {
  const { open, schema, query } = await makeSchema(pool);
  await open().grants();
  await query(`create role reader_${schema} login`);
  await query(`grant usage on schema "${schema}" to reader_${schema}`);
  await query(`grant all on all tables in schema "${schema}" to reader_${schema}`);
  const url = new URL(server.url);
  url.username = `reader_${schema}`;
  const limited = new Pool({ connectionString: url.href });
  const store = postgresTrustStore(limited, { schema });
  await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
  await store.revoke('sales', 'ada');
  expect((await store.grants()).size).toBe(0);
  await limited.end();
});

test('sees the acts of another store immediately, and records the acts of both', async () => {
  const { open, audit } = await makeSchema(pool);
  const [one, two] = [open(), open()];
  const expected = [];
  for (const i of times(20)) {
    const [writer, reader] = i % 2 ? [one, two] : [two, one];
    await writer.consent('sales', `${i}`, bundlesOf({ 'Map.js': `${i}` }));
    expect((await reader.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf(`${i}`) });
    expect(Buffer.from((await reader.bytes(hashOf(`${i}`)))!).toString()).toBe(`${i}`);
    await reader.revoke('sales', `${i}`);
    expect((await writer.grants()).size).toBe(0);
    expected.push(`trust ${i}`, `revoke ${i}`);
  }
  expect((await audit()).map(({ action, who }) => `${action} ${who}`)).toEqual(expected);
});

test('serialises acts on one plugin, so that no consented hash is lost', async () => {
  const { open, audit } = await makeSchema(pool);
  const texts = times(40).map(String);
  await Promise.all(texts.map((text) => open().consent('sales', 'ada', bundlesOf({ 'Map.js': text }))));
  const grant = (await open().grants()).get('sales')!;
  const known = [grant.bundles!['Map.js'], ...grant.earlier!['Map.js']!];
  expect(new Set(known)).toEqual(new Set(texts.map(hashOf)));
  // The audit has the same order.
  expect((await audit()).map(({ bundles }) => (bundles as Record<string, string>)['Map.js'])).toEqual([
    ...grant.earlier!['Map.js']!,
    grant.bundles!['Map.js'],
  ]);
});

/** Makes a pool that counts the rows that its queries return, and their characters. */
function countTransfers() {
  const transferred = { rows: 0, characters: 0 };
  const counted: PostgresPool = {
    connect: async () => {
      const client = await pool.connect();
      return {
        query: async (text, values) => {
          const result = await client.query(text, values);
          transferred.rows += result.rows.length;
          transferred.characters += JSON.stringify(result.rows).length;
          return result;
        },
        release: (error) => client.release(error),
      };
    },
  };
  const during = async (run: () => Promise<unknown>) => {
    Object.assign(transferred, { rows: 0, characters: 0 });
    await run();
    return { ...transferred };
  };
  return { pool: counted, during };
}

test('transfers one row for each trusted plugin, and the hashes of each consent once', async () => {
  const { schema, open } = await makeSchema(pool);
  const { pool: counted, during } = countTransfers();
  const store = postgresTrustStore(counted, { schema });
  const another = open();
  const consents = async (id: string, count: number) => {
    for (const i of times(count)) await another.consent(id, 'ada', bundlesOf({ 'Map.js': `${id} ${i}` }));
  };
  // The first call looks for the tables.
  await store.grants();
  await consents('stock', 100);
  await consents('sales', 100);
  const first = await during(() => store.grants());
  expect(first.rows).toBe(2);
  // 99 earlier hashes of each.
  expect(first.characters).toBeGreaterThan(2 * 99 * 64);
  const again = await during(() => store.grants());
  expect(again.rows).toBe(2);
  expect(again.characters).toBeLessThan(600);
  // An act on one plugin does not transfer the history of the others, and one of this server not even its own.
  await consents('fleet', 2);
  const other = await during(() => store.grants());
  expect(other.rows).toBe(3);
  expect(other.characters).toBeLessThan(1200);
  const own = await during(async () => {
    await store.consent('sales', 'bob', bundlesOf({ 'Map.js': 'sales 0' }));
    await store.grants();
  });
  expect(own.characters).toBeLessThan(1800);
  for (const each of [store, open()])
    expect((await each.grants()).get('sales')).toMatchObject({
      who: 'bob',
      bundles: { 'Map.js': hashOf('sales 0') },
      earlier: { 'Map.js': times(99).map((i) => hashOf(`sales ${i + 1}`)) },
    });
  await another.revoke('sales', 'ada');
  expect([...(await store.grants()).keys()].toSorted()).toEqual(['fleet', 'stock']);
});

test('has no deadlock on bytes that plugins share', async () => {
  const { open } = await makeSchema(pool);
  for (const round of times(15)) {
    const files = times(12).map((i) => [`F${i}.js`, Buffer.from(`${round} ${i}`)] as const);
    await Promise.all(
      times(6).map((i) => open().consent(`plugin-${i}`, 'ada', new Map(i % 2 ? files : files.toReversed()))),
    );
  }
  expect((await open().grants()).size).toBe(6);
});

test.each(['', '-c default_transaction_isolation=serializable'])(
  'never trusts again through a pin that meets a revoke (%s)',
  async (options) => {
    const { schema, query, set } = await makeSchema(pool);
    const own = new Pool({ connectionString: server.url, options });
    const open = () => postgresTrustStore(own, { schema });
    for (const _ of times(60)) {
      await set('sales', 'true');
      const [one, two] = [open(), open()];
      await Promise.all([one.grants(), two.grants()]);
      const pin = one.pin('sales', bundlesOf({ 'Map.js': 'map' }));
      await wait(Math.random() * 4);
      await Promise.all([pin, two.revoke('sales', 'ada')]);
      expect((await open().grants()).size).toBe(0);
      expect(await query('select * from @plugin_frontend_consents')).toEqual([]);
    }
    await own.end();
  },
);

test('never trusts again through a pin that meets a revoke of NousViz 1.0', async () => {
  const { open, set, unset } = await makeSchema(pool);
  for (const _ of times(60)) {
    await set('sales', 'true');
    await Promise.all([open().pin('sales', bundlesOf({ 'Map.js': 'map' })), unset('sales')]);
    expect((await open().grants()).size).toBe(0);
  }
});

test('records consents while NousViz 1.0 writes and deletes the same row', async () => {
  const { open, query } = await makeSchema(
    pool,
    `plugin_settings (plugin_id text, key text, value jsonb, updated_at timestamptz, primary key (plugin_id, key))`,
  );
  const store = open();
  const end = new AbortController();
  const platform = async () => {
    while (!end.signal.aborted) {
      await query(
        `insert into @plugin_settings values ('sales', '_trust_frontend', 'false', now()) on conflict do nothing`,
      );
      await query(`delete from @plugin_settings where plugin_id = 'sales'`);
    }
  };
  const platforms = Promise.all([platform(), platform()]);
  for (const i of times(80)) await store.consent('sales', `${i}`, new Map());
  end.abort();
  await platforms;
  await store.consent('sales', 'ada', new Map());
  expect((await store.grants()).get('sales')?.who).toBe('ada');
});

test('confirms an act when it is safe on disk, even if the database does not wait by default', async () => {
  const { schema, set } = await makeSchema(pool);
  const own = new Pool({ connectionString: server.url, options: '-c synchronous_commit=off' });
  const commits: unknown[] = [];
  const watched: PostgresPool = {
    connect: async () => {
      const client = await own.connect();
      return {
        query: async (text, values) => {
          if (text === 'commit')
            commits.push((await client.query('show synchronous_commit')).rows[0].synchronous_commit);
          return client.query(text, values);
        },
        release: (error) => client.release(error),
      };
    },
  };
  await set('stock', 'true');
  const store = postgresTrustStore(watched, { schema });
  await store.consent('sales', 'ada', new Map());
  await store.pin('stock', new Map());
  await store.revoke('sales', 'ada');
  expect(commits.length).toBeGreaterThan(2);
  expect(new Set(commits)).toEqual(new Set(['on']));
  await own.end();
});

/** A database with a direct connection for the tests, and a second one that can be cut. */
async function makeCable() {
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(server.url);
  const cable = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(cable, 'listening');
  onTestFinished(() => void cable.close());
  const url = new URL(server.url);
  url.port = String((cable.address() as AddressInfo).port);
  return { url: url.href, cut: () => sockets.forEach((socket) => socket.resetAndDestroy()) };
}

/** Waits until a connection waits for a lock. @returns its process id */
async function waiting(client: Client, event: string): Promise<number> {
  for (;;) {
    const { rows } = await client.query(
      `select pid from pg_stat_activity where wait_event_type = 'Lock' and wait_event = $1`,
      [event],
    );
    if (rows.length > 0) return rows[0].pid;
    await wait(20);
  }
}

/** Opens a separate connection with a transaction. */
async function begin(): Promise<Client> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query('begin');
  return client;
}

test('waits for an open transaction of NousViz 1.0 and overwrites its row', async () => {
  const { open, schema } = await makeSchema(
    pool,
    `plugin_settings (plugin_id text, key text, value jsonb, updated_at timestamptz, primary key (plugin_id, key))`,
  );
  const platform = await begin();
  await platform.query(
    `insert into "${schema}".plugin_settings values ('sales', '_trust_frontend', 'false', now())`,
  );
  const consent = open().consent('sales', 'ada', new Map());
  await waiting(platform, 'transactionid');
  await platform.query('commit');
  await consent;
  expect((await open().grants()).get('sales')?.who).toBe('ada');
  await platform.end();
});

test.each(['ended by the server', 'cut'])(
  'records nothing of an act whose connection is %s, and goes on',
  async (how) => {
    const { schema, audit } = await makeSchema(pool);
    const { url, cut } = await makeCable();
    const own = new Pool({ connectionString: url });
    own.on('error', () => undefined);
    const store = postgresTrustStore(own, { schema });
    await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    const holder = await begin();
    await holder.query(`lock table "${schema}".plugin_frontend_consents in access exclusive mode`);
    const lost = store.consent('sales', 'bob', bundlesOf({ 'Map.js': 'two' })).then(
      () => 'answered',
      (thrown: Error) => thrown.message,
    );
    const pid = await waiting(holder, 'relation');
    if (how === 'cut') cut();
    else await holder.query('select pg_terminate_backend($1)', [pid]);
    expect(await lost).toMatch(/terminat|ECONNRESET/i);
    await holder.query('rollback');
    await holder.end();
    expect((await store.grants()).get('sales')).toMatchObject({
      who: 'ada',
      bundles: { 'Map.js': hashOf('one') },
    });
    expect(await store.bytes(hashOf('two'))).toBeUndefined();
    await store.consent('sales', 'bob', bundlesOf({ 'Map.js': 'two' }));
    expect((await audit()).map(({ who }) => who)).toEqual(['ada', 'bob']);
    await own.end();
  },
);

test('fails and trusts nothing while the database cannot be reached', async () => {
  const own = new Pool({ connectionString: 'postgres://tester@127.0.0.1:1/postgres' });
  const store = postgresTrustStore(own);
  await expect(store.grants()).rejects.toThrow('ECONNREFUSED');
  await expect(store.consent('sales', 'ada', new Map())).rejects.toThrow('ECONNREFUSED');
  await own.end();
});

test('two servers on one database see each other’s consents and revokes immediately', async () => {
  const { plugins, args, set, unset, history } = await makeHome();
  const [one, two] = [await startServer(plugins, ...args), await startServer(plugins, ...args)];
  onTestFinished(async () => void (await Promise.all([one, two].map(stopServer))));
  const expected: Act[] = [];
  const act = async (on: typeof one, action: Act['action'], who: string) => {
    const request: Act = { plugin: 'sales', action, who };
    expect(await requestAct(on, request)).toBe(200);
    expected.push(request);
  };
  for (const i of times(5)) {
    const [writer, reader] = i % 2 ? [one, two] : [two, one];
    await writePlugin(plugins, 'sales', `first ${i}`);
    await act(writer, 'trust', `first ${i}`);
    // The bytes on disk differ from those of the consent.
    await writePlugin(plugins, 'sales', `second ${i}`);
    expect(await runningOn(reader, 'sales')).toBe(`first ${i}`);
    await act(reader, 'trust', `second ${i}`);
    expect(await runningOn(writer, 'sales')).toBe(`second ${i}`);
    await act(reader, 'revoke', 'ada');
    expect(await runningOn(writer, 'sales')).toBeUndefined();
  }
  // A grant of NousViz 1.0 on the same database: the first server that reads it pins it.
  await set('sales', 'true');
  await writePlugin(plugins, 'sales', 'seen');
  expect(await Promise.all([runningOn(one, 'sales'), runningOn(two, 'sales')])).toEqual(['seen', 'seen']);
  await writePlugin(plugins, 'sales', 'unseen');
  expect(await runningOn(two, 'sales')).toBe('seen');
  await unset('sales');
  expect(await runningOn(one, 'sales')).toBeUndefined();
  expect(await history()).toEqual([...expected, { plugin: 'sales', action: 'pin', who: 'operator' }]);
});

test(
  'two servers on one database lose no confirmed act, and trust nothing else, in 200 kills',
  async () => {
    await killServers(await makeHome(), LONG);
  },
  KILL_TIMEOUT,
);
