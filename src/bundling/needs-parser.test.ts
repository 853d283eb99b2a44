import { expect, test } from 'vitest';
import { readBundle } from '../bundle/index.ts';
import { needsParser } from './needs-parser.ts';
import { readProblems } from './problems.ts';

const REACT = '/api/widget-runtime/react.js';
const needs = (text: string) => needsParser(text, readBundle(text));

test.each([
  `import { useState } from "${REACT}"; function W() { return useState(0) } export { W as default };`,
  `function W(e) { return e ? e.$$typeof : "Buffer" } export { W as default };\n/*! a licence */`,
  `import e,{memo as t}from"${REACT}";f(e=>e.use(1));f(function(n,e){e.act()});var o={$$typeof:!0,type:1},c={$$typeof:k,Consumer:null};function W(){}export{W as default};`,
  `import*as e from"${REACT}";class o9t extends e.Component{}var s="x";export{s as seen,o9t as default};`,
  `import*as e from"${REACT}";f(parseInt(e.version,10));function W(){}export{W as default};`,
  `f(function(){var k=1});f(function(){let k={}});function k(){}export{k as default};`,
])('parses no bundle with nothing to say about: %s', (text) => {
  expect(needs(text)).toBe(false);
  expect(readProblems(text, 'W.js').problems).toEqual([]);
});

const END = 'function W() {} export { W as default };';
test.each([
  ['an async component', 'async function W() {} export { W as default };'],
  ['an async generator', 'async function* W() {} export { W as default };'],
  ['a component that is a value', 'const W = {}; export { W as default };'],
  ['a name with several bindings', `function f(W = 1) {} ${END}`],
  ['own elements', `f({ $$typeof: k, type: t, props: p }); ${END}`],
  ['elements in another order', `f({ props: p, type: t, $$typeof: k }); ${END}`],
  ['a quoted key', `f({ "$$typeof": k, type: t, props: p }); ${END}`],
  ['a member that some React lacks', `import * as R from "${REACT}"; R.use(x); ${END}`],
  ['a member of the default', `import R, { memo } from '${REACT}'; R.useOptimistic(x); ${END}`],
  ['a require', `require("x"); ${END}`],
  ['no clause of exports', 'export default function W() {}'],
])('parses a bundle with %s', (_, text) => expect(needs(text)).toBe(true));
