import semver from 'semver';
import { expect, test } from 'vitest';
import { misfitsOf } from '../contract/index.ts';
import { intersects, isRange, needsOf } from './engines.ts';

test.each(['>=0.2 <1', '^18.3 || ^19', '19', '18.x', '~18.3.1', '1.2 - 2.3', '*', '18.10'])(
  '%s is a range',
  (text) => expect(isRange(text)).toBe(true),
);

test.each(['', ' ', 'latest', 'new', '>=', 'workspace:*', `>=1 ${'<2 '.repeat(100)}`])(
  '%j is no range',
  (text) => expect(isRange(text)).toBe(false),
);

test('writes ranges as alternatives of conditions', () => {
  expect(needsOf({ react: '^18.3 || ^19', 'nousviz-runtime': '>=0.2 <1' })).toBe(
    'nousviz-runtime >=0.2.0 <1.0.0, react >=18.3.0 <19.0.0 || >=19.0.0 <20.0.0',
  );
  expect(needsOf({ react: '*' })).toBeUndefined();
  expect(needsOf({})).toBeUndefined();
  expect(needsOf()).toBeUndefined();
});

test('a page compares releases as npm does', () => {
  const ranges = [
    '>=0.2 <1',
    '^18.3 || ^19',
    '19',
    '18.x',
    '~18.3.1',
    '1.2 - 2.3',
    '<18',
    '>18.3 <=19.1',
    '0.x',
  ];
  const versions = [
    '0.1.0',
    '0.2.0',
    '1.2.0',
    '2.3.9',
    '2.4.0',
    '17.0.2',
    '18.2.0',
    '18.3.0',
    '18.3.1',
    '19.0.0',
    '19.1.0',
    '19.10.2',
    '20.0.0',
  ];
  for (const range of ranges)
    for (const react of versions)
      expect([range, react, misfitsOf(needsOf({ react: range })!, { react }).length === 0]).toEqual([
        range,
        react,
        semver.intersects(range, react),
      ]);
});

test('finds ranges with a version in common', () => {
  expect(intersects('>=18.3', '>=19.0.0 <20.0.0')).toBe(true);
  expect(intersects('^18.3', '>=19.0.0 <20.0.0')).toBe(false);
});
