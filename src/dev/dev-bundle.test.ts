import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import type { BuildError } from './build-widget.ts';
import { bundleForDev, type DevBundle } from './dev-bundle.ts';

/** Builds `widget/Chart.tsx` repeatedly. */
async function builderOf(files: Record<string, string>) {
  const folder = await makeFolder(files);
  let serial = 0;
  let before: DevBundle | undefined;
  return {
    folder,
    write: (changed: Record<string, string>) => writeFiles(folder, changed),
    async build() {
      const entry = join(folder, 'widget/Chart.tsx');
      const source = { component: 'Chart', entry, path: 'widget/dist/Chart.js' };
      serial += 1;
      before = await bundleForDev(source, { folder, pluginId: 'sales', previous: before, serial });
      return before;
    },
  };
}

/** The URL of one module, by a part of its file name. */
const nameOf = ({ modules }: DevBundle, part: string) =>
  [...modules.keys()].find((name) => name.includes(part));

/** The code of one module. */
const textOf = (bundle: DevBundle, part: string) => bundle.modules.get(nameOf(bundle, part)!) ?? '';

/** The URLs of all imported modules. */
const importedBy = ({ code, modules }: DevBundle) =>
  [code, ...modules.values()].flatMap((text) =>
    [...text.matchAll(/["']\/api\/plugins\/sales\/widget\/modules\/([^"']+)["']/g)].map(([, name]) => name!),
  );

const files = {
  'widget/Chart.tsx': `import { Row } from './row.tsx';
import { Theme } from './theme.ts';
export default function Chart() { return <Theme.Provider value="x"><Row /></Theme.Provider>; }`,
  'widget/row.tsx': `import { useContext, useState } from 'react';
import { Small } from 'small';
export const Row = () => { const [a] = useState(1); return <p><Small>{useContext(Theme)}</Small>{a}</p>; };`,
  'widget/theme.ts': `import { createContext } from 'react';\nexport const Theme = createContext('');`,
  'node_modules/small/package.json': '{"name": "small", "type": "module", "exports": "./index.js"}',
  'node_modules/small/index.js': 'export function Small({ children }) { return children; }',
};

test('keeps the URLs of unchanged modules, and changes those of changed modules and their importers', async () => {
  const { write, build } = await builderOf(files);
  const first = await build();
  expect(new Set(importedBy(first))).toEqual(new Set(first.modules.keys()));
  await write({ 'widget/row.tsx': files['widget/row.tsx'].replace('<p>', '<p>Row ') });
  const second = await build();
  const same = (part: string) => nameOf(first, part) === nameOf(second, part);
  expect([same('theme'), same('packages'), same('row'), same('Chart_tsx')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(second.code).not.toBe(first.code);
  expect(new Set(importedBy(second))).toEqual(new Set(second.modules.keys()));
});

test('builds the same bytes from the same sources, and new modules after an undone change', async () => {
  const { write, build } = await builderOf(files);
  const first = await build();
  expect((await build()).code).toBe(first.code);
  await write({ 'widget/row.tsx': files['widget/row.tsx'].replace('<p>', '<p>Row ') });
  await build();
  await write({ 'widget/row.tsx': files['widget/row.tsx'] });
  const undone = await build();
  expect(nameOf(undone, 'row')).not.toBe(nameOf(first, 'row'));
  expect(undone.code).not.toBe(first.code);
  expect(nameOf(undone, 'theme')).toBe(nameOf(first, 'theme'));
});

test('registers components with their hooks, under the names of widget and file', async () => {
  const { build } = await builderOf(files);
  const bundle = await build();
  expect(textOf(bundle, 'row')).toMatch(/_s\(Row, "[^"]+"\)/);
  expect(textOf(bundle, 'row')).toContain('"Chart widget/row.tsx "');
  expect(textOf(bundle, 'row')).toContain('jsxDEV');
  expect(textOf(bundle, 'packages')).not.toContain('$RefreshReg$');
  expect(bundle.code).toContain('register(__nvWidget, "Chart component")');
  expect(bundle.code).toContain('register(__nvDefault, "Chart default")');
});

test('registers classes and components with a style sheet', async () => {
  const { build } = await builderOf({
    'widget/Chart.tsx': `import { Component } from 'react';
import './chart.css';
export default class Chart extends Component { state = {}; render() { return null; } }
class Store {}
export const store = new Store();`,
    'widget/chart.css': '@import "./more.css";\n.chart { color: red }',
    'widget/more.css': '.more { color: blue }',
  });
  const bundle = await build();
  expect(textOf(bundle, 'Chart_tsx')).toContain('$RefreshReg$(Chart, "Chart")');
  expect(textOf(bundle, 'Chart_tsx')).not.toContain('"Store"');
  // The compiler's helper for class fields is a module like the others.
  for (const text of [bundle.code, ...bundle.modules.values()]) expect(text).not.toContain('"./');
  expect(bundle.code).toContain('.more { color: blue }');
  expect(bundle.code).toContain('register(__nvDefault, "Chart default")');
});

test('exports the same wrapper with and without a style sheet', async () => {
  const { write, build } = await builderOf(files);
  const register = /globalThis\.__nousvizRefresh[^;]*;/g;
  const first = await build();
  expect(first.code.match(register)).toHaveLength(3);
  expect(first.code).toContain('var __nvRules = "",');
  await write({
    'widget/Chart.tsx': `import './chart.css';\n${files['widget/Chart.tsx']}`,
    'widget/chart.css': '.chart { color: red }',
  });
  const styled = await build();
  expect(styled.code.match(register)).toEqual(first.code.match(register));
  expect(styled.code).toMatch(/var __nvRules = ".*color: red/);
});

test('supports circular and dynamic imports', async () => {
  const { folder, build } = await builderOf({
    'widget/Chart.tsx': `import { Part } from './part.tsx';
export const names = ['a'];
export default function Chart() { return <Part />; }`,
    'widget/part.tsx': `import { names } from './Chart.tsx';
export const Part = () => <p onClick={() => import('./late.ts')}>{names.join()}</p>;`,
    'widget/late.ts': 'console.log("late");',
  });
  const bundle = await build();
  expect(new Set(importedBy(bundle))).toEqual(new Set(bundle.modules.keys()));
  expect(bundle.modules.size).toBe(3);
  expect([...bundle.files].map((file) => file.slice(folder.length + 1)).toSorted()).toEqual([
    'widget/Chart.tsx',
    'widget/late.ts',
    'widget/part.tsx',
  ]);
});

test('leaves modules of packages that code imports later out of the file that runs at once', async () => {
  const { build } = await builderOf({
    'widget/Chart.tsx': `import { start } from 'lazy';
export default function Chart() { return <p onClick={() => start()} />; }`,
    'node_modules/lazy/package.json': '{"name": "lazy", "type": "module", "exports": "./index.js"}',
    'node_modules/lazy/index.js': `import { now } from './now.js';
export const start = () => import('./later.js').then(now, now);`,
    'node_modules/lazy/now.js': 'export const now = (one) => one;',
    'node_modules/lazy/later.js': 'throw new Error("too early");',
  });
  const bundle = await build();
  const early = [...bundle.modules].filter(([, text]) => text.includes('too early'));
  expect(early).toHaveLength(1);
  expect(textOf(bundle, 'packages')).toContain('import("/api/plugins/sales/widget/modules/');
  expect(textOf(bundle, 'packages')).not.toContain('too early');
});

test('reports the place of a mistake without generated modules', async () => {
  const { write, build } = await builderOf(files);
  await write({ 'widget/row.tsx': 'export const Row = () => <p>;' });
  await expect(build()).rejects.toMatchObject({
    file: 'widget/row.tsx',
    line: 1,
    column: expect.any(Number),
  });
  await write({ 'widget/row.tsx': `import './gone.ts';\nexport const Row = () => null;` });
  const failure = (await build().catch((thrown: unknown) => thrown)) as BuildError;
  expect(failure).toMatchObject({ file: 'widget/row.tsx', line: 1 });
  expect(failure.frame).toContain('./gone.ts');
  expect(failure.frame).not.toContain('nousviz-entry');
});

test('refuses a file without a default export, with the message of the error card', async () => {
  const { build } = await builderOf({ 'widget/Chart.tsx': 'export const Chart = () => null;' });
  await expect(build()).rejects.toThrow(
    /^widget\/Chart\.tsx did not export a default React component\. .*\[NO_DEFAULT_EXPORT\]$/,
  );
});

test('also scans packages, once', async () => {
  const { write, build } = await builderOf({
    ...files,
    'node_modules/small/index.js': `import { nobodyHasThis } from 'react';\nexport const Small = nobodyHasThis;`,
  });
  await expect(build()).rejects.toThrow(/nobodyHasThis.*\[MISSING_SHIM_EXPORT\]$/);
  await write({
    'node_modules/small/index.js': `import { useEffectEvent } from 'react';\nexport const Small = useEffectEvent;`,
  });
  expect((await build()).warnings).toEqual([expect.stringContaining('[MISSING_SHIM_EXPORT]')]);
  expect((await build()).warnings).toEqual([]);
});
