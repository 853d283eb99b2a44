// @vitest-environment node
import { expect, test } from 'vitest';
import { sizeOf } from './size-of.ts';

const MOST = 1e6;

test('counts texts, buffers and nested values', () => {
  expect(sizeOf({ type: 'pong' }, MOST)).toBeLessThan(300);
  expect(sizeOf({ type: 'x'.repeat(1000) }, MOST)).toBeGreaterThan(1000);
  expect(sizeOf({ request: { body: new ArrayBuffer(5000) } }, MOST)).toBeGreaterThan(5000);
  expect(sizeOf({ headers: [['a', 'b'.repeat(700)]] }, MOST)).toBeGreaterThan(700);
});

const circle: { self?: object } = {};
circle.self = circle;
const deep: { in?: object } = {};
for (let count = 0, at = deep; count < 20_000; count += 1) at = at.in = {};

test.each<[string, unknown]>([
  ['a long text', 'x'.repeat(2e6)],
  ['a long text beside the message', { type: 'pong', more: 'x'.repeat(2e6) }],
  ['a long name', { ['x'.repeat(2e6)]: 1 }],
  ['a buffer', { type: 'pong', more: [new ArrayBuffer(2e6)] }],
  ['a sparse array', { more: Array.from({ length: 2e6 }) }],
  ['many names', Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`name${index}`, 1]))],
  ['a circle', circle],
  ['deep nesting', deep],
  ['a view of a buffer', { more: new Uint8Array(1) }],
  ['a map', new Map([[1, 2]])],
  ['a set', { more: new Set() }],
  ['a blob', new Blob(['x'])],
  ['a date', new Date(0)],
  ['an error', new Error('x')],
  ['a large integer', { type: 'pong', more: 1n << 100_000_000n }],
  ['a port', new MessageChannel().port1],
])('counts %s as too large', (_, message) => expect(sizeOf(message, MOST)).toBeGreaterThan(MOST));
