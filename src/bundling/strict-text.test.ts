import { expect, test } from 'vitest';
import { parseModule } from '../bundle/parsed.ts';
import { keepStrict } from './strict-text.ts';

const keep = (text: string) => keepStrict(text, parseModule(text));
const ADDED = `.replace("{", typeof work == "function" ? '{"use strict";' : "{")`;

test.each([
  `function work() { 'use strict'; }; use(work.toString(), 1);`,
  `'use strict'; var work = function () {}; use(work.toString(), 1);`,
  `(function work(a, b) { "use strict"; use(work.toString(), 1); })();`,
  `export function work() {}; use(work.toString(), 1);`,
  `function work() {}; use(work.toString(), 1);`,
])('makes the text of a function strict: %s', (text) =>
  expect(keep(text)).toBe(text.replace('work.toString()', `work.toString()${ADDED}`)),
);

test('finds String(name)', () =>
  expect(keep(`export const work = function () {}; use(String(work))`)).toContain(`String(work)${ADDED}`));

test.each([
  // Its text may not have the directive, or has its first brace elsewhere.
  `export function work(a = {}) {}; use(work.toString());`,
  `export const work = () => ({}); use(work.toString());`,
  `export const work = {}; use(work.toString(), other.toString());`,
])('leaves alone %s', (text) => expect(keep(text)).toBeUndefined());

test('finds the function among others of its name, and changes no other text', () => {
  const text = `(function () { function e() { 'use strict'; }
    out(e.toString()); (function (e) { out(e.toString()); function e2() {} })({ toString: () => '{a}' }); function x() { function e() {} } })();`;
  const seen: string[] = [];
  // oxlint-disable-next-line no-new-func -- the code above
  new Function('out', keep(text)!)((one: string) => seen.push(one));
  expect(seen).toEqual([`function e() {"use strict"; 'use strict'; }`, '{a}']);
});

test('adds a directive that works', () => {
  const text = `function work() { 'use strict'; return (function () { return this; })(); }; out(work.toString());`;
  let script = '';
  // oxlint-disable-next-line no-new-func -- the code above
  new Function('out', keep(text)!.replaceAll(`'use strict'; `, ''))((one: string) => (script = one));
  // oxlint-disable-next-line no-eval -- a script of a worker
  expect((0, eval)(`(${script})()`)).toBeUndefined();
});
