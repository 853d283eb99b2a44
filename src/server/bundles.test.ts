import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createBundles } from './bundles.ts';
import { makeFolder } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import type { Grant, TrustStore } from './trust/store.ts';

const storeWith = (methods: Partial<TrustStore>) => methods as TrustStore;
const grantsOf = (who: string) => new Map<string, Grant>([['sales', { who, when: '', bundles: {} }]]);

test('asks the store once for calls that come together, and anew for each that comes later', async () => {
  const answers: ((grants: ReadonlyMap<string, Grant>) => void)[] = [];
  const asked = vi.fn<TrustStore['grants']>(() => new Promise((resolve) => answers.push(resolve)));
  const { grants } = createBundles(storeWith({ grants: asked }));
  const early = [grants(), grants(), grants()];
  await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
  // Trust is taken back while the store is still at the first answer.
  const late = grants();
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  answers[1]!(new Map());
  expect((await late).size).toBe(0);
  answers[0]!(grantsOf('ada'));
  for (const answer of early) expect((await answer).get('sales')?.who).toBe('ada');
});

test('asks the store again after it has failed', async () => {
  const asked = vi
    .fn<TrustStore['grants']>()
    .mockRejectedValueOnce(new Error('no connection'))
    .mockResolvedValue(grantsOf('ada'));
  const { grants } = createBundles(storeWith({ grants: asked }));
  for (const failed of [grants(), grants()]) await expect(failed).rejects.toThrow('no connection');
  expect((await grants()).size).toBe(1);
});

test('keeps bytes that nobody else can change', async () => {
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
    folder: join(folder, 'sales'),
  };
  expect(await cachedBytesOf(plugin, component, sha256)).toEqual(new Uint8Array(stored));
  stored.fill(0);
  expect(sha256Of((await cachedBytesOf(plugin, component, sha256))!)).toBe(sha256);
  expect(bytes).toHaveBeenCalledOnce();
});
