import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { listSeen } from './seen.test.kit.ts';
import { specifiersOf, UNNAMED } from './specifiers.ts';

const isResolved = (specifier: string) =>
  [UNNAMED, specifiersOf(['fs', 'fs/promises', 'a.b', '@x/y'])].some((filter) => filter.test(specifier));

test.each(['fs', 'fs/promises', 'node:fs', 'a.b', 'a.b/c', '@x/y', '@x/y/z', '@/parts', '#parts', '~/parts'])(
  'has %s resolved',
  (specifier) => expect(isResolved(specifier)).toBe(true),
);

test.each(['./fs', '../fs', '/fs', 'fsx', 'axb', '@x/yz', '@x', 'x/fs'])(
  'leaves %s to esbuild',
  (specifier) => expect(isResolved(specifier)).toBe(false),
);

const pkg = (name: string, fields: object, code: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: '1.0.0',
    main: 'index.js',
    ...fields,
  }),
  [`node_modules/${name}/index.js`]: code,
});

/** Builds a widget. @returns its exports, the warnings, and the specifiers that the plugin resolved */
async function buildIn(files: Record<string, string>) {
  const folder = await makeFolder({ 'package.json': '{"name": "plugin", "type": "module"}', ...files });
  const { plugin, seen } = listSeen();
  const { outputFiles, warnings } = await build({
    entryPoints: [join(folder, 'widget/Chart.tsx')],
    outfile: join(folder, 'Chart.js'),
    absWorkingDir: folder,
    write: false,
    logLevel: 'silent',
    plugins: [plugin],
  });
  const code = Buffer.from(outputFiles[0]!.text).toString('base64');
  const bundle = (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as {
    seen: unknown;
  };
  return { seen, value: bundle.seen, warnings: warnings.map(({ text }) => text) };
}

const END = '\nexport default function Chart() { return null; }\n';
const BABEL = pkg('babel', {}, `exports.__esModule = true; exports.default = 'the default';`);

test('leaves the imports of packages from each other to esbuild', async () => {
  const { seen, value } = await buildIn({
    ...pkg('inner', {}, `exports.one = 1;`),
    ...pkg('outer', { dependencies: { inner: '*' } }, `exports.one = require('inner').one;`),
    'widget/Chart.tsx': `import { one } from 'outer';\nexport const seen = one;${END}`,
  });
  expect(value).toBe(1);
  expect(seen).toContain('outer');
  expect(seen).not.toContain('inner');
});

test('resolves what a module imports that the plugin did not expect', async () => {
  const { value } = await buildIn({
    ...BABEL,
    'tsconfig.json': '{"compilerOptions": {"paths": {"@/*": ["./shared/*"]}}}',
    'shared/part.ts': `import babel from 'babel';\nexport const part = babel;`,
    'widget/Chart.tsx': `import { part } from '@/part';\nexport const seen = part;${END}`,
  });
  expect(value).toBe('the default');
});

test('reports a missing package that no manifest names, and that code handles', async () => {
  const { value, warnings } = await buildIn({
    ...pkg('careful', {}, `exports.found = 'none'; try { require('gone'); } catch (error) {}`),
    'widget/Chart.tsx': `import { found } from 'careful';\nexport const seen = found;${END}`,
  });
  expect(value).toBe('none');
  expect(warnings.join('\n')).toMatch(/careful\/index\.js:1 imports "gone", which is not installed/);
});
