import { expect, test } from 'vitest';
import { createKept } from './kept.ts';

const held = (kept: { get(key: string): unknown }, ...keys: string[]) =>
  keys.filter((key) => kept.get(key) !== undefined);

test('lets go of what was not asked for the longest', () => {
  const kept = createKept<string>(10, ({ length }) => length);
  kept.set('a', 'aaaa');
  kept.set('b', 'bbbb');
  expect(kept.get('a')).toBe('aaaa');
  kept.set('c', 'cccc');
  expect(held(kept, 'a', 'b', 'c')).toEqual(['a', 'c']);
});

test('keeps nothing that is too heavy alone, and loses nothing for it', () => {
  const kept = createKept<string>(10, ({ length }) => length);
  kept.set('a', 'aaaa');
  kept.set('large', 'x'.repeat(11));
  expect(held(kept, 'a', 'large')).toEqual(['a']);
});

test('weighs anew what is set again, and forgets the weight of what goes', () => {
  const kept = createKept<string>(10, ({ length }) => length);
  for (let time = 0; time < 5; time += 1) kept.set('a', 'aaaa');
  kept.set('b', 'bbbb');
  expect(held(kept, 'a', 'b')).toEqual(['a', 'b']);
  kept.delete('a');
  kept.delete('a');
  kept.set('c', 'cccccc');
  expect(held(kept, 'a', 'b', 'c')).toEqual(['b', 'c']);
});

test('counts values unless told otherwise', () => {
  const kept = createKept<number>(2);
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const)
    kept.set(key, value);
  expect(held(kept, 'a', 'b', 'c')).toEqual(['b', 'c']);
});
