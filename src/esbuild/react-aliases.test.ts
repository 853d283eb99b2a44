import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type BuildFailure, type BuildOptions, type Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { listSeen } from './seen.test.kit.ts';

const manifest = (name: string, fields: object = {}) =>
  JSON.stringify({ name, version: '1.0.0', main: 'index.js', peerDependencies: { react: '*' }, ...fields });

const PACKAGES = {
  'node_modules/modern/package.json': manifest('modern', { type: 'module' }),
  'node_modules/modern/index.js': `import { useState } from 'react'; export const modern = () => useState(1);`,
  'node_modules/old/package.json': manifest('old'),
  'node_modules/old/index.js': `var React = require("react"); exports.old = function () { return React.useId(); };`,
  'node_modules/silent/package.json': manifest('silent', { peerDependencies: {} }),
  'node_modules/silent/index.js': `exports.silent = require('react-dom').flushSync;`,
  'widget/worker.js': `import { version } from 'react'; postMessage(version);`,
};

/** The other plugin resolves nothing, but the build leaves no import of React to esbuild itself. */
const NONE: Plugin = { name: 'none', setup() {} };

interface Built {
  text: string;
  messages: string[];
  /** The specifiers that reached the plugin. */
  seen: string[];
}

async function buildWidget(code: string, options: BuildOptions = {}): Promise<Built> {
  const folder = await makeFolder({ ...PACKAGES, 'package.json': '{}', 'widget/Chart.jsx': code });
  for (const name of ['react', 'react-dom'])
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
  const { plugin, seen } = listSeen();
  const { plugins = [], ...rest } = options;
  try {
    const { outputFiles, warnings } = await build({
      entryPoints: ['widget/Chart.jsx'],
      outfile: 'dist/Chart.js',
      absWorkingDir: folder,
      write: false,
      minify: true,
      logLevel: 'silent',
      plugins: [plugin, ...plugins],
      ...rest,
    });
    return {
      text: outputFiles![0]!.text.replaceAll(folder, ''),
      messages: warnings.map(({ text }) => text),
      seen,
    };
  } catch (thrown) {
    const { errors } = thrown as BuildFailure;
    return { text: '', messages: errors.map(({ text }) => text), seen };
  }
}

const DEFAULT = 'export default () => <p>text</p>;';

test.each([
  ['an import', `import { useState } from 'react'; export const own = useState; ${DEFAULT}`],
  ['a package of modules', `export { modern } from 'modern'; ${DEFAULT}`],
  ['a package of CommonJS', `export { old } from 'old'; ${DEFAULT}`],
  ['a package that does not declare React', `export { silent } from 'silent'; ${DEFAULT}`],
  ['a require of the author’s', `export const id = require('react').useId; ${DEFAULT}`],
  ['a dynamic import', `export const later = import('react-dom/client'); ${DEFAULT}`],
  [
    'other spellings',
    `export { jsx } from 'react/jsx-runtime.js'; export { useId } from 'react/index.js'; ${DEFAULT}`,
  ],
  ['its manifest', `export { version } from 'react/package.json'; ${DEFAULT}`],
  ['a worker', `export const worker = new Worker(new URL('./worker.js', import.meta.url)); ${DEFAULT}`],
  ['a renderer', `export { renderToString } from 'react-dom/server'; ${DEFAULT}`],
])('builds the same as without aliases: %s', async (_, code) => {
  const [withAliases, without] = [await buildWidget(code), await buildWidget(code, { plugins: [NONE] })];
  expect(withAliases.text).toBe(without.text);
  expect(withAliases.messages).toEqual(without.messages);
  expect(without.seen).toContain('react/jsx-runtime');
  expect(withAliases.text).not.toMatch(/(?<!import)\("\/api\//);
});

test.each<[string, BuildOptions]>([
  ['external', { external: ['react', 'react-dom', 'react/*'] }],
  ['packages', { packages: 'external' }],
  ['alias', { alias: { react: './widget/worker.js' } }],
  ['tsconfigRaw', { tsconfigRaw: { compilerOptions: { paths: { react: ['./widget/worker.js'] } } } }],
])('the option %s does not keep React from the page’s own', async (_, options) => {
  const { text } = await buildWidget(`export { useState } from 'react'; ${DEFAULT}`, options);
  expect(text).toContain('from"/api/widget-runtime/react.js"');
  expect(text).toContain('from"/api/widget-runtime/react-jsx-runtime.js"');
});

test('leaves the imports of packages to esbuild', async () => {
  const { text, seen } = await buildWidget(
    `export { modern } from 'modern'; export { old } from 'old'; ${DEFAULT}`,
  );
  expect(text).toContain('from"/api/widget-runtime/react.js"');
  expect(seen.filter((path) => path.startsWith('react'))).toEqual([]);
});

test('keeps the aliases of the author, also for workers, whose React is their own', async () => {
  const alias = { kept: './widget/worker.js' };
  const { text } = await buildWidget(
    `import 'kept'; export const worker = new Worker(new URL('./worker.js', import.meta.url)); ${DEFAULT}`,
    { alias, minify: false },
  );
  expect(text).toContain('postMessage(version)');
  expect(text).toContain('react.production.js');
});

test('reports a module that React does not have by the name that the author wrote', async () => {
  const { messages } = await buildWidget(`import 'react/jsx-none'; ${DEFAULT}`);
  expect(messages.join('\n')).toMatch(
    /widget\/Chart\.jsx:1 imports "react\/jsx-none", which the installed package react/,
  );
});
