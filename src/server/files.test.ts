import { link, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createError } from '../contract/words.ts';
import { createFileCache, statPath, statInner, stampOf } from './files.ts';
import { makeFolder } from './folder.test.kit.ts';
import { YAML_LIMITS } from './yaml.ts';

/** Makes a file, a cache, and a function that counts its calls. */
async function makeFile(text = 'one') {
  const folder = await makeFolder({ 'a.yaml': text });
  const path = join(folder, 'a.yaml');
  const cache = createFileCache<string>();
  const make = vi.fn(async () => `made ${make.mock.calls.length}`);
  // With an unchanged timestamp, as if the clock of the file system had not advanced.
  const found = await statPath(path);
  const later = { ...found, at: found.at + 60_000 };
  return { folder, path, cache, make, found, later, write: (content: string) => writeFile(path, content) };
}

test('caches the value of a file until its stamp changes', async () => {
  const { path, cache, make, later } = await makeFile();
  expect([await cache('a', later, make), await cache('a', later, make)]).toEqual(['made 1', 'made 1']);
  expect(await cache('b', later, make)).toBe('made 2');
  await writeFile(path, 'longer');
  expect(await cache('a', await statPath(path), make)).toBe('made 3');
});

test('compares the content of a file that has just changed', async () => {
  const { cache, make, found, later, write } = await makeFile('one');
  expect([await cache('a', found, make), await cache('a', found, make)]).toEqual(['made 1', 'made 1']);
  await write('two');
  expect(await cache('a', found, make)).toBe('made 2');
  // A value that was cached just after a change is compared once more.
  await write('six');
  expect([await cache('a', later, make), await cache('a', later, make)]).toEqual(['made 3', 'made 3']);
});

test('does not read a file that has not changed for a while', async () => {
  const { cache, make, found, later, write } = await makeFile('one');
  await cache('a', found, make);
  await cache('a', later, make);
  await write('two');
  expect(await cache('a', later, make)).toBe('made 1');
});

test('does not read a file that is too large', async () => {
  const { cache, make, found, write } = await makeFile('x'.repeat(YAML_LIMITS.bytes + 1));
  await cache('a', found, make);
  await write('two');
  expect(await cache('a', found, make)).toBe('made 1');
});

test('caches errors that the file caused, and no other errors', async () => {
  const { cache, later } = await makeFile();
  const blamed = vi.fn(() =>
    Promise.reject(createError('YAML_INVALID', { place: 'main.yaml', message: 'no' })),
  );
  const failed = vi.fn(() => Promise.reject(new Error('too many files')));
  for (let time = 0; time < 2; time += 1) {
    await expect(cache('a', later, blamed)).rejects.toThrow('YAML_INVALID');
    await expect(cache('b', later, failed)).rejects.toThrow('too many');
  }
  expect([blamed.mock.calls.length, failed.mock.calls.length]).toEqual([1, 2]);
});

test('drops the oldest values when the total size exceeds the limit', async () => {
  const { found, later } = await makeFile();
  const cache = createFileCache<string>(10, ({ length }) => length);
  const make = vi.fn(async () => 'xxxx');
  for (const key of ['a', 'b', 'c']) await cache(key, later, make);
  await cache('c', later, make);
  expect(make).toHaveBeenCalledTimes(3);
  await cache('a', later, make);
  expect(make).toHaveBeenCalledTimes(4);
  expect(found.path).toBe(later.path);
});

test('makes another stamp once a file is linked, replaced or changed', async () => {
  const { folder, path } = await makeFile();
  const stamps = new Set([stampOf(await statPath(path))]);
  const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
  await wait();
  await link(path, join(folder, 'other'));
  stamps.add(stampOf(await statPath(path)));
  await writeFile(join(folder, 'new'), 'one');
  await rename(join(folder, 'new'), path);
  stamps.add(stampOf(await statPath(path)));
  await wait();
  await writeFile(path, 'two');
  stamps.add(stampOf(await statPath(path)));
  expect(stamps.size).toBe(4);
});

test('makes another stamp if any of its parts differs', async () => {
  const { found } = await makeFile();
  const { stats } = found;
  for (const part of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) {
    const other = Object.assign(Object.create(stats), { [part]: stats[part] + 1n });
    expect(stampOf({ ...found, stats: other }), part).not.toBe(stampOf(found));
  }
});

test('follows links only to files inside the folder', async () => {
  const { folder } = await makeFile();
  const outside = await makeFolder({ 'secret.yaml': 'secret: 1' });
  await symlink(join(outside, 'secret.yaml'), join(folder, 'plugin.yaml'));
  await symlink('a.yaml', join(folder, 'inner.yaml'));
  await symlink(outside, join(folder, 'dashboards'));
  expect(await statInner(folder, 'plugin.yaml')).toBeUndefined();
  expect(await statInner(folder, 'dashboards/secret.yaml')).toBeUndefined();
  expect((await statInner(folder, 'inner.yaml'))?.path).toBe(join(folder, 'a.yaml'));
});
