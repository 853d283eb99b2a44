import { link, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createError } from '../contract/words.ts';
import { createFileCache, see, seeInner, stampOf } from './files.ts';
import { makeFolder } from './folder.test.kit.ts';
import { YAML_LIMITS } from './yaml.ts';

/** A file, and a memory of how often something was made of it. */
async function makeFile(text = 'one') {
  const folder = await makeFolder({ 'a.yaml': text });
  const path = join(folder, 'a.yaml');
  const memory = createFileCache<string>();
  const make = vi.fn(async () => `made ${make.mock.calls.length}`);
  // As if the clock of the file system stood still.
  const seen = await see(path);
  const later = { ...seen, at: seen.at + 60_000 };
  return { folder, path, memory, make, seen, later, write: (text: string) => writeFile(path, text) };
}

test('remembers what is made of a file until its stamp is another', async () => {
  const { path, memory, make, later } = await makeFile();
  expect([await memory('a', later, make), await memory('a', later, make)]).toEqual(['made 1', 'made 1']);
  expect(await memory('b', later, make)).toBe('made 2');
  await writeFile(path, 'longer');
  expect(await memory('a', await see(path), make)).toBe('made 3');
});

test('compares the bytes of a file that changed a moment ago', async () => {
  const { memory, make, seen, later, write } = await makeFile('one');
  expect([await memory('a', seen, make), await memory('a', seen, make)]).toEqual(['made 1', 'made 1']);
  await write('two');
  expect(await memory('a', seen, make)).toBe('made 2');
  // What was remembered a moment after the change is compared once more.
  await write('six');
  expect([await memory('a', later, make), await memory('a', later, make)]).toEqual(['made 3', 'made 3']);
});

test('looks at no byte of a file that has stood for a while', async () => {
  const { memory, make, seen, later, write } = await makeFile('one');
  await memory('a', seen, make);
  await memory('a', later, make);
  await write('two');
  expect(await memory('a', later, make)).toBe('made 1');
});

test('reads nothing of a file that is too large, however often it is asked for', async () => {
  const { memory, make, seen, write } = await makeFile('x'.repeat(YAML_LIMITS.bytes + 1));
  await memory('a', seen, make);
  await write('two');
  expect(await memory('a', seen, make)).toBe('made 1');
});

test('remembers what a file is to blame for, and nothing else that fails', async () => {
  const { memory, later } = await makeFile();
  const blamed = vi.fn(() =>
    Promise.reject(createError('YAML_INVALID', { place: 'main.yaml', message: 'no' })),
  );
  const failed = vi.fn(() => Promise.reject(new Error('too many files')));
  for (let time = 0; time < 2; time += 1) {
    await expect(memory('a', later, blamed)).rejects.toThrow('YAML_INVALID');
    await expect(memory('b', later, failed)).rejects.toThrow('too many');
  }
  expect([blamed.mock.calls.length, failed.mock.calls.length]).toEqual([1, 2]);
});

test('weighs what was made, and lets go of the oldest', async () => {
  const { seen, later } = await makeFile();
  const memory = createFileCache<string>(10, ({ length }) => length);
  const make = vi.fn(async () => 'xxxx');
  for (const key of ['a', 'b', 'c']) await memory(key, later, make);
  await memory('c', later, make);
  expect(make).toHaveBeenCalledTimes(3);
  await memory('a', later, make);
  expect(make).toHaveBeenCalledTimes(4);
  expect(seen.path).toBe(later.path);
});

test('a file has another stamp once it is linked, replaced or touched', async () => {
  const { folder, path } = await makeFile();
  const stamps = new Set([stampOf(await see(path))]);
  const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
  await wait();
  await link(path, join(folder, 'other'));
  stamps.add(stampOf(await see(path)));
  await writeFile(join(folder, 'new'), 'one');
  await rename(join(folder, 'new'), path);
  stamps.add(stampOf(await see(path)));
  await wait();
  await writeFile(path, 'two');
  stamps.add(stampOf(await see(path)));
  expect(stamps.size).toBe(4);
});

test('each part of a stamp tells one file from another', async () => {
  const { seen } = await makeFile();
  const { stats } = seen;
  for (const part of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) {
    const other = Object.assign(Object.create(stats), { [part]: stats[part] + 1n });
    expect(stampOf({ ...seen, stats: other }), part).not.toBe(stampOf(seen));
  }
});

test('takes for direct only what no link stands before', async () => {
  const { folder } = await makeFile();
  const outside = await makeFolder({ 'secret.yaml': 'secret: 1' });
  await symlink(join(outside, 'secret.yaml'), join(folder, 'plugin.yaml'));
  await symlink('a.yaml', join(folder, 'inner.yaml'));
  await symlink(outside, join(folder, 'dashboards'));
  expect(await seeInner(folder, 'plugin.yaml')).toBeUndefined();
  expect(await seeInner(folder, 'dashboards/secret.yaml')).toBeUndefined();
  expect((await seeInner(folder, 'inner.yaml'))?.path).toBe(join(folder, 'a.yaml'));
});
