// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes turns by name, and records those that begin. */
function take(...names: string[]) {
  const begun: string[] = [];
  const takeTurn = createTurns(2, 1000);
  const ends = new Map(names.map((name) => [name, takeTurn(() => void begun.push(name))]));
  return { begun, end: (name: string) => ends.get(name)!() };
}

test('begins a few turns, and each other one when one ends, in order', () => {
  const { begun, end } = take('a', 'b', 'c', 'd');
  expect(begun).toEqual(['a', 'b']);
  end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('ends a turn once', () => {
  const { begun, end } = take('a', 'b', 'c', 'd');
  end('a');
  end('a');
  vi.advanceTimersByTime(999);
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('ends a turn that takes too long', () => {
  const { begun } = take('a', 'b', 'c', 'd', 'e');
  vi.advanceTimersByTime(1000);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('leaves out who no longer waits', () => {
  const { begun, end } = take('a', 'b', 'c', 'd');
  end('c');
  end('a');
  expect(begun).toEqual(['a', 'b', 'd']);
});
