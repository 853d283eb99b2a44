import { expect, test } from 'vitest';
import { misfitsOf } from './misfits.ts';

test.each<[string, string, boolean]>([
  ['>=18.3.0', '18.3.0', true],
  ['>=18.3.0', '18.2.9', false],
  ['>=18.3.0', '19.0.0', true],
  ['>18.3.0', '18.3.0', false],
  ['>18.3.0', '18.3.1', true],
  ['<19.0.0', '18.99.99', true],
  ['<19.0.0', '19.0.0', false],
  ['<=19.0.0', '19.0.0', true],
  ['<=19.0.0', '19.0.1', false],
  ['19.0.0', '19.0.0', true],
  ['19.0.0', '19.0.1', false],
  ['19.0.0', '18.9.9', false],
  ['>=18.3.0 <19.0.0 || >=20.0.0', '18.3.1', true],
  ['>=18.3.0 <19.0.0 || >=20.0.0', '19.3.1', false],
  ['>=18.3.0 <19.0.0 || >=20.0.0', '20.0.0', true],
  ['>=10.0.0', '9.9.9', false],
  ['>=19.0.0', '19.0.0-rc.1', true],
  ['<19.0.0', '19.0.0-rc.1', false],
  ['>=19.0.0', '19.1.0-canary-a1b2-20250101', true],
])('%s and %s: %s', (range, found, fits) => {
  expect(misfitsOf(`react ${range}`, { react: found })).toEqual(
    fits ? [] : [{ engine: 'react', range, found }],
  );
});

test('names each range that does not fit, and ignores parts that have no version here', () => {
  const needs = 'nousviz-runtime >=0.2.0 <1.0.0, react >=18.3.0, node >=99.0.0';
  const runtime = { engine: 'nousviz-runtime', range: '>=0.2.0 <1.0.0', found: '0.1.0' };
  expect(misfitsOf(needs, { 'nousviz-runtime': '0.1.0', react: '19.0.0' })).toEqual([runtime]);
  expect(misfitsOf(needs, { 'nousviz-runtime': '0.1.0', react: '17.0.2' })).toEqual([
    runtime,
    { engine: 'react', range: '>=18.3.0', found: '17.0.2' },
  ]);
  expect(misfitsOf(needs, {})).toEqual([]);
});
