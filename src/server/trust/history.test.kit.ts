import { expect, test } from 'vitest';
import type { TrustHistoryRecord } from '../../contract/index.ts';
import { sha256Of } from './grant.ts';
import type { HistoryQuery, TrustStore } from './store.ts';

export const hashOf = (text: string): string => sha256Of(Buffer.from(text));
export const bytesOf = (...texts: string[]): Map<string, Buffer> =>
  new Map(texts.map((text, index) => [`${'MNO'[index]}.js`, Buffer.from(text)]));
const hashesOf = (...texts: string[]) =>
  Object.fromEntries([...bytesOf(...texts)].map(([file, bytes]) => [file, sha256Of(bytes)]));

const PAGE = { via: 'page' } as const;
const RESTORED = { via: 'page', isRestored: true } as const;

/** Reads all pages of a history, and checks that only the last one is short. */
export async function readAll(
  store: TrustStore,
  query: Partial<HistoryQuery> = {},
): Promise<TrustHistoryRecord[]> {
  const limit = query.limit ?? 2;
  const records: TrustHistoryRecord[] = [];
  for (let before = query.before; ;) {
    const page = (await store.history!({ ...query, limit, ...(before !== undefined && { before }) }))!;
    records.push(...page.records);
    if (page.next === null) return records;
    expect(page.records).toHaveLength(limit);
    before = page.next;
  }
}

/** A store, and the same storage without the bytes with a hash. */
export interface HistoryHome {
  store: TrustStore;
  remove(sha256: string): Promise<unknown>;
}

/** Defines the tests of a store's history. */
export function describeHistory(make: () => Promise<HistoryHome>): void {
  test('names each act, the newest first, page by page', async () => {
    const { store } = await make();
    const steps: [expected: string, act: () => Promise<void>][] = [
      ['trust', () => store.consent('a', 'ada', bytesOf('1', 'x'), PAGE)],
      ['trust', () => store.consent('a', 'ada', bytesOf('1', 'x'), PAGE)],
      ['accept', () => store.consent('a', 'ada', bytesOf('2', 'x'), PAGE)],
      ['roll-back', () => store.consent('a', 'ada', bytesOf('1', 'x'), RESTORED)],
      // The bytes that run, although others are on the disk.
      ['trust', () => store.consent('a', 'ada', bytesOf('1', 'x'), RESTORED)],
      ['accept', () => store.consent('a', 'ada', bytesOf('2', 'x'), PAGE)],
      ['accept', () => store.consent('a', 'ada', bytesOf('2'), PAGE)],
      ['revoke', () => store.revoke('a', 'ada', PAGE)],
      ['revoke', () => store.revoke('a', 'ada', PAGE)],
      ['roll-back', () => store.consent('a', 'ada', bytesOf('1', 'x'), RESTORED)],
      // One decision, although the file store has two lines for it.
      ['sandbox sandboxed', () => store.sandbox!('a', 'ada', bytesOf('1', 'x'), PAGE)],
      ['accept sandboxed', () => store.sandbox!('a', 'ada', bytesOf('3', 'x'), PAGE)],
      ['roll-back sandboxed', () => store.sandbox!('a', 'ada', bytesOf('1', 'x'), RESTORED)],
      ['trust', () => store.consent('a', 'ada', bytesOf('4', 'x'), PAGE)],
      ['revoke', () => store.revoke('a', 'ada', PAGE)],
      ['trust', () => store.consent('a', 'ada', bytesOf('4', 'x'), PAGE)],
      // The option has no effect after a decision.
      ['', () => store.sandbox!('a', 'ada', bytesOf('5', 'x'), { onlyNew: true })],
    ];
    for (const [, act] of steps) await act();
    const acts = (await readAll(store)).map(({ act, sandboxed }) => (sandboxed ? `${act} sandboxed` : act));
    expect(acts.toReversed()).toEqual(steps.flatMap(([expected]) => expected || []));
  });

  test('records operator, time, hashes, and whether a page made the decision', async () => {
    const { store } = await make();
    const maps = new Map([...bytesOf('1'), ['M.js.map', Buffer.from('{}')]]);
    await store.consent('a', 'ada', maps, PAGE);
    await store.consent('a', 'ada', bytesOf('1'), PAGE);
    await store.consent('b', 'a program', bytesOf('1'));
    await store.sandbox!('c', 'option newPlugins', bytesOf('1'), { onlyNew: true });
    await store.revoke('a', 'bob', PAGE);
    await store.revoke('a', 'a program');
    const records = await readAll(store, { limit: 100 });
    const record = (plugin_id: string, who: string, act: string, via: string, bundles = {}) => {
      const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
      return { at, who, plugin_id, act, via, bundles };
    };
    expect(records).toEqual([
      record('a', 'a program', 'revoke', 'other'),
      record('a', 'bob', 'revoke', 'page'),
      { ...record('c', 'option newPlugins', 'sandbox', 'other', hashesOf('1')), sandboxed: true },
      record('b', 'a program', 'trust', 'other', hashesOf('1')),
      // Another map alone is no other decision.
      record('a', 'ada', 'trust', 'page', hashesOf('1')),
      record('a', 'ada', 'trust', 'page', { ...hashesOf('1'), 'M.js.map': hashOf('{}') }),
    ]);
    const times = records.map(({ at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('records what an operator does not want, which changes no grant', async () => {
    const { store } = await make();
    /** What is recorded about a plugin while these bytes wait. */
    const factsOf = async (text: string, id = 'a') => {
      const waiting = new Map([
        [id, hashesOf(text)],
        ['other', hashesOf(text)],
      ]);
      return (await store.decisionFacts!(waiting)).get(id);
    };
    const when = expect.stringMatching(/Z$/);
    const by = (who: string, act: string) => ({ against: { act, who, when } });
    const one = { ...PAGE, version: '1.0' };
    await store.decline!('a', 'ada', hashesOf('1'), one);
    expect((await store.grants()).size).toBe(0);
    expect(await factsOf('1')).toEqual(by('ada', 'refuse'));
    expect(await factsOf('2')).toBeUndefined();
    expect(await factsOf('1', 'b')).toBeUndefined();
    // A refusal is a decision.
    await store.sandbox!('a', 'option', bytesOf('1'), { onlyNew: true });
    expect((await store.grants()).size).toBe(0);
    await store.consent('a', 'ada', new Map([...bytesOf('1'), ['M.js.map', Buffer.from('{}')]]), one);
    expect(await factsOf('1')).toEqual({ version: '1.0' });
    const before = (await store.grants()).get('a');
    await store.decline!('a', 'bob', hashesOf('2'), { version: '2.0' });
    expect((await store.grants()).get('a')).toEqual(before);
    expect(await factsOf('2')).toEqual({ version: '1.0', ...by('bob', 'keep') });
    expect(await store.hasConsented!('a', 'M.js', hashOf('2'))).toBe(false);
    // They stay declined while others run, until there is a consent to them.
    await store.sandbox!('a', 'ada', bytesOf('1'), PAGE);
    expect(await factsOf('2')).toEqual(by('bob', 'keep'));
    await store.consent('a', 'ada', bytesOf('2'), PAGE);
    expect(await factsOf('2')).toBeUndefined();
    // To roll back is a decision against the bytes that ran.
    await store.consent('a', 'eve', bytesOf('1'), RESTORED);
    expect(await factsOf('2')).toEqual(by('eve', 'roll-back'));
    await store.decline!('a', 'ada', hashesOf('2'), PAGE);
    expect(await factsOf('2')).toEqual(by('ada', 'keep'));
    // A revoke leaves what was declined, and is a decision against the bytes that ran.
    await store.revoke('a', 'ada', PAGE);
    const revoked = { revoked: { who: 'ada', when } };
    expect(await factsOf('1')).toEqual({ ...by('ada', 'revoke'), ...revoked });
    expect(await factsOf('2')).toEqual({ ...by('ada', 'keep'), ...revoked });
    expect(await factsOf('3')).toEqual(revoked);
    const { records } = (await store.history!({ limit: 20, pluginId: 'a', withBytes: true }))!;
    expect(records.map(({ act }) => act).toReversed()).toEqual([
      'refuse',
      'trust',
      'keep',
      'sandbox',
      'trust',
      'roll-back',
      'keep',
      'revoke',
    ]);
    const at = expect.stringMatching(/Z$/);
    const kept = { act: 'keep', bundles: hashesOf('1'), declined: hashesOf('2'), restorable: false };
    expect(records.at(-1)).toEqual({
      at,
      who: 'ada',
      plugin_id: 'a',
      act: 'refuse',
      bundles: {},
      declined: hashesOf('1'),
      declined_version: '1.0',
      via: 'page',
      restorable: false,
    });
    const versions = { version: '1.0', declined_version: '2.0' };
    expect(records.at(-3)).toEqual({ at, who: 'bob', plugin_id: 'a', via: 'other', ...kept, ...versions });
    // No version is recorded of either.
    expect(records.at(1)).toEqual({ at, who: 'ada', plugin_id: 'a', via: 'page', ...kept });
    expect(await readAll(store, { act: 'keep' })).toHaveLength(2);
  });

  test('filters by plugin, act and operator', async () => {
    const { store } = await make();
    for (const id of ['a', 'a.b', 'b'])
      for (const who of ['ada', 'bob']) {
        await store.consent(id, who, bytesOf(`${id} ${who}`), PAGE);
        await store.revoke(id, who, PAGE);
      }
    const named = async (query: Partial<HistoryQuery>) =>
      (await readAll(store, query)).map(({ plugin_id, who, act }) => [plugin_id, who, act].join(' '));
    expect(await named({})).toHaveLength(12);
    expect(await named({ pluginId: 'a' })).toEqual([
      'a bob revoke',
      'a bob trust',
      'a ada revoke',
      'a ada trust',
    ]);
    expect(await named({ act: 'trust', who: 'bob' })).toEqual([
      'b bob trust',
      'a.b bob trust',
      'a bob trust',
    ]);
    expect(await named({ pluginId: 'a', act: 'accept' })).toEqual([]);
    expect(await named({ pluginId: '%' })).toEqual([]);
    expect(await named({ who: `' or 1=1` })).toEqual([]);
  });

  test('knows whether bytes were ever consented to, also before a revoke and with another verdict', async () => {
    const { store } = await make();
    await store.consent('a', 'ada', bytesOf('1', 'x'));
    await store.consent('a', 'ada', bytesOf('2', 'x'));
    await store.sandbox!('a', 'ada', bytesOf('3', 'y'));
    await store.sandbox!('a', 'ada', bytesOf('4', 'y'));
    await store.consent('a', 'ada', bytesOf('5', 'y'));
    await store.revoke('a', 'ada');
    await store.consent('a', 'ada', bytesOf('6', 'y'));
    await store.revoke('b', 'ada');
    const has = (id: string, file: string, text: string) => store.hasConsented!(id, file, hashOf(text));
    for (const text of ['1', '2', '3', '4', '5', '6']) expect(await has('a', 'M.js', text), text).toBe(true);
    expect(await has('a', 'N.js', 'x')).toBe(true);
    for (const [id, file, text] of [
      ['a', 'M.js', '7'],
      ['a', 'M.js', 'x'],
      ['a', 'O.js', '1'],
      ['a', '__proto__', '1'],
      ['b', 'M.js', '1'],
      ['c', 'M.js', '1'],
    ] as const)
      expect(await has(id, file, text), `${id} ${file} ${text}`).toBe(false);
  });

  test('says of which records the bytes are still stored', async () => {
    const { store, remove } = await make();
    await store.consent('a', 'ada', bytesOf('1', 'x'));
    await store.consent('a', 'ada', bytesOf('2', 'x'));
    await store.revoke('a', 'ada');
    await remove(hashOf('1'));
    const { records } = (await store.history!({ limit: 10, pluginId: 'a', withBytes: true }))!;
    expect(records.map(({ act, restorable }) => [act, restorable])).toEqual([
      ['revoke', false],
      ['accept', true],
      ['trust', false],
    ]);
  });

  test('reads on from a cursor although records are added, and refuses a cursor that is none', async () => {
    const { store } = await make();
    expect(await store.history!({ limit: 2 })).toEqual({ records: [], next: null });
    for (const who of ['1', '2', '3']) await store.revoke('a', who);
    const first = (await store.history!({ limit: 2 }))!;
    await store.revoke('a', '4');
    const rest = await store.history!({ limit: 2, before: first.next! });
    expect([first.records.map(({ who }) => who), rest!.records.map(({ who }) => who), rest!.next]).toEqual([
      ['3', '2'],
      ['1'],
      null,
    ]);
    for (const before of ['', '-1', '1.5', 'x', "1' or 1=1", '9'.repeat(30)])
      expect(await store.history!({ limit: 2, before }), before).toBeUndefined();
    expect((await store.history!({ limit: 9, before: '9'.repeat(15) }))!.records).toHaveLength(4);
  });
}
