import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { fileTrustStore } from '../server/index.ts';
import { compactTrust } from './compact-trust.ts';

test('reports each removed copy and the total size, and removes nothing in a dry run', async () => {
  const folder = await makeFolder();
  const file = join(folder, 'trust.jsonl');
  const bundles = join(folder, 'bundles');
  for (const size of [1500, 30, 7])
    await fileTrustStore(file).consent('sales', 'ada', new Map([['Map.js', Buffer.alloc(size)]]));
  const hoursAgo = new Date(Date.now() - 7_200_000);
  for (const name of await readdir(bundles)) await utimes(join(bundles, name), hoursAgo, hoursAgo);

  const lines = (await compactTrust(file, true)).split('\n');
  expect(lines[0]).toBe('Would remove 2 copies, 1.5 kB; 1 copy stays.');
  expect(lines.at(-1)).toBe('Operators could no longer roll back to the bytes of these copies.');
  expect(lines.slice(1, -1).toSorted((a, b) => a.length - b.length)).toEqual([
    expect.stringMatching(/^ {2}[0-9a-f]{64}\.js {2}30 B$/),
    expect.stringMatching(/^ {2}[0-9a-f]{64}\.js {2}1\.5 kB$/),
  ]);
  expect(await readdir(bundles)).toHaveLength(3);
  const removed = (await compactTrust(file, false)).split('\n');
  expect(removed[0]).toBe('Removed 2 copies, 1.5 kB; 1 copy stays.');
  expect(removed.slice(1, -1)).toEqual(lines.slice(1, -1));
  expect(removed.at(-1)).toBe('Operators can no longer roll back to the bytes of the removed copies.');
  expect(await readdir(bundles)).toHaveLength(1);
  expect(await compactTrust(file, false)).toBe('Removed 0 copies, 0 B; 1 copy stays.');
});

test('refuses a file that is not a trust file', async () => {
  const file = join(await makeFolder({ 'notes.txt': 'hello' }), 'notes.txt');
  await expect(compactTrust(file, false)).rejects.toThrow(/notes\.txt has no trust records.*Name the file/);
});
