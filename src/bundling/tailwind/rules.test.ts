import { expect, test } from 'vitest';
import { readRules, splitOutside, writeRules } from './rules.ts';

test('writes nested rules flat, in their order', () => {
  const css = `/*! a } comment */ @import "x";
.a\\:b { color: red; @media (width >= 40rem) { color: blue; } content: "};"; }
@media (hover: hover) { .c:is(.d, .e):hover { background: url(data:x;y); } }
@keyframes spin { to { rotate: 1turn; } }`;
  const rules = readRules(css);
  expect(writeRules(rules, (selectors) => selectors.map((one) => `.in ${one}`)).split('\n')).toEqual([
    '.in .a\\:b{color:red}@media (width >= 40rem){.in .a\\:b{color:blue}}.in .a\\:b{content:"};"}',
    '@media (hover: hover){.in .c:is(.d, .e):hover{background:url(data:x;y)}}',
    '@keyframes spin{to{rotate:1turn}}',
  ]);
});

test('leaves out rules without selectors, and at-rules that become empty', () => {
  const rules = readRules('.a { color: red } @media print { .a { color: red } .b { color: red } }');
  const write = (kept: string) => writeRules(rules, (selectors) => selectors.filter((one) => one === kept));
  expect(write('.b').trim()).toBe('@media print{.b{color:red}}');
  expect(write('.c').trim()).toBe('');
});

test('splits outside of brackets and strings', () => {
  expect(splitOutside('.a:is(.b, .c), .d\\,e, [x="1,2"]')).toEqual(['.a:is(.b, .c)', '.d\\,e', '[x="1,2"]']);
  expect(splitOutside(':where(a b) .c > d', ' ')).toEqual([':where(a b)', '.c', '>', 'd']);
});
