// @vitest-environment node
import { expect, test } from 'vitest';
import { createLimits, DEFAULT_LIMITS } from './limits.ts';

const LIMITS = {
  messageBytes: 100,
  messagesPerSecond: 3,
  requestsInFlight: 2,
  bytesPerMinute: 250,
  violationsPerMinute: 4,
};

function create() {
  const clock = { now: 0 };
  return { clock, limits: createLimits(LIMITS, () => clock.now) };
}

test('names the rate of messages, and forgets it after a second', () => {
  const { clock, limits } = create();
  expect([1, 2, 3, 4].map(() => limits.message())).toEqual([
    undefined,
    undefined,
    undefined,
    'messagesPerSecond is 3',
  ]);
  clock.now = 1000;
  expect(limits.message()).toBeUndefined();
});

test('names the size of a request, which then does not count as in flight', () => {
  const { limits } = create();
  expect(limits.request(101)).toBe('messageBytes is 100');
  expect(limits.request(100)).toBeUndefined();
  expect(limits.request(1)).toBeUndefined();
  expect(limits.request(1)).toBe('requestsInFlight is 2');
  limits.finish();
  expect(limits.request(1)).toBeUndefined();
});

test('counts the bytes of requests and answers together, for a minute', () => {
  const { clock, limits } = create();
  expect(limits.request(100)).toBeUndefined();
  expect(limits.bytes(150)).toBeUndefined();
  expect(limits.bytes(1)).toBe('bytesPerMinute is 250');
  clock.now = 60_000;
  expect(limits.bytes(250)).toBeUndefined();
});

test('is spent when the widget insists, and not before', () => {
  const { clock, limits } = create();
  for (let count = 0; count < 3; count += 1) limits.request(101);
  expect(limits.isSpent()).toBe(false);
  clock.now = 60_000;
  for (let count = 0; count < 3; count += 1) limits.request(101);
  expect(limits.isSpent()).toBe(false);
  limits.request(101);
  expect(limits.isSpent()).toBe(true);
});

test('has a default for each limit', () => {
  expect(Object.keys(DEFAULT_LIMITS).toSorted()).toEqual(Object.keys(LIMITS).toSorted());
});
