import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { renderToStaticMarkup } from 'react-dom/server';
import { rolldown } from 'rolldown';
import { expect, test, vi } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { nousvizWidgets as viteWidgets } from '../vite/index.ts';
import { builds, evaluate, MANIFEST } from './builds.test.kit.ts';
import { findSource } from './build-widget.ts';
import { bundleForDev } from './dev-bundle.ts';

const root = join(import.meta.dirname, '../..');

const PACKAGE = (name: string) => ({
  [`node_modules/${name}/package.json`]: `{ "name": "${name}", "main": "index.js", "type": "${name}" }`,
});

const FILES = {
  'plugin.yaml': MANIFEST,
  'package.json': '{ "devDependencies": { "tailwindcss": "^4" } }',
  // Packages make their elements in all ways that there are. Their own words are no classes of the bundle.
  ...PACKAGE('module'),
  'node_modules/module/index.js': `import { jsx } from 'react/jsx-runtime'; import * as React from 'react'; import Whole, { createElement } from 'react';
    export const made = [jsx('i', { className: 'p-4 underline' }, 1), React.createElement('b', { key: 2 }), Whole.createElement('u', { key: 3 }), createElement('s', { key: 4 }, 1, 2)];`,
  ...PACKAGE('commonjs'),
  'node_modules/commonjs/index.js': `var React = require('react'); exports.Button = function (props) { return React.createElement('button', props); };`,
  'widget/classes.ts': `export const LARGE = 'text-lg';`,
  'widget/Chart.tsx': `import { cloneElement, memo } from 'react';
    import { Button } from 'commonjs';
    import { made } from 'module';
    import { LARGE } from './classes.ts';
    const icon = <svg className="size-4 icon" />;
    const Part = memo(({ wide }: { wide: boolean }) => <p className={\`m-1 \${wide ? 'w-full' : ''} \${LARGE}\`} key="k" />);
    export const seen = <>{icon}<Part wide /><Button className="p-4" />{made}<h1 /><my-part class="p-4" />{cloneElement(<em className="p-4 m-1" />, { className: 'm-1' })}</>;
    export default () => seen;`,
};

async function makePlugin(files: Record<string, string> = {}) {
  const folder = await makeFolder({ ...FILES, ...files });
  await symlink(join(root, 'node_modules/tailwindcss'), join(folder, 'node_modules/tailwindcss'));
  return folder;
}

const MARKUP = [
  '<svg class="nv:size-4 icon nv nv-"></svg>',
  '<p class="nv:m-1 nv:w-full nv:text-lg nv"></p>',
  '<button class="nv:p-4 nv nv-"></button>',
  '<i class="nv:p-4 underline nv nv-"></i><b class="nv nv-"></b><u class="nv nv-"></u><s class="nv nv-">12</s>',
  '<h1 class="nv"></h1>',
  '<my-part class="nv:p-4 nv"></my-part>',
  '<em class="nv:m-1 nv"></em>',
].join('');

const markup = (element: unknown) =>
  renderToStaticMarkup(element as React.ReactNode).replaceAll(/nv[\da-f]{6}/g, 'nv');

const reactOf = () => ({ React, ReactJSXRuntime });

test.each(Object.entries(builds))('%s gives the elements of the bundle its classes', async (_, build) => {
  vi.stubEnv('NODE_ENV', 'production');
  const folder = await makePlugin();
  expect(await build(folder)).toBe('');
  expect(markup((await evaluate(folder, reactOf())).seen)).toBe(MARKUP);
  const code = await readFile(join(folder, 'widget/dist/Chart.js'), 'utf8');
  expect(code).toMatch(/:is\(\.nv[\da-f]{6}\\\\:p-4,/);
  expect(code).not.toContain('underline-');
});

test('Rolldown alone gives the elements of the bundle its classes', async () => {
  const folder = await makePlugin();
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  const build = await rolldown({ input: join(folder, 'widget/Chart.tsx'), plugins: [viteWidgets()] });
  await build.write({ file: join(folder, 'widget/dist/Chart.js') });
  expect(markup((await evaluate(folder, reactOf())).seen)).toBe(MARKUP);
});

test.each(Object.entries(builds))('%s makes the same bundle in every folder', async (_, build) => {
  const [one, two] = [await makePlugin(), await makePlugin()];
  await build(one);
  await build(two);
  const [first, second] = await Promise.all(
    [one, two].map((folder) => readFile(join(folder, 'widget/dist/Chart.js'), 'utf8')),
  );
  expect(second).toBe(first);
});

test.each(Object.entries(builds))('%s leaves a plugin without Tailwind as it is', async (_, build) => {
  const folder = await makePlugin({ 'package.json': '{}' });
  await build(folder);
  expect(markup((await evaluate(folder, reactOf())).seen)).toContain('<p class="m-1 w-full text-lg"></p>');
  expect(await readFile(join(folder, 'widget/dist/Chart.js'), 'utf8')).not.toContain('__nv');
});

test.each(Object.entries(builds))('%s needs no class of Tailwind', async (_, build) => {
  const folder = await makePlugin({
    'widget/Chart.tsx': 'export const seen = <p className="own" />; export default () => seen;',
  });
  await build(folder);
  expect(markup((await evaluate(folder, reactOf())).seen)).toBe('<p class="own"></p>');
});

test('dev keeps the names of classes from build to build, since elements outlive them', async () => {
  const folder = await makePlugin();
  const source = (await findSource(folder, { name: 'Chart', path: 'widget/dist/Chart.js' }))!;
  const build = async (serial: number) => {
    const { code } = await bundleForDev(source, { folder, pluginId: 'sales', serial });
    const [, id, names] = /\.set\("nv[\da-f]{6}", \["(nv[\da-f]{6})","([^"]*)"\]\)/.exec(code)!;
    return { id, names: names!.split(' ') };
  };
  const one = await build(1);
  expect(one.names).not.toContain('m-9');
  await writeFiles(folder, { 'widget/classes.ts': `export const LARGE = 'm-9';` });
  const two = await build(2);
  expect(two.id).toBe(one.id);
  expect(two.names).toContain('m-9');
});
