// @vitest-environment node
import { expect, test } from 'vitest';
import { withoutRequests } from './style-text.ts';

const GONE = 'url("data:,")';
const DATA = 'url("data:font/woff2;base64,AA//+=")';

test.each([
  ['a { background: url("/x.png") center }', `a { background: ${GONE} center }`],
  ["a { --x: url( '../x.png' ) }", `a { --x: ${GONE} }`],
  ['a { --x: url(//cdn.test/x.png) }', `a { --x: ${GONE} }`],
  ['a { cursor: URL("/a(1)\\".cur"), auto }', `a { cursor: ${GONE}, auto }`],
  ['a { mask: url("x.svg#m") } b { src: x }', `a { mask: ${GONE} } b { src: x }`],
  ['@font-face { font-family: A; src: url("/a.woff2") format("woff2") } b { c: d }', ' b { c: d }'],
  ['@media print { @font-face { src: url(/a.woff2) } }', '@media print {  }'],
  [`@font-face { src: ${DATA}, url("/a.ttf") }`, `@font-face { src: ${DATA}, ${GONE} }`],
  ['@font-face { src: local("A"), url("/a.ttf") }', `@font-face { src: local("A"), ${GONE} }`],
])('leaves no request in %s', (css, left) => expect(withoutRequests(css)).toBe(left));

test.each([
  'a { filter: url(#f); mask: url("#m"); background: url() }',
  `@font-face { font-family: A; src: ${DATA} }`,
  '@font-face { font-family: A; src: local("A") }',
  '@namespace svg url("http://www.w3.org/2000/svg"); svg|a { fill: red }',
  'a { background: url(\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>\') }',
])('leaves %s as it is', (css) => expect(withoutRequests(css)).toBe(css));

test('ends with text in which nothing ends', () => {
  const css = `a { b: url("${'\\a'.repeat(1e5)} } @font-face { src: url('`.repeat(10);
  expect(withoutRequests(css)).toBe(css);
});
