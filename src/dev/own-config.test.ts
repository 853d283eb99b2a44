import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { bundle } from './build-widget.ts';

const widget = `import './chart.css';
export default function Chart() { return <p>chart</p>; }`;
const fails = `throw new Error('this config was read');`;
/** A plugin of PostCSS that changes the colour. */
const blue = `{ plugins: [{ postcssPlugin: 'blue', Declaration(one) { one.value = 'blue'; } }] }`;

/** Builds a plugin that is inside an app. */
async function build(files: Record<string, string>) {
  const app = await makeFolder({
    'package.json': '{ "workspaces": ["plugins/*"] }',
    'plugins/sales/widget/Chart.tsx': widget,
    'plugins/sales/widget/chart.css': '.chart { color: red }',
    ...files,
  });
  const folder = join(app, 'plugins/sales');
  // The author's packages.
  await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
  const entry = join(folder, 'widget/Chart.tsx');
  return bundle({ component: 'Chart', entry, path: 'widget/dist/Chart.js' }, { folder });
}

const preact = '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "preact" } }';

test.each([
  ['postcss.config.js', fails],
  ['postcss.config.cjs', fails],
  ['.postcssrc.json', '{'],
  ['package.json', '{ "workspaces": ["plugins/*"], "postcss": { "plugins": { "none": {} } } }'],
  ['tsconfig.json', preact],
  ['tsconfig.json', '{ "extends": "./none.json" }'],
  ['plugins/tsconfig.json', preact],
  ['vite.config.js', fails],
  ['.env', 'VITE_SECRET=1'],
])('a build does not read %s of the folders above', async (file, text) => {
  const { code } = await build({ [file]: text });
  expect(code).toContain('react-jsx-runtime.js');
  expect(code).toContain('red');
});

test.each([
  ['postcss.config.cjs', `module.exports = ${blue};`],
  ['.postcssrc.cjs', `module.exports = ${blue};`],
  ['package.json', '{ "postcss": { "plugins": { "./blue.cjs": {} } } }'],
])('a build reads the plugin’s own %s', async (file, text) => {
  const { code } = await build({
    [`plugins/sales/${file}`]: text,
    'plugins/sales/blue.cjs': `module.exports = () => (${blue}.plugins[0]); module.exports.postcss = true;`,
  });
  expect(code).toMatch(/blue|#00f/);
});

test.each(['tsconfig.json', 'widget/tsconfig.json'])('a build reads the plugin’s own %s', async (file) => {
  const files = { 'tsconfig.json': '{ "extends": "./none.json" }', [`plugins/sales/${file}`]: preact };
  // It asks for a package that this project does not have.
  await expect(build(files)).rejects.toThrow(/preact/);
});
