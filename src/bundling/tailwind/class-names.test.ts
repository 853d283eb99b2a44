import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { classNamesIn } from './class-names.ts';

function read(code: string) {
  const { program, errors } = parseSync('W.tsx', code);
  expect(errors).toEqual([]);
  const names = classNamesIn(program).filter(({ name }) => name !== '');
  for (const { name, start } of names) expect(code.slice(start, start + name.length)).toBe(name);
  return {
    certain: names.filter(({ isClass }) => isClass).map(({ name }) => name),
    others: names.filter(({ isClass }) => !isClass).map(({ name }) => name),
  };
}

test.each([
  ['<p className="a b" id="x" />', ['a', 'b'], ['x']],
  ['<P panelClassName={on ? "a" : `b ${c} d`} />', ['a', 'b', 'd'], []],
  ['<p className={`a b-${tone} c`} />', ['a', 'c'], []],
  [
    '<p className={cn("a", x === "y" && "b", { c: z, "d e": "f" }, ["g"])} />',
    ['a', 'b', 'c', 'd', 'e', 'g'],
    ['y', 'f'],
  ],
  ['<p className={TONES["x"]} />', [], ['x']],
  ['<p className={["a", last].join(" ")} />', ['a'], []],
  ['jsx("p", { className: "a" + b, title: "c" })', ['a'], ['p', 'c']],
  ['const TONES = { calm: "a b" }', [], ['a', 'b']],
  ['import x from "y"; type T = "z"; const a = "b" as T', [], ['b']],
  ['<p>text</p>', [], []],
])('%s', (code, certain, others) => {
  expect(read(code)).toEqual({ certain, others: expect.arrayContaining(others) });
  expect(read(code).others).toHaveLength(others.length);
});
