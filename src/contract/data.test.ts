import { expect, test } from 'vitest';
import { DEPTH, freezeCopy } from './data.ts';

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
