import { truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { MAX_BUNDLE_BYTES } from '../server/bundles.ts';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { checkPlugin, formatReport, type CheckOptions } from './check.ts';
import { sourcesComment } from '../dev/sources.ts';

const WIDGET = 'export default function W() {}\n';
const MANIFEST = `id: sales
frontend:
  components:
    - { name: Chart, path: widget/dist/Chart.js }
    - { name: Table, path: widget/dist/Table.js }
`;
const MAIN = `panels:
  - { type: custom, component: Chart }
  - { type: custom, component: sales/Table }
  - { type: stat }
`;
const FILES = {
  'plugin.yaml': MANIFEST,
  'dashboards/main.yaml': MAIN,
  'widget/dist/Chart.js': WIDGET,
  'widget/dist/Table.js': WIDGET,
};

async function check(files: Record<string, string | Uint8Array>, options: CheckOptions = {}) {
  const report = await checkPlugin(await makeFolder({ ...FILES, ...files }), options);
  const shown = report.problems.map(
    ({ level, code, file, line, column }) =>
      `${level} ${code} ${[file, line, column].filter(Boolean).join(':')}`,
  );
  return { ...report, shown };
}

test('lists the checked files of a good plugin', async () => {
  const report = await checkPlugin(await makeFolder(FILES));
  const sizes = { bytes: WIDGET.length, gzip: expect.any(Number) };
  expect(report).toEqual({
    id: 'sales',
    folder: expect.stringMatching(/^\//),
    components: [
      { name: 'Chart', file: 'widget/dist/Chart.js', ...sizes },
      { name: 'Table', file: 'widget/dist/Table.js', ...sizes },
    ],
    dashboards: [{ name: 'main', file: 'dashboards/main.yaml', panels: 3 }],
    problems: [],
    sandboxed: [],
  });
  expect(JSON.parse(JSON.stringify(report)).components).toEqual(report.components);
});

test('reports all problems of manifest, bundles and dashboards', async () => {
  const { shown } = await check({
    'plugin.yaml': `${MANIFEST}    - { name: Lost, path: widget/dist/Lost.js }
    - { name: bad, path: widget/dist/Bad.js }
dashboards: [main, gone, 'a b']
`,
    'widget/dist/Chart.js': 'import "react"; import "./Table.js"; export const W = 1;',
    'widget/dist/Table.js': 'let a; let a;',
    'dashboards/main.yaml': MAIN.replace('Chart', 'Chrat'),
    'dashboards/other.yaml': 'panels: [',
  });
  expect(shown).toEqual([
    'error MANIFEST_INVALID plugin.yaml:7:15',
    'warning DASHBOARD_SKIPPED plugin.yaml:8:26',
    'error BARE_REACT widget/dist/Chart.js:1',
    'error NO_DEFAULT_EXPORT widget/dist/Chart.js',
    'error BUNDLE_SYNTAX widget/dist/Table.js:1:12',
    'error BUNDLE_MISSING widget/dist/Lost.js',
    'warning UNUSED_COMPONENT plugin.yaml',
    'warning UNUSED_COMPONENT plugin.yaml',
    'error UNKNOWN_COMPONENT dashboards/main.yaml:2:32',
    'error DASHBOARD_FAILED dashboards/gone.yaml',
    'error YAML_INVALID dashboards/other.yaml:1:10',
  ]);
});

const BARE = 'panels:\n  - type: custom\n    component: NAME\n';
const WIDGETS = 'widgets:\n  - type: custom\n    config:\n      component: NAME\n';
const PROPS = 'panels:\n  - type: custom\n    props: { component: NAME }\n';
test.each([
  [BARE, 'Chart', []],
  [BARE, 'sales/Chart', []],
  [BARE, 'Chrat', ['error UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  [WIDGETS, 'Chrat', ['error UNKNOWN_COMPONENT dashboards/x.yaml:4:18']],
  [PROPS, 'Chrat', ['error UNKNOWN_COMPONENT dashboards/x.yaml:3:25']],
  // No other plugin has this id.
  [BARE, 'sales/Sparkline', ['error UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  // The host or another plugin may have these components.
  [BARE, 'Sparkline', ['warning UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  [BARE, '__proto__', ['warning UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  [BARE, 'desk/Chrat', []],
])('checks the component names of %j with %s', async (yaml, name, problems) => {
  const { shown } = await check({ 'dashboards/x.yaml': yaml.replace('NAME', name) });
  expect(shown).toEqual(problems);
});

test.each([
  ['Clock', []],
  ['app/Clock', []],
  ['Clok', ['error UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  ['sales/Clock', ['error UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
  ['Sparkline', ['warning UNKNOWN_COMPONENT dashboards/x.yaml:3:16']],
])('checks the component name %s with the built-ins of a host', async (name, expected) => {
  const files = { 'dashboards/x.yaml': BARE.replace('NAME', name) };
  const { shown, problems } = await check(files, { builtIns: ['Clock', 'app/Clock', 'Chart'] });
  expect(shown).toEqual(expected);
  if (name === 'Clok') expect(problems[0]!.fix).toMatch(/^Did you mean Clock, app\/Clock\?/);
});

test('suggests a similar name and the form of another plugin’s', async () => {
  const { problems } = await check({ 'dashboards/x.yaml': BARE.replace('NAME', 'Chrat') });
  expect(problems[0]!.fix).toBe(
    'Did you mean Chart? If it is another plugin’s, write other-plugin/Chrat. ' +
      'If it is the host app’s, check with --built-in Chrat.',
  );
  const own = await check({ 'dashboards/x.yaml': BARE.replace('NAME', 'sales/Chrat') });
  expect(own.problems[0]!.fix).toBe('Did you mean Chart?');
});

test.each([
  ['panels: 5', 'DASHBOARD_INVALID dashboards/x.yaml:1:9'],
  ['- a', 'DASHBOARD_INVALID dashboards/x.yaml:1:1'],
  ['panels:\n  - type: custom\n', 'DASHBOARD_INVALID dashboards/x.yaml:2:5'],
  [
    'panels:\n  - type: custom\n    component: Chart\n    config: 1\n',
    'DASHBOARD_INVALID dashboards/x.yaml:4:13',
  ],
  [`panels:\n  - config: ${'['.repeat(70)}${']'.repeat(70)}`, 'YAML_INVALID dashboards/x.yaml:2:77'],
  [`panels:\n${'  - { type: stat }\n'.repeat(1001)}`, 'DASHBOARD_INVALID dashboards/x.yaml:2:3'],
])('reports the position of the problem in the dashboard %j', async (yaml, problem) => {
  expect((await check({ 'dashboards/x.yaml': yaml })).shown).toEqual([`error ${problem}`]);
});

test('reports every invalid panel in the order of the file', async () => {
  const { shown, dashboards } = await check({
    'dashboards/x.yaml': `panels:
  - { type: custom, component: Chrat, position: { row: 5 } }
  - { type: custom, component: Chrat, position: { row: 4 } }
  - { title: no type }
  - text
`,
  });
  expect(shown).toEqual([
    'error UNKNOWN_COMPONENT dashboards/x.yaml:2:32',
    'error UNKNOWN_COMPONENT dashboards/x.yaml:3:32',
    'error DASHBOARD_INVALID dashboards/x.yaml:4:5',
    'error DASHBOARD_INVALID dashboards/x.yaml:5:5',
  ]);
  expect(dashboards.at(-1)).toEqual({ name: 'x', file: 'dashboards/x.yaml', panels: 4 });
});

test.each([
  ['title: Empty', ['warning NO_PANELS dashboards/x.yaml:1:1']],
  ['panels: []', ['warning NO_PANELS dashboards/x.yaml:1:1']],
  ['type: plugin_info', []],
])('warns of the dashboard without panels %j', async (yaml, problems) => {
  expect((await check({ 'dashboards/x.yaml': yaml })).shown).toEqual(problems);
});

test('warns of keys that hosts ignore, in panels of known types', async () => {
  const { problems, shown } = await check({
    'dashboards/x.yaml': `panels:
  - { type: custom, component: Chart, colour: red, config: { anything: 1 } }
  - { type: table, sql: SELECT 1, refresh_second: 5, columns: [], fallback_empty: none }
  - { type: line_chart, sql: SELECT 1, x_key: a, y_kye: [b], x_label: A, y_label: B, live: true }
  - { type: stat, sql: SELECT 1, format: bytes, compare_to: b, compare_period_label: c, refresh_seconds: 3 }
  - { type: our_own, anything: 1 }
`,
  });
  expect(shown).toEqual([
    'warning UNKNOWN_KEY dashboards/x.yaml:2:47',
    'warning UNKNOWN_KEY dashboards/x.yaml:3:51',
    'warning UNKNOWN_KEY dashboards/x.yaml:4:57',
  ]);
  expect(problems.map(({ fix }) => fix)).toEqual([
    'Put it under "config", which the widget receives, or remove it.',
    'Did you mean refresh_seconds? Correct it, or remove it.',
    'Did you mean y_key? Correct it, or remove it.',
  ]);
});

test('reports every value that cannot reach a widget, with its position', async () => {
  const { shown, problems } = await check({
    'dashboards/x.yaml': `note: .nan
panels:
  - { type: custom, component: Chart, config: { a: 12345678901234567890, b: .inf } }
  - { type: stat, sql: SELECT 1, config: { c: 1, c: 2 } }
`,
    'plugin.yaml': MANIFEST.replace('id: sales', 'id: sales\nversion: 1.10\nsize: 1e999'),
  });
  expect(shown).toEqual([
    'warning MANIFEST_INVALID plugin.yaml:3:7',
    'warning DASHBOARD_INVALID dashboards/x.yaml:1:7',
    'error DASHBOARD_INVALID dashboards/x.yaml:3:52',
    'error DASHBOARD_INVALID dashboards/x.yaml:3:77',
    'error DASHBOARD_INVALID dashboards/x.yaml:4:50',
  ]);
  expect(problems[2]!.message).toBe(
    'panels[0].config.a is 12345678901234567890, but it must be a number that JavaScript has exactly; quote it to pass it as text.',
  );
});

test('warns of a component that no panel shows, not even an invalid one', async () => {
  const { problems } = await check({ 'dashboards/main.yaml': BARE.replace('NAME', 'Chart') });
  expect(problems).toMatchObject([{ level: 'warning', code: 'UNUSED_COMPONENT', component: 'Table' }]);
  const shownBadly = 'panels:\n  - { type: custom, component: Table, config: 1 }\n';
  const { shown } = await check({
    'dashboards/main.yaml': BARE.replace('NAME', 'Chart'),
    'dashboards/x.yaml': shownBadly,
  });
  expect(shown).toEqual(['error DASHBOARD_INVALID dashboards/x.yaml:2:47']);
});

test('checks a bundle once if two components share it', async () => {
  const { shown, components } = await check({
    'plugin.yaml': MANIFEST.replace('Table.js', 'Chart.js'),
    'widget/dist/Chart.js': '',
  });
  expect(shown).toEqual(['error NO_DEFAULT_EXPORT widget/dist/Chart.js']);
  expect(components.map(({ bytes }) => bytes)).toEqual([0, 0]);
});

test('reports a bundle that is too large to be served without reading it', async () => {
  const folder = await makeFolder(FILES);
  await truncate(join(folder, 'widget/dist/Chart.js'), MAX_BUNDLE_BYTES + 1);
  const { problems, components } = await checkPlugin(folder);
  expect(problems).toMatchObject([
    {
      level: 'error',
      code: 'BUNDLE_TOO_LARGE',
      message: 'widget/dist/Chart.js is 20972 kB, and hosts serve at most 20972 kB.',
    },
  ]);
  expect(components[0]).toEqual({ name: 'Chart', file: 'widget/dist/Chart.js', bytes: MAX_BUNDLE_BYTES + 1 });
});

test('warns of a large bundle', async () => {
  const { problems } = await check({
    'widget/dist/Chart.js': `${WIDGET}//${'x'.repeat(500_000)}`,
    'widget/dist/Table.js': `${WIDGET}//${'x'.repeat(400_000)}`,
  });
  expect(problems).toMatchObject([{ level: 'warning', code: 'BUNDLE_LARGE', component: 'Chart' }]);
  expect(problems[0]!.message).toMatch(/^widget\/dist\/Chart\.js is 500 kB \(0\.\d kB gzipped\)/);
});

test('reports a bundle that is older than its sources, by their hashes or by the times of change', async () => {
  const folder = await makeFolder({ ...FILES, 'widget/Chart.tsx': 'a', 'widget/Table.tsx': 'a' });
  const text = WIDGET + (await sourcesComment(folder, ['widget/Chart.tsx']));
  await writeFiles(folder, { 'widget/dist/Chart.js': text, 'widget/Chart.tsx': 'b' });
  await utimes(join(folder, 'widget/dist/Table.js'), 1000, 1000);
  const { problems } = await checkPlugin(folder);
  expect(problems.map(({ level, code, message }) => `${level} ${code} ${message}`)).toEqual([
    'error STALE_BUNDLE widget/Chart.tsx was changed after the build of widget/dist/Chart.js.',
    'warning STALE_BUNDLE widget/Table.tsx is newer than widget/dist/Table.js.',
  ]);
});

test('warns of a stylesheet that no page loads', async () => {
  const { shown } = await check({ 'widget/dist/Chart.css': '.a {}' });
  expect(shown).toEqual(['warning STYLES_NOT_LOADED widget/dist/Chart.js']);
});

const MAP = '{"version":3,"sources":[],"names":[],"mappings":""}';
const named = (map: string) => ({ 'widget/dist/Chart.js': `${WIDGET}//# sourceMappingURL=${map}\n` });
const AGAIN = 'Build again with npx nousviz-widget build --sourcemap';
test.each([
  [{}, 'Chart.js.map, which is missing', AGAIN],
  [
    { 'widget/dist/Chart.js.map/a': '' },
    'Chart.js.map, which is not a file in the folder of the plugin',
    'Put the file itself there',
  ],
  [
    { 'widget/dist/Chart.js.map': '{"version":2}' },
    'Chart.js.map, which is not a source map of version 3',
    AGAIN,
  ],
  [{ 'widget/dist/Chart.js.map': '<!doctype html>' }, 'Chart.js.map, which is not JSON', AGAIN],
  [{ 'widget/dist/Chart.js.map': '{"version":3}' }, 'Chart.js.map, which has no mappings', AGAIN],
  [
    { 'widget/dist/Chart.js.map': '{"version":3,"sections":[]}' },
    'Chart.js.map, which has sections that error cards do not read',
    'Join its sections, or build it with the command',
  ],
  [
    { 'widget/dist/Chart.js.map': new Uint8Array(20.5 * 2 ** 20) },
    'Chart.js.map, which is 20.5 MiB, and hosts serve at most 20 MiB',
    'Import only the parts of packages that the widget needs',
  ],
  [
    { ...named('maps/a.map'), 'widget/dist/maps/a.map': MAP },
    'maps/a.map, but the host API serves only Chart.js.map',
    'Write the map to Chart.js.map beside the bundle, as npx nousviz-widget build --sourcemap does',
  ],
  [{ 'widget/dist/Chart.js.map': MAP }, undefined, undefined],
  [named(`data:application/json,${MAP}`), undefined, undefined],
])('checks the source map that a bundle names, and says what to do: %#', async (files, reason, remedy) => {
  const { problems } = await check({ ...named('Chart.js.map'), ...files });
  expect(problems.map(({ level, code, message, fix }) => `${level} ${code}: ${message} ${fix}`)).toEqual(
    reason
      ? [
          `warning SOURCE_MAP_UNUSABLE: widget/dist/Chart.js names the source map ${reason}. ${remedy}, or build without source maps.`,
        ]
      : [],
  );
});

test('formats a report for people', async () => {
  const report = await checkPlugin(
    await makeFolder({
      ...FILES,
      'widget/dist/Chart.js': 'import "date-fns";\nexport default 1',
      'widget/dist/Table.js': WIDGET.padEnd(123_456),
      'dashboards/second.yaml': 'a: b: c',
    }),
  );
  expect(formatReport(report).replace(/\d+\.\d kB g/, '0.1 kB g')).toBe(`sales: 2 components, 2 dashboards
  Chart   widget/dist/Chart.js    0.0 kB, 0.1 kB gzipped
  Table   widget/dist/Table.js    123 kB, 0.2 kB gzipped
  main    dashboards/main.yaml    3 panels
  second  dashboards/second.yaml  unreadable

widget/dist/Chart.js:1: error: imports "date-fns", which browsers cannot resolve: Failed to resolve module specifier "date-fns". Bundle date-fns into the widget: build with --bundle, and without --external:date-fns. [BARE_IMPORT]
widget/dist/Chart.js:2:16: error: did not export a default React component. End the file with "export default function Chart". [NO_DEFAULT_EXPORT]
dashboards/second.yaml:1:4: error: Nested mappings are not allowed in compact mappings. Correct the file at that place. [YAML_INVALID]
3 errors, 0 warnings.`);
  expect(formatReport(await checkPlugin(await makeFolder(FILES)))).toMatch(
    /3 panels\n\nNo problems found\.$/,
  );
});

const STORING = `// Keeps the choice.
export default function Chart({ pluginId, host }: any) {
  host.apiFetch('/api/query');
  localStorage.setItem('choice', pluginId);
  return null;
}
`;
/** Builds `widget/Chart.tsx` with a source map: beside the bundle, or in it. */
async function mapped(sourcemap: 'linked' | 'inline' | false) {
  const folder = await makeFolder({ ...FILES, 'widget/Chart.tsx': STORING });
  await build({
    entryPoints: [join(folder, 'widget/Chart.tsx')],
    outfile: join(folder, 'widget/dist/Chart.js'),
    format: 'esm',
    minify: true,
    sourcemap,
    logLevel: 'silent',
  });
  return folder;
}

test.each(['linked', 'inline'] as const)(
  'notes what does not work in a sandboxed frame, at the author’s line, with a map that is %s',
  async (sourcemap) => {
    const report = await checkPlugin(await mapped(sourcemap));
    expect(report.problems.filter(({ code }) => code !== 'STALE_BUNDLE')).toEqual([]);
    expect(formatReport(report).split('\n\n').at(-1))
      .toBe(`In a sandboxed frame, some uses do not work. "nousviz-widget dev --sandbox" shows the widget in one.
  widget/Chart.tsx:3:17: /api/query: apiFetch reaches the plugin’s own routes only, and rejects with ROUTE_REFUSED.
  widget/Chart.tsx:4:3: localStorage: a frame has no storage and no cookies; keep data behind a route of the plugin.`);
  },
);

test('notes the place in a bundle without a source map, and nothing about a bundle that works', async () => {
  const { sandboxed } = await checkPlugin(await mapped(false));
  expect(sandboxed).toEqual([
    {
      file: 'widget/dist/Chart.js',
      line: 1,
      column: expect.any(Number),
      name: '/api/query',
      message: expect.any(String),
    },
    {
      file: 'widget/dist/Chart.js',
      line: 1,
      column: expect.any(Number),
      name: 'localStorage',
      message: expect.any(String),
    },
  ]);
  expect(formatReport(await checkPlugin(await makeFolder(FILES)))).not.toContain('sandboxed');
});

const declare = (count: number) =>
  `id: sales\nfrontend:\n  components:\n${Array.from(
    { length: count },
    (_, index) => `    - { name: C${index}, path: widget/dist/C.js }\n`,
  ).join('')}`;

test('reports the limits of hosts that the plugin exceeds (M5)', async () => {
  const files = {
    'dashboards/main.yaml': 'panels: [{ type: custom, component: C0 }]',
    'widget/dist/C.js': WIDGET,
  };
  const errorsOf = async (more: Record<string, string>) =>
    (await check({ ...files, ...more })).problems
      .filter(({ level }) => level === 'error')
      .map(({ code, message, line }) => [code, message, line]);
  expect(await errorsOf({ 'plugin.yaml': declare(256) })).toEqual([]);
  const last = { 'dashboards/last.yaml': 'panels: [{ type: custom, component: C299 }]' };
  expect(await errorsOf({ 'plugin.yaml': declare(300), ...last })).toEqual([
    ['PLUGIN_TOO_LARGE', 'frontend.components has 300 components, and 256 are allowed.', 4],
  ]);
  const boards = Array.from({ length: 256 }, (_, index) => [`dashboards/d${index}.yaml`, 'panels: []']);
  expect(await errorsOf({ 'plugin.yaml': declare(1), ...Object.fromEntries(boards) })).toEqual([
    [
      'PLUGIN_TOO_LARGE',
      'The plugin, with the files in dashboards/, has 257 dashboards, and 256 are allowed.',
      undefined,
    ],
  ]);
  expect(await errorsOf({ 'plugin.yaml': `id: sales # ${'x'.repeat(300_000)}` })).toEqual([
    ['PLUGIN_TOO_LARGE', 'plugin.yaml has 300012 bytes, and 256000 are allowed.', undefined],
  ]);
  const paths = Array.from({ length: 100 }, (_, index) => `"/api/${`${index}`.padEnd(190, 'x')}"`);
  const hosts = Array.from({ length: 100 }, (_, index) => `"https://${'x'.repeat(180)}${index}.example/"`);
  const board = { 'dashboards/main.yaml': 'panels: [{ type: custom, component: A }]' };
  const much = `fetch([${[...paths, ...hosts]}]);${WIDGET}`;
  const two = 'id: sales\nfrontend: { components: [{ name: A, path: A.js }, { name: B, path: B.js }] }';
  expect(await errorsOf({ 'plugin.yaml': two, ...board, 'A.js': much, 'B.js': much })).toEqual([
    [
      'PLUGIN_TOO_LARGE',
      expect.stringMatching(/^Its entry in the list has \d+ bytes \(\d+ of them are findings/),
      undefined,
    ],
  ]);
});

const imports = (names: string) =>
  `import { ${names} } from "/api/widget-runtime/react.js";\n${WIDGET.replace('{}', `{ return [${names}]; }`)}`;

test('says on which versions of React each bundle runs', async () => {
  const files = {
    'widget/dist/Chart.js': imports('useState, use'),
    'widget/dist/Table.js': `const mark = Symbol.for("react.element");\n${WIDGET}`,
  };
  const { reacts } = await check(files, { reacts: [18, 19] });
  expect(reacts).toEqual([
    { react: 18, file: 'widget/dist/Chart.js', verdict: 'may fail', codes: ['MISSING_SHIM_EXPORT'] },
    { react: 18, file: 'widget/dist/Table.js', verdict: 'runs', codes: [] },
    { react: 19, file: 'widget/dist/Chart.js', verdict: 'runs', codes: [] },
    { react: 19, file: 'widget/dist/Table.js', verdict: 'runs', codes: [] },
  ]);
  const bare = await check({ 'widget/dist/Chart.js': `import "react"; ${WIDGET}` }, { reacts: [18] });
  expect(formatReport(bare).split('\n').slice(-2)).toEqual([
    'React 18  widget/dist/Chart.js  fails: BARE_REACT',
    'React 18  widget/dist/Table.js  runs',
  ]);
  expect(await check(files)).not.toHaveProperty('reacts');
});

test.each([
  ['engine: { react: ^19 }', 'The manifest has the key "engine", which manifests do not have', 6, 1],
  [
    'engines: { reactt: ^19 }',
    'engines has the key "reactt", which the engines of manifests do not have',
    6,
    12,
  ],
  ['engines: { react: ^19, node: ">=20" }', undefined, 0, 0],
])('names the misspelt key of %s', async (line, message, ...place) => {
  const { problems } = await check({
    'plugin.yaml': `${MANIFEST}${line}\n`,
    'widget/dist/Chart.js': imports('useState'),
  });
  expect(problems.map((one) => [one.code, one.message, one.line, one.column])).toEqual(
    message ? [['UNKNOWN_KEY', expect.stringContaining(message), ...place]] : [],
  );
});

test.each<[string, string[]]>([
  ['react: ^19', []],
  [
    'react: ">=18.3"',
    ['warning MISSING_SHIM_EXPORT widget/dist/Chart.js:1', 'warning ENGINES_TOO_WIDE plugin.yaml:6:19'],
  ],
  [
    'react: ^18.3',
    ['warning MISSING_SHIM_EXPORT widget/dist/Chart.js:1', 'warning ENGINES_TOO_WIDE plugin.yaml:6:19'],
  ],
  [
    'nousviz-runtime: ">=99"',
    ['warning MISSING_SHIM_EXPORT widget/dist/Chart.js:1', 'warning DOES_NOT_FIT plugin.yaml:6:29'],
  ],
  [
    'react: newest',
    ['error MANIFEST_INVALID plugin.yaml:6:19', 'warning MISSING_SHIM_EXPORT widget/dist/Chart.js:1'],
  ],
])('compares %s with the bundles', async (engines, expected) => {
  const { shown } = await check({
    'plugin.yaml': `${MANIFEST}engines: { ${engines} }\n`,
    'widget/dist/Chart.js': imports('useState, use'),
  });
  expect(shown).toEqual(expected);
});
