import { expect, test } from 'vitest';
import { DEPTH, freezeCopy } from './data.ts';

const refuse = () => {
  throw new Error('too deep');
};

test('copies plain data and freezes it through and through', () => {
  const data = { list: [{ n: 1 }], text: 'a', nothing: null };
  const copy = freezeCopy(data, refuse);
  expect(copy).toEqual(data);
  expect(() => (copy.list[0]!.n = 2)).toThrow(TypeError);
  expect(() => copy.list.push({ n: 2 })).toThrow(TypeError);
  expect(data.list[0]!.n).toBe(1);
});

test('takes __proto__ for a key like any other', () => {
  const copy = freezeCopy(JSON.parse('{"__proto__": {"polluted": true}}') as { polluted?: true }, refuse);
  expect(Object.hasOwn(copy, '__proto__')).toBe(true);
  expect(copy.polluted).toBeUndefined();
});

test('refuses what nests too deep, and circles', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { deep: nested(levels - 1) });
  expect(() => freezeCopy(nested(DEPTH), refuse)).not.toThrow();
  expect(() => freezeCopy(nested(DEPTH + 1), refuse)).toThrow('too deep');
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect(() => freezeCopy(circle, refuse)).toThrow('too deep');
});
