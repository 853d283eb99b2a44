import { expect, test } from 'vitest';
import { compileRoutes } from './routes.ts';

/** The dashboard of the first route that matches a path. */
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
])('finds the dashboard of %s', (path, expected) => {
  expect(find(DASHBOARDS, path)).toBe(expected);
});

test('leaves a part empty where an optional parameter is missing', () => {
  const dashboards = { '/plugin/:plugin/:dashboard?': ':plugin/:dashboard' };
  expect(find(dashboards, '/plugin/sales')).toBe('sales/');
  expect(find(dashboards, '/plugin/sales/orders')).toBe('sales/orders');
});

test('prefers the first route that matches', () => {
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
])('matches routes below the base %s: %s', (base, path, expected) => {
  expect(find(DASHBOARDS, path, base)).toBe(expected);
});

const MALFORMED = 'it must be a plugin’s id, a slash and the name of a dashboard';

test.each([
  ['/:id', ':plugin/overview', ':plugin is not a parameter of the route'],
  ['/*', 'sales/:*', ':* is not a parameter of the route'],
  ['/', 'sales', MALFORMED],
  ['/', 'sales/', MALFORMED],
  ['/', '/overview', MALFORMED],
  ['/', 'sales/overview/more', MALFORMED],
])('rejects the route %s to %s: %s', (route, dashboard, reason) => {
  expect(() => compileRoutes({ [route]: dashboard }, '/')).toThrow(
    `nousvizHost: dashboards: "${route}": "${dashboard}": ${reason}.`,
  );
});
