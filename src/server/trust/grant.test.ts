import { expect, test } from 'vitest';
import { grantAfter, hashesOf, isSha256, parseEarlier, parseHashes, sha256Of, verified } from './grant.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const consent = { who: 'ada', when: '2026-04-25T14:00:00.000Z' };

test('hashes bytes, and recognises bytes that do not match their hash', () => {
  expect(sha256Of(new Uint8Array())).toBe(EMPTY);
  expect(hashesOf(new Map([['Map.js', new Uint8Array()]]))).toEqual({ 'Map.js': EMPTY });
  expect(verified(new Uint8Array(), EMPTY)).toEqual(new Uint8Array());
  expect(verified(Buffer.from('x'), EMPTY)).toBeUndefined();
});

test.each([A.toUpperCase(), A.slice(1), `${A}a`, `${A}\n`, '', undefined, null, 7, [A]])(
  'does not accept %j as a hash',
  (value) => {
    expect(isSha256(value)).toBe(false);
    expect(parseHashes({ 'Map.js': value })).toBeUndefined();
    expect(parseEarlier({ 'Map.js': [A, value] })).toBeUndefined();
  },
);

test.each([null, undefined, [], 'x', 7, { 'Map.js': { A } }])('refuses %j as a record of hashes', (value) => {
  expect(parseHashes(value)).toBeUndefined();
  expect(parseEarlier(value)).toBeUndefined();
});

test('reads records of hashes without a prototype', () => {
  expect(parseHashes({ 'Map.js': A })).toEqual({ 'Map.js': A });
  expect(parseEarlier({ 'Map.js': [A, B] })).toEqual({ 'Map.js': [A, B] });
  for (const record of [parseHashes({}), parseEarlier({})]) expect('constructor' in record!).toBe(false);
  expect(Object.keys(parseHashes(JSON.parse(`{"__proto__":"${A}"}`))!)).toEqual(['__proto__']);
});

test('has no earlier hashes after the first consent', () => {
  expect(grantAfter(undefined, consent)).toEqual(consent);
  expect(grantAfter(consent, { ...consent, bundles: { 'Map.js': A } })).toEqual({
    ...consent,
    bundles: { 'Map.js': A },
  });
});

test('contains each earlier hash once, but not a hash that is consented again', () => {
  const first = grantAfter(undefined, { ...consent, bundles: { 'Map.js': A } });
  const second = grantAfter(first, { ...consent, bundles: { 'Map.js': B } });
  expect(second.earlier).toEqual({ 'Map.js': [A] });
  const third = grantAfter(second, { ...consent, bundles: { 'Map.js': A } });
  expect(third.earlier).toEqual({ 'Map.js': [B] });
  expect(grantAfter(third, consent)).toEqual({ ...consent, earlier: { 'Map.js': [B, A] } });
});
