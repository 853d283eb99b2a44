import { expect, test } from 'vitest';
import { countWaves, inWaves } from './waves.js';

const page = { path: '/', start: 0, end: 50 };
const host = { path: '/host.js', start: 52, end: 105 };
const list = { path: '/list', start: 120, end: 175 };
const spec = { path: '/spec', start: 121, end: 180 };

test('puts requests that ran at the same time into one wave', () => {
  expect(inWaves([spec, page, list, host]).map(({ path, wave }) => [path, wave])).toEqual([
    ['/', 1],
    ['/host.js', 2],
    ['/list', 3],
    ['/spec', 3],
  ]);
});

test('counts what waited for the later of two as one wave more', () => {
  const widget = { path: '/widget.js', start: 182, end: 240 };
  expect(countWaves([page, host, list, spec, widget])).toBe(4);
});

test('lets a request that was under way all the time add nothing', () => {
  expect(countWaves([page, { path: '/long', start: 1, end: 500 }])).toBe(1);
  expect(countWaves([])).toBe(0);
});
