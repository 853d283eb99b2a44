import { existsSync } from 'node:fs';
import { readdir, readFile, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { createOverlay, kindOf } from './overlay.ts';

async function overlayOf(folder: string) {
  const overlay = await createOverlay(folder);
  onTestFinished(overlay.close);
  const copy = join(overlay.plugins, basename(folder));
  const files = async () =>
    (await readdir(copy, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(copy.length + 1))
      .toSorted();
  return { ...overlay, copy, files };
}

test.each([
  ['plugin.yaml', 'document'],
  ['dashboards/deep/main.yml', 'document'],
  ['mock/items.json', 'answer'],
  ['mock/deep/items.json', 'source'],
  ['storage/migrations/001.sql', 'answer'],
  ['storage/other.sql', 'source'],
  ['widget/mock/items.json', 'source'],
  ['widget/Chart.tsx', 'source'],
] as const)('%s is a plugin’s %s', (path, kind) => {
  expect(kindOf(path)).toBe(kind);
});

test('copies the files that a host reads, without built, installed or hidden ones', async () => {
  const folder = await makeFolder({
    'plugin.yaml': 'id: sales',
    'dashboards/main.yaml': 'panels: []',
    'mock/items.json': '{}',
    'storage/migrations/001.sql': 'SELECT 1',
    'widget/Chart.tsx': '',
    'widget/dist/old.yaml': '',
    'node_modules/one/plugin.yaml': '',
    '.github/ci.yaml': '',
  });
  const { files } = await overlayOf(folder);
  expect(await files()).toEqual([
    'dashboards/main.yaml',
    'mock/items.json',
    'plugin.yaml',
    'storage/migrations/001.sql',
  ]);
});

test('copies changed and new files and removes deleted ones', async () => {
  const folder = await makeFolder({ 'plugin.yaml': 'id: sales', 'mock/items.json': '{}' });
  const { sync, copy, files } = await overlayOf(folder);
  await writeFiles(folder, { 'plugin.yaml': 'id: other', 'dashboards/new.yaml': '', 'widget/a.ts': '' });
  await rm(join(folder, 'mock/items.json'));
  for (const path of ['plugin.yaml', 'dashboards/new.yaml', 'mock/items.json', 'widget/a.ts'])
    await sync(path);
  expect(await files()).toEqual(['dashboards/new.yaml', 'plugin.yaml']);
  expect(await readFile(join(copy, 'plugin.yaml'), 'utf8')).toBe('id: other');
});

test('refuses a link that leaves the plugin, like a host', async () => {
  const [folder, other] = [await makeFolder({ 'plugin.yaml': '' }), await makeFolder({ 'secret.yaml': '' })];
  await symlink(join(other, 'secret.yaml'), join(folder, 'secret.yaml'));
  const { files } = await overlayOf(folder);
  expect(await files()).toEqual(['plugin.yaml']);
});

test('writes bundles only into the copy, and removes it on close', async () => {
  const folder = await makeFolder({ 'plugin.yaml': '' });
  const { write, close, copy, files, plugins } = await overlayOf(folder);
  await write('widget/dist/Chart.js', 'one');
  await write('widget/dist/Chart.js', 'two');
  expect(await files()).toEqual(['plugin.yaml', 'widget/dist/Chart.js']);
  expect(await readFile(join(copy, 'widget/dist/Chart.js'), 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['plugin.yaml']);
  await close();
  expect(existsSync(join(plugins, '..'))).toBe(false);
});
