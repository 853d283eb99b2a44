// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBatch } from './batch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/**
 * Makes a batch that applies two changes at once and the others every 100 ms, or every 500 ms if three or more start. It records what it
 * applies.
 */
function batch() {
  const applied: string[] = [];
  const { apply, expect: begin } = createBatch(2, 100, 500);
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

test('applies the changes of a few that start at once', () => {
  const { applied, change, begin } = batch();
  const ends = [begin(), begin()];
  for (const name of ['a', 'b']) change(name);
  expect(applied).toEqual(['a', 'b']);
  for (const end of ends) end();
});

test('applies the changes of many that start together, when all have started', () => {
  const { applied, change, begin } = batch();
  const ends = [begin(), begin(), begin()];
  for (const [index, name] of ['a', 'b'].entries()) {
    change(name);
    ends[index]!();
    ends[index]!();
    vi.advanceTimersByTime(200);
  }
  expect(applied, 'another one still starts').toEqual([]);
  ends[2]!();
  expect(applied).toEqual(['a', 'b']);
  // Afterwards, the height of a widget follows each step of an animation.
  for (const name of ['c', 'd', 'e', 'f']) {
    change(name);
    expect(applied.at(-1)).toBe(name);
    vi.advanceTimersByTime(60);
  }
});

test('applies the changes of many that start slowly every 500 ms', () => {
  const { applied, change, begin } = batch();
  const ends = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, end: begin() }));
  const counts = ends.map(({ name, end }) => {
    change(name);
    end();
    vi.advanceTimersByTime(300);
    return applied.length;
  });
  expect(counts).toEqual([0, 2, 2, 4, 5]);
});

test('waits no longer for one that hangs, when no other has started for 500 ms', () => {
  const { applied, change, begin } = batch();
  const [end] = [begin(), begin(), begin()];
  change('a');
  end!();
  vi.advanceTimersByTime(500);
  expect(applied).toEqual(['a']);
  change('b');
  vi.advanceTimersByTime(500);
  expect(applied).toEqual(['a', 'b']);
  vi.advanceTimersByTime(100);
  for (const name of ['c', 'd']) change(name);
  expect(applied).toEqual(['a', 'b', 'c', 'd']);
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
