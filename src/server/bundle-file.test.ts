import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { createBundleFiles } from './bundle-file.ts';
import * as files from './files.ts';
import { makeFolder } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';

vi.mock('./files.ts', { spy: true });

beforeEach(() => void vi.mocked(files.statInner).mockReset());

const digestOf = (text: string) => ({ sha256: sha256Of(Buffer.from(text)), size: text.length });

test('hashes a file again while its timestamp may be coarse, and later only if it has changed', async () => {
  const folder = await makeFolder({ 'a.js': 'one' });
  const { digest } = createBundleFiles();
  const found = (await files.statInner(folder, 'a.js'))!;
  vi.mocked(files.statInner).mockResolvedValue(found);
  expect(await digest(folder, 'a.js')).toEqual(digestOf('one'));
  await writeFile(join(folder, 'a.js'), 'two');
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
  vi.mocked(files.statInner).mockResolvedValue({ ...found, at: found.at + 60_000 });
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
  await writeFile(join(folder, 'a.js'), 'six');
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
});

test('reads nothing if a link was changed before the file was opened', async () => {
  const outside = await makeFolder({ 'a.js': 'secret' });
  const folder = await makeFolder({ 'a.js': 'one' });
  const { read } = createBundleFiles();
  const found = (await files.statInner(folder, 'a.js'))!;
  // The path led to another file when its stats were read.
  vi.mocked(files.statInner).mockResolvedValueOnce({ ...found, path: join(outside, 'a.js') });
  expect(await read(folder, 'a.js')).toBeUndefined();
  await symlink(join(outside, 'a.js'), join(folder, 'link.js'));
  vi.mocked(files.statInner).mockResolvedValueOnce({ ...found, path: join(folder, 'link.js') });
  expect(await read(folder, 'link.js')).toMatchObject({ problem: expect.stringContaining('ELOOP') });
});

// Files in /proc have the size 0 until they are read.
test.skipIf(!existsSync('/proc/self/maps'))('reads a file that is larger than its stats say', async () => {
  const result = await createBundleFiles().read(`/proc/${process.pid}`, 'maps');
  const lines = Buffer.from(result!.bytes!).toString().trimEnd().split('\n');
  expect(result!.bytes!.length).toBeGreaterThan(5000);
  for (const line of lines) expect(line).toMatch(/^[0-9a-f]+-[0-9a-f]+ /);
});
