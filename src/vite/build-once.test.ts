import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vite from 'vite';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { nousvizWidgets } from './index.ts';

const WIDGET = { 'Widget.tsx': 'export default function Widget() { return <p />; }' };

test.each<[string, Partial<vite.LibraryOptions>]>([
  ['with documented options', { formats: ['es'], fileName: 'Widget' }],
  ['without a format', {}],
  ['with a name for the stylesheet', { formats: ['es'], cssFileName: 'own' }],
])('builds a widget once, %s', async (_, lib) => {
  const folder = await makeFolder(WIDGET);
  const generateBundle = vi.fn();
  const built = await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [nousvizWidgets(), { name: 'count', generateBundle }],
    build: { write: false, target: ['es2022'], lib: { entry: join(folder, 'Widget.tsx'), ...lib } },
  });
  expect(generateBundle).toHaveBeenCalledOnce();
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  expect(files.map(({ fileName }) => fileName)).toEqual(['Widget.js']);
});

test('builds once with the author’s own configuration file', async () => {
  const folder = await makeFolder({
    ...WIDGET,
    'vite.config.ts': `import { appendFileSync } from 'node:fs';
      import { nousvizWidgets } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
      const count = { name: 'count', generateBundle() { appendFileSync(new URL('log', import.meta.url), 'x'); } };
      export default {
        plugins: [nousvizWidgets(), count],
        build: { lib: { entry: 'Widget.tsx', formats: ['es'], fileName: 'Widget' } },
      };`,
  });
  await vite.build({ root: folder, logLevel: 'silent' });
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('x');
});

test.each([[['cjs']], [['es', 'iife']], [['umd']]] as vite.LibraryFormats[][][])(
  'rejects the formats %j, which pages cannot import',
  async (formats) => {
    const folder = await makeFolder(WIDGET);
    const built = vite.build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [nousvizWidgets()],
      build: { write: false, lib: { entry: join(folder, 'Widget.tsx'), formats, name: 'W' } },
    });
    await expect(built).rejects.toThrow('A widget is an ES module: build with build.lib.formats ["es"].');
  },
);

test.each<[string, NonNullable<vite.LibraryOptions['entry']>]>([
  ['a list', ['Widget.tsx', 'Other.tsx']],
  ['names', { Widget: 'Widget.tsx', Other: 'Other.tsx' }],
])('refuses several entries as %s, with a remedy', async (_, entry) => {
  const folder = await makeFolder({ ...WIDGET, 'Other.tsx': WIDGET['Widget.tsx'] });
  const built = vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [nousvizWidgets()],
    build: { write: false, lib: { entry } },
  });
  await expect(built).rejects.toThrow(/has 2 entries.*npx nousviz-widget build \[MANY_ENTRIES\]/);
});
