import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { createDashboardsFolder } from './dashboards-folder.ts';
import * as files from './files.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import * as yaml from './yaml.ts';

vi.mock('./files.ts', { spy: true });
vi.mock('./yaml.ts', { spy: true });

beforeEach(() => void vi.mocked(files.statPath).mockReset());

async function makePlugin(given: Record<string, string>) {
  const folder = await makeFolder(given);
  const plugin = { id: 'sales', folder, dashboards: [] };
  const dashboards = createDashboardsFolder();
  const names = async () => (await dashboards.list(plugin)).map(({ name, label = '' }) => `${name} ${label}`);
  return {
    folder,
    plugin,
    dashboards,
    names,
    write: (texts: Record<string, string>) => writeFiles(folder, texts),
  };
}

test('lists dashboards and titles that are added, changed and removed', async () => {
  const { folder, names, write } = await makePlugin({ 'dashboards/a.yaml': 'title: One' });
  expect(await names()).toEqual(['a One']);
  await write({ 'dashboards/a.yaml': 'title: Two', 'dashboards/b.yml': '' });
  expect(await names()).toEqual(['a Two', 'b ']);
  await rm(join(folder, 'dashboards/a.yaml'));
  expect(await names()).toEqual(['b ']);
  await rm(join(folder, 'dashboards'), { recursive: true });
  expect(await names()).toEqual([]);
});

test('reads a folder again while its timestamp may be coarse, and later only if it has changed', async () => {
  const { folder, names, write } = await makePlugin({ 'dashboards/a.yaml': '' });
  const found = await files.statPath(join(folder, 'dashboards'));
  vi.mocked(files.statPath).mockResolvedValue(found);
  expect(await names()).toEqual(['a ']);
  await write({ 'dashboards/b.yaml': '' });
  expect(await names()).toEqual(['a ', 'b ']);
  vi.mocked(files.statPath).mockResolvedValue({ ...found, at: found.at + 60_000 });
  expect(await names()).toEqual(['a ', 'b ']);
  await write({ 'dashboards/c.yaml': '' });
  expect(await names()).toEqual(['a ', 'b ']);
});

test('checks the target of a link each time', async () => {
  const outside = await makeFolder({ 'x.yaml': 'title: Secret' });
  const { folder, names, write } = await makePlugin({
    'dashboards/a.yaml': '',
    'boards/inner.yaml': 'title: In',
  });
  await symlink(join(folder, 'boards/inner.yaml'), join(folder, 'dashboards/link.yaml'));
  // The folder has not changed for a while.
  const found = await files.statPath(join(folder, 'dashboards'));
  vi.mocked(files.statPath).mockResolvedValue({ ...found, at: found.at + 60_000 });
  expect(await names()).toEqual(['a ', 'link In']);
  await rm(join(folder, 'boards/inner.yaml'));
  expect(await names()).toEqual(['a ']);
  await symlink(join(outside, 'x.yaml'), join(folder, 'boards/inner.yaml'));
  expect(await names()).toEqual(['a ']);
  await rm(join(folder, 'boards/inner.yaml'));
  await write({ 'boards/inner.yaml': 'title: Back' });
  expect(await names()).toEqual(['a ', 'link Back']);
});

test('does not follow a dashboards folder that is now a link to another place', async () => {
  const outside = await makeFolder({ 'a.yaml': 'title: Secret' });
  const { folder, plugin, dashboards, names } = await makePlugin({ 'dashboards/a.yaml': 'title: One' });
  expect(await names()).toEqual(['a One']);
  await rm(join(folder, 'dashboards'), { recursive: true });
  await symlink(outside, join(folder, 'dashboards'));
  expect(await names()).toEqual([]);
  expect(await dashboards.find(plugin, 'a')).toBeUndefined();
  expect(await dashboards.read(plugin, { name: 'a', path: 'dashboards/a.yaml' })).toBeUndefined();
});

test('reads no title through a link that leaves the plugin', async () => {
  const outside = await makeFolder({ 'a.yaml': 'title: Secret' });
  const { folder, plugin, dashboards } = await makePlugin({ 'dashboards/b.yaml': 'title: Own' });
  await symlink(outside, join(folder, 'boards'));
  const declared = [{ name: 'a', path: 'boards/a.yaml' }];
  expect(await dashboards.list({ ...plugin, dashboards: declared })).toEqual([
    { name: 'a', path: 'boards/a.yaml' },
    { name: 'b', path: 'dashboards/b.yaml', label: 'Own' },
  ]);
});

const custom = (...names: string[]) =>
  `panels:\n${names.map((name) => `  - {type: custom, component: ${name}}\n`).join('')}`;

test('reads a document once, until it changes', async () => {
  const { plugin, dashboards, write } = await makePlugin({
    'dashboards/a.yaml': custom('Map', 'other/Map', 'Map'),
  });
  const read = () => dashboards.read(plugin, { name: 'a', path: 'dashboards/a.yaml' });
  vi.mocked(yaml.readYaml).mockClear();
  const [first, second] = [await read(), await read()];
  expect(yaml.readYaml).toHaveBeenCalledOnce();
  expect(second).toBe(first);
  expect(JSON.parse(first!.json).panels).toHaveLength(3);
  expect(first!.components).toEqual(['Map', 'other/Map']);
  await write({ 'dashboards/a.yaml': custom('New') });
  expect((await read())?.components).toEqual(['New']);
});

test('names the components in the order of the shown panels, and none for a document that is not a dashboard', async () => {
  const { plugin, dashboards } = await makePlugin({
    'rows.yaml': `panels:
  - {type: custom, component: Second, position: {row: 2}}
  - {type: custom, component: First, position: {row: 1}}
  - {type: chart, component: Chart}
  - {type: custom}
  - {type: custom, config: {component: Inner}}
`,
    'text.yaml': 'panels: 1',
  });
  const read = (name: string) => dashboards.read(plugin, { name, path: `${name}.yaml` });
  expect((await read('rows'))?.components).toEqual(['First', 'Inner', 'Second']);
  expect(await read('text')).toEqual({ json: '{"panels":1}' });
});
