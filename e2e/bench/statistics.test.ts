import { expect, test } from 'vitest';
import { compare, estimate, median, pairedRatios } from './statistics.js';

test('returns the middle value or the mean of the two middle values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 100])).toBe(7);
  expect(median([4])).toBe(4);
  expect(median([])).toBeNaN();
});

test('pairs the values of a round', () => {
  expect(pairedRatios([20, 200, 30], [10, 100, 10])).toEqual([2, 2, 3]);
  expect(compare([20, 200, 30], [10, 100, 10]).median).toBe(2);
});

test('skips a round without both values', () => {
  expect(pairedRatios([20, undefined, 30], [10, 100, undefined])).toEqual([2]);
});

test('returns an interval that contains the median and lies within the values', () => {
  const values = [1.1, 1.2, 1.0, 1.4, 1.3, 1.15, 1.25, 1.05, 1.35];
  const { low, median: middle, high } = estimate(values);
  expect(middle).toBe(1.2);
  expect(low).toBeGreaterThanOrEqual(1);
  expect(low).toBeLessThan(middle);
  expect(high).toBeGreaterThan(middle);
  expect(high).toBeLessThanOrEqual(1.4);
});

test('returns the same interval for the same samples', () => {
  const values = Array.from({ length: 200 }, (_, index) => Math.sqrt(index));
  expect(estimate(values)).toEqual(estimate(values));
});

test('returns a narrower interval for more rounds', () => {
  const rounds = [1, 1.1, 1.2, 1.3, 1.4];
  const wide = estimate(rounds);
  const narrow = estimate(Array.from({ length: 20 }, () => rounds).flat());
  expect(narrow.high - narrow.low).toBeLessThan(wide.high - wide.low);
});

test('returns an interval without width for a single round', () => {
  expect(estimate([1.5])).toEqual({ median: 1.5, low: 1.5, high: 1.5 });
});
