import { expect, test } from 'vitest';
import { bundlesOf } from './decision.ts';
import { readPluginList } from './plugin-list.ts';

const SHA = 'a'.repeat(64);

test('returns the hashes of the list by file name, or nothing without hashes', () => {
  const components = [
    { name: 'Chart', path: 'w/Chart.js', sha256: SHA },
    { name: 'Proto', path: 'w/__proto__.js', sha256: SHA },
    { name: 'Gone', path: 'w/Gone.js' },
  ];
  const { plugins } = readPluginList({
    plugins: [
      { id: 'sales', frontend: { components } },
      { id: 'old', frontend: { components: [{ name: 'Chart', path: 'w/Chart.js' }] } },
    ],
  }).list!;
  expect(JSON.stringify(bundlesOf(plugins[0]!.components))).toBe(
    JSON.stringify(
      Object.fromEntries([
        ['Chart.js', SHA],
        ['__proto__.js', SHA],
      ]),
    ),
  );
  expect(bundlesOf(plugins[1]!.components)).toBeUndefined();
  expect(bundlesOf()).toBeUndefined();
});
