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
