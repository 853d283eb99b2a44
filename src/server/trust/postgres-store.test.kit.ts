import { expect, test } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import type { TrustHistoryAnswer, TrustHistoryRecord } from '../../contract/index.ts';
import { sha256Of } from './grant.ts';
import { describeHistory } from './history.test.kit.ts';
import type { PostgresPool } from './postgres-client.ts';
import { postgresTrustStore } from './postgres-store.ts';

/** The table of NousViz 1.0. */
const SETTINGS = `plugin_settings (
  plugin_id text not null, key text not null, value jsonb, updated_at timestamptz default now())`;

/** Converts strings by file name to bytes by file name. */
export const bundlesOf = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([file, text]) => [file, Buffer.from(text)]));
export const hashOf = (text: string) => sha256Of(Buffer.from(text));

let schemas = 0;

/** Makes a schema of NousViz 1.0, with functions that write like NousViz 1.0 and stores that read it. */
export async function makeSchema(pool: PostgresPool, settings = SETTINGS) {
  schemas += 1;
  const schema = `nousviz_${schemas}`;
  const query = async (text: string, values?: unknown[]) => {
    const client = await pool.connect();
    try {
      return (await client.query(text.replaceAll('@', `"${schema}".`), values)).rows;
    } finally {
      client.release();
    }
  };
  await query(`drop schema if exists "${schema}" cascade`);
  await query(`create schema "${schema}"`);
  if (settings !== '') await query(`create table @${settings}`);
  return {
    schema,
    query,
    /** Makes a store, like the store of another process. */
    open: () => postgresTrustStore(pool, { schema }),
    /** Writes a setting as NousViz 1.0 does, as JSON. */
    set: (pluginId: string, json: string | null, key = '_trust_frontend') =>
      query(`insert into @plugin_settings values ($1, $2, $3, '2026-04-25T16:00:00+02:00')`, [
        pluginId,
        key,
        json,
      ]),
    unset: (pluginId: string) => query('delete from @plugin_settings where plugin_id = $1', [pluginId]),
    audit: () => query('select plugin_id, action, who, bundles from @plugin_frontend_audit order by id'),
  };
}

const plain = { who: 'operator', when: '2026-04-25T14:00:00.000Z' };

/**
 * Defines the tests that the store passes on any PostgreSQL.
 *
 * @param count The number of records in the long history.
 */
export function describeStore(connect: () => PostgresPool, count = 3_000): void {
  describeHistory(async () => {
    const { open, query } = await makeSchema(connect());
    const remove = (sha256: string) =>
      query('delete from @plugin_frontend_bundles where sha256 = $1', [sha256]);
    return { store: open(), remove };
  });

  const make = (settings?: string) => makeSchema(connect(), settings);

  test.each([
    ['true', plain],
    ['{"trusted": true}', plain],
    ['{"trusted": true, "who": "ada"}', { ...plain, who: 'ada' }],
    ['{"trusted": true, "who": ""}', plain],
    ['false', undefined],
    ['null', undefined],
    [null, undefined],
    ['"true"', undefined],
    ['1', undefined],
    ['[true]', undefined],
    ['["trusted"]', undefined],
    ['{}', undefined],
    ['{"trusted": "true"}', undefined],
    ['{"trusted": 1}', undefined],
    ['{"trusted": {"trusted": true}}', undefined],
  ])('reads the value %s of NousViz 1.0', async (json, grant) => {
    const { open, set } = await make();
    await set('sales', json);
    expect((await open().grants()).get('sales')).toEqual(grant);
  });

  test('ignores other settings, and trusts nothing without the setting', async () => {
    const { open, set } = await make();
    await set('sales', 'true', 'trust_frontend');
    expect((await open().grants()).size).toBe(0);
  });

  test('does not trust a plugin if a second row says otherwise', async () => {
    const { open, set } = await make();
    for (const [id, second] of [
      ['sales', 'false'],
      ['stock', null],
      ['people', 'true'],
    ] as const) {
      await set(id, 'true');
      await set(id, second);
    }
    expect([...(await open().grants()).keys()]).toEqual(['people']);
    await open().consent('sales', 'ada', new Map());
    expect((await open().grants()).has('sales')).toBe(true);
    await open().revoke('sales', 'ada');
    expect([...(await open().grants()).keys()]).toEqual(['people']);
  });

  test('reads a time that was never set', async () => {
    const { open, query } = await make();
    await query(`insert into @plugin_settings values ('sales', '_trust_frontend', 'true', null)`);
    expect((await open().grants()).get('sales')?.when).toBe('1970-01-01T00:00:00.000Z');
  });

  test('records a consent where NousViz 1.0 reads it, with its bytes and an audit row', async () => {
    const { open, query, audit } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'map', 'List.js': 'list' }));
    const bundles = { 'Map.js': hashOf('map'), 'List.js': hashOf('list') };
    const grant = (await open().grants()).get('sales')!;
    expect(grant).toEqual({ who: 'ada', when: expect.any(String), bundles });
    expect(new Date(grant.when).toISOString()).toBe(grant.when);
    expect(await query('select plugin_id, key, value from @plugin_settings')).toEqual([
      { plugin_id: 'sales', key: '_trust_frontend', value: true },
    ]);
    for (const text of ['map', 'list'])
      expect(Buffer.from((await open().bytes(hashOf(text)))!).toString()).toBe(text);
    await open().revoke('sales', 'bob');
    await open().revoke('sales', 'bob');
    expect((await open().grants()).size).toBe(0);
    expect(await query('select * from @plugin_settings')).toEqual([]);
    const revoked = { plugin_id: 'sales', action: 'revoke', who: 'bob', bundles: null };
    expect(await audit()).toEqual([
      { plugin_id: 'sales', action: 'trust', who: 'ada', bundles },
      revoked,
      revoked,
    ]);
  });

  test('does not change other settings, of the same plugin or others', async () => {
    const { open, set, query } = await make();
    await set('sales', '{"a": 1}', 'theme');
    await set('stock', 'true');
    await open().consent('sales', 'ada', new Map());
    await open().revoke('sales', 'ada');
    const rows = await query('select plugin_id, key, value from @plugin_settings order by plugin_id');
    expect(rows).toEqual([
      { plugin_id: 'sales', key: 'theme', value: { a: 1 } },
      { plugin_id: 'stock', key: '_trust_frontend', value: true },
    ]);
  });

  test('overwrites an existing row, with and without a unique key', async () => {
    for (const key of ['', 'primary key (plugin_id, key)']) {
      const { open, set, query } = await make(key === '' ? SETTINGS : SETTINGS.replace(/\)$/, `, ${key})`));
      await set('sales', 'false');
      await open().consent('sales', 'ada', new Map());
      await open().consent('sales', 'ada', new Map());
      expect(await query('select value from @plugin_settings')).toEqual([{ value: true }]);
    }
  });

  test('remembers earlier consents until trust is revoked', async () => {
    const { open } = await make();
    const store = open();
    for (const text of ['one', 'two', 'three', 'one'])
      await store.consent('sales', 'ada', bundlesOf({ 'Map.js': text }));
    expect((await store.grants()).get('sales')).toMatchObject({
      bundles: { 'Map.js': hashOf('one') },
      earlier: { 'Map.js': [hashOf('two'), hashOf('three')] },
    });
    await store.revoke('sales', 'ada');
    await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'four' }));
    const grant = (await store.grants()).get('sales')!;
    expect(grant).toEqual({ who: 'ada', when: grant.when, bundles: { 'Map.js': hashOf('four') } });
  });

  test('removes bytes that neither run nor belong to the last consent of a plugin, and no audit row', async () => {
    const { open, set, unset, audit } = await make();
    const store = open();
    for (const text of ['one', 'two']) await store.consent('sales', 'ada', bundlesOf({ 'Map.js': text }));
    for (const text of ['older', 'one', 'old'])
      await store.consent('stock', 'ada', bundlesOf({ 'Map.js': text, 'Side.js': 'side' }));
    await store.revoke('stock', 'ada');
    // After NousViz 1.0 has revoked trust and granted it again, the earlier hashes are valid.
    await store.consent('fleet', 'ada', bundlesOf({ 'Map.js': 'fleet' }));
    await unset('fleet');
    await set('plain', 'true');
    await store.pin('plain', bundlesOf({ 'Map.js': 'pinned' }));
    const before = [await store.grants(), await audit()];

    const sizes = (texts: string[]) =>
      texts
        .map((text) => ({ sha256: hashOf(text), size: text.length }))
        .toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    const expected = { removed: sizes(['one', 'older']), kept: 5 };
    expect(await store.compact!({ dryRun: true })).toEqual(expected);
    expect(await store.bytes(hashOf('one'))).toBeDefined();
    expect(await store.compact!()).toEqual(expected);
    for (const { sha256 } of expected.removed) expect(await store.bytes(sha256)).toBeUndefined();
    for (const text of ['two', 'old', 'side', 'fleet', 'pinned'])
      expect(Buffer.from((await store.bytes(hashOf(text)))!).toString()).toBe(text);
    expect([await store.grants(), await audit()]).toEqual(before);
    expect(await open().compact!()).toEqual({ removed: [], kept: 5 });
  });

  test('loses no bytes of consents that begin while others are removed', async () => {
    const { open } = await make();
    const texts = ['a', 'b', 'c'];
    for (let round = 0; round < 12; round += 1) {
      for (const text of [...texts, 'last'])
        await open().consent('sales', 'ada', bundlesOf({ 'Map.js': text }));
      const text = texts[round % texts.length]!;
      await Promise.all([
        open().consent('stock', 'ada', bundlesOf({ 'Map.js': text })),
        open().compact!(),
        open().consent('fleet', 'ada', bundlesOf({ 'Map.js': text })),
      ]);
      expect(Buffer.from((await open().bytes(hashOf(text)))!).toString(), `round ${round}`).toBe(text);
    }
  });

  test('pins a consent of NousViz 1.0, once', async () => {
    const { open, set, audit } = await make();
    await set('sales', 'true');
    await open().pin('sales', bundlesOf({ 'Map.js': 'map' }));
    await open().pin('sales', bundlesOf({ 'Map.js': 'other' }));
    const bundles = { 'Map.js': hashOf('map') };
    expect((await open().grants()).get('sales')).toEqual({ ...plain, bundles });
    expect(await open().bytes(hashOf('other'))).toBeUndefined();
    expect(await audit()).toEqual([{ plugin_id: 'sales', action: 'pin', who: 'operator', bundles }]);
  });

  test(`reads a history of ${count} records, and of earlier versions, page by page`, async () => {
    const { open, query } = await make();
    await query(`create table @plugin_frontend_audit (id bigint generated always as identity primary key,
      plugin_id text not null, action text not null, who text, at timestamptz not null default now(), bundles jsonb)`);
    const bundles = { 'Map.js': hashOf('map') };
    const old = `insert into @plugin_frontend_audit (plugin_id, action, who, bundles) values ($1, $2, $3, $4)`;
    await query(old, ['sales', 'trust', 'ada', JSON.stringify(bundles)]);
    await query(old, ['sales', 'pin', null, JSON.stringify(bundles)]);
    await query(old, ['sales', 'revoke', 'ada', null]);
    await query(old, ['sales', 'later', 'ada', null]);
    await query(`insert into @plugin_frontend_audit (plugin_id, action, who)
      select 'plugin-' || i % 50, 'revoke', i::text from generate_series(1, ${count}) i`);
    const store = open();
    let oldest: TrustHistoryRecord[] = [];
    let [found, before]: [number, string | null | undefined] = [0, undefined];
    while (before !== null) {
      const page: TrustHistoryAnswer = (await store.history!({ limit: 1000, ...(before && { before }) }))!;
      if (page.next !== null) expect(page.records).toHaveLength(1000);
      found += page.records.length;
      [before, oldest] = [page.next, page.records];
    }
    expect(found).toBe(count + 3);
    const record = { plugin_id: 'sales', at: expect.stringMatching(/Z$/), who: 'ada', via: 'page' };
    expect(oldest).toEqual([
      { ...record, act: 'revoke', bundles: {} },
      { ...record, act: 'trust', who: '', via: 'other', bundles },
      { ...record, act: 'trust', bundles },
    ]);
    await store.consent('sales', 'bob', bundlesOf({ 'Map.js': 'map' }), { via: 'page' });
    expect((await store.history!({ limit: 1, pluginId: 'sales' }))!.records).toMatchObject([{ who: 'bob' }]);
  });

  test('does not trust a plugin because of a pin', async () => {
    const { open, set, unset, audit } = await make();
    await set('sales', 'true');
    await unset('sales');
    await set('stock', 'false');
    for (const id of ['sales', 'stock', 'people']) await open().pin(id, bundlesOf({ 'Map.js': 'map' }));
    expect((await open().grants()).size).toBe(0);
    expect(await audit()).toEqual([]);
  });

  test('accepts a revoke of NousViz 1.0, and the pinned bytes are valid again when 1.0 trusts again', async () => {
    const { open, set, unset } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    await unset('sales');
    expect((await open().grants()).size).toBe(0);
    await set('sales', 'true');
    await open().pin('sales', bundlesOf({ 'Map.js': 'two' }));
    expect((await open().grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('one') });
    // A consent after a revoke of 1.0 has no earlier hashes.
    await unset('sales');
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'three' }));
    expect((await open().grants()).get('sales')?.earlier).toBeUndefined();
  });

  test('accepts names that objects inherit, and names with SQL syntax', async () => {
    const { open } = await make();
    const id = `__proto__'; drop table "x`;
    await open().consent(id, `o'ada`, bundlesOf({ '__proto__.js': 'map' }));
    await open().consent(id, `o'ada`, new Map());
    const grant = (await open().grants()).get(id)!;
    expect(grant.who).toBe(`o'ada`);
    expect(Object.entries(grant.earlier!)).toEqual([['__proto__.js', [hashOf('map')]]]);
    expect('toString' in grant.bundles!).toBe(false);
  });

  test.each([
    ['bundles', 'null'],
    ['bundles', '[]'],
    ['bundles', '{"Map.js": "x"}'],
    ['earlier', '{"Map.js": "x"}'],
  ])('trusts nothing if %s is %s, until the next consent', async (column, json) => {
    const { open, query } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
    await query(`update @plugin_frontend_consents set ${column} = $1`, [json]);
    const store = open();
    await store.pin('sales', bundlesOf({ 'Map.js': 'evil' }));
    expect((await store.grants()).size).toBe(0);
    expectConsole(/plugin_frontend_consents: the row of "sales" has no valid hashes/);
    expect(console.warn).toHaveBeenCalledTimes(1);
    await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
    expect((await store.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('map') });
  });

  test('returns no bytes that do not match their hash, and repairs them with the next consent', async () => {
    const { open, query } = await make();
    const consent = () => open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
    await consent();
    await query(`update @plugin_frontend_bundles set bytes = 'evil'`);
    expect(await open().bytes(hashOf('map'))).toBeUndefined();
    await consent();
    expect(Buffer.from((await open().bytes(hashOf('map')))!).toString()).toBe('map');
    for (const name of ['', 'x', hashOf('map').toUpperCase(), `${hashOf('map')}\n`])
      expect(await open().bytes(name)).toBeUndefined();
    expect(await open().bytes(hashOf('unknown'))).toBeUndefined();
  });

  test('stores bytes of every value, and an empty file', async () => {
    const { open } = await make();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const bundles = new Map([
      ['All.js', all],
      ['None.js', new Uint8Array()],
    ]);
    await open().consent('sales', 'ada', bundles);
    for (const bytes of bundles.values())
      expect(new Uint8Array((await open().bytes(sha256Of(bytes)))!)).toEqual(bytes);
  });

  test('explains that the table of NousViz is missing or has other columns, and checks again', async () => {
    const { open, query } = await make('');
    const store = open();
    await expect(store.grants()).rejects.toThrow(
      /own table "nousviz_\d+"\.plugin_settings \(plugin_id, key, value jsonb, updated_at\); it does not exist/,
    );
    await expect(store.bytes(hashOf('map'))).rejects.toThrow('it does not exist');
    await query(
      'create table @plugin_settings (plugin_id text, key text, value text, updated_at timestamptz)',
    );
    await expect(store.consent('sales', 'ada', new Map())).rejects.toThrow(
      /its columns are .*value text.* name its schema with the option "schema"/,
    );
    const made = `select to_regclass('@plugin_frontend_audit') as name`;
    expect(await query(made)).toEqual([{ name: null }]);
    await query('alter table @plugin_settings alter column value type jsonb using value::jsonb');
    await store.consent('sales', 'ada', new Map());
    expect((await store.grants()).size).toBe(1);
  });

  test('records nothing of an action that the database refuses, and still works', async () => {
    const { open, audit } = await make();
    const store = open();
    await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    for (let i = 0; i < 25; i += 1)
      await expect(store.consent('sales', 'no\0name', bundlesOf({ 'Map.js': 'two' }))).rejects.toThrow();
    expect((await store.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('one') });
    expect(await store.bytes(hashOf('two'))).toBeUndefined();
    await store.revoke('sales', 'ada');
    expect((await audit()).map(({ action }) => action)).toEqual(['trust', 'revoke']);
  });

  test.each(['', 'a"b', 'a.b', '1a', 'a b', 'a'.repeat(64), `a'b`])('refuses the schema %j', (schema) => {
    expect(() => postgresTrustStore(connect(), { schema })).toThrow(/^The schema ".*" cannot be used/);
  });

  test('records a sandboxed plugin where NousViz 1.0 sees no trust', async () => {
    const { open, query, audit } = await make();
    const read = async () => (await open().grants()).get('sales');
    const settings = () => query('select value from @plugin_settings');
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    await open().sandbox!('sales', 'bob', bundlesOf({ 'Map.js': 'two' }));
    expect(await settings()).toEqual([]);
    const grant = { who: 'bob', when: expect.any(String), bundles: { 'Map.js': hashOf('two') } };
    expect(await read()).toEqual({ ...grant, verdict: 'sandboxed' });
    await open().compact!();
    expect(Buffer.from((await open().bytes(hashOf('two')))!).toString()).toBe('two');
    await open().consent('sales', 'bob', bundlesOf({ 'Map.js': 'two' }));
    expect(await read()).toEqual(grant);
    await open().sandbox!('sales', 'bob', bundlesOf({ 'Map.js': 'two' }));
    await open().revoke('sales', 'ada');
    expect(await read()).toBeUndefined();
    expect((await audit()).map(({ action }) => action)).toEqual([
      'trust',
      'sandbox',
      'trust',
      'sandbox',
      'revoke',
    ]);
  });

  test('reads an audit without the later columns, and says which are missing to a user who may not add them', async () => {
    const { open, query, schema } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    await query(
      'alter table @plugin_frontend_audit drop column act, drop column via, drop column version, drop column kept',
    );
    const role = `${schema}_server`;
    await query(`drop role if exists ${role}`);
    await query(`create role ${role}`);
    try {
      await query(`grant usage on schema "${schema}" to ${role}`);
      await query(`grant all on all tables in schema "${schema}" to ${role}`);
      const limited: PostgresPool = {
        async connect() {
          const client = await connect().connect();
          await client.query(`set role ${role}`);
          return {
            query: (text, values) => client.query(text, values),
            release: (error) =>
              void client
                .query('rollback')
                .then(() => client.query('reset role'))
                .then(() => client.release(error)),
          };
        },
      };
      const refused = postgresTrustStore(limited, { schema }).grants();
      await expect(refused).rejects.toThrow(
        new RegExp(
          `^The table "${schema}"\\."plugin_frontend_audit" lacks the columns act, kept, version, via, and the user of this server may not add them \\(.*\\)\\. ` +
            `Let the owner of the table run: alter table "${schema}"\\."plugin_frontend_audit" add column if not exists act text, .*;$`,
        ),
      );
      expect((await open().grants()).get('sales')).toMatchObject({ who: 'ada' });
      expect((await postgresTrustStore(limited, { schema }).grants()).size).toBe(1);
      expect((await open().history!({ limit: 9 }))!.records).toMatchObject([{ act: 'trust', who: 'ada' }]);
    } finally {
      await query(`drop owned by ${role}`);
      await query(`drop role ${role}`);
    }
  });

  test('lets a later decision of NousViz 1.0 replace the verdict sandboxed', async () => {
    const { open, set, unset } = await make();
    const store = open();
    const read = async () => (await store.grants()).get('sales');
    await store.sandbox!('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    await set('sales', 'false');
    expect(await read()).toBeUndefined();
    await unset('sales');
    await set('sales', 'true');
    expect(await read()).toEqual(plain);
    await store.pin('sales', bundlesOf({ 'Map.js': 'two' }));
    expect(await read()).toEqual({ ...plain, bundles: { 'Map.js': hashOf('two') } });
    await unset('sales');
    expect(await read()).toBeUndefined();
  });

  test('sandboxes a new plugin, and none after a decision', async () => {
    const { open, set, unset } = await make();
    const sandbox = (id: string) =>
      open().sandbox!(id, 'option', bundlesOf({ 'Map.js': id }), { onlyNew: true });
    await open().revoke('sales', 'ada');
    await open().consent('stock', 'ada', new Map());
    await set('people', 'false');
    await Promise.all(['sales', 'stock', 'people', 'fleet', 'fleet'].map(sandbox));
    await unset('people');
    const grants = await open().grants();
    expect([...grants].map(([id, { verdict }]) => [id, verdict])).toEqual([
      ['stock', undefined],
      ['fleet', 'sandboxed'],
    ]);
  });
}
