import { expect, test } from 'vitest';
import { dropOldFonts } from './fonts.ts';

const WOFF2 = 'url("data:font/woff2;base64,AAAA") format("woff2")';
const OLD =
  'url(data:font/ttf;base64,BB;BB) format("truetype"), url("data:font/woff;base64,CC,CC}") format("woff")';

test.each([
  [`@font-face{font-family:a;src:${WOFF2},${OLD}}`, `@font-face{font-family:a;src:${WOFF2}}`],
  [
    `@font-face { src: ${OLD}, ${WOFF2}; font-display: swap }`,
    `@font-face {src:${WOFF2}; font-display: swap }`,
  ],
  [
    `@font-face{src:url(data:font/eot;base64,E);src:local("A"),url(data:font/woff2;base64,F),${OLD}}.a{color:red}`,
    `@font-face{src:local("A"),url(data:font/woff2;base64,F)}.a{color:red}`,
  ],
])('keeps only the woff2 of %s', (css, result) => expect(dropOldFonts(css)).toBe(result));

test.each([
  `@font-face{src:${OLD}}`,
  '.a{src:url(a.woff2)}',
  `.a::after{content:"@font-face{"}@font-face{font-family:b`,
  '@font-face{src:url("unclosed',
])('leaves %s as it is', (css) => expect(dropOldFonts(css)).toBe(css));
