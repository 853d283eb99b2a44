import { expect, test } from 'vitest';
import { problemsOf } from './problems.ts';

const WHOLE = 'import * as React from "/api/widget-runtime/react.js";\n';
const END = '\nexport default function W() {}\n';
const listOf = (text: string) =>
  problemsOf(text, 'widget/dist/W.js').map(({ level, code, line }) => `${level} ${code} ${line}`);

const ELSE = 'Symbol.for("react.transitional.element")';
const ASKED = [
  ['with another as a last resort', `var e = React.createElement("p"), k = e ? e.$$typeof : ${ELSE};`],
  ['by a chain', `var k = React.createElement("p")?.$$typeof ?? ${ELSE};`],
  [
    'or has another where that throws',
    `var k; try { e = React.createElement("p"), k = e != null && typeof e.$$typeof == "symbol" ? e.$$typeof : ${ELSE} }
      catch { k = ${ELSE} } var e; function f(k) { var a = k.$$typeof }`,
  ],
  ['by another name', `var a = React.createElement("p").$$typeof || ${ELSE}, k = a;`],
] as const;

test.each(ASKED)('takes elements with the mark of the page’s React: asked for %s', (_, code) => {
  for (const text of [
    `${WHOLE}${code} f({ $$typeof: k, type: t, props: p });${END}`,
    // What makes elements is called that, as a runtime's is.
    `${WHOLE}${code} a.createElement = (t, p) => ({ $$typeof: k, type: t, props: p });${END}`,
  ])
    expect(listOf(text)).toEqual([]);
});

test('takes elements whose mark is set to that of the page’s React as the bundle loads', () => {
  const code = `let k = ${ELSE}; try { k = React.createElement("p").$$typeof } catch {}`;
  expect(listOf(`${WHOLE}${code} f({ $$typeof: k, type: t, props: p });${END}`)).toEqual([]);
});

test.each([
  ['another function reads a mark', 'function g(e) { var k = e.$$typeof; return k }'],
  ['a mark is compared', 'function isElement(e) { return e.$$typeof === k }'],
  [
    'other elements have the page’s mark',
    'var e = React.createElement("p").$$typeof; f({ $$typeof: e, type: t, props: p });',
  ],
])('refuses elements of its own where %s', (_, code) => {
  const text = `${WHOLE}var k = Symbol.for("react.element"); ${code} f({ $$typeof: k, type: t, props: p });${END}`;
  expect(listOf(text)).toEqual(['error OLD_JSX_RUNTIME 2']);
});
