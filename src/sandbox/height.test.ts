// @vitest-environment node
import { expect, test } from 'vitest';
import { createHeightRule, MAX_HEIGHT } from './height.ts';

test('follows a height, in whole pixels and up to a maximum', () => {
  const rule = createHeightRule(() => 0);
  expect(rule(100.2)).toBe(101);
  expect(rule(101)).toBeUndefined();
  expect(rule(50)).toBe(50);
  expect(rule(1e9)).toBe(MAX_HEIGHT);
});

test('does not follow a widget that grows because its frame grows', () => {
  let now = 0;
  const rule = createHeightRule(() => now);
  let height = 100;
  for (let count = 0; count < 1000; count += 1) {
    now += 16;
    height = rule(height + 10) ?? height;
  }
  expect(height).toBe(300);
  now += 1000;
  expect(rule(400)).toBe(400);
});
