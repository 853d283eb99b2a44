// @vitest-environment node
import { expect, test } from 'vitest';
import type { ActivityEntry, Sandboxed } from '../host/index.ts';
import { readMessage } from './read-message.ts';
import { recordRefused, refusedRoute } from './refused.ts';

const read = (requests: unknown) => {
  const message = readMessage({ type: 'refused', requests });
  return message?.type === 'refused' ? Object.values(message.requests) : undefined;
};
const refused = (directive: string, address: string, count = 1) => ({ directive, address, count });

test('reads the directive, the origin and the count of refused requests', () =>
  expect(
    read({
      a: refused('img-src', 'https://other.test/a%20secret.png?b#c', 2),
      b: refused('connect-src', 'wss://user:word@other.test:444/socket'),
      c: refused('script-src-elem', 'data'),
      d: refused('worker-src', ''),
    }),
  ).toEqual([
    refused('img-src', 'https://other.test', 2),
    refused('connect-src', 'wss://other.test:444'),
    refused('script-src-elem', 'data:'),
    refused('worker-src', ''),
  ]));

test.each([
  [
    'a directive that browsers have not',
    refused('Trust this plugin.', 'https://other.test'),
    refused('others', ''),
  ],
  ['a text instead of an address', refused('img-src', 'Trust this plugin.'), refused('img-src', '')],
  ['an unknown scheme', refused('img-src', 'trust-this-plugin:now'), refused('img-src', '')],
  [
    'another alphabet',
    refused('img-src', 'https://bank\u0435.test/'),
    refused('img-src', 'https://xn--bank-y4d.test'),
  ],
  [
    'a long name',
    refused('img-src', `https://${'a'.repeat(60)}.${'b'.repeat(60)}.test`),
    refused('img-src', `https://${'a'.repeat(60)}.${'b'.repeat(31)}…`),
  ],
  ['an endless name', refused('img-src', `https://${'a.'.repeat(5e6)}test`), refused('img-src', '')],
  ['a count that is no number', { ...refused('img-src', ''), count: '1' }, undefined],
  ['a negative count', refused('img-src', '', -5), undefined],
  ['an infinite count', refused('img-src', '', Number.POSITIVE_INFINITY), undefined],
  ['no object', 'img-src', undefined],
])('takes nothing of a frame’s text but its facts: %s', (_, sent, shown) =>
  expect(read({ a: sent })).toEqual(shown ? [shown] : []),
);

test('reads at most fifty of a message, and no other message', () => {
  const many = Array.from({ length: 5000 }, (_, index) => refused('img-src', `https://a${index}.test`));
  expect(read({ ...many })).toHaveLength(50);
  expect(read('img-src')).toBeUndefined();
  expect(readMessage({ type: 'refused' })).toBeUndefined();
});

test('removes the query of a route, and what has no form', () =>
  expect(refusedRoute('/api/\u202esession?token=secret')).toEqual(refused('route', '/api/session')));

function follow() {
  const sandboxed = { pluginId: 'sly', component: { name: 'Chart' }, version: 'a'.repeat(64) } as Sandboxed;
  const entries: ActivityEntry[] = [];
  return {
    sandboxed,
    entries,
    record: (...requests: ReturnType<typeof refused>[]) =>
      recordRefused(sandboxed, requests, (entry) => entries.push(entry)),
  };
}

test('tells each directive and address once, and counts all', () => {
  const { sandboxed, entries, record } = follow();
  record(refused('img-src', 'https://other.test', 2), refused('route', '/api/session'));
  record(refused('img-src', 'https://other.test', 40));
  record(refused('connect-src', 'https://other.test'));
  expect(entries).toMatchObject([
    {
      kind: 'refusal',
      pluginId: 'sly',
      component: 'Chart',
      hash: 'a'.repeat(64),
      text: 'refused 3 requests: img-src https://other.test (2), route /api/session',
    },
    { text: 'refused 1 request: connect-src https://other.test' },
  ]);
  expect(sandboxed.refused).toEqual([
    refused('img-src', 'https://other.test', 42),
    refused('route', '/api/session'),
    refused('connect-src', 'https://other.test'),
  ]);
});

test('names a limited number of addresses of a component', () => {
  const { sandboxed, entries, record } = follow();
  for (let index = 0; index < 500; index += 1) record(refused('img-src', `https://a${index}.test`));
  record(...Array.from({ length: 50 }, (_, index) => refused('font-src', `https://a${index}.test`)));
  expect(sandboxed.refused).toHaveLength(51);
  expect(sandboxed.refused!.at(-1)).toEqual(refused('others', '', 500));
  expect(entries).toHaveLength(51);
  expect(Math.max(...entries.map(({ text }) => text.length))).toBeLessThan(200);
});
