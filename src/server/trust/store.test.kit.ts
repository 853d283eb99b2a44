import { expect, test } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import { sha256Of } from './grant.ts';
import { postgresTrustStore, type PostgresPool } from './postgres-store.ts';

/** The table as NousViz 1.0 makes it. */
const SETTINGS = `plugin_settings (
  plugin_id text not null, key text not null, value jsonb, updated_at timestamptz default now())`;

/** Bytes by file name, from texts by file name. */
export const bundlesOf = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([file, text]) => [file, Buffer.from(text)]));
export const hashOf = (text: string) => sha256Of(Buffer.from(text));

let schemas = 0;

/** A schema of its own as NousViz 1.0 leaves it, with statements of 1.0's and stores that read it. */
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
    /** A store as another process would have it. */
    open: () => postgresTrustStore(pool, { schema }),
    /** NousViz 1.0 writes a setting, as JSON. */
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

/** The tests of the store that any PostgreSQL passes. */
export function describeStore(connect: () => PostgresPool): void {
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

  test('reads no other setting, and trusts nothing without one', async () => {
    const { open, set } = await make();
    await set('sales', 'true', 'trust_frontend');
    expect((await open().grants()).size).toBe(0);
  });

  test('trusts no plugin of which a second row says otherwise', async () => {
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

  test('records a consent where NousViz 1.0 reads it, with its bytes and an audit', async () => {
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

  test('leaves the other settings of a plugin, and those of others, as they are', async () => {
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

  test('writes over what is there, with and without a unique key', async () => {
    for (const key of ['', 'primary key (plugin_id, key)']) {
      const { open, set, query } = await make(key === '' ? SETTINGS : SETTINGS.replace(/\)$/, `, ${key})`));
      await set('sales', 'false');
      await open().consent('sales', 'ada', new Map());
      await open().consent('sales', 'ada', new Map());
      expect(await query('select value from @plugin_settings')).toEqual([{ value: true }]);
    }
  });

  test('remembers what was consented before, and forgets it when trust is revoked', async () => {
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

  test('pins a consent of NousViz 1.0, once', async () => {
    const { open, set, audit } = await make();
    await set('sales', 'true');
    await open().pin('sales', bundlesOf({ 'Map.js': 'map' }));
    await open().pin('sales', bundlesOf({ 'Map.js': 'other' }));
    const bundles = { 'Map.js': hashOf('map') };
    expect((await open().grants()).get('sales')).toEqual({ ...plain, bundles });
    expect(await open().bytes(hashOf('other'))).toBeUndefined();
    expect(await audit()).toEqual([{ plugin_id: 'sales', action: 'pin', who: null, bundles }]);
  });

  test('never lets a pin trust what is not trusted', async () => {
    const { open, set, unset, audit } = await make();
    await set('sales', 'true');
    await unset('sales');
    await set('stock', 'false');
    for (const id of ['sales', 'stock', 'people']) await open().pin(id, bundlesOf({ 'Map.js': 'map' }));
    expect((await open().grants()).size).toBe(0);
    expect(await audit()).toEqual([]);
  });

  test('counts a revoke of NousViz 1.0, and lets the pinned bytes stand when 1.0 trusts again', async () => {
    const { open, set, unset } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
    await unset('sales');
    expect((await open().grants()).size).toBe(0);
    await set('sales', 'true');
    await open().pin('sales', bundlesOf({ 'Map.js': 'two' }));
    expect((await open().grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('one') });
    // A consent after a revoke of 1.0 follows nothing.
    await unset('sales');
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'three' }));
    expect((await open().grants()).get('sales')?.earlier).toBeUndefined();
  });

  test('takes names that objects inherit, and names that SQL would mind, for names like any other', async () => {
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
  ])('trusts nothing where %s was made %s, until the next consent', async (column, json) => {
    const { open, query } = await make();
    await open().consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
    await query(`update @plugin_frontend_consents set ${column} = $1`, [json]);
    const store = open();
    await store.pin('sales', bundlesOf({ 'Map.js': 'evil' }));
    expect((await store.grants()).size).toBe(0);
    expectConsole(/plugin_frontend_consents: the row of "sales" names no hashes/);
    expect(console.warn).toHaveBeenCalledTimes(1);
    await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
    expect((await store.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('map') });
  });

  test('gives no bytes that are not what the hash says, and puts them right with the next consent', async () => {
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

  test('keeps bytes of every value, and none', async () => {
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

  test('says what it expects where the table of NousViz is missing or another, and looks again', async () => {
    const { open, query } = await make('');
    const store = open();
    await expect(store.grants()).rejects.toThrow(
      /own table "nousviz_\d+"\.plugin_settings \(plugin_id, key, value jsonb, updated_at\); it is not there/,
    );
    await expect(store.bytes(hashOf('map'))).rejects.toThrow('it is not there');
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

  test('records nothing of an act that the database refuses, and goes on', async () => {
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
}
