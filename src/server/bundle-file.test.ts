import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { createBundleFiles } from './bundle-file.ts';
import * as files from './files.ts';
import { makeFolder } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';

vi.mock('./files.ts', { spy: true });

beforeEach(() => void vi.mocked(files.seeInner).mockReset());

const digestOf = (text: string) => ({ sha256: sha256Of(Buffer.from(text)), size: text.length });

test('hashes a file anew while its clock may stand still, and later only when it has changed', async () => {
  const folder = await makeFolder({ 'a.js': 'one' });
  const { digest } = createBundleFiles();
  const seen = (await files.seeInner(folder, 'a.js'))!;
  vi.mocked(files.seeInner).mockResolvedValue(seen);
  expect(await digest(folder, 'a.js')).toEqual(digestOf('one'));
  await writeFile(join(folder, 'a.js'), 'two');
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
  vi.mocked(files.seeInner).mockResolvedValue({ ...seen, at: seen.at + 60_000 });
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
  await writeFile(join(folder, 'a.js'), 'six');
  expect(await digest(folder, 'a.js')).toEqual(digestOf('two'));
});

test('reads nothing where a link was turned before the file was open', async () => {
  const outside = await makeFolder({ 'a.js': 'secret' });
  const folder = await makeFolder({ 'a.js': 'one' });
  const { read } = createBundleFiles();
  const seen = (await files.seeInner(folder, 'a.js'))!;
  // As if the path had led there when it was looked at.
  vi.mocked(files.seeInner).mockResolvedValueOnce({ ...seen, path: join(outside, 'a.js') });
  expect(await read(folder, 'a.js')).toBeUndefined();
  await symlink(join(outside, 'a.js'), join(folder, 'link.js'));
  vi.mocked(files.seeInner).mockResolvedValueOnce({ ...seen, path: join(folder, 'link.js') });
  expect(await read(folder, 'link.js')).toMatchObject({ problem: expect.stringContaining('ELOOP') });
});

// Files there are of no size until they are read.
test.skipIf(!existsSync('/proc/self/maps'))(
  'reads a file that is larger than it was said to be',
  async () => {
    const reading = await createBundleFiles().read(`/proc/${process.pid}`, 'maps');
    const lines = Buffer.from(reading!.bytes!).toString().trimEnd().split('\n');
    expect(reading!.bytes!.length).toBeGreaterThan(5000);
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]+-[0-9a-f]+ /);
  },
);
