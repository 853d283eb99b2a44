import { expect, test } from 'vitest';
import {
  BUNDLE_NAME,
  collectIn,
  COMPONENT_NAME,
  failureOfIssue,
  isInnerPath,
  isMatch,
  overLimit,
  type Issue,
} from './issues.ts';

test('collects issues in order, as plain data, and returns nothing', () => {
  const issues: Issue[] = [];
  const report = collectIn(issues);
  expect(report({ place: 'id', value: 5, rule: 'pluginId' })).toBeUndefined();
  report(undefined);
  report({ place: 'frontend', value: [], rule: 'mapping' });
  expect(issues).toEqual([
    { place: 'id', value: 5, rule: 'pluginId' },
    { place: 'frontend', value: [], rule: 'mapping' },
  ]);
  expect(structuredClone(issues)).toEqual(issues);
});

test.each([undefined, null, 5, ['Chart'], { toString: () => 'Chart' }, Symbol('Chart')])(
  'matches no pattern against %s',
  (value) => expect(isMatch(COMPONENT_NAME, value)).toBe(false),
);

test('matches whole names only', () => {
  expect([isMatch(COMPONENT_NAME, 'Chart'), isMatch(BUNDLE_NAME, 'a.b-c_d.js')]).toEqual([true, true]);
  for (const name of ['chart', 'Chart\n', 'My-Chart']) expect(isMatch(COMPONENT_NAME, name)).toBe(false);
  for (const name of ['a/b.js', 'b.js\n', '.js?', 'b.mjs']) expect(isMatch(BUNDLE_NAME, name)).toBe(false);
});

test.each([
  ['widget/dist/Chart.js', true],
  ['Chart.js', true],
  ['./Chart.js', true],
  ['../Chart.js', false],
  ['a..b/x.js', false],
  ['a\\b.js', false],
  ['/a.js', false],
  ['//host/a.js', false],
  ['C:/a.js', false],
  ['javascript:alert(1)', false],
  ['a\0.js', false],
  ['', false],
  [undefined, false],
  [7, false],
])('%j stays inside its folder: %s', (path, isInner) => expect(isInnerPath(path)).toBe(isInner));

test('reports a count that exceeds a limit, and no other count', () => {
  expect(overLimit('components', 256, 'frontend.components')).toBeUndefined();
  const issue = overLimit('components', 257, 'frontend.components')!;
  expect(issue).toEqual({ place: 'frontend.components', count: 257, unit: 'components', limit: 256 });
  expect(failureOfIssue('LIST_INVALID', issue, 'sales')).toEqual({
    code: 'PLUGIN_TOO_LARGE',
    details: { pluginId: 'sales', ...issue },
  });
});
