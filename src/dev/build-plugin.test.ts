import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nousvizWidgets } from '../vite/index.ts';
import { bundle } from './build-widget.ts';
import { buildPlugin, watchPlugin } from './build-plugin.ts';

let folder = '';
let printed = '';
let complaints = '';
const output = {
  print: (line: string) => void (printed += `${line}\n`),
  complain: (line: string) => void (complaints += `${line}\n`),
};

async function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const read = (path: string) => readFile(join(folder, path), 'utf8');

const manifest = (...names: string[]) =>
  `id: sales\nname: sales\nversion: 1.0.0\nfrontend:\n  components:\n${names
    .map((name) => `    - { name: ${name}, path: widget/dist/${name}.js }\n`)
    .join('')}`;

beforeEach(async () => {
  folder = join(await realpath(await mkdtemp(join(tmpdir(), 'nousviz-plugin-'))), 'sales');
  [printed, complaints] = ['', ''];
});
afterEach(() => rm(dirname(folder), { recursive: true, force: true }));

test('builds every declared component into the path in the manifest', async () => {
  await write({
    'plugin.yaml': manifest('Chart', 'Table'),
    'widget/Chart.tsx': 'export default function Chart() { return <p>chart</p>; }',
    'widget/Table/index.ts': 'export default function Table() { return null; }',
  });
  expect(await buildPlugin(folder, output)).toBe(true);
  expect(complaints).toBe('');
  expect(printed).toMatch(
    /^widget\/dist\/Chart\.js {2}0\.\d kB, 0\.\d kB gzipped\nwidget\/dist\/Table\.js {2}/,
  );
  expect(await read('widget/dist/Chart.js')).toContain('/api/widget-runtime/react-jsx-runtime.js');
});

test.each(['production', 'development'] as const)('builds a component once in %s', async (mode) => {
  await write({ 'widget/Chart.tsx': 'export default function Chart() { return <p />; }' });
  const generateBundle = vi.fn();
  const entry = join(folder, 'widget/Chart.tsx');
  const plugins = [{ name: 'count', generateBundle }];
  await bundle({ component: 'Chart', entry, path: 'widget/dist/Chart.js' }, { folder, mode, plugins });
  expect(generateBundle).toHaveBeenCalledOnce();
});

test('does not warn about the time of a slow build', async () => {
  await write({ 'widget/Chart.tsx': 'export default function Chart() { return <p />; }' });
  const entry = join(folder, 'widget/Chart.tsx');
  const buildStart = () => new Promise<void>((done) => setTimeout(done, 3500));
  const { warnings } = await bundle(
    { component: 'Chart', entry, path: 'widget/dist/Chart.js' },
    { folder, plugins: [{ name: 'slow', buildStart }] },
  );
  expect(warnings).toEqual([]);
});

test('writes a source map beside the bundle, and removes it with the next build without', async () => {
  await write({
    'plugin.yaml': manifest('Chart').replace('dist/Chart.js', 'dist/chart.min.js'),
    'widget/chart.css': 'p { color: red }',
    'widget/Chart.tsx': `import './chart.css';\nexport default function Chart() { return <p>chart</p>; }`,
  });
  expect(await buildPlugin(folder, { ...output, sourcemap: true })).toBe(true);
  const code = await read('widget/dist/chart.min.js');
  expect(code.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=chart.min.js.map');
  expect(code.match(/sourceMappingURL/g)).toHaveLength(1);
  expect(code).toContain('//# nousviz-sources');
  const map = JSON.parse(await read('widget/dist/chart.min.js.map')) as { sources: string[] };
  expect(map.sources).toEqual(['widget/Chart.tsx']);
  expect(await buildPlugin(folder, output)).toBe(true);
  expect(await read('widget/dist/chart.min.js')).not.toContain('sourceMappingURL');
  await expect(read('widget/dist/chart.min.js.map')).rejects.toThrow('ENOENT');
});

test('records the sources of a bundle in a comment', async () => {
  await write({
    'plugin.yaml': manifest('Chart'),
    'widget/Chart.tsx': `import { text } from './parts/text.ts'; export default function Chart() { return <p>{text}</p>; }`,
    'widget/parts/text.ts': `export const text = 'a';`,
  });
  await buildPlugin(folder, output);
  const comment = (await read('widget/dist/Chart.js')).trimEnd().split('\n').at(-1);
  expect(comment).toMatch(
    /^\/\/# nousviz-sources \{"widget\/Chart\.tsx":"\w{16}","widget\/parts\/text\.ts":"\w{16}"\}$/,
  );
});

test('reports the place of a mistake and builds the other components', async () => {
  await write({
    'plugin.yaml': manifest('Chart', 'Table'),
    'widget/Chart.tsx': 'export default function Chart() {\n  return <p>chart</b>;\n}',
    'widget/Table.tsx': 'export default function Table() { return null; }',
  });
  expect(await buildPlugin(folder, output)).toBe(false);
  expect(complaints).toMatch(/^widget\/Chart\.tsx:2:\d+: Expected/);
  expect(complaints).toContain('2 │   return <p>chart</b>;');
  expect(printed).toContain('widget/dist/Table.js');
  await expect(read('widget/dist/Chart.js')).rejects.toThrow('ENOENT');
});

test('names the expected source', async () => {
  await write({ 'plugin.yaml': manifest('Chart') });
  expect(await buildPlugin(folder, output)).toBe(false);
  expect(complaints).toBe(
    'widget/dist/Chart.js: there is no widget/Chart.tsx to build it from. Write it, or correct the path in plugin.yaml.\n',
  );
});

test('keeps a bundle without a source', async () => {
  await write({ 'plugin.yaml': manifest('Chart'), 'widget/dist/Chart.js': 'export default () => null;' });
  expect(await buildPlugin(folder, output)).toBe(true);
  expect(printed).toContain('widget/dist/Chart.js  left as it is');
  expect(await read('widget/dist/Chart.js')).toBe('export default () => null;');
});

test.each([
  ['no plugin', {}, /is not a folder/],
  ['no manifest', { 'a.txt': '' }, /has no plugin\.yaml/],
  ['no component', { 'plugin.yaml': 'id: sales\nname: sales\n' }, /declares no component/],
  [
    'a manifest that breaks a rule',
    { 'plugin.yaml': manifest('chart') },
    /^plugin\.yaml:6:\d+: frontend\.components\[0\]\.name is "chart"/,
  ],
])('reports %s', async (_, files, message) => {
  await write(files as Record<string, string>);
  expect(await buildPlugin(folder, output)).toBe(false);
  expect(complaints).toMatch(message);
});

test('names the version of a Vite that is too old', async () => {
  const options = nousvizWidgets().options as (this: object, options: object) => unknown;
  expect(() => options.call({ meta: { rollupVersion: '4.62.0' } }, {})).toThrow(
    /Rollup 4\.62\.0, which Vite 7 and older use\. Update Vite: npm install --save-dev vite@8 \[VITE_TOO_OLD\]/,
  );
});

test('rebuilds only the components that a saved file belongs to', async () => {
  await write({
    'plugin.yaml': manifest('Chart', 'Table'),
    'widget/Chart.tsx': `import { text } from './text.ts'; export default function Chart() { return <p>{text}</p>; }`,
    'widget/text.ts': `export const text = 'first';`,
    'widget/Table.tsx': 'export default function Table() { return null; }',
  });
  const stop = await watchPlugin(folder, output);
  try {
    expect(await read('widget/dist/Chart.js')).toContain('first');
    printed = '';
    await write({ 'widget/text.ts': `export const text = 'second';` });
    await expect.poll(() => read('widget/dist/Chart.js'), { timeout: 20_000 }).toContain('second');
    await expect.poll(() => printed).toMatch(/^widget\/dist\/Chart\.js .*\n$/);

    await write({ 'widget/text.ts': `export { text } from './missing.ts';` });
    await expect.poll(() => complaints, { timeout: 20_000 }).toMatch(/missing\.ts/);
    await write({ 'widget/missing.ts': `export const text = 'third';` });
    await expect.poll(() => read('widget/dist/Chart.js'), { timeout: 20_000 }).toContain('third');
  } finally {
    await stop();
  }
});
