import { expect, test } from 'vitest';
import type { Code, WidgetError } from '../contract/index.ts';
import { MESSAGES } from '../contract/words.ts';
import { heals, isUnanswered } from './heals.ts';

const errorOf = (code: string, details: object = {}) =>
  ({ code, details }) as Partial<WidgetError> as WidgetError;

test('failures of the network and of a server that is down are temporary, and no others', () => {
  const temporary = Object.keys(MESSAGES).filter((code) => heals(errorOf(code)));
  expect(temporary.toSorted()).toEqual(['API_FAILED', 'SERVER_ERROR', 'SHIM_FAILED', 'UNREACHABLE']);
});

test.each<[Code, object, boolean]>([
  ['API_FAILED', { status: 503 }, true],
  ['API_FAILED', { status: 500 }, true],
  ['API_FAILED', { status: 429 }, true],
  ['API_FAILED', { status: 408 }, true],
  ['API_FAILED', { status: 200 }, true],
  ['API_FAILED', { status: 401 }, false],
  ['API_FAILED', { status: 403 }, false],
  ['API_FAILED', { variant: 'blocked' }, false],
  ['UNREACHABLE', { variant: 'blocked' }, false],
  ['SERVER_ERROR', { status: 502 }, true],
  ['SERVER_ERROR', { status: 422 }, false],
])('%s with %j: %s', (code, details, expected) => expect(heals(errorOf(code, details))).toBe(expected));

test('an answer of any status is an answer', () => {
  const codes = [['UNREACHABLE'], ['API_FAILED'], ['API_FAILED', { status: 503 }], ['SHIM_FAILED']] as const;
  expect(codes.map(([code, details]) => isUnanswered(errorOf(code, details)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
