import { expect, test } from 'vitest';
import { problemsOf } from './problems.ts';

const WHOLE = 'import * as React from "/api/widget-runtime/react.js";\n';
const END = '\nexport default function W() {}\n';
const listOf = (text: string) =>
  problemsOf(text, 'widget/dist/W.js').map(({ level, code, line }) => `${level} ${code} ${line}`);

const OWN_MARK = 'Symbol.for("react.transitional.element")';
const READ = [
  ['with a constant as a fallback', `var e = React.createElement("p"), k = e ? e.$$typeof : ${OWN_MARK};`],
  ['with optional chaining', `var k = React.createElement("p")?.$$typeof ?? ${OWN_MARK};`],
  [
    'with a constant in case that throws',
    `var k; try { e = React.createElement("p"), k = e != null && typeof e.$$typeof == "symbol" ? e.$$typeof : ${OWN_MARK} }
      catch { k = ${OWN_MARK} } var e; function f(k) { var a = k.$$typeof }`,
  ],
  ['through another variable', `var a = React.createElement("p").$$typeof || ${OWN_MARK}, k = a;`],
] as const;

test.each(READ)('accepts elements whose mark is read from the page’s React %s', (_, code) => {
  for (const text of [
    `${WHOLE}${code} f({ $$typeof: k, type: t, props: p });${END}`,
    // A function that creates elements has the name of a runtime's.
    `${WHOLE}${code} a.createElement = (t, p) => ({ $$typeof: k, type: t, props: p });${END}`,
  ])
    expect(listOf(text)).toEqual([]);
});

test('accepts elements whose mark is assigned from the page’s React while the bundle loads', () => {
  const code = `let k = ${OWN_MARK}; try { k = React.createElement("p").$$typeof } catch {}`;
  expect(listOf(`${WHOLE}${code} f({ $$typeof: k, type: t, props: p });${END}`)).toEqual([]);
});

test.each([
  ['another function reads a mark', 'function g(e) { var k = e.$$typeof; return k }'],
  ['a mark is compared', 'function isElement(e) { return e.$$typeof === k }'],
  [
    'other elements have the page’s mark',
    'var e = React.createElement("p").$$typeof; f({ $$typeof: e, type: t, props: p });',
  ],
])('rejects a bundle’s own elements where %s', (_, code) => {
  const text = `${WHOLE}var k = Symbol.for("react.element"); ${code} f({ $$typeof: k, type: t, props: p });${END}`;
  expect(listOf(text)).toEqual(['error OLD_JSX_RUNTIME 2']);
});

const BOTH = `var a = Symbol.for("react.element"), b = ${OWN_MARK};`;
test.each([
  [
    'by the version of the page’s React',
    `${BOTH} f({ $$typeof: React.version > "19" ? b : a, type: t, props: p });`,
  ],
  [
    'through a variable',
    `var k = React.version > "19" ? ${OWN_MARK} : Symbol.for("react.element"); f({ $$typeof: k, type: t, props: p });`,
  ],
  [
    'with two kinds of elements',
    `${BOTH} c ? f({ $$typeof: a, type: t, props: p }) : f({ $$typeof: b, type: t, props: p });`,
  ],
  ['from a setting', `var k = options.mark || ${OWN_MARK}; f({ $$typeof: k, type: t, props: p });`],
  ['by a call', `var k = ${OWN_MARK}; k = read(React); f({ $$typeof: k, type: t, props: p });`],
])('warns of a mark that is chosen %s', (_, code) => {
  expect(listOf(`${WHOLE}${code}${END}`)).toEqual(['warning OLD_JSX_RUNTIME 2']);
});
