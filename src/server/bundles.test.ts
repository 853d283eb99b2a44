import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createBundles } from './bundles.ts';
import { makeFolder } from './folder.test.kit.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { sha256Of } from './trust/grant.ts';
import type { Grant, TrustStore } from './trust/store.ts';

const storeWith = (methods: Partial<TrustStore>) => methods as TrustStore;
const sales = { id: 'sales', components: [{ name: 'Map', path: 'Map.js', filename: 'Map.js' }] };
const grantsReader = (trust: TrustStore) => {
  const { decisionsOf } = createBundles(trust);
  return () => decisionsOf([sales as DeclaredPlugin]);
};
const grantsOf = (who: string) => new Map<string, Grant>([['sales', { who, when: '', bundles: {} }]]);

test('reads the store once for simultaneous calls, and again for later ones', async () => {
  const answers: ((grants: ReadonlyMap<string, Grant>) => void)[] = [];
  const read = vi.fn<TrustStore['grants']>(() => new Promise((resolve) => answers.push(resolve)));
  const grants = grantsReader(storeWith({ grants: read }));
  const early = [grants(), grants(), grants()];
  await vi.waitFor(() => expect(read).toHaveBeenCalledOnce());
  // Trust is revoked while the first read is pending.
  const late = grants();
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
  answers[1]!(new Map());
  expect((await late).size).toBe(0);
  answers[0]!(grantsOf('ada'));
  for (const answer of early) expect((await answer).get('sales')?.who).toBe('ada');
});

test('reads the store again after an error', async () => {
  const read = vi
    .fn<TrustStore['grants']>()
    .mockRejectedValueOnce(new Error('no connection'))
    .mockResolvedValue(grantsOf('ada'));
  const grants = grantsReader(storeWith({ grants: read }));
  for (const failed of [grants(), grants()]) await expect(failed).rejects.toThrow('no connection');
  expect((await grants()).size).toBe(1);
});

test('caches a copy of the store’s bytes', async () => {
  const folder = await makeFolder();
  const stored = Buffer.from('export default 1');
  const sha256 = sha256Of(stored);
  const bytes = vi.fn<TrustStore['bytes']>(async () => stored);
  const { cachedBytesOf } = createBundles(storeWith({ bytes }));
  const component = { name: 'Map', path: 'Map.js', filename: 'Map.js' };
  const plugin = {
    id: 'sales',
    name: 'sales',
    display_name: '',
    version: '',
    dashboards: [],
    components: [component],
    document: {},
    facts: {},
    folder: join(folder, 'sales'),
  };
  expect(await cachedBytesOf(plugin, component, sha256)).toEqual(new Uint8Array(stored));
  stored.fill(0);
  expect(sha256Of((await cachedBytesOf(plugin, component, sha256))!)).toBe(sha256);
  expect(bytes).toHaveBeenCalledOnce();
});
