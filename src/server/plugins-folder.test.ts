import { link, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { PLUGIN_CONCURRENCY, createPluginsReader, innerFile, readPlugins } from './plugins-folder.ts';
import * as yaml from './yaml.ts';

vi.mock('./yaml.ts', { spy: true });

const component = (name: string) => `frontend: {components: [{name: ${name}, path: widget/dist/${name}.js}]}`;

test('reads the plugins of a folder in the order of their folders, by yaml or yml', async () => {
  const dir = await makeFolder({
    'stock/plugin.yml': 'id: stock\n',
    'sales/plugin.yaml': `name: sales\ndisplay_name: Sales\nversion: 1.2.0\nextra: {a: 1}\n${component('Map')}`,
    'notes.txt': 'not a plugin',
    '.git/config': 'hidden',
  });
  const { plugins, refused } = await readPlugins(dir);
  expect(refused).toEqual([]);
  expect(plugins).toMatchObject([
    {
      id: 'sales',
      display_name: 'Sales',
      version: '1.2.0',
      folder: join(dir, 'sales'),
      document: { extra: { a: 1 } },
      components: [{ name: 'Map', path: 'widget/dist/Map.js', filename: 'Map.js' }],
    },
    { id: 'stock', components: [], dashboards: [] },
  ]);
});

test('refuses unusable plugins with plugin, place and rule, and reads the others', async () => {
  const dir = await makeFolder({
    'a-bad-name/plugin.yaml': component('map'),
    'b-yaml/plugin.yaml': 'id: b\nid: c\n',
    'c-empty/readme.md': '',
    'd-list/plugin.yaml': '- 1',
    'good/plugin.yaml': 'id: good',
    'f-same/plugin.yaml': 'id: good\nname: Thief',
    'x-twin/plugin.yaml': 'id: twin',
    'y-twin/plugin.yaml': 'id: twin',
    'g-bomb/plugin.yaml': '['.repeat(100_000),
  });
  const { plugins, refused } = await readPlugins(dir);
  expect(plugins.map(({ id, name }) => [id, name])).toEqual([['good', 'good']]);
  const details = Object.fromEntries(refused.map(({ id, detail }) => [id, detail]));
  expect(details).toEqual({
    'a-bad-name': expect.stringMatching(
      /^a-bad-name: frontend\.components\[0\]\.name is "map", but it must be Pascal/,
    ),
    'b-yaml': expect.stringMatching(/^b-yaml: plugin\.yaml:2:1: the key "id" is repeated/),
    'c-empty': expect.stringMatching(/^c-empty: plugin\.yaml: the file is missing in the plugin’s folder\./),
    'd-list': expect.stringMatching(/^d-list: plugin\.yaml is \[1\], but it must be a mapping/),
    'f-same': expect.stringMatching(/^f-same: id, the same as of good, is "good", but it must be unique\./),
    'x-twin': expect.stringMatching(/^x-twin: id, the same as of y-twin, is "twin"/),
    'y-twin': expect.stringMatching(/^y-twin: id, the same as of x-twin, is "twin"/),
    'g-bomb': expect.stringMatching(/^g-bomb: plugin\.yaml:1:\d+: nested deeper than 64 levels/),
  });
});

test('rejects for a missing folder', async () => {
  await expect(readPlugins(join(await makeFolder(), 'none'))).rejects.toThrow('ENOENT');
});

test('lists the dashboards of the manifest, then the other files', async () => {
  const dir = await makeFolder({
    'sales/plugin.yaml':
      'dashboards:\n  - {name: main, label: Main, path: boards/main.yaml}\n  - {name: second}\n  - {name: third}\n  - {name: fifth, path: dashboards/5.yml}',
    'sales/boards/main.yaml': 'title: Not this',
    'sales/dashboards/5.yml': 'panels: []',
    'sales/dashboards/also.yaml': 'title: Also',
    'sales/dashboards/also.yml': 'title: Not this',
    'sales/dashboards/broken.yaml': 'title: [',
    'sales/dashboards/labelled.yaml': 'label: Labelled\ntitle: Titled',
    'sales/dashboards/large.yaml': `title: Large # ${'x'.repeat(70_000)}`,
    'sales/dashboards/main.yaml': 'title: Not this',
    'sales/dashboards/not a name.yaml': 'title: Not this',
    'sales/dashboards/notes.txt': 'title: Not this',
    'sales/dashboards/second.yml': 'title: Second',
    'sales/dashboards/folder.yaml/x': '',
  });
  const { plugins } = await readPlugins(dir);
  expect(plugins[0]!.dashboards).toEqual([
    { name: 'main', label: 'Main', path: 'boards/main.yaml' },
    { name: 'second', label: 'Second', path: 'dashboards/second.yml' },
    { name: 'third', path: 'dashboards/third.yaml' },
    { name: 'fifth', path: 'dashboards/5.yml' },
    { name: 'also', label: 'Also', path: 'dashboards/also.yaml' },
    { name: 'broken', path: 'dashboards/broken.yaml' },
    { name: 'labelled', label: 'Labelled', path: 'dashboards/labelled.yaml' },
    { name: 'large', path: 'dashboards/large.yaml' },
  ]);
});

test('follows a link to a plugin, but no link that leaves it', async () => {
  const outside = await makeFolder({ 'secret.yaml': 'title: Secret', 'sub/inner.yaml': 'title: Secret' });
  const dir = await makeFolder({ 'a/plugin.yaml': '', 'b/readme.md': '', 'a/dashboards/real.yaml': 'a: 1' });
  await writeFiles(outside, { 'linked/plugin.yaml': 'id: linked' });
  await writeFiles(dir, { 'a/plugin.yaml': 'id: a', 'c/plugin.yaml': 'id: c' });
  await symlink(join(outside, 'linked'), join(dir, 'linked'));
  await symlink(join(outside, 'secret.yaml'), join(dir, 'a/dashboards/secret.yaml'));
  await symlink('real.yaml', join(dir, 'a/dashboards/link.yaml'));
  await symlink(join(outside, 'secret.yaml'), join(dir, 'b/plugin.yaml'));
  await symlink(join(outside, 'sub'), join(dir, 'c/dashboards'));
  await symlink('nowhere', join(dir, 'dangling'));
  await symlink('a/plugin.yaml', join(dir, 'file'));
  const { plugins, refused } = await readPlugins(dir);
  expect(plugins.map(({ id, dashboards }) => [id, dashboards.map(({ name }) => name)])).toEqual([
    ['a', ['link', 'real']],
    ['c', []],
    ['linked', []],
  ]);
  expect(plugins[2]!.folder).toBe(join(outside, 'linked'));
  expect(refused.map(({ id }) => id)).toEqual(['b', 'dangling']);
  expect(refused[1]!.detail).toContain('ENOENT');
});

test('finds only files inside a plugin', async () => {
  const dir = await makeFolder({ 'a/x.js': '', 'a-b/y.js': '', 'a/sub/z.js': '' });
  await symlink(join(dir, 'a-b'), join(dir, 'a/out'));
  await symlink('loop', join(dir, 'a/loop'));
  expect(await innerFile(join(dir, 'a'), 'x.js')).toBe(join(dir, 'a/x.js'));
  expect(await innerFile(join(dir, 'a'), 'sub/z.js')).toBe(join(dir, 'a/sub/z.js'));
  for (const path of [
    '../a-b/y.js',
    'out/y.js',
    'loop',
    'sub',
    '',
    'none.js',
    'x.js/y',
    'x\0.js',
    'x'.repeat(5000),
  ])
    expect(await innerFile(join(dir, 'a'), path), path).toBeUndefined();
});

test('parses a manifest again only if its file has changed', async () => {
  const dir = await makeFolder({ 'a/plugin.yaml': 'version: 1', 'b/plugin.yaml': 'version: [', 'b/x': '' });
  const read = createPluginsReader(dir).readAll;
  vi.mocked(yaml.readYaml).mockClear();
  const first = await read();
  expect(first.refused).toHaveLength(1);
  expect(yaml.readYaml).toHaveBeenCalledTimes(2);
  expect(await read()).toEqual(first);
  expect(yaml.readYaml).toHaveBeenCalledTimes(2);

  await writeFiles(dir, { 'a/plugin.yaml': 'version: 2', 'c/plugin.yaml': 'version: 3' });
  await utimes(join(dir, 'a/plugin.yaml'), 1, 1);
  await rm(join(dir, 'b'), { recursive: true });
  const second = await read();
  expect(second.refused).toEqual([]);
  expect(second.plugins.map(({ id, version }) => [id, version])).toEqual([
    ['a', '2'],
    ['c', '3'],
  ]);
  expect(yaml.readYaml).toHaveBeenCalledTimes(4);
});

test('reads again after an error that the file did not cause', async () => {
  const dir = await makeFolder({ 'a/plugin.yaml': 'id: a' });
  const read = createPluginsReader(dir).readAll;
  vi.mocked(yaml.readYaml).mockRejectedValueOnce(
    Object.assign(new Error('too many files'), { code: 'EMFILE' }),
  );
  expect((await read()).refused).toEqual([
    { id: 'a', detail: 'a: the plugin’s folder cannot be read (EMFILE). Check its permissions.' },
  ]);
  expect((await read()).plugins).toHaveLength(1);
});

test('limits the number of plugins that it reads at the same time', async () => {
  const names = Array.from(
    { length: PLUGIN_CONCURRENCY * 2 + 1 },
    (_, index) => `plugin-${index}/plugin.yaml`,
  );
  const dir = await makeFolder(Object.fromEntries(names.map((name) => [name, ''])));
  let [now, max] = [0, 0];
  vi.mocked(yaml.readYaml).mockImplementation(async () => {
    now += 1;
    max = Math.max(max, now);
    // Waits until the limit is reached.
    await vi.waitUntil(() => max >= PLUGIN_CONCURRENCY);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now -= 1;
    return {};
  });
  const { plugins } = await createPluginsReader(dir).readAll();
  vi.mocked(yaml.readYaml).mockRestore();
  expect([plugins.length, max]).toEqual([names.length, PLUGIN_CONCURRENCY]);
});

const readFiles = () => vi.mocked(yaml.readYaml).mock.calls.map(([path]) => path);

test('finds a plugin by its folder without reading others', async () => {
  const dir = await makeFolder({ 'a/plugin.yaml': 'id: a', 'b/plugin.yaml': '[', 'c/plugin.yml': 'name: c' });
  const { find, readByFolder } = createPluginsReader(dir);
  vi.mocked(yaml.readYaml).mockClear();
  expect(await find('a')).toMatchObject({ plugin: { id: 'a', folder: join(dir, 'a') }, refused: [] });
  expect((await find('c')).plugin?.folder).toBe(join(dir, 'c'));
  expect((await readByFolder('a'))?.id).toBe('a');
  expect(readFiles()).toEqual([join(dir, 'a/plugin.yaml'), join(dir, 'c/plugin.yml')]);
});

test('finds the same plugin by id as in the whole folder', async () => {
  const root = await makeFolder({
    'plugins/good/plugin.yaml': 'id: good',
    'plugins/thief/plugin.yaml': 'id: good',
    'plugins/x-twin/plugin.yaml': 'id: twin',
    'plugins/y-twin/plugin.yaml': 'id: twin',
    'plugins/elsewhere/plugin.yaml': 'id: lone',
    'plugins/moved/plugin.yaml': 'id: taken',
    'plugins/broken/plugin.yaml': 'id: [',
    'plugins/heir/plugin.yaml': 'id: broken',
    'plugins/empty/readme.md': '',
    'plugins/file.txt': 'id: file.txt',
    'outside/plugin.yaml': 'id: outside',
  });
  const dir = join(root, 'plugins');
  const { find, readAll, readByFolder } = createPluginsReader(dir);
  const { plugins, refused } = await readAll();
  const folders = Object.fromEntries(plugins.map(({ id, folder }) => [id, folder]));
  expect(folders).toEqual({
    good: join(dir, 'good'),
    lone: join(dir, 'elsewhere'),
    taken: join(dir, 'moved'),
    broken: join(dir, 'heir'),
  });
  vi.mocked(yaml.readYaml).mockClear();
  for (const id of [
    'good',
    'thief',
    'twin',
    'x-twin',
    'lone',
    'elsewhere',
    'taken',
    'moved',
    'broken',
    'heir',
    'empty',
    'file.txt',
    'none',
    'outside',
    '../outside',
    '..',
    '.',
    '',
    'good/../good',
    'good/',
    'GOOD',
    'a\0b',
  ]) {
    const found = await find(id);
    expect(found.plugin?.folder, id).toBe(folders[id]);
    if (!found.plugin) expect(found.refused, id).toEqual(refused);
    expect((await readByFolder(id))?.id, id).toBe(id === 'good' ? 'good' : undefined);
  }
  expect(readFiles()).toEqual([]);
});

test('reads a plugin again after each change', async () => {
  const dir = await makeFolder({ 'a/plugin.yaml': 'version: 1', 'releases/2/plugin.yaml': 'version: 2' });
  const { find } = createPluginsReader(dir);
  const version = async () => (await find('a')).plugin?.version;
  expect(await version()).toBe('1');
  await writeFiles(dir, { 'a/plugin.yaml': 'version: 3' });
  expect(await version()).toBe('3');
  await rm(join(dir, 'a'), { recursive: true });
  expect(await version()).toBeUndefined();
  await symlink('releases/2', join(dir, 'a'));
  expect(await version()).toBe('2');
  expect((await find('a')).plugin?.folder).toBe(join(dir, 'releases/2'));
  await writeFiles(dir, { 'b/plugin.yaml': 'id: a' });
  expect(await version()).toBe('2');
});

test('detects that a link leads to another folder although the manifest is the same file', async () => {
  const dir = await makeFolder({ '.releases/1/plugin.yaml': 'id: a', '.releases/2/readme.md': '' });
  await link(join(dir, '.releases/1/plugin.yaml'), join(dir, '.releases/2/plugin.yaml'));
  const { find, readAll } = createPluginsReader(dir);
  for (const release of ['1', '2']) {
    await symlink(`.releases/${release}`, join(dir, 'next'));
    await rename(join(dir, 'next'), join(dir, 'a'));
    expect((await find('a')).plugin?.folder).toBe(join(dir, '.releases', release));
    expect((await readAll()).plugins[0]?.folder).toBe(join(dir, '.releases', release));
  }
});

test('refuses a manifest that is now a link to another place', async () => {
  const outside = await makeFolder();
  const dir = await makeFolder({ 'a/plugin.yaml': 'id: a' });
  const { find } = createPluginsReader(dir);
  expect((await find('a')).plugin).toBeDefined();
  await rename(join(dir, 'a/plugin.yaml'), join(outside, 'plugin.yaml'));
  await symlink(join(outside, 'plugin.yaml'), join(dir, 'a/plugin.yaml'));
  expect(await find('a')).toEqual({
    plugin: undefined,
    refused: [{ id: 'a', detail: expect.stringContaining('the file is missing') }],
  });
});

test('reads a folder with two names as two plugins, unless its manifest has an id', async () => {
  const dir = await makeFolder({ '.real/plugin.yaml': 'version: 1' });
  for (const name of ['a', 'b']) await symlink('.real', join(dir, name));
  const { readAll, find } = createPluginsReader(dir);
  for (let time = 0; time < 2; time += 1)
    expect((await readAll()).plugins.map(({ id }) => id)).toEqual(['a', 'b']);
  expect((await find('a')).plugin?.id).toBe('a');
});
