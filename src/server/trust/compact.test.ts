import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../folder.test.kit.ts';
import { fileTrustStore } from './file-store.ts';
import { sha256Of } from './grant.ts';

const HOURS_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);
const hashOf = (text: string) => sha256Of(Buffer.from(text));
const bytesOf = (text: string) => new Map([['Map.js', Buffer.from(text)]]);

async function makeStore() {
  const folder = await makeFolder();
  const file = join(folder, 'trust.jsonl');
  const bundles = join(folder, 'bundles');
  const store = fileTrustStore(file);
  /** Makes all copies so old that no consent under way can rely on them. */
  const age = async () => {
    for (const name of await readdir(bundles)) await utimes(join(bundles, name), HOURS_AGO, HOURS_AGO);
  };
  const copies = async () => (await readdir(bundles)).toSorted();
  return { folder, file, bundles, store, age, copies };
}

const filesOf = (...texts: string[]) => texts.map((text) => `${hashOf(text)}.js`).toSorted();

/** Makes a store with consents to `one`, `two` and `three` of `sales`, and to `old` of `stock`, which is revoked. */
async function makeHistory() {
  const made = await makeStore();
  const { store, age } = made;
  for (const text of ['one', 'two', 'three']) await store.consent('sales', 'ada', bytesOf(text));
  for (const text of ['older', 'old']) await store.consent('stock', 'ada', bytesOf(text));
  await store.revoke('stock', 'ada');
  await age();
  return made;
}

test('removes copies that neither run nor belong to the last consent of a plugin, and no record', async () => {
  const { file, store, copies } = await makeHistory();
  const before = [await readFile(file, 'utf8'), await store.grants()];
  const removed = ['one', 'two', 'older'].map((text) => ({ sha256: hashOf(text), size: text.length }));
  const expected = { removed: removed.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1)), kept: 2 };
  expect(await store.compact!({ dryRun: true })).toEqual(expected);
  expect(await copies()).toHaveLength(5);
  expect(await store.compact!()).toEqual(expected);
  expect(await copies()).toEqual(filesOf('three', 'old'));
  expect([await readFile(file, 'utf8'), await store.grants()]).toEqual(before);
  expect(await store.bytes(hashOf('one'))).toBeUndefined();
  expect(await store.compact!()).toEqual({ removed: [], kept: 2 });
  await store.consent('sales', 'ada', bytesOf('one'));
  expect(await store.bytes(hashOf('one'))).toEqual(Buffer.from('one'));
});

test('keeps bytes that another plugin or a pin still runs', async () => {
  const { file, store, age, copies } = await makeStore();
  await store.consent('sales', 'ada', bytesOf('shared'));
  await store.consent('stock', 'ada', bytesOf('shared'));
  await store.consent('sales', 'ada', bytesOf('new'));
  await appendFile(file, '{"plugin_id":"plain","action":"trust","who":"ada","when":""}\n');
  await store.pin('plain', bytesOf('pinned'));
  await age();
  expect((await store.compact!()).removed).toEqual([]);
  expect(await copies()).toEqual(filesOf('shared', 'new', 'pinned'));
});

test('keeps a copy that is younger than an hour, since its consent may not be recorded yet', async () => {
  const { store, bundles, copies } = await makeHistory();
  await writeFile(join(bundles, filesOf('coming')[0]!), 'coming');
  await utimes(join(bundles, filesOf('one')[0]!), new Date(), new Date());
  await store.compact!();
  expect(await copies()).toEqual(filesOf('three', 'old', 'coming', 'one'));
});

test('keeps the bytes of other trust files in the folder, and everything that is not a copy', async () => {
  const { folder, store, bundles, age, copies } = await makeHistory();
  await fileTrustStore(join(folder, 'second.log')).consent('sales', 'ada', bytesOf('one'));
  await writeFile(join(bundles, 'README.js'), '');
  await writeFile(join(folder, 'notes.txt'), 'no record\n');
  await mkdir(join(folder, 'folder'));
  await age();
  await store.compact!();
  expect(await copies()).toEqual([...filesOf('three', 'old', 'one'), 'README.js'].toSorted());
});

test.each<[string, (file: string) => Promise<unknown>]>([
  ['missing', (file) => rm(file)],
  ['empty', (file) => writeFile(file, '')],
  ['another file', (file) => writeFile(file, 'name: sales\n')],
  ['rotated away', (file) => rename(file, `${file}.1`)],
])('removes nothing if the trust file is %s', async (_, spoil) => {
  const { file, store, copies } = await makeHistory();
  await spoil(file);
  await expect(store.compact!()).rejects.toThrow(/trust\.jsonl has no trust records/);
  expect(await copies()).toHaveLength(5);
});

test('loses no bytes of consents that begin while copies are removed', async () => {
  const { file, store, age, copies } = await makeStore();
  const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`);
  const others = [fileTrustStore(file), fileTrustStore(file)];
  let removed = 0;
  for (let round = 0; round < 60; round += 1) {
    for (const text of texts) await store.consent('sales', 'ada', bytesOf(text));
    await store.consent('sales', 'ada', bytesOf('last'));
    await age();
    const text = texts[round % texts.length]!;
    const consent = new Promise((done) => setTimeout(done, Math.random() * 8)).then(() =>
      others[0]!.consent('stock', 'ada', bytesOf(text)),
    );
    const [compaction] = await Promise.all([others[1]!.compact!(), consent]);
    removed += compaction.removed.length;
    expect(await store.bytes(hashOf(text)), `round ${round}`).toEqual(Buffer.from(text));
    expect(await store.bytes(hashOf('last'))).toEqual(Buffer.from('last'));
  }
  expect(removed).toBeGreaterThan(60);
  expect((await copies()).filter((name) => !name.endsWith('.js'))).toEqual([]);
});

test('puts a copy back if a consent claims it after the search', async () => {
  const { store, bundles, age } = await makeHistory();
  const path = join(bundles, filesOf('one')[0]!);
  const { createCopies } = await import('./copies.ts');
  const isNeeded = vi
    .fn<() => Promise<boolean>>()
    .mockImplementationOnce(async () => {
      // Another process consents to the bytes, and has not recorded it yet.
      await createCopies(bundles).store(bytesOf('one'));
      return false;
    })
    .mockResolvedValue(false);
  expect(await createCopies(bundles).remove(hashOf('one'), isNeeded, false)).toBe(false);
  expect(await readFile(path, 'utf8')).toBe('one');
  await age();
  expect(await createCopies(bundles).remove(hashOf('one'), isNeeded, false)).toBe(true);
  expect(await store.bytes(hashOf('one'))).toBeUndefined();
});

/** The part of a draft's name that means this machine. */
const MACHINE = hashOf(hostname()).slice(0, 12);
const UUID = '00000000-0000-4000-8000-000000000000';

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

test.each<[string, (name: (middle: string) => string) => Promise<string>, Date, boolean]>([
  ['of an ended process', async (name) => name(`.${MACHINE}.${await endedProcess()}`), new Date(), false],
  ['of a running process', async (name) => name(`.${MACHINE}.${process.pid}`), new Date(), true],
  [
    'of another machine',
    async (name) => name(`.${'a'.repeat(12)}.${await endedProcess()}`),
    new Date(),
    true,
  ],
  ['of another machine, hours old', async (name) => name(`.${'a'.repeat(12)}.1`), HOURS_AGO, false],
  ['of an earlier version', async (name) => name(''), new Date(), true],
  ['of an earlier version, hours old', async (name) => name(''), HOURS_AGO, false],
  ['that is none, hours old', async () => 'notes.tmp', HOURS_AGO, true],
])('a store removes a draft when it starts: one %s', async (_, nameOf, time, isKept) => {
  const { file, bundles, store, copies } = await makeStore();
  await store.consent('sales', 'ada', bytesOf('map'));
  const draft = await nameOf((middle) => `${hashOf('map')}${middle}.${UUID}.tmp`);
  await writeFile(join(bundles, draft), 'ma');
  await utimes(join(bundles, draft), time, time);
  await fileTrustStore(file).grants();
  expect((await copies()).includes(draft)).toBe(isKept);
  expect(await store.bytes(hashOf('map'))).toEqual(Buffer.from('map'));
});
