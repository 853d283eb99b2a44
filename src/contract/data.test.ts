import { expect, test } from 'vitest';
import { copyData, DEPTH, freezeCopy } from './data.ts';

test('copies plain data and freezes it at every level', () => {
  const data = { list: [{ n: 1 }], text: 'a', nothing: null };
  const copy = freezeCopy(data)!;
  expect(copy).toEqual(data);
  expect(() => (copy.list[0]!.n = 2)).toThrow(TypeError);
  expect(() => copy.list.push({ n: 2 })).toThrow(TypeError);
  expect(data.list[0]!.n).toBe(1);
});

test('copies __proto__ as an ordinary key', () => {
  const copy = freezeCopy(JSON.parse('{"__proto__": {"polluted": true}}') as { polluted?: true })!;
  expect(Object.hasOwn(copy, '__proto__')).toBe(true);
  expect(copy.polluted).toBeUndefined();
});

test('refuses deeper nesting, circular values and values that throw when they are read', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { deep: nested(levels - 1) });
  expect(freezeCopy(nested(DEPTH))).toEqual(nested(DEPTH));
  expect(freezeCopy(nested(DEPTH + 1))).toBeUndefined();
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect(freezeCopy(circle)).toBeUndefined();
  const hostile = {
    get value() {
      throw new Error('no');
    },
  };
  expect(freezeCopy(hostile)).toBeUndefined();
});

test('every value in a copy is the value of the original, or the copy is refused', () => {
  const exact = {
    nan: Number.NaN,
    minus: -0,
    endless: -Infinity,
    big: 10n ** 30n,
    none: undefined,
    half: '\ud800',
  };
  const copy = copyData(exact);
  for (const [key, value] of Object.entries(exact)) expect(copy[key as keyof typeof copy]).toBe(value);
  expect(copyData(Object.create(null))).toEqual({});
  class Point {
    x = 1;
  }
  for (const value of [new Date(0), new Map(), new Set(), new Point(), /a/, () => 1, Symbol('a'), Object(1)])
    expect(() => copyData({ list: [value] })).toThrow(/^config\.list\[0\] is a (\w+)$/);
});
