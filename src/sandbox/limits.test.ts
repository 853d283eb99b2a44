// @vitest-environment node
import { expect, test } from 'vitest';
import { createLimits, DEFAULT_LIMITS, largestMessage } from './limits.ts';

const LIMITS = {
  messageBytes: 100,
  messagesPerSecond: 3,
  requestsInFlight: 2,
  bytesInFlight: 150,
  bytesPerMinute: 250,
  reportsPerMinute: 2,
  violationsPerMinute: 4,
};

function create() {
  const clock = { now: 0 };
  return { clock, limits: createLimits(LIMITS, () => clock.now) };
}

test('names the rate of messages, and forgets it after a second', () => {
  const { clock, limits } = create();
  expect([1, 2, 3, 4].map(() => limits.message(1))).toEqual([
    undefined,
    undefined,
    undefined,
    'messagesPerSecond is 3',
  ]);
  clock.now = 1000;
  expect(limits.message(1)).toBeUndefined();
});

test('names the size of a request, which then does not count as in flight', () => {
  const { limits } = create();
  expect(limits.request(101)).toBe('messageBytes is 100');
  expect(limits.request(100)).toBeUndefined();
  expect(limits.request(1)).toBeUndefined();
  expect(limits.request(1)).toBe('requestsInFlight is 2');
  limits.finish(1);
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

test('names the bytes in flight, and forgets those of requests that have ended', () => {
  const { limits } = create();
  expect(limits.request(100)).toBeUndefined();
  expect(limits.request(51)).toBe('bytesInFlight is 150');
  limits.finish(100);
  expect(limits.request(51)).toBeUndefined();
});

test('is spent by one message that no script of a frame sends', () => {
  const { limits } = create();
  limits.message(largestMessage(LIMITS));
  expect(limits.isSpent()).toBe(true);
  const other = createLimits({ ...LIMITS, bytesPerMinute: 1e9 }, () => 0);
  other.message(largestMessage(LIMITS));
  expect(other.isSpent()).toBe(false);
  other.message(largestMessage(LIMITS) + 1);
  expect(other.isSpent()).toBe(true);
});

test('is spent by twice the bytes of a minute, whether they are of requests or not', () => {
  const { clock, limits } = create();
  limits.message(500);
  clock.now = 60_000;
  limits.message(500);
  expect(limits.isSpent()).toBe(false);
  limits.message(1);
  expect(limits.isSpent()).toBe(true);
});

test('counts reports, which are no violations', () => {
  const { clock, limits } = create();
  expect([1, 2, 3, 4, 5, 6, 7].map(() => limits.report())).toEqual([
    false,
    false,
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(limits.isSpent()).toBe(false);
  clock.now = 60_000;
  expect(limits.report()).toBe(false);
});

test('has a default for each limit', () => {
  expect(Object.keys(DEFAULT_LIMITS).toSorted()).toEqual(Object.keys(LIMITS).toSorted());
});
