import { expect, test } from 'vitest';
import { countWaves, inWaves } from './waves.js';

const page = { path: '/', start: 0, end: 50 };
const host = { path: '/host.js', start: 52, end: 105 };
const list = { path: '/list', start: 120, end: 175 };
const dashboard = { path: '/dashboard', start: 121, end: 180 };

test('puts simultaneous requests into one wave', () => {
  expect(inWaves([dashboard, page, list, host]).map(({ path, wave }) => [path, wave])).toEqual([
    ['/', 1],
    ['/host.js', 2],
    ['/list', 3],
    ['/dashboard', 3],
  ]);
});

test('counts one more wave for a request after the later of two', () => {
  const widget = { path: '/widget.js', start: 182, end: 240 };
  expect(countWaves([page, host, list, dashboard, widget])).toBe(4);
});

test('adds no wave for a request that ran all the time', () => {
  expect(countWaves([page, { path: '/long', start: 1, end: 500 }])).toBe(1);
  expect(countWaves([])).toBe(0);
});
