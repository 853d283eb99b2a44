import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { createPlugin } from './create.ts';

test('writes the source of this library into package.json only', async () => {
  const from = await makeFolder();
  const folder = join(from, 'my-plugin');
  const { files, note } = await createPlugin({ folder, from, runtime: '.' });
  expect(note).toContain('only on this machine');
  expect(files).toContain('.gitignore');
  const root = join(import.meta.dirname, '../..');
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const paths = ['file:..', from, root].filter((path) => text.includes(path));
    expect(paths, file).toEqual(file === 'package.json' ? ['file:..'] : []);
  }
});

test('writes a path as JSON', async () => {
  const from = await makeFolder({ 'a "runtime"/package.json': '{}' });
  const folder = join(from, 'my-plugin');
  await createPlugin({ folder, from, runtime: './a "runtime"' });
  const { devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies['@nousviz/widget-runtime']).toBe('file:../a "runtime"');
});
