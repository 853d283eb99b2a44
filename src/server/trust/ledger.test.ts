import { expect, test } from 'vitest';
import { grantAfter } from './grant.ts';
import { createLedger } from './ledger.ts';
import type { TrustRecord } from './record.ts';
import type { Grant } from './store.ts';

const hash = (index: number) => index.toString(16).padStart(64, '0');
const trust = (plugin_id: string, who: string, bundles?: Record<string, string>): TrustRecord => ({
  plugin_id,
  action: 'trust',
  who,
  when: '',
  ...(bundles && { bundles }),
});

/** Makes a generator of whole numbers below a limit, which depend only on the seed. */
function numbersFrom(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % limit;
  };
}

/** Applies a record to grants as the definition of `grantAfter` says, from one grant to the next. */
function applyTo(grants: Map<string, Grant>, record: TrustRecord): void {
  const before = grants.get(record.plugin_id);
  if (record.action === 'revoke') grants.delete(record.plugin_id);
  else if (record.action === 'trust') {
    const { who, when, bundles } = record;
    grants.set(record.plugin_id, grantAfter(before, { who, when, ...(bundles && { bundles }) }));
  } else if (before && !before.bundles)
    grants.set(record.plugin_id, grantAfter(before, { ...before, bundles: record.bundles }));
}

test.each([1, 2, 3, 4, 5])('has the grants that each record makes of the one before, seed %i', (seed) => {
  const next = numbersFrom(seed);
  const ledger = createLedger();
  const expected = new Map<string, Grant>();
  const published: [ReadonlyMap<string, Grant>, string][] = [];
  for (let step = 0; step < 400; step += 1) {
    const plugin_id = `p${next(3)}`;
    const files = ['A.js', 'B.js', 'C.js'].filter(() => next(2) === 0);
    const bundles = Object.fromEntries(files.map((file) => [file, hash(next(5))]));
    const records: TrustRecord[] = [
      trust(plugin_id, `${step}`, bundles),
      trust(plugin_id, `${step}`, bundles),
      trust(plugin_id, `${step}`),
      { plugin_id, action: 'pin', when: '', bundles },
      { plugin_id, action: 'revoke', who: '', when: '' },
    ];
    const record = records[next(30) === 0 ? 4 : next(4)]!;
    const preview = new Map(expected);
    applyTo(preview, record);
    if (next(2) === 0) expect(ledger.grants(record)).toEqual(preview);
    ledger.apply(record);
    applyTo(expected, record);
    if (next(3) > 0) continue;
    const grants = ledger.grants();
    expect(grants).toEqual(expected);
    published.push([grants, JSON.stringify([...grants])]);
  }
  // Later records do not change what was returned.
  for (const [grants, text] of published) expect(JSON.stringify([...grants])).toBe(text);
});

test('remembers the last consent of a plugin whose trust was revoked', () => {
  const ledger = createLedger();
  ledger.apply(trust('a', 'ada', { 'A.js': hash(1) }));
  ledger.apply(trust('a', 'ada', { 'A.js': hash(2) }));
  ledger.apply({ plugin_id: 'a', action: 'revoke', who: 'ada', when: '' });
  ledger.apply({ plugin_id: 'a', action: 'pin', when: '', bundles: { 'A.js': hash(3) } });
  expect([...ledger.grants().keys()]).toEqual([]);
  expect(ledger.lastConsents()).toEqual([{ 'A.js': hash(2) }]);
});

/** Returns the smallest CPU time of three runs over consents to one plugin, in microseconds. */
function timeOf(records: readonly TrustRecord[]): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    const ledger = createLedger();
    for (const record of records) ledger.apply(record);
    expect(ledger.grants().get('sales')!.earlier!['A.js']).toHaveLength(records.length - 1);
    return process.cpuUsage(before).user;
  });
  return Math.min(...times);
}

test('reads ten times as many consents to one plugin in a time that is not a hundred times as long', () => {
  const consents = (length: number) =>
    Array.from({ length }, (_, index) => trust('sales', 'ada', { 'A.js': hash(index) }));
  timeOf(consents(4000));
  expect(timeOf(consents(40_000)) / timeOf(consents(4000))).toBeLessThan(35);
});
