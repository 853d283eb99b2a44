import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import { makeFolder } from '../folder.test.kit.ts';
import { fileTrustStore } from './file-store.ts';
import { sha256Of } from './grant.ts';

const hashOf = (text: string) => sha256Of(Buffer.from(text));
const bundle = (text: string) => new Map([['Map.js', Buffer.from(text)]]);
const newFile = async () => join(await makeFolder(), 'trust.jsonl');
const line = (fields: object) =>
  `${JSON.stringify({ plugin_id: 'sales', who: 'ada', when: '2026-04-25T14:00:00.000Z', ...fields })}\n`;
const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);

test('records a sandboxed plugin with its bytes, and reads it after a restart', async () => {
  const file = await newFile();
  await fileTrustStore(file).sandbox!('sales', 'ada', bundle('map'));
  expect(await linesOf(file)).toEqual([
    {
      plugin_id: 'sales',
      action: 'sandbox',
      via: 'other',
      who: 'ada',
      when: expect.any(String),
      bundles: { 'Map.js': hashOf('map') },
    },
  ]);
  const store = fileTrustStore(file);
  expect((await store.grants()).get('sales')).toMatchObject({
    who: 'ada',
    verdict: 'sandboxed',
    bundles: { 'Map.js': hashOf('map') },
  });
  expect(Buffer.from((await store.bytes(hashOf('map')))!).toString()).toBe('map');
});

test('lets trust and the verdict sandboxed replace each other, and forgets the bytes of the other verdict', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  const grant = async () => (await store.grants()).get('sales');
  await store.sandbox!('sales', 'ada', bundle('one'));
  await store.sandbox!('sales', 'ada', bundle('two'));
  expect((await grant())?.earlier).toEqual({ 'Map.js': [hashOf('one')] });
  await store.consent('sales', 'bob', bundle('three'));
  expect(await grant()).toEqual({
    who: 'bob',
    when: expect.any(String),
    bundles: { 'Map.js': hashOf('three') },
  });
  await store.sandbox!('sales', 'ada', bundle('four'));
  expect(await grant()).toMatchObject({ verdict: 'sandboxed', bundles: { 'Map.js': hashOf('four') } });
  expect((await grant())?.earlier).toBeUndefined();
  await store.revoke('sales', 'ada');
  expect(await grant()).toBeUndefined();
});

test('leaves no trust to earlier versions, which skip a sandbox record', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada', bundle('map'));
  await store.sandbox!('sales', 'bob', bundle('map'));
  const known = (await linesOf(file)).filter(({ action }) => action !== 'sandbox');
  expect(known.map(({ action }) => action)).toEqual(['trust', 'revoke']);
});

test('keeps the bytes of a sandboxed plugin when copies are compacted', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.sandbox!('sales', 'ada', bundle('map'));
  expect((await store.compact!()).removed).toEqual([]);
});

test.each([
  ['an unknown action', { action: 'quarantine' }],
  ['an unknown action with hashes', { action: 'trust-fully', bundles: {} }],
  ['a sandbox record without hashes', { action: 'sandbox' }],
  ['a sandbox record with other hashes', { action: 'sandbox', bundles: { 'Map.js': 'x' } }],
  ['a sandbox record without operator', { action: 'sandbox', who: 7, bundles: {} }],
])('never takes %s for the trust before it', async (_, record) => {
  const file = await newFile();
  await writeFile(file, line({ action: 'trust', bundles: {} }));
  const store = fileTrustStore(file);
  expect((await store.grants()).has('sales')).toBe(true);
  await appendFile(file, line(record));
  expect((await store.grants()).has('sales')).toBe(false);
  expectConsole(/trust\.jsonl:2 is a decision about "sales" that this version cannot read/);
  await store.consent('sales', 'ada', bundle('map'));
  expect((await store.grants()).has('sales')).toBe(true);
});

test.each([
  ['a consent', (file: string) => fileTrustStore(file).consent('sales', 'ada', bundle('map'))],
  ['a revoke', (file: string) => fileTrustStore(file).revoke('sales', 'ada')],
  ['a revoke whose line has no end', (file: string) => writeFile(file, line({ action: 'revoke' }).trim())],
])('sandboxes a new plugin once, and not after %s', async (_, decide) => {
  const file = await newFile();
  const sandbox = (id: string) =>
    fileTrustStore(file).sandbox!(id, 'option', bundle('map'), { onlyNew: true });
  await decide(file);
  const before = (await fileTrustStore(file).grants()).get('sales');
  await sandbox('sales');
  await sandbox('stock');
  await sandbox('stock');
  const grants = await fileTrustStore(file).grants();
  expect(grants.get('sales')).toEqual(before);
  expect(grants.get('stock')).toMatchObject({ who: 'option', verdict: 'sandboxed' });
  expect((await linesOf(file)).filter(({ plugin_id }) => plugin_id === 'stock')).toHaveLength(1);
});

test('does not undo a revoke that another server has written meanwhile', async () => {
  const file = await newFile();
  await writeFile(
    file,
    line({ action: 'revoke' }) + line({ action: 'sandbox', only_new: true, bundles: {} }),
  );
  expect((await fileTrustStore(file).grants()).has('sales')).toBe(false);
  await appendFile(file, line({ action: 'sandbox', bundles: {} }));
  expect((await fileTrustStore(file).grants()).get('sales')?.verdict).toBe('sandboxed');
});
