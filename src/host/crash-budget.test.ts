import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { crashesOf, spendCrash } from './crash-budget.ts';

const budget = { crashes: 3, within: 60_000 };

beforeEach(() => vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());
const after = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

test('reports three crashes within a minute', () => {
  const slot = {};
  expect(crashesOf(slot, budget)).toBe(0);
  expect(spendCrash(slot, budget)).toBeUndefined();
  after(30_000);
  expect(spendCrash(slot, budget)).toBeUndefined();
  expect(crashesOf(slot, budget)).toBe(2);
  after(29_999);
  expect(spendCrash(slot, budget)).toBe(3);
  after(1);
  expect(crashesOf(slot, budget)).toBe(2);
  after(60_000);
  expect(crashesOf(slot, budget)).toBe(0);
});

test('forgets crashes that are a minute old, however many there were', () => {
  const slot = {};
  for (let crash = 0; crash < 10; crash += 1) {
    expect(spendCrash(slot, budget)).toBeUndefined();
    after(30_000);
  }
  after(4 * 60_000);
  expect(spendCrash(slot, budget)).toBeUndefined();
  expect(crashesOf(slot, budget)).toBe(1);
});

test('counts the crashes of each slot separately', () => {
  const [one, other] = [{}, {}];
  spendCrash(one, budget);
  spendCrash(one, budget);
  expect(spendCrash(other, budget)).toBeUndefined();
  expect([one, other].map((slot) => crashesOf(slot, budget))).toEqual([2, 1]);
});

test('obeys its options', () => {
  expect(spendCrash({}, { crashes: 1, within: 1 })).toBe(1);
  const slot = {};
  const quick = { crashes: 2, within: 10 };
  expect(spendCrash(slot, quick)).toBeUndefined();
  after(10);
  expect(spendCrash(slot, quick)).toBeUndefined();
  after(9);
  expect(spendCrash(slot, quick)).toBe(2);
});
