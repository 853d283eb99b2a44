// @vitest-environment node
import { expect, test } from 'vitest';
import { MESSAGES } from '../contract/words.ts';
import { ARGUMENTS, CODES, readMessage } from './read-message.ts';

const REQUEST = {
  id: 1,
  url: '/api/plugins/own/a',
  method: 'GET',
  headers: [['X-A', '1']],
  redirect: 'follow',
  cache: undefined,
};

test.each([
  [{ type: 'booted', wire: 1 }],
  [{ type: 'rendered', height: 10 }],
  [{ type: 'pong' }],
  [{ type: 'height', height: 10 }],
  [{ type: 'more', id: 0 }],
  [{ type: 'abort', id: 5 }],
  [{ type: 'request', request: { ...REQUEST, body: new ArrayBuffer(2) } }],
  [{ type: 'request', request: { ...REQUEST, refusedBytes: 7 } }],
])('reads %j', (message) => expect(readMessage(message)).toEqual(message));

test.each([
  null,
  undefined,
  5,
  'rendered',
  [],
  {},
  { type: 'theme' },
  { type: '__proto__' },
  { type: 'booted' },
  { type: 'rendered' },
  { type: 'height', height: Number.NaN },
  { type: 'height', height: Number.POSITIVE_INFINITY },
  { type: 'height', height: -1 },
  { type: 'height', height: '10' },
  { type: 'more', id: -1 },
  { type: 'more', id: 1.5 },
  { type: 'failed' },
  { type: 'request' },
  ...[
    { id: '1' },
    { url: 5 },
    { url: `/${'a'.repeat(10_000)}` },
    { method: 'GET /x' },
    { headers: {} },
    { headers: [['a']] },
    { headers: [['a', 5]] },
    { headers: Array.from({ length: 1000 }, () => ['a', 'b']) },
    { body: 'text' },
    { body: new Uint8Array(2) },
  ].map((change) => ({ type: 'request', request: { ...REQUEST, ...change } })),
])('refuses %j', (message) => expect(readMessage(message)).toBeUndefined());

test('reads the modes of a request that are unknown as the usual ones', () => {
  const request = {
    ...REQUEST,
    redirect: 'elsewhere',
    cache: 'only-if-cached',
    credentials: 'include',
    extra: 1,
  };
  expect(readMessage({ type: 'request', request })).toEqual({
    type: 'request',
    request: { ...REQUEST, body: undefined },
  });
});

test('reads a failure without its place, its cause and codes that are not of widgets', () => {
  const details = {
    pluginId: 'other',
    component: 'Other',
    hash: 'x',
    cause: {},
    variant: 'app',
    message: 'a'.repeat(10_000),
    count: 3,
    missing: ['use', 5],
    deep: { a: 1 },
  };
  const failure = { code: 'AWAITING_CONSENT', details, message: 'm', stack: 5, at: 'a.tsx:1:2', frame: {} };
  expect(readMessage({ type: 'failed', failure })).toEqual({
    type: 'failed',
    failure: {
      code: 'WIDGET_CRASHED',
      details: { message: 'a'.repeat(4000), count: 3, missing: ['use', ''] },
      message: 'm',
      stack: '',
      at: 'a.tsx:1:2',
    },
  });
});

test('reads all arguments of the messages of these codes, and no others', () => {
  const texts = CODES.map((code) => JSON.stringify(MESSAGES[code])).join(' ');
  const named = [...texts.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const ofPage = new Set(['component', 'file', 'pluginId']);
  expect([...new Set(named)].filter((name) => !ofPage.has(name)).toSorted()).toEqual(ARGUMENTS);
  const details = {
    rule: 'constructor',
    value: 'x',
    names: Array.from({ length: 50 }, () => 'x'.repeat(4000)),
    place: 'x',
  };
  expect(readMessage({ type: 'failed', failure: { code: 'RENDER_LOOP', details } })).toMatchObject({
    failure: { details: {} },
  });
});

test.each(['BUNDLE_MISSING', 'UNREACHABLE', 'WIDGET_CRASHED', 'AWAITING_CONSENT', 5])(
  'reads no %s of a widget that goes on',
  (code) => expect(readMessage({ type: 'noted', failure: { code, details: {} } })).toBeUndefined(),
);

test('an own property __proto__ of a message changes nothing', () => {
  const failure = JSON.parse('{"code": "RENDER_LOOP", "details": {"__proto__": {"count": 1}, "count": 2}}');
  const read = readMessage({ type: 'failed', failure });
  expect(read).toMatchObject({ failure: { code: 'RENDER_LOOP', details: { count: 2 } } });
  expect(Reflect.get({}, 'count')).toBeUndefined();
});

test.each([
  ['storage', { refused: 'storage' }],
  ['toString', {}],
  ['__proto__', {}],
  ['trusted by the host', {}],
  [5, {}],
])('reads the refused power %s', (refused, kept) =>
  expect(readMessage({ type: 'failed', failure: { code: 'WIDGET_CRASHED', refused } })).toEqual({
    type: 'failed',
    failure: { code: 'WIDGET_CRASHED', details: {}, message: '', stack: '', ...kept },
  }),
);

test('reads texts without the characters that would turn the words of the page around', () => {
  const failure = { code: 'WIDGET_CRASHED', message: 'a\u202eb\u2066c', details: { message: '\u2069d' } };
  expect(readMessage({ type: 'failed', failure })).toMatchObject({
    failure: { message: 'abc', details: { message: 'd' } },
  });
});
