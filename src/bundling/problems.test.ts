import { expect, test } from 'vitest';
import { build, type BuildOptions } from 'esbuild';
import { problemsOf, formatProblem, type Problem } from './problems.ts';

const REACT = '/api/widget-runtime/react.js';
const DOM = '/api/widget-runtime/react-dom.js';
const END = '\nexport default function W() {}\n';

const shown = ({ level, code, line, column }: Problem) =>
  [level, code, ...[line, column].filter((one) => one !== undefined)].join(' ');
const listOf = (text: string) => problemsOf(text, 'widget/dist/W.js').map(shown);

test('finds no problem in a good bundle', () => {
  expect(
    listOf(`import { useState } from "${REACT}"; import * as D from "${DOM}";
      import x from "https://example.com/x.js"; import("data:text/javascript,1");
      D.createPortal(useState, x);${END}`),
  ).toEqual([]);
});

test('reports all problems with their lines', () => {
  const text = `import React from "react";
import { a } from "left-out";
import { useNothing, useOther } from "${REACT}";
import { use } from "${REACT}?v=1";
import "./chunk.js";
require("x"); require("x");
require("y");
export const W = 1;`;
  expect(listOf(text)).toEqual([
    'error BARE_REACT 1',
    'error BARE_IMPORT 2',
    'error IMPORT_FAILED 5',
    'error DYNAMIC_REQUIRE 6',
    'error DYNAMIC_REQUIRE 7',
    'error MISSING_SHIM_EXPORT 3',
    'warning MISSING_SHIM_EXPORT 4',
    'error NO_DEFAULT_EXPORT',
  ]);
});

test.each([
  ['import "react-dom/client"', 'error BARE_REACT 1'],
  ['import "node:fs"', 'error IMPORT_FAILED 1'],
  ['import "./Other.js"', 'error IMPORT_FAILED 1'],
  ['import "/api/widget-runtime/reakt.js"', 'error WRONG_SHIM 1'],
  ['import "/api/widget-runtime/react"', 'error WRONG_SHIM 1'],
  ['import "//api/widget-runtime/react.js"', 'error WRONG_SHIM 1'],
  // The host may serve this path.
  ['import "/static/lib.js"', 'warning IMPORT_FAILED 1'],
  ['import("./chunk.js")', 'error IMPORT_FAILED'],
  // The bundle may handle the failure of a dynamic import.
  ['import("react-dom")', 'warning BARE_REACT'],
  ['import("node:fs")', 'warning IMPORT_FAILED'],
])('reports %s as %s', (statement, problem) => {
  expect(listOf(statement + END)).toEqual([problem]);
});

test('accepts imports of the plugin’s other bundles', () => {
  const text = `import "./Other.js"; import "./parts/Other.js"${END}`;
  const problems = problemsOf(text, 'widget/dist/W.js', { siblings: ['Other.js'] });
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('"./parts/Other.js"')]);
});

test.each([
  ['useFormStatus of React 19', `import { useFormStatus } from "${DOM}"`, '18.3', /React 19 has it/],
  ['findDOMNode of React 18', `import { findDOMNode } from "${DOM}"`, '19', /React 18\.3 has it/],
  [
    'a name of development builds',
    `import { captureOwnerStack } from "${REACT}"`,
    'in production',
    /remove it/,
  ],
])('warns of %s', (_, statement, host, fix) => {
  const [problem, ...others] = problemsOf(statement + END, 'W.js');
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ level: 'warning', code: 'MISSING_SHIM_EXPORT', line: 1 });
  expect(problem!.message).toContain(`which React ${host} does not have.`);
  expect(problem!.fix).toMatch(fix);
});

test('rejects names of Object.prototype that no React exports', () => {
  expect(listOf(`import { constructor, toString as t } from "${REACT}"${END}`)).toEqual([
    'error MISSING_SHIM_EXPORT 1',
  ]);
});

const WHOLE = `import * as React from "${REACT}";\n`;
test.each([
  ['calls', 'React.use(x)', ['warning MISSING_SHIM_EXPORT 2 1']],
  ['calls in a function', 'f(() => { React["use"](x) })', ['warning MISSING_SHIM_EXPORT 2 11']],
  [
    'calls of a variable',
    'var use = React.use; f(function () { use(x) })',
    ['warning MISSING_SHIM_EXPORT 2 38'],
  ],
  [
    'calls beside a parameter of that name',
    'f(function (React) { React() }); React.use(x)',
    ['warning MISSING_SHIM_EXPORT 2 34'],
  ],
  ['tested variables', 'var use = React.use; typeof use == "function" ? use(x) : x', []],
  ['variables that are handed on', 'var use = React.use; f(use); use(x)', []],
  ['parameters of a variable’s name', 'var use = React.use; f(function (use) { use(x) })', []],
  ['calls after a test', 'if (React.use) React.use(x)', []],
  ['calls after a test by typeof', 'typeof React.use == "function" ? React.use(x) : x; React.use(y)', []],
  ['calls after a test by in', 'var ok = "use" in React; React.use(y)', []],
  ['calls after a minified test by in', 'var ok=`use`in React;React[`use`](y)', []],
  ['conditional calls', 'old || React.use(x)', []],
  ['calls with ?.', 'React.use?.(x)', []],
  ['calls in a try', 'try { React.use(x) } catch {}', []],
  ['calls of a local variable of that name', 'function f(React) { React.use(x) }', []],
  ['calls of names that no React exports', 'React.plugin(x)', []],
])('checks the members of a whole React: %s', (_, code, problems) => {
  expect(listOf(WHOLE + code + END)).toEqual(problems);
});

test.each([
  ['try { a = require("x") } catch {}', 'warning DYNAMIC_REQUIRE 1'],
  ['try { a = require(`x`) } catch {}', 'warning DYNAMIC_REQUIRE 1'],
  ['try { a = require("x") } catch {} require("x")', 'error DYNAMIC_REQUIRE 1'],
  ['try { a = require("x") } finally {}', 'error DYNAMIC_REQUIRE 1'],
  ['try { a = () => require("x") } catch {}', 'error DYNAMIC_REQUIRE 1'],
  ['try {} catch { require("x") }', 'error DYNAMIC_REQUIRE 1'],
  ['if (a) require("x")', 'error DYNAMIC_REQUIRE 1'],
])('reports the require in %s as %s', (code, problem) => {
  expect(listOf(code + END)).toEqual([problem]);
});

const JSX = `import { jsx } from "/api/widget-runtime/react-jsx-runtime.js";\n`;
const ELEMENT = `import { createElement } from "${REACT}";\n`;
test.each([
  ['an element', `${JSX}var W = jsx("p", {}); export { W as default }`, ' 2 9'],
  ['an element, another way', `${ELEMENT}export default createElement("p")`, ' 2 16'],
  ['a React’s element', `${WHOLE}export default React.createElement("p")`, ' 2 16'],
  ['an object', 'export default { render() {} }', ' 1 16'],
  ['a string', 'export default `W`', ' 1 16'],
  ['nothing', 'export default void 0', ' 1 16'],
  ['a number through another variable', 'const a = 1, W = a; export { W as default }', ' 1 11'],
  ['nothing by default', 'export { W }; function W() {}', ''],
  ['nothing, as CommonJS does', 'module.exports = function W() {}', ''],
])('rejects a bundle that exports %s', (_, text, place) => {
  expect(listOf(text)).toEqual([`error NO_DEFAULT_EXPORT${place}`]);
});

test.each([
  ['a class', 'export default class extends Base {}'],
  ['the result of a call', 'const W = memo(() => 1); export { W as default }'],
  ['the result of another library’s createElement', 'export default kit.createElement("p")'],
  ['the result of its own jsx', 'const jsx = (a) => a; export default jsx(() => 1)'],
  ['an object with $$typeof', 'const t = Symbol(), W = { $$typeof: t }; export { W as default }'],
  ['an object with a spread', 'const W = { ...memo }; export { W as default }'],
  ['a variable that is assigned later', 'let W = {}; W = memo(1); export { W as default }'],
  ['the default export of another module', 'export { default } from "https://example.com/w.js"'],
])('accepts %s as a component', (_, text) => {
  expect(listOf(text)).toEqual([]);
});

test.each([
  ['a runtime’s', 'var k = Symbol.for("react.element"); f({ $$typeof: k, type: t, props: p })', 40],
  ['a compiler’s', 'f({ $$typeof: Symbol.for("react.transitional.element"), type: t, props: p })', 3],
  [
    'Babel’s',
    'var k; k || (k = typeof Symbol == "function" && Symbol.for("react.element") || 60103); f({ $$typeof: k, type: t, props: p })',
    90,
  ],
])('finds %s elements', (_, code, column) => {
  expect(listOf(code + END)).toEqual([`error OLD_JSX_RUNTIME 1 ${column}`]);
});

test('accepts code that recognises elements without creating them', () => {
  const code = 'var k = Symbol.for("react.element"), is = (a) => a.$$typeof === k, x = { $$typeof: k };';
  expect(listOf(code + END)).toEqual([]);
});

test('warns of a renderer that works only with React 18', () => {
  const name = '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED';
  const text = `import React from "${REACT}"; var own = React.${name};\nown.ReactCurrentBatchConfig.x = 1;${END}`;
  const [problem, ...others] = problemsOf(text, 'W.js');
  expect(others).toEqual([]);
  expect(shown(problem!)).toBe('warning MISSING_SHIM_EXPORT 2 1');
  expect(problem!.message).toBe(`W.js uses ${name} of React, which React 19 does not have.`);
});

async function bundle(contents: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'tsx', resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    external: [REACT],
    logLevel: 'silent',
    ...options,
    write: false,
  });
  return outputFiles![0]!.text;
}

test.each([
  ['18', '../../fixtures/react-18/node_modules/react-dom', false],
  ['19', 'react-dom', false],
  ['19', 'react-dom', true],
])('reports the version of a bundled react-dom: %s from %s, minify %s', async (major, dom, minify) => {
  const text = await bundle(`import { flushSync } from '${dom}'; export default () => flushSync()`, {
    alias: { react: REACT },
    define: { 'process.env.NODE_ENV': '"production"' },
    minify,
  });
  const problems = problemsOf(text, 'widget/dist/W.js');
  expect(problems.map(({ code }) => code)).toEqual(['DYNAMIC_REQUIRE', 'BUNDLES_REACT']);
  expect(problems[1]!.message).toContain(`a React of its own (react-dom ${major}.`);
});

test('reports the versions of a bundled React and react-dom', async () => {
  const code = 'import { useState } from "react"; import { flushSync } from "react-dom";';
  const text = await bundle(`${code} export default () => flushSync(useState)`, {});
  const [problem, ...others] = problemsOf(text, 'widget/dist/W.js');
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ level: 'error', code: 'BUNDLES_REACT' });
  expect(problem!.message).toMatch(/\(19\.\d+\.\d+ and react-dom 19\.\d+\.\d+\).*React 18\.3 or 19/);
});

test.each([
  ['<!doctype html>', 'error BUNDLE_SYNTAX 1 1'],
  ['export default function W() {', 'error BUNDLE_SYNTAX 1 30'],
  // The lexer accepts these, engines do not.
  ['\nlet a; let a; import "react"', 'error BUNDLE_SYNTAX 2 12'],
  ['export default () => { return a b }', 'error BUNDLE_SYNTAX 1 33'],
  ['export { W as default }', 'error BUNDLE_SYNTAX 1 10'],
])('reports the syntax error in %j as %s', (text, problem) => {
  expect(listOf(text)).toEqual([problem]);
});

test('accepts modern syntax', () => {
  const text = `#!/usr/bin/env node
class A { static #a = 1; static { await1; } get #b() { return #a in this; } }
await import.meta.x; a ??= b?.c ** 2n; /(?<y>.)[\\p{L}--a]/v; import j from "https://a/b.json" with { type: "json" };`;
  expect(listOf(text + END)).toEqual([]);
});

test('uses the lexer alone where the nesting is too deep for the parser', () => {
  const text = `import "react"; x = ${'1 + '.repeat(1e5)}1;${END}`;
  expect(listOf(text)).toEqual(['error BARE_REACT 1']);
});

test('uses the lexer alone where the text is too long for the parser', () => {
  expect(listOf(`import "react"; x = "${'a'.repeat(8e6)}"; let b; let b;${END}`)).toEqual([
    'error BARE_REACT 1',
  ]);
});

test('derives the component from the file name unless it is given', () => {
  const [problem] = problemsOf('', 'widget/dist/Chart.js');
  expect(problem).toMatchObject({ component: 'Chart', copy: 'export default function Chart' });
  const [given] = problemsOf('', 'widget/dist/chart.js', { component: 'Graph' });
  expect(given).toMatchObject({ component: 'Graph', copy: 'export default function Graph' });
  const [unnamed] = problemsOf('', 'index.mjs');
  expect(unnamed).toMatchObject({ copy: 'export default function MyWidget' });
});

test('formats a problem in one line, with the text to copy where the remedy ends in a colon', () => {
  const [bare] = problemsOf(`import "react";${END}`, 'W.js');
  expect(formatProblem(bare!)).toMatch(/^W\.js imports "react".*: --alias:react=\S+ .* \[BARE_REACT\]$/);
  const [none] = problemsOf('', 'W.js');
  expect(formatProblem(none!)).toBe(
    'W.js did not export a default React component. End the file with "export default function W". [NO_DEFAULT_EXPORT]',
  );
});

test.each([
  ['requires', 'require("react");\n'],
  ['caught requires', 'try { require("react") } catch {}\n'],
  ['members', 'React.createElement(React.use(1));\n'],
  ['elements', 'f({ $$typeof: k, type: t, props: p });\n'],
])('reads 50,000 %s within the time limit', (_, line) => {
  expect(listOf(WHOLE + line.repeat(5e4) + END).length).toBeLessThan(2);
});

test('warns of what may be a React: a call like that of a dispatcher, and classic JSX with a test for a global', () => {
  expect(listOf(`var ref = make(); ref.current.useState(1)${END}`)).toEqual(['warning BUNDLES_REACT']);
  expect(listOf(`var t = { H: null }; t.H.useState(1)${END}`)).toEqual(['error BUNDLES_REACT']);
  const tested = 'typeof React == "undefined" || React.createElement("p")';
  expect(listOf(tested + END)).toEqual(['warning CLASSIC_JSX 1 32']);
});
