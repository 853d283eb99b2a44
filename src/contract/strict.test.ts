import { expect, test } from 'vitest';
import { parseDashboard, parseManifest } from './strict.ts';

const component = (path: unknown, name: unknown = 'Chart') => ({ name, path });
const manifest = (...components: unknown[]) => ({ id: 'sales', frontend: { components } });

test('parses a manifest without issues', () => {
  expect(parseManifest(manifest(component('w/Chart.js')), 'folder')).toMatchObject({
    id: 'sales',
    components: [{ name: 'Chart', path: 'w/Chart.js', filename: 'Chart.js' }],
  });
});

test.each<[string, unknown, RegExp]>([
  [
    'a path that leaves the plugin',
    manifest(component('ok.js', 'Ok'), component('widget/../../x.js')),
    /^sales: frontend\.components\[1\]\.path is "widget\/\.\.\/\.\.\/x\.js", but it must be relative/,
  ],
  ['no path', manifest(component(undefined)), /^sales: frontend\.components\[0\]\.path is missing/],
  [
    'another ending',
    manifest(component('x.mjs')),
    /^sales: frontend\.components\[0\]\.path is "x\.mjs", but it must end in a file name/,
  ],
  [
    'a name that is not PascalCase',
    manifest(component('x.js', 'chart')),
    /^sales: frontend\.components\[0\]\.name is "chart", but it must be PascalCase/,
  ],
  [
    'one name twice',
    manifest(component('a.js'), component('b.js')),
    /^sales: frontend\.components\[1\]\.name is "Chart", but it must be unique/,
  ],
  [
    'one file name in two folders',
    manifest(component('a/x.js', 'A'), component('b/x.js', 'B')),
    /^sales: frontend\.components\[1\]\.path is "b\/x\.js", but it must not share its file name/,
  ],
  [
    'an entry that is no mapping',
    manifest('Chart'),
    /^sales: frontend\.components\[0\] is "Chart", but it must be a mapping/,
  ],
  [
    'components that are no list',
    { id: 'sales', frontend: { components: {} } },
    /^sales: frontend\.components is \{\}, but it must be a list/,
  ],
  [
    'a frontend that is no mapping',
    { id: 'sales', frontend: [] },
    /^sales: frontend is \[\], but it must be a mapping/,
  ],
  ['an invalid id', { id: 'Sales' }, /^folder: id is "Sales", but it must be lower-case/],
  ['no document', null, /^folder: plugin\.yaml is null, but it must be a mapping/],
  ['a document that is a string', 'text', /^folder: plugin\.yaml is "text", but it must be a mapping/],
])('refuses a manifest with %s', (_, document, message) => {
  expect(() => parseManifest(document, 'folder')).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringMatching(message) }),
  );
  expect(() => parseManifest(document, 'folder')).toThrow(
    /\. Correct plugin\.yaml and reload the plugin\. \[MANIFEST_INVALID\]$/,
  );
});

test('throws the first of several issues', () => {
  const document = { id: 'Sales', frontend: { components: [component('x.mjs', 'chart')] } };
  expect(() => parseManifest(document, 'folder')).toThrow(/^folder: id is /);
  expect(() => parseManifest({ ...document, id: 'sales' }, 'folder')).toThrow(/components\[0\]\.name is /);
});

test('parses a dashboard, and leaves an issue on its panel', () => {
  const { rows } = parseDashboard({ panels: [{ type: 'custom' }] }, 'sales', 'main');
  expect(rows[0]!.cells[0]!.panel.issue).toEqual({
    place: 'main: panels[0].component',
    value: undefined,
    rule: 'string',
  });
});

test.each<[unknown, RegExp]>([
  [null, /^sales: main is null, but it must be a mapping/],
  ['text', /^sales: main is "text", but it must be a mapping/],
  [[], /^sales: main is \[\], but it must be a mapping/],
  [{ panels: {} }, /^sales: main: panels is \{\}, but it must be a list/],
  [{ panels: 'x' }, /^sales: main: panels is "x", but it must be a list/],
  [{ widgets: 5 }, /^sales: main: widgets is 5, but it must be a list/],
])('refuses %j as a dashboard', (document, message) => {
  expect(() => parseDashboard(document, 'sales', 'main')).toThrow(
    expect.objectContaining({
      code: 'DASHBOARD_INVALID',
      pluginId: 'sales',
      message: expect.stringMatching(message),
    }),
  );
  expect(() => parseDashboard(document, 'sales', 'main')).toThrow(
    /\. Correct the dashboard file of the plugin\. \[DASHBOARD_INVALID\]$/,
  );
});

test('refuses a dashboard with too many panels', () => {
  const panels = Array.from({ length: 1001 }, () => ({ type: 'stat' }));
  expect(() => parseDashboard({ panels }, 'sales', 'main')).toThrow(
    /^sales: main: panels is 1001, but it must not have more than 1000 panels/,
  );
});
