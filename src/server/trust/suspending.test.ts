import { expect, test } from 'vitest';
import type { Grant, TrustStore } from './store.ts';
import { suspending } from './suspending.ts';

/** Makes a store that trusts `sales`, whose acts end when the test says so. */
function makeStore() {
  const acts: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const act = () => new Promise<void>((resolve, reject) => void acts.push({ resolve, reject }));
  const grants = async () => new Map<string, Grant>([['sales', { who: 'ada', when: '', bundles: {} }]]);
  const store = suspending({ grants, consent: act, revoke: act } as Partial<TrustStore> as TrustStore);
  const isRunning = async () => (await store.grants()).has('sales');
  return { ...store, acts, isRunning };
}

test('stops a plugin when its revoke begins, until the revoke is recorded', async () => {
  const { revoke, acts, isRunning, mayBeTrusted } = makeStore();
  const revoked = revoke('sales', 'ada');
  expect([await isRunning(), await mayBeTrusted('sales'), await mayBeTrusted('stock')]).toEqual([
    false,
    true,
    false,
  ]);
  acts[0]!.resolve();
  await revoked;
  // The store decides again.
  expect(await isRunning()).toBe(true);
});

test('a failed revoke is taken back by a later consent, not by an earlier one', async () => {
  const { revoke, consent, acts, isRunning } = makeStore();
  const earlier = consent('sales', 'ada', new Map());
  const revoked = revoke('sales', 'ada');
  acts[1]!.reject(new Error('no disk'));
  await expect(revoked).rejects.toThrow('The revoke of "sales" is not recorded.');
  acts[0]!.resolve();
  await earlier;
  expect(await isRunning()).toBe(false);

  const failed = consent('sales', 'ada', new Map());
  acts[2]!.reject(new Error('no disk'));
  await expect(failed).rejects.toThrow('The consent to "sales" is not recorded.');
  expect(await isRunning()).toBe(false);

  const later = consent('sales', 'ada', new Map());
  acts[3]!.resolve();
  await later;
  expect(await isRunning()).toBe(true);
});

test('a plugin may be trusted by a store that cannot be read', async () => {
  const grants = () => Promise.reject(new Error('no disk'));
  expect(await suspending({ grants } as Partial<TrustStore> as TrustStore).mayBeTrusted('sales')).toBe(true);
});
