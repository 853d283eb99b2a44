import { expect, test } from 'vitest';
import { sourcePaths, type SourceNames } from './source-path.ts';

const paths = (map: SourceNames, file = 'widget/dist/Chart.js') => sourcePaths(map, file, 'sales');

test.each([
  ['of this package', 'widget/Chart.tsx'],
  ['relative to the map', '../Chart.tsx'],
  ['relative to the map, by a detour', '../../../sales/../widget/Chart.tsx'],
  ['without a folder', 'Chart.tsx'],
  ['beside the bundle', './Chart.tsx'],
  ['of webpack', 'webpack://name/./widget/Chart.tsx'],
  ['of webpack, with a hash', 'webpack://name/./widget/Chart.tsx?1a2b'],
  ['of webpack, without a name', 'webpack:///./widget/Chart.tsx'],
  ['of webpack, relative to the sources', 'webpack://name/./Chart.tsx'],
  ['of Turbopack', 'turbopack:///[project]/widget/Chart.tsx'],
  ['of a file', 'file:///home/ada/my%20plugins/sales/widget/Chart.tsx'],
  ['of a server', 'http://localhost:5173/widget/Chart.tsx'],
  ['on a disk', '/home/ada/widget/sales/widget/Chart.tsx'],
  ['on a disk of Windows', String.raw`C:\plugins\sales\widget\Chart.tsx`],
])('finds the path of a source %s', (_, source) =>
  expect(paths({ sources: [source] })).toEqual(['widget/Chart.tsx']),
);

test.each([
  ['../../', 'widget/Chart.tsx'],
  ['..', 'Chart.tsx'],
  ['/', 'widget/Chart.tsx'],
  ['/home/ada/sales', 'widget/Chart.tsx'],
  ['file:///home/ada/sales/', 'widget/Chart.tsx'],
  ['webpack://name/', './widget/Chart.tsx'],
  ['elsewhere', '/home/ada/sales/widget/Chart.tsx'],
])('follows the sourceRoot %s', (sourceRoot, source) =>
  expect(paths({ sources: [source], sourceRoot })).toEqual(['widget/Chart.tsx']),
);

test('finds all sources of a map by those that are certain', () => {
  expect(
    paths({ sources: ['/home/ada/sales/shared/widget/a.ts', null, '/home/ada/sales/widget/Chart.tsx'] }),
  ).toEqual(['shared/widget/a.ts', undefined, 'widget/Chart.tsx']);
  expect(paths({ sources: ['shared/rows.ts', 'widget/Chart.tsx'] })).toEqual([
    'shared/rows.ts',
    'widget/Chart.tsx',
  ]);
  expect(paths({ sources: ['parts/rows.ts', 'Chart.tsx'] }, 'widget/Chart.js')).toEqual([
    'widget/parts/rows.ts',
    'widget/Chart.tsx',
  ]);
  expect(paths({ sources: ['/home/ada/sales/src/Chart.tsx'] }, 'dist/Chart.js')).toEqual(['src/Chart.tsx']);
  expect(paths({ sources: ['/elsewhere/Chart.tsx'] })).toEqual(['/elsewhere/Chart.tsx']);
});
