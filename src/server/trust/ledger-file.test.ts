import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../folder.test.kit.ts';
import { countBytes } from './counts.test.kit.ts';
import { createLedgerFile } from './ledger-file.ts';
import { parseRecord } from './record.ts';

vi.mock('./record.ts', { spy: true });

const line = (index: number) =>
  JSON.stringify({
    plugin_id: 'sales',
    action: 'trust',
    who: `${index}`,
    when: '',
    bundles: { 'A.js': index.toString(16).padStart(64, '0') },
  });

/** Makes the reader of a file with some consents to one plugin. */
async function makeFile(length: number) {
  const path = join(await makeFolder(), 'trust.jsonl');
  await writeFile(path, Array.from({ length }, (_, index) => `${line(index)}\n`).join(''));
  const read = createLedgerFile(path);
  const who = async () => (await read()).grants.get('sales')?.who;
  /** Reads the file, with the numbers of parsed lines and read bytes. */
  const cost = async () => {
    vi.mocked(parseRecord).mockClear();
    const bytes = await countBytes(path);
    await read();
    const lines = vi.mocked(parseRecord).mock.calls.filter(([text]) => text !== '').length;
    return { lines, bytes: bytes() };
  };
  return { path, read, who, cost };
}

test('reads and parses each line once, and then only those that are new', async () => {
  const { path, who, cost } = await makeFile(10_000);
  expect(await cost()).toEqual({ lines: 10_000, bytes: (await stat(path)).size });
  expect(await cost()).toEqual({ lines: 0, bytes: 0 });
  await appendFile(path, `${line(20_000)}\n`);
  const { lines, bytes } = await cost();
  expect(lines).toBe(1);
  // The end of the lines before, which shows that they are the same.
  expect(bytes).toBeLessThan(5000);
  expect(await who()).toBe('20000');
});

test('parses a last line without its end once, however often it is read', async () => {
  const { path, who, read, cost } = await makeFile(100);
  await read();
  await appendFile(path, line(200));
  expect((await cost()).lines).toBe(1);
  const { grants } = await read();
  expect(grants.get('sales')?.who).toBe('200');
  expect(await cost()).toEqual({ lines: 0, bytes: 0 });
  expect((await read()).grants).toBe(grants);
  // More is appended, and the line is complete.
  await appendFile(path, `\n${line(300)}`);
  expect(await who()).toBe('300');
});
