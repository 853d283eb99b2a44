import { expect, test } from 'vitest';
import { countVisits } from './counts.test.kit.ts';
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
  } else if (record.action === 'pin' && before && !before.bundles)
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

const consentsTo = (plugin_id: string, length: number) =>
  Array.from({ length }, (_, index) => trust(plugin_id, 'ada', { 'A.js': hash(index) }));

test('visits ten times as many elements for ten times as many consents to one plugin', () => {
  const visits = (length: number) => {
    const records = consentsTo('sales', length);
    return countVisits(() => {
      const ledger = createLedger();
      for (const record of records) ledger.apply(record);
      expect(ledger.grants().get('sales')!.earlier!['A.js']).toHaveLength(length - 1);
    });
  };
  expect(visits(4000)).toBeGreaterThan(4000);
  expect(visits(40_000) / visits(4000)).toBeLessThan(10.1);
});

test.each<[string, (index: number) => TrustRecord]>([
  ['a consent', (index) => trust('sales', 'ada', { 'A.js': hash(-index) })],
  ['a consent to the same bytes', () => trust('sales', 'ada', { 'A.js': hash(1) })],
  ['a consent to another plugin', (index) => trust('stock', 'ada', { 'A.js': hash(index) })],
  ['a revoke', () => ({ plugin_id: 'sales', action: 'revoke', who: 'ada', when: '' })],
])('visits as many elements for %s after 40,000 records as after 40', (_, act) => {
  const visits = (length: number) => {
    const ledger = createLedger();
    for (const record of consentsTo('sales', length)) ledger.apply(record);
    ledger.grants();
    return countVisits(() => {
      ledger.apply(act(1));
      expect(ledger.grants().has('sales')).toBe(act(1).action === 'trust');
    });
  };
  expect(visits(40_000)).toBe(visits(40));
});
