import { expect, test } from 'vitest';
import { sha256Of } from '../server/trust/grant.ts';
import { createDevTrust } from './dev-trust.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const bundles = (text: string) => new Map([['Chart.js', bytesOf(text)]]);

test('stores the bytes of the last consent and earlier ones', async () => {
  const trust = createDevTrust();
  await trust.consent('sales', 'author', bundles('one'));
  await trust.consent('sales', 'author', bundles('two'));
  const grant = (await trust.grants()).get('sales');
  expect(grant).toMatchObject({
    who: 'author',
    bundles: { 'Chart.js': sha256Of(bytesOf('two')) },
    earlier: { 'Chart.js': [sha256Of(bytesOf('one'))] },
  });
  expect(await trust.bytes(sha256Of(bytesOf('one')))).toEqual(bytesOf('one'));
});

test('removes the oldest bytes, but never those of the last consent', async () => {
  const trust = createDevTrust();
  for (let index = 0; index < 60; index += 1) await trust.consent('sales', 'author', bundles(`${index}`));
  const has = async (text: string) => (await trust.bytes(sha256Of(bytesOf(text)))) !== undefined;
  expect([await has('8'), await has('9'), await has('59')]).toEqual([false, true, true]);
  for (const text of ['9', 'new']) await trust.consent('sales', 'author', bundles(text));
  expect([await has('9'), await has('10')]).toEqual([true, false]);
});

test('records a revoke until the next consent', async () => {
  const trust = createDevTrust();
  expect(trust.isRevoked('sales')).toBe(false);
  await trust.consent('sales', 'author', bundles('one'));
  await trust.pin('sales', bundles('two'));
  await trust.revoke('sales', 'author');
  expect([trust.isRevoked('sales'), (await trust.grants()).size]).toEqual([true, 0]);
  await trust.consent('sales', 'author', bundles('one'));
  expect(trust.isRevoked('sales')).toBe(false);
});

test('has a record of the newest decisions, page by page', async () => {
  const trust = createDevTrust();
  const page = { via: 'page', version: '1.0' } as const;
  await trust.accept('sales', 'nousviz-widget dev', bundles('one'));
  await trust.accept('sales', 'nousviz-widget dev', bundles('two'));
  await trust.decline!('sales', 'author', { 'Chart.js': sha256Of(bytesOf('three')) }, page);
  await trust.revoke('stock', 'author', page);
  const acts = async (query: object) => {
    const answer = await trust.history!({ limit: 2, ...query });
    return [answer!.records.map(({ act, via }) => `${act} ${via}`), answer!.next] as const;
  };
  const [first, next] = await acts({});
  expect(first).toEqual(['revoke page', 'keep page']);
  expect(await acts({ before: next! })).toEqual([['accept other', 'trust other'], null]);
  expect(await acts({ pluginId: 'stock' })).toEqual([['revoke page'], null]);
  expect(await trust.history!({ limit: 2, before: 'x' })).toBeUndefined();
  const { records } = (await trust.history!({ limit: 9, pluginId: 'sales', withBytes: true }))!;
  expect(records.map(({ restorable }) => restorable)).toEqual([false, true, true]);
  const waiting = new Map([['sales', { 'Chart.js': sha256Of(bytesOf('three')) }]]);
  expect((await trust.decisionFacts!(waiting)).get('sales')).toMatchObject({
    against: { act: 'keep', who: 'author' },
  });
});

test('forgets the oldest decisions', async () => {
  const trust = createDevTrust();
  for (let index = 0; index < 2_500; index += 1) await trust.revoke('sales', String(index));
  const { records } = (await trust.history!({ limit: 5_000 }))!;
  expect(records.length).toBeLessThan(2_001);
  expect(records[0]!.who).toBe('2499');
  const page = (await trust.history!({ limit: 10 }))!;
  expect((await trust.history!({ limit: 1, before: page.next! }))!.records[0]!.who).toBe('2489');
});
