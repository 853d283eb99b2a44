// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBatch } from './batch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Makes a batch that applies two changes at once and the others every 100 ms, and records what it applies. */
function batch() {
  const applied: string[] = [];
  const { apply, expect: begin } = createBatch(2, 100);
  return { applied, begin, change: (name: string) => apply(() => void applied.push(name)) };
}

test('applies a few changes at once, and those after them together', () => {
  const { applied, change } = batch();
  for (const name of ['a', 'b', 'c']) change(name);
  expect(applied).toEqual(['a', 'b']);
  vi.advanceTimersByTime(99);
  change('d');
  expect(applied).toEqual(['a', 'b']);
  vi.advanceTimersByTime(1);
  expect(applied).toEqual(['a', 'b', 'c', 'd']);
  change('e');
  expect(applied, 'the changes go on').toHaveLength(4);
  vi.advanceTimersByTime(100);
  expect(applied).toHaveLength(5);
});

test('applies a few changes at once again after a pause without one', () => {
  const { applied, change } = batch();
  for (const name of ['a', 'b', 'c']) change(name);
  vi.advanceTimersByTime(200);
  for (const name of ['d', 'e']) change(name);
  expect(applied).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('applies changes together as long as something starts, however slowly they come', () => {
  const { applied, change, begin } = batch();
  const end = begin();
  const names = Array.from({ length: 10 }, (_, index) => `${index}`);
  const sizes = names.map((name) => {
    change(name);
    vi.advanceTimersByTime(60);
    return applied.length;
  });
  // Every 100 ms.
  expect(sizes).toEqual([1, 2, 2, 4, 5, 5, 7, 7, 9, 10]);
  end();
  vi.advanceTimersByTime(200);
  // Afterwards, the height of a widget follows each step of an animation.
  for (const name of names) {
    const before = applied.length;
    change(name);
    expect(applied).toHaveLength(before + 1);
    vi.advanceTimersByTime(60);
  }
});

test('applies all that wait when nothing starts any longer', () => {
  const { applied, change, begin } = batch();
  const ends = [begin(), begin()];
  for (const name of ['a', 'b', 'c']) change(name);
  ends[0]!();
  ends[0]!();
  expect(applied, 'another one still starts').toHaveLength(2);
  ends[1]!();
  expect(applied).toEqual(['a', 'b', 'c']);
});

test('applies no change that was dropped', () => {
  const { applied, change } = batch();
  const drops = ['a', 'b', 'c'].map(change);
  drops[2]!();
  vi.advanceTimersByTime(500);
  expect(applied).toEqual(['a', 'b']);
});

test('sets no timer while nothing changes', () => {
  const { change } = batch();
  change('a');
  vi.advanceTimersByTime(500);
  expect(vi.getTimerCount()).toBe(0);
});
