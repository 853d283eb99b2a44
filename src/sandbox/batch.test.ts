// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBatch } from './batch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Makes a batch that applies two changes at once and the others every 100 ms, and records what it applies. */
function batch() {
  const applied: string[] = [];
  const apply = createBatch(2, 100);
  return { applied, change: (name: string) => apply(() => void applied.push(name)) };
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
