import { expect, test } from 'vitest';
import type { WidgetError } from './errors.ts';
import { parseComponents, parseManifest as parse } from './manifest.ts';
import { tell } from './messages.ts';

/** Parses, and completes the message of what is thrown. */
function parseManifest(document: unknown, folder: string) {
  try {
    return parse(document, folder);
  } catch (error) {
    tell(error as WidgetError);
    throw error;
  }
}

const component = (path: unknown, name: unknown = 'Chart') => ({ name, path });
const manifest = (...components: unknown[]) => ({ id: 'sales', frontend: { components } });

test('reads id, names, version, dashboards and components', () => {
  const document = {
    id: 'sales',
    name: 'sales',
    display_name: 'Sales',
    version: 1.2,
    surprise: true,
    dashboards: [{ name: 'main', label: 'Main' }, 'extra', { file: 'boards/q1.yaml', title: 'Q1' }],
    frontend: { components: [component('widget/dist/Chart.js')], other: 1 },
  };
  expect(parseManifest(document, 'folder')).toEqual({
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

test('takes the id from the name where that is one, else from the folder', () => {
  expect(parseManifest({ name: 'sales' }, 'folder').id).toBe('sales');
  expect(parseManifest({ name: 'Sales & more' }, 'folder')).toMatchObject({
    id: 'folder',
    display_name: 'Sales & more',
  });
});

test('needs no frontend, and ignores dashboards it cannot read', () => {
  expect(parseManifest({ id: 'a', frontend: null, dashboards: 'x' }, 'a')).toMatchObject({
    components: [],
    dashboards: [],
  });
  const odd = [3, { name: '../x' }, { name: 'a', path: '../b.yaml' }, {}, null];
  expect(parseManifest({ id: 'a', dashboards: odd }, 'a').dashboards).toEqual([{ name: '3' }]);
});

test.each([
  ['widget/../../x.js', 'a path that leaves the plugin'],
  ['a..b/x.js', 'two dots anywhere'],
  ['widget\\x.js', 'a backslash'],
  ['/x.js', 'an absolute path'],
  ['C:/x.js', 'a drive'],
  ['https://other.test/x.js', 'a scheme'],
  ['//other.test/x.js', 'a host'],
  ['a\0.js', 'a NUL'],
  ['x.mjs', 'another ending'],
  ['x.js/', 'a folder'],
  ['.js', 'an ending alone'],
  ['x y.js', 'a space in the file name'],
  ['x.js\n', 'a newline at the end'],
  ['x.js?v=1', 'a query'],
  ['', 'nothing'],
  [undefined, 'no path'],
  [7, 'a number'],
] as [unknown, string][])('refuses path %j: %s', (path) => {
  expect(() => parseManifest(manifest(component('ok.js', 'Ok'), component(path)), 'sales')).toThrow(
    expect.objectContaining({
      code: 'MANIFEST_INVALID',
      message: expect.stringMatching(/^sales: frontend\.components\[1\]\.path is /),
    }),
  );
});

test.each(['chart', '9Chart', 'My-Chart', 'Chart\n', '', 'constructor', '__proto__', null, 4, ['Chart']])(
  'refuses name %j',
  (name) => {
    expect(() => parseManifest(manifest(component('x.js', name)), 'sales')).toThrow(
      /sales: frontend\.components\[0\]\.name is .*PascalCase.*\[MANIFEST_INVALID\]/,
    );
  },
);

test('refuses one name twice, and one file name in two folders', () => {
  expect(() => parseManifest(manifest(component('a.js'), component('b.js')), 'sales')).toThrow(
    /\[1\]\.name.*unique/,
  );
  expect(() => parseManifest(manifest(component('a/x.js', 'A'), component('b/x.js', 'B')), 'sales')).toThrow(
    /\[1\]\.path is "b\/x\.js", but it must not share its file name/,
  );
  expect(parseComponents([component('a/x.js', 'A'), component('a/x.js', 'B')], 'sales')).toHaveLength(2);
});

test.each(['Sales', '-sales', '', 'sa les', 'sales\n', '../sales', 5, {}])('refuses id %j', (id) => {
  expect(() => parseManifest({ id }, 'folder')).toThrow(/id is .*must be lower-case.*\[MANIFEST_INVALID\]/);
});

test.each([null, [], 'text', 5])('refuses %j as a manifest', (document) => {
  expect(() => parseManifest(document, 'folder')).toThrow(/^folder: plugin\.yaml is .*must be a mapping/);
});

test.each([
  ['frontend', { id: 'a', frontend: [] }],
  ['components', { id: 'a', frontend: { components: {} } }],
  ['entry', manifest('Chart')],
])('refuses a malformed %s', (_, document) => {
  expect(() => parseManifest(document, 'a')).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
});
