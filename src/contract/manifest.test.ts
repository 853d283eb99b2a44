import { expect, test } from 'vitest';
import type { Issue } from './issues.ts';
import { readComponents, readManifest } from './manifest.ts';

const component = (path: unknown, name: unknown = 'Chart') => ({ name, path });
const document = (...components: unknown[]) => ({ id: 'sales', frontend: { components } });

/** Reads a manifest without issues. */
function manifestOf(value: unknown, folder = 'folder') {
  const { manifest, issues } = readManifest(value, folder);
  expect(issues).toEqual([]);
  return manifest!;
}

test('reads id, names, version, dashboards and components', () => {
  const given = {
    id: 'sales',
    name: 'sales',
    display_name: 'Sales',
    version: 1.2,
    surprise: true,
    dashboards: [{ name: 'main', label: 'Main' }, 'extra', { file: 'boards/q1.yaml', title: 'Q1' }],
    frontend: { components: [component('widget/dist/Chart.js')], other: 1 },
  };
  expect(manifestOf(given)).toEqual({
    id: 'sales',
    name: 'sales',
    display_name: 'Sales',
    version: '1.2',
    dashboards: [
      { name: 'main', label: 'Main' },
      { name: 'extra' },
      { name: 'q1', label: 'Q1', path: 'boards/q1.yaml' },
    ],
    components: [{ name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' }],
  });
});

test('takes the id from a name that is a valid id, else from the folder', () => {
  expect(manifestOf({ name: 'sales' }).id).toBe('sales');
  expect(manifestOf({ name: 'Sales & more' })).toMatchObject({ id: 'folder', display_name: 'Sales & more' });
});

test('accepts a manifest without a frontend, and ignores unreadable dashboards', () => {
  expect(manifestOf({ id: 'a', frontend: null, dashboards: 'x' })).toMatchObject({
    components: [],
    dashboards: [],
  });
  const odd = [3, { name: '../x' }, { name: 'a', path: '../b.yaml' }, {}, null];
  expect(manifestOf({ id: 'a', dashboards: odd }).dashboards).toEqual([{ name: '3' }]);
});

test.each([
  ['widget/../../x.js', 'innerPath', 'a path that leaves the plugin'],
  ['a..b/x.js', 'innerPath', 'two dots anywhere'],
  ['widget\\x.js', 'innerPath', 'a backslash'],
  ['/x.js', 'innerPath', 'an absolute path'],
  ['C:/x.js', 'innerPath', 'a drive'],
  ['https://other.test/x.js', 'innerPath', 'a scheme'],
  ['//other.test/x.js', 'innerPath', 'a host'],
  ['a\0.js', 'innerPath', 'a NUL'],
  ['x.mjs', 'bundleName', 'another ending'],
  ['x.js/', 'bundleName', 'a folder'],
  ['.js', 'bundleName', 'an ending alone'],
  ['x y.js', 'bundleName', 'a space in the file name'],
  ['x.js\n', 'bundleName', 'a newline at the end'],
  ['x.js?v=1', 'bundleName', 'a query'],
  ['', 'innerPath', 'an empty string'],
  [undefined, 'innerPath', 'no path'],
  [7, 'innerPath', 'a number'],
] as [unknown, string, string][])('refuses path %j by the rule %s: %s', (path, rule) => {
  const { manifest, issues } = readManifest(document(component('ok.js', 'Ok'), component(path)), 'sales');
  expect(issues).toEqual([{ place: 'frontend.components[1].path', value: path, rule }]);
  expect(manifest!.components.map(({ name }) => name)).toEqual(['Ok']);
});

test.each(['chart', '9Chart', 'My-Chart', 'Chart\n', '', 'constructor', '__proto__', null, 4, ['Chart']])(
  'refuses name %j',
  (name) => {
    const { manifest, issues } = readManifest(document(component('x.js', name)), 'sales');
    expect(issues).toEqual([{ place: 'frontend.components[0].name', value: name, rule: 'pascalCase' }]);
    expect(manifest!.components).toEqual([]);
  },
);

test('refuses a repeated name, and one file name in two folders', () => {
  const issuesOf = (...components: unknown[]) => readManifest(document(...components), 'sales').issues;
  expect(issuesOf(component('a.js'), component('b.js'))).toEqual([
    { place: 'frontend.components[1].name', value: 'Chart', rule: 'unique' },
  ]);
  expect(issuesOf(component('a/x.js', 'A'), component('b/x.js', 'B'))).toEqual([
    { place: 'frontend.components[1].path', value: 'b/x.js', rule: 'ownFileName' },
  ]);
  const report = () => expect.unreachable();
  expect(readComponents([component('a/x.js', 'A'), component('a/x.js', 'B')], report)).toHaveLength(2);
});

test.each(['Sales', '-sales', '', 'sa les', 'sales\n', '../sales', 5, {}])('refuses id %j', (id) => {
  const { manifest, issues } = readManifest({ id }, 'folder');
  expect(issues).toEqual([{ place: 'id', value: id, rule: 'pluginId' }]);
  expect(manifest!.id).toBe('folder');
});

test.each([null, [], 'text', 5])('refuses %j as a manifest', (given) => {
  expect(readManifest(given, 'folder')).toEqual({
    issues: [{ place: 'plugin.yaml', value: given, rule: 'mapping' }],
  });
});

test.each<[string, unknown, Issue]>([
  ['frontend', { id: 'a', frontend: [] }, { place: 'frontend', value: [], rule: 'mapping' }],
  [
    'components',
    { id: 'a', frontend: { components: {} } },
    { place: 'frontend.components', value: {}, rule: 'list' },
  ],
  ['entry', document('Chart'), { place: 'frontend.components[0]', value: 'Chart', rule: 'mapping' }],
])('refuses a malformed %s', (_, given, issue) => {
  const { manifest, issues } = readManifest(given, 'a');
  expect(issues).toEqual([issue]);
  expect(manifest!.components).toEqual([]);
});

test('reads the whole document, and collects every issue', () => {
  const { manifest, issues } = readManifest(
    {
      ...document(component('../a.js', 'chart'), null, component('ok.js', 'Ok'), component('b.mjs', 'B')),
      id: 'Sales',
    },
    'folder',
  );
  expect(issues.map((issue) => `${issue.place} ${'rule' in issue ? issue.rule : issue.unit}`)).toEqual([
    'id pluginId',
    'frontend.components[0].name pascalCase',
    'frontend.components[0].path innerPath',
    'frontend.components[1] mapping',
    'frontend.components[3].path bundleName',
  ]);
  expect(manifest!.components.map(({ name }) => name)).toEqual(['Ok']);
});

test('reads the ranges of engines, and ignores other names', () => {
  const engines = { react: '^18.3 || ^19', 'nousviz-runtime': '>=0.2 <1', node: 20 };
  expect(manifestOf({ id: 'sales', engines }).engines).toEqual({
    react: '^18.3 || ^19',
    'nousviz-runtime': '>=0.2 <1',
  });
  expect(manifestOf({ id: 'sales', engines: { react: 19 } }).engines).toEqual({ react: '19' });
  expect(manifestOf({ id: 'sales', engines: { node: 20 } })).not.toHaveProperty('engines');
  expect(manifestOf({ id: 'sales', engines: null })).not.toHaveProperty('engines');
});

test('reports engines that are no ranges', () => {
  const { manifest, issues } = readManifest(
    { id: 'sales', engines: { react: 'new', 'nousviz-runtime': ['1'] } },
    'folder',
    (text) => text !== 'new',
  );
  expect(manifest).not.toHaveProperty('engines');
  expect(issues).toEqual([
    { place: 'engines.nousviz-runtime', value: ['1'], rule: 'versionRange' },
    { place: 'engines.react', value: 'new', rule: 'versionRange' },
  ]);
  expect(readManifest({ engines: '>=1' }, 'folder').issues).toEqual([
    { place: 'engines', value: '>=1', rule: 'mapping' },
  ]);
});
