import { expect, test } from 'vitest';
import { compileRoutes } from './routes.ts';

/** What the first route that fits says of a path. */
function find(dashboards: Record<string, string>, path: string, base = '/') {
  for (const [pattern, dashboard] of compileRoutes(dashboards, base)) {
    const found = path.replace(new RegExp(pattern, 'i'), dashboard);
    if (found !== path) return found;
  }
  return undefined;
}

const DASHBOARDS = {
  '/plugin/:plugin/:dashboard': ':plugin/:dashboard',
  '/plugin/:plugin': ':plugin/overview',
  '/by/:name/:plugin': ':plugin/:name',
  '/': 'sales/overview',
};

test.each([
  ['/plugin/sales/orders', 'sales/orders'],
  ['/plugin/sales/orders/', 'sales/orders'],
  ['/plugin/sales', 'sales/overview'],
  ['/by/orders/sales', 'sales/orders'],
  ['/', 'sales/overview'],
  ['/settings', undefined],
  ['/plugin/sales/orders/more', undefined],
  ['/x/plugin/sales', undefined],
])('knows the dashboard of %s', (path, expected) => {
  expect(find(DASHBOARDS, path)).toBe(expected);
});

test('knows none where an optional parameter is not there', () => {
  const dashboards = { '/plugin/:plugin/:dashboard?': ':plugin/:dashboard' };
  expect(find(dashboards, '/plugin/sales')).toBe('sales/');
  expect(find(dashboards, '/plugin/sales/orders')).toBe('sales/orders');
});

test('takes the first route that fits', () => {
  expect(find({ '/:a': 'first/:a', '/b': 'second/b' }, '/b')).toBe('first/b');
});

test.each([
  ['/sub/', '/sub/plugin/sales/orders', 'sales/orders'],
  ['/sub/', '/sub/', 'sales/overview'],
  ['/sub/', '/sub', 'sales/overview'],
  ['/sub/', '/plugin/sales/orders', undefined],
  ['/my.app/', '/my.app/', 'sales/overview'],
  ['/my.app/', '/myxapp/', undefined],
  ['./', '/plugin/sales/orders', 'sales/orders'],
  ['', '/', 'sales/overview'],
  ['https://cdn.example/app/', '/', 'sales/overview'],
  ['//cdn.example/app/', '/', 'sales/overview'],
])('puts the base %s before them: %s', (base, path, expected) => {
  expect(find(DASHBOARDS, path, base)).toBe(expected);
});

const MALFORMED = 'it has to be a plugin’s id, a slash, and the name of a dashboard';

test.each([
  ['/:id', ':plugin/overview', ':plugin is no parameter of the route'],
  ['/*', 'sales/:*', ':* is no parameter of the route'],
  ['/', 'sales', MALFORMED],
  ['/', 'sales/', MALFORMED],
  ['/', '/overview', MALFORMED],
  ['/', 'sales/overview/more', MALFORMED],
])('refuses %s: %s', (route, dashboard, reason) => {
  expect(() => compileRoutes({ [route]: dashboard }, '/')).toThrow(
    `nousvizHost: dashboards: "${route}": "${dashboard}": ${reason}.`,
  );
});
