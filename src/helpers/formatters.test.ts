import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { formatters } from './formatters.ts';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-04-25T14:00:00Z') }));
afterEach(() => vi.useRealTimers());

const { formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes } = formatters;

test.each([
  ['2026-04-25T12:00:00Z', '2 hours ago'],
  ['2026-04-25T14:05:00Z', 'in 5 minutes'],
  ['2026-04-25T13:59:59Z', '1 second ago'],
  ['2026-04-25T13:59:01Z', '59 seconds ago'],
  ['2026-04-25T13:59:00Z', '1 minute ago'],
  ['2026-04-25T13:00:20Z', '1 hour ago'],
  ['2026-04-25T12:59:00Z', '1 hour ago'],
  ['2026-04-24T14:00:00Z', '1 day ago'],
  ['2026-03-20T14:00:00Z', '1 month ago'],
  ['2024-04-25T14:00:00Z', '2 years ago'],
  ['2026-04-25T16:00:00+02:00', 'in 0 seconds'],
  ['2026-04-25 13:00:00', '1 hour ago'],
])('formats the relative time %j as %j', (iso, text) => expect(formatRelativeTime(iso)).toBe(text));

test.each([
  ['2026-04-25T14:00:00Z', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T14:00:00.999Z', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T16:00:00+02:00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25T14:00:00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25 14:00:00.123456+00', '2026-04-25, 14:00:00 UTC'],
  ['2026-04-25', '2026-04-25, 00:00:00 UTC'],
])('formats the absolute time %j as %j', (iso, text) => expect(formatAbsoluteTime(iso)).toBe(text));

test.each([
  null,
  undefined,
  '',
  'soon',
  'version 5',
  '2026-13-45T99:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-04-31',
  {},
  5,
  new Date('x'),
])('formats %j, which is not a time, as —', (value) => {
  expect(formatRelativeTime(value as string)).toBe('—');
  expect(formatAbsoluteTime(value as string)).toBe('—');
});

test.each([
  [1_234_567, '1,234,567'],
  [0, '0'],
  [-0, '0'],
  [-0.001, '0'],
  [1.005, '1.01'],
  [1234.5678, '1,234.57'],
  [-1234.5, '-1,234.5'],
  [10n ** 20n, '100,000,000,000,000,000,000'],
  [Number.NaN, '—'],
  [Number.POSITIVE_INFINITY, '—'],
  [Number.NEGATIVE_INFINITY, '—'],
  [null, '—'],
  [undefined, '—'],
  ['5' as never, '—'],
])('formats the number %s as %j', (n, text) => expect(formatNumber(n)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1023.9, '1023.9 B'],
  [1023.99, '1 KB'],
  [1024, '1 KB'],
  [1_468_006, '1.4 MB'],
  [1_048_575, '1 MB'],
  [-1536, '-1.5 KB'],
  [-0.01, '0 B'],
  [2 ** 60, '1 EB'],
  [2 ** 70, '1024 EB'],
  [Number.NaN, '—'],
  [null, '—'],
])('formats %s bytes as %j', (n, text) => expect(formatBytes(n)).toBe(text));
