import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../folder.test.kit.ts';
import { countBytes } from './counts.test.kit.ts';
import { fileTrustStore } from './file-store.ts';
import { readHistory } from './history-file.ts';
import { describeHistory, hashOf, readAll } from './history.test.kit.ts';

async function makeStore() {
  const folder = await makeFolder();
  const file = join(folder, 'trust.jsonl');
  return {
    file,
    store: fileTrustStore(file),
    remove: (sha256: string) => rm(join(folder, 'bundles', `${sha256}.js`)),
  };
}

describeHistory(makeStore);

const when = '2026-04-25T14:00:00.000Z';
const bundles = { 'M.js': hashOf('1') };
const lines = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

test('reads the records of earlier versions', async () => {
  const { file, store } = await makeStore();
  await writeFile(
    file,
    lines(
      { plugin_id: 'a', action: 'trust', who: 'ada', when },
      { plugin_id: 'a', action: 'pin', when, bundles },
      { plugin_id: 'a', action: 'trust', who: 'ada', when, bundles },
      { plugin_id: 'a', action: 'sandbox', who: 'ada', when, bundles },
      { plugin_id: 'a', action: 'sandbox', who: 'option newPlugins', when, bundles, only_new: true },
      { plugin_id: 'a', action: 'revoke' },
      { plugin_id: 'a', action: 'revoke', who: 'ada', when: '2026-04-25T16:00:00+02:00' },
    ),
  );
  const record = { plugin_id: 'a', at: when, who: 'ada', bundles, via: 'page' };
  expect(await readAll(store)).toEqual(
    [
      { ...record, act: 'trust', bundles: {}, via: 'other' },
      // A pin binds the consent above, of NousViz 1.0, to bytes.
      { ...record, act: 'trust', who: '', via: 'other' },
      { ...record, act: 'trust' },
      { ...record, act: 'sandbox', sandboxed: true },
      { ...record, act: 'sandbox', sandboxed: true, who: 'option newPlugins', via: 'other' },
      { ...record, act: 'revoke', at: '1970-01-01T00:00:00.000Z', who: '', bundles: {} },
      { ...record, act: 'revoke', bundles: {} },
    ].toReversed(),
  );
});

test('skips lines that are no records, and reads a last line without its end', async () => {
  const { file, store } = await makeStore();
  await store.revoke('a', '1');
  await appendFile(file, '{"plugin_id":"a","action":"rev\n\nnull\n{"plugin_id":"a","action":"later"}\n');
  await store.revoke('a', '2');
  await appendFile(file, lines({ plugin_id: 'a', action: 'revoke', who: '3', when }).trim());
  expect((await readAll(store)).map(({ who }) => who)).toEqual(['3', '2', '1']);
});

test('finds the records of a plugin however its id is written', async () => {
  const { file, store } = await makeStore();
  const ids = ['a', String.raw`\u0061`, 'b', 'aa'];
  await writeFile(
    file,
    ids.map((id) => `{"plugin_id": "${id}", "action": "revoke", "who": "${id.length}"}\n`).join(''),
  );
  expect((await readAll(store, { pluginId: 'a' })).map(({ who }) => who)).toEqual(['6', '1']);
});

test('reads lines across the borders of blocks', async () => {
  const { file, store } = await makeStore();
  const names = Array.from({ length: 300 }, (_, index) => `${index}${'ä'.repeat((index * 37) % 900)}`);
  names.push('ö'.repeat(200_000), 'last');
  for (const who of names) await appendFile(file, lines({ plugin_id: 'a', action: 'revoke', who, when }));
  expect((await readAll(store, { limit: 7 })).map(({ who }) => who)).toEqual(names.toReversed());
});

/** Writes a trust file with many records. */
async function writeRecords(file: string, count: number) {
  const record = (index: number) => ({
    plugin_id: `plugin-${index % 50}`,
    action: 'trust',
    who: `operator ${index}`,
    when,
    bundles,
  });
  await writeFile(file, lines(...Array.from({ length: count }, (_, index) => record(index))));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const used = () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Pages through a file with many records. @returns The number of the records, and what `measure` has returned at most. */
async function pageThrough(file: string, measure: (page: number) => number) {
  let [records, most, pages] = [0, 0, 0];
  for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
    const page = (await readHistory(file, { limit: 500, ...(cursor !== undefined && { before: cursor }) }))!;
    records += page.records.length;
    most = Math.max(most, measure(pages));
    cursor = page.next;
  }
  return { records, most };
}

/** Measures how much memory a page holds, and how many bytes a page reads, at most. */
async function costOf(count: number) {
  const { file } = await makeStore();
  await writeRecords(file, count);
  const before = used();
  const memory = await pageThrough(file, (page) => (page % 20 === 1 ? used() - before : 0));
  expect(memory.records).toBe(count);
  const bytes = await countBytes(file);
  let last = 0;
  const reading = await pageThrough(file, () => {
    const read = bytes() - last;
    last = bytes();
    return read;
  });
  vi.restoreAllMocks();
  return { memory: memory.most, bytes: reading.most };
}

test('pages through 100,000 records in the memory that 1,000 records need', async () => {
  const few = await costOf(1_000);
  const many = await costOf(100_000);
  // A page reads the blocks in which its own records are.
  expect(many.bytes).toBeLessThan(few.bytes * 2);
  expect(many.memory).toBeLessThan(Math.max(few.memory, 1_000_000) * 3);
});
