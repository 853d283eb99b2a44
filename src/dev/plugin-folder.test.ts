import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlugins } from '../server/plugins-folder.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { readPlugin, unreadable } from './plugin-folder.ts';

/** Reads a plugin of these files whose folder is named `sales`. */
async function read(files: Record<string, string>) {
  const inner = Object.entries(files).map(([path, text]) => [`sales/${path}`, text] as const);
  const folder = join(await makeFolder(Object.fromEntries(inner)), 'sales');
  const plugin = await readPlugin(folder);
  const shown = plugin.problems.map(
    ({ level, code, file, line, column }) =>
      `${level} ${code} ${[file, line, column].filter(Boolean).join(':')}`,
  );
  return { ...plugin, shown };
}

test('reads a plugin', async () => {
  const { folder, ...plugin } = await read({
    'plugin.yaml': `id: desk
frontend:
  components: [{ name: A, path: widget/dist/A.js }, { name: B, path: b.js }]
dashboards: [main]`,
  });
  expect(folder).toMatch(/sales$/);
  expect(plugin).toEqual({
    id: 'desk',
    file: 'plugin.yaml',
    components: [
      { name: 'A', path: 'widget/dist/A.js', filename: 'A.js' },
      { name: 'B', path: 'b.js', filename: 'b.js' },
    ],
    names: ['A', 'B'],
    dashboards: [{ name: 'main', path: 'dashboards/main.yaml' }],
    manifest: expect.objectContaining({ id: 'desk', version: '' }),
    problems: [],
    shown: [],
  });
});

test.each([
  ['is not a folder', 'sales', {}],
  ['is not a folder', 'plugin.yaml', { 'plugin.yaml': 'id: sales' }],
  ['has no plugin.yaml', '', { 'README.md': '' }],
])('reports that a path %s', async (message, path, files) => {
  const folder = await makeFolder(files);
  const { problems, ...plugin } = await readPlugin(join(folder, path));
  expect(problems).toEqual([
    {
      level: 'error',
      code: 'NO_PLUGIN',
      file: 'plugin.yaml',
      message: `${join(folder, path)} ${message}.`,
      fix: expect.stringContaining('nousviz-widget create DIR'),
    },
  ]);
  expect(plugin).toMatchObject({ components: [], dashboards: [], names: [] });
});

test('also reads plugin.yml and follows a link to the folder', async () => {
  const folder = await makeFolder({ 'sales/plugin.yml': 'version: [1' });
  await symlink(join(folder, 'sales'), join(folder, 'link'));
  const { id, folder: real, problems } = await readPlugin(join(folder, 'link'));
  expect({ id, real }).toEqual({ id: 'sales', real: join(folder, 'sales') });
  expect(problems).toMatchObject([{ code: 'YAML_INVALID', file: 'plugin.yml', line: 1, column: 12 }]);
});

test('does not read a manifest through a link that leaves the folder', async () => {
  const folder = await makeFolder({ 'plugin.yaml': 'id: other' });
  await mkdir(join(folder, 'sales'));
  await symlink(join(folder, 'plugin.yaml'), join(folder, 'sales/plugin.yaml'));
  expect((await readPlugin(join(folder, 'sales'))).problems).toMatchObject([{ code: 'NO_PLUGIN' }]);
});

test('reports every invalid value and returns the valid ones', async () => {
  const { shown, id, components, names, problems } = await read({
    'plugin.yaml': `id: Sales!
frontend:
  components:
    - name: chart
      path: ../Chart.js
    - name: Table
      path: widget/dist/Table.js
    - Sparkline
    - name: Table
      path: widget/other/Table.js
    - path: widget/dist/Nameless.js
`,
  });
  expect(shown).toEqual([
    'error MANIFEST_INVALID plugin.yaml:1:5',
    'error MANIFEST_INVALID plugin.yaml:4:13',
    'error MANIFEST_INVALID plugin.yaml:5:13',
    'error MANIFEST_INVALID plugin.yaml:8:7',
    'error MANIFEST_INVALID plugin.yaml:9:13',
    'error MANIFEST_INVALID plugin.yaml:10:13',
    'error MANIFEST_INVALID plugin.yaml:11:7',
  ]);
  expect(problems[6]!.message).toBe(
    'frontend.components[4].name is missing, but it must be PascalCase: a capital letter, then letters and digits.',
  );
  expect({ id, names }).toEqual({ id: 'sales', names: ['Table'] });
  expect(components).toEqual([{ name: 'Table', path: 'widget/dist/Table.js', filename: 'Table.js' }]);
});

test('returns the name of a component with an invalid path', async () => {
  const { components, names } = await read({
    'plugin.yaml': 'frontend: { components: [{ name: Chart, path: /Chart.js }] }',
  });
  expect({ components, names }).toEqual({ components: [], names: ['Chart'] });
});

test.each([
  ['', 'plugin.yaml:1:1'],
  ['- a', 'plugin.yaml:1:1'],
  ['frontend: [1]', 'plugin.yaml:1:11'],
  ['frontend:\n  components: { a: 1 }', 'plugin.yaml:2:15'],
])('reports the place of the mistake in the manifest %j', async (text, place) => {
  expect((await read({ 'plugin.yaml': text })).shown).toEqual([`error MANIFEST_INVALID ${place}`]);
});

test('terminates for components that are nested aliases', async () => {
  const { shown } = await read({
    'plugin.yaml': 'frontend:\n  components:\n    - &a { name: A, path: a.js }\n    - *a\n    - *a\n',
  });
  expect(shown).toEqual([
    'error MANIFEST_INVALID plugin.yaml:3:18',
    'error MANIFEST_INVALID plugin.yaml:3:18',
  ]);
});

const DASHBOARDS = {
  'plugin.yaml': `id: sales
dashboards:
  - main
  - { name: by-path, path: boards/one.yaml, label: One }
  - { file: dashboards/two.yml }
  - { name: renamed, path: dashboards/five.yaml }
  - name: gone
  - { name: main, path: boards/one.yaml }
  - { name: no/name }
  - { name: out, path: ../out.yaml }
`,
  'dashboards/main.yml': 'title: Main',
  'dashboards/two.yml': 'title: Two',
  'dashboards/three.yaml': 'title: Three',
  'dashboards/five.yaml': 'title: Five',
  'dashboards/four five.yaml': '',
  'dashboards/read.me': '',
  'boards/one.yaml': '',
};

test('finds the same dashboards as the host API and names the skipped ones', async () => {
  const { folder, dashboards, shown } = await read(DASHBOARDS);
  const { plugins } = await readPlugins(dirname(folder));
  const hosts = plugins[0]!.dashboards.map(({ name, path }) => ({ name, path }));
  expect(dashboards.map(({ name, path }) => ({ name, path }))).toEqual(hosts);
  expect(hosts.map(({ name }) => name)).toEqual(['main', 'by-path', 'two', 'renamed', 'gone', 'three']);
  expect(shown).toEqual([
    'warning DASHBOARD_SKIPPED plugin.yaml:9:5',
    'warning DASHBOARD_SKIPPED plugin.yaml:10:5',
    'warning DASHBOARD_SKIPPED dashboards/four five.yaml',
  ]);
});

test('warns if dashboards is not a list', async () => {
  const { shown, problems } = await read({ 'plugin.yaml': 'id: sales\ndashboards: main' });
  expect(shown).toEqual(['warning DASHBOARD_SKIPPED plugin.yaml:2:13']);
  expect(problems[0]!.message).toBe('dashboards is "main", which names no dashboard, so hosts skip it.');
});

test('reports an unreadable file and throws other errors', () => {
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
  expect(unreadable('plugin.yaml', denied)).toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'plugin.yaml cannot be read (EACCES).',
  });
  expect(() => unreadable('plugin.yaml', new TypeError('ours'))).toThrow('ours');
});
