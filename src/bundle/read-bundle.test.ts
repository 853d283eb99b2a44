// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { build as viteBuild, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { FLAGS } from '../../fixtures/plugins/build.js';
import { isBare, readBundle } from './read-bundle.ts';

const root = join(import.meta.dirname, '../..');
const modules = {
  18: join(root, 'fixtures/react-18/node_modules'),
  19: join(root, 'node_modules'),
};
const version = (major: 18 | 19): string => createRequire(import.meta.url)(`${modules[major]}/react`).version;

const SHIM = '/api/widget-runtime/react.js';
const JSX_SHIM = '/api/widget-runtime/react-jsx-runtime.js';

async function bundle(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: root },
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'silent',
    external: [SHIM, JSX_SHIM],
    ...options,
    write: false,
  });
  return outputFiles![0]!.text;
}

const builds = ([18, 19] as const).flatMap((major) =>
  ['development', 'production'].flatMap((mode) =>
    [false, true].map((minify) => ({
      major,
      mode,
      minify,
      name: `React ${major}, ${mode}, minify ${minify}`,
    })),
  ),
);
const built = (contents: string, alias: Record<string, string>, { mode, minify }: (typeof builds)[number]) =>
  bundle(contents, { alias, minify, define: { 'process.env.NODE_ENV': JSON.stringify(mode) } });

test.each(builds)('finds an inlined React: $name', async (row) => {
  const react = join(modules[row.major], 'react');
  const hooks = 'import { useState } from "react"; export default () => <b>{useState(0)[0]}</b>';
  const facts = readBundle(await built(hooks, { react }, row));
  const found = { react: version(row.major), reactDom: undefined, jsxRuntime: undefined, requires: [] };
  expect(facts).toMatchObject({ ...found, exports: ['default'], imports: [] });
});

test.each(builds)('finds an inlined react-dom: $name', async (row) => {
  const dom =
    'import { createPortal } from "react-dom"; export default () => createPortal("", document.body)';
  const alias = { react: SHIM, 'react-dom': join(modules[row.major], 'react-dom') };
  const facts = readBundle(await built(dom, alias, row));
  expect(facts).toMatchObject({ react: undefined, reactDom: version(row.major), jsxRuntime: undefined });
  expect(facts.requires.map(({ specifier }) => specifier)).toContain(SHIM);
});

test.each(builds)('finds an inlined JSX runtime: $name', async (row) => {
  const alias = { 'react/jsx-runtime': join(modules[row.major], 'react/jsx-runtime.js'), react: SHIM };
  const facts = readBundle(await built('export default () => <b />', alias, row));
  const jsxRuntime = row.major === 18 ? 'react.element' : 'react.transitional.element';
  expect(facts).toMatchObject({ react: undefined, reactDom: undefined, jsxRuntime, classicJsx: false });
});

async function leftByVite(source: string, alias: Record<string, string>): Promise<string> {
  const widget = {
    name: 'widget',
    resolveId: (id: string) => (id.endsWith('widget') ? id : null),
    load: (id: string) => (id.endsWith('widget') ? source : null),
  };
  const output = (await viteBuild({
    configFile: false,
    logLevel: 'silent',
    plugins: [widget],
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { alias },
    build: {
      write: false,
      lib: { entry: 'widget', formats: ['es'], fileName: 'w' },
      rolldownOptions: { external: 'react' in alias ? [] : ['react'] },
    },
  })) as Rolldown.RolldownOutput[];
  return output[0]!.output[0].code;
}

test.each([18, 19] as const)('finds the rest of React %s in a bundle of Vite', async (major) => {
  const hooks = 'import { useState } from "react"; export default () => useState(0)[0]';
  const text = await leftByVite(hooks, { react: join(modules[major], 'react') });
  expect(readBundle(text)).toMatchObject({ react: 'unknown', reactDom: undefined });
});

test.each([18, 19] as const)('finds the rest of react-dom %s in a bundle of Vite', async (major) => {
  const widget = 'import { createRoot } from "react-dom/client"; export default createRoot';
  const text = await leftByVite(widget, { 'react-dom': join(modules[major], 'react-dom') });
  const { react, reactDom } = readBundle(text);
  expect({ react, reactDom }).toEqual({
    react: undefined,
    reactDom: expect.stringMatching(`^${major}|unknown`),
  });
});

test('recognises react-dom by its internals', () => {
  const facts = readBundle('e.__DOM_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE = {}');
  expect(facts).toMatchObject({ react: undefined, reactDom: 'unknown' });
});

test('reads a bundle of the documented command', () => {
  const source = `import React, { useState, Profiler as P } from 'react';
    export { version } from 'react';
    import 'https://example.com/other.js';
    export default function W() { return <P>{useState(0)[0]}{React.version}</P>; }`;
  const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
  const text = execFileSync(esbuild, [...FLAGS, '--loader=tsx'], { input: source, encoding: 'utf8' });
  expect(readBundle(text)).toEqual({
    imports: expect.arrayContaining([{ specifier: JSX_SHIM, names: ['jsxs'], line: expect.any(Number) }]),
    dynamicImports: [],
    exports: ['default', 'version'],
    bare: [],
    requires: [],
    react: undefined,
    reactDom: undefined,
    jsxRuntime: undefined,
    classicJsx: false,
    shimNames: [
      { specifier: SHIM, names: ['default', 'useState', 'Profiler', 'version'] },
      { specifier: JSX_SHIM, names: ['jsxs'] },
    ],
  });
});

test.each([false, true])('finds the calls of require in CommonJS code, minify %s', async (minify) => {
  const library =
    'var a = require("react"), b = require("node:fs"); module.exports = a.x + b.y + "require(1)"';
  const text = await bundle(library, { external: ['react', 'node:fs'], platform: 'neutral', minify });
  const lineOf = (call: string) => text.slice(0, text.indexOf(call)).split('\n').length;
  expect(readBundle(text).requires).toEqual([
    { specifier: 'react', line: lineOf('("react")') },
    { specifier: 'node:fs', line: lineOf('("node:fs")') },
  ]);
});

test('counts lines across statements', () => {
  const text = 'import {\n  a\n} from "x";\nimport "y"; b = require("z")';
  const { imports, requires } = readBundle(text);
  expect([...imports, ...requires].map(({ line }) => line)).toEqual([1, 4, 4]);
});

test('finds the calls of require in a real CommonJS dependency', async () => {
  const text = await bundle('import { Link } from "wouter"; export default Link', { alias: { react: SHIM } });
  const { requires, react, jsxRuntime } = readBundle(text);
  expect({ requires, react, jsxRuntime }).toMatchObject({
    requires: [{ specifier: SHIM }],
    react: undefined,
  });
});

const CLASSIC = 'export default () => <><b /></>';
test.each([
  ['', true],
  ['import React from "react";', false],
  ['import * as React from "react";', false],
  ['const { React } = window.NousViz;', false],
  ['var React = window.NousViz.React;', false],
  ['function React() {}', false],
  ['window.React = window.NousViz.React;', false],
  ['/* React = 1 */ console.log("var React = 1");', true],
])('recognises JSX that needs a global React: %s', async (head, classic) => {
  for (const minify of [false, true]) {
    const options = { jsx: 'transform', alias: { react: SHIM }, minify } as const;
    expect(readBundle(await bundle(head + CLASSIC, options)).classicJsx).toBe(classic);
  }
});

test('reads the names that export statements declare', () => {
  expect(readBundle('export class React {}\nReact.createElement("b")').classicJsx).toBe(false);
});

test.each([
  ['import a, { b as c, default as d } from "x"', ['default', 'b', 'default']],
  ['import { a, "b c" as d } from "x"', ['a', 'b c']],
  ['import { "/*" as a, "//" as b, \'c*/\' as d, e /* f */   as   g } from "x"', ['/*', '//', 'c*/', 'e']],
  ['import*as a from"x"', ['*']],
  ['import a, * as b from "x"', ['default', '*']],
  ['import from from "x"', ['default']],
  ['import "x"', []],
  ['import {} from "x" with { type: "json" }', []],
  ['import { a, // b,\n c /* , d */ } from "x"', ['a', 'c']],
  ['export { default, a as b } from "x"', ['default', 'a']],
  ['export * from "x"', ['*']],
  ['export * as a from "x"', ['*']],
])('reads the names of %s', (statement, names) => {
  expect(readBundle(`;\n${statement};`).imports).toEqual([{ specifier: 'x', names, line: 2 }]);
});

test.each([
  ['export default memo(W)', ['default']],
  ['const x = 1; export { x as default, x as y }', ['default', 'y']],
  ['export const a = 1, b = 2; export class C {}', ['a', 'b', 'C']],
  ['export { default } from "./w.js"', ['default']],
  ['module.exports = 1', []],
  ['', []],
])('reads the exports of %s', (text, exports) => {
  expect(readBundle(text)).toMatchObject({ exports, bare: [], classicJsx: false });
  expect(readBundle(text)).not.toHaveProperty('syntaxError');
});

test('distinguishes bare imports from paths and URLs', () => {
  const bare = ['react', '@scope/a/b', '.hidden', 'lodash.js'];
  const others = ['/a.js', './a.js', '../a.js', 'https://a/b.js', 'data:text/javascript,1', 'node:fs'];
  const statements = [...bare, ...others, ...bare].map((specifier) => `import "${specifier}";`);
  const facts = readBundle(
    `${statements.join('\n')} import("react-dom"); import("a" + b); import(\`./c.js\`)`,
  );
  expect(facts).toMatchObject({ bare, dynamicImports: ['react-dom', './c.js'] });
  expect([...bare, ...others].filter(isBare)).toEqual(bare);
});

const CODE = [
  'import "react"',
  'import("react")',
  'require("react")',
  'export default 1',
  'React.createElement("b")',
  'exports.__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE = 1; exports.version = "19.0.0"',
  'k = Symbol.for("react.element"); x = { $$typeof: k }; exports.jsx = 1',
  'a.H.useState(0)',
];
test.each([
  ['line comment', (text: string) => `// ${text}\n`],
  ['block comment', (text: string) => `/* ${text} */`],
  ['string', (text: string) => `x = '${text}'`],
  ['template', (text: string) => `x = \`\${1} ${text}\``],
  ['regular expression', (text: string) => `x = /${text.replace('(', '\\(').replace(')', '\\)')}/.test(y)`],
])('finds no code in a %s', (_, wrap) => {
  for (const text of CODE) {
    const { syntaxError, ...facts } = readBundle(wrap(text));
    expect({ syntaxError, facts }).toEqual({ syntaxError: undefined, facts: readBundle('') });
  }
});

test.each([
  [
    'reads the internals of React',
    'a.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED.ReactCurrentOwner = 1',
  ],
  [
    'compares them',
    'a.__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE === b; a.version = "1.2.3"',
  ],
  ['reads an element’s mark', 'var k = Symbol.for("react.element"); is = (a) => a.$$typeof === k; a.jsx = b'],
  [
    'is the development runtime in production',
    'k = Symbol.for("react.element"), x = {$$typeof:k}; e.jsxDEV=void 0',
  ],
  ['brings its own require', '(function(require,module){ require("react") })'],
  ['has a method of that name', 'loader.require("react"); x.React.createElement("b")'],
])('finds no React in code that %s', (_, text) => {
  expect(readBundle(text)).toEqual(readBundle(''));
});

test.each([
  ['export default function W() {\n  return (', 'The file ends in the middle.', 2, 11],
  ['const a = `x\n${', 'The file ends in the middle.', 2, 3],
  ['import React from', 'The file ends in the middle.', 1, 17],
  ['const a = 1;\n  }\nfoo()', 'Unexpected "}".', 2, 3],
  ['}\nfoo()', 'Unexpected "}".', 1, 1],
  ['\n<!doctype html><html></html>', 'Unexpected "<".', 2, 1],
])('reports where %j is not a module', (text, message, line, column) => {
  expect(readBundle(text)).toEqual({ ...readBundle(''), syntaxError: { message, line, column } });
});

test.each([
  ['a long name', `${'x'.repeat(5e6)} = require`],
  ['a long string', `x = "${'A'.repeat(5e6)}"`],
  ['many requires', 'var React, a = require("react");\n'.repeat(1e5)],
  ['many imports', `import { a } from "${SHIM}";\n`.repeat(1e5)],
  ['many uses of JSX', 'React.createElement(React.Fragment, { React });\n'.repeat(1e5)],
  ['much space', `React ${' '.repeat(5e6)} require`],
  ['many inlined Reacts', 'a.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED=1;'.repeat(1e5)],
])('reads 5 MB of %s in bounded work', { timeout: 30_000 }, (_, text) => {
  expect(readBundle(text)).not.toHaveProperty('syntaxError');
});
