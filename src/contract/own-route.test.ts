import { expect, test } from 'vitest';
import * as decisionUrls from './decision-urls.ts';
import { isOwnRoute } from './own-route.ts';
import * as urls from './urls.ts';

const isOwn = (path: string) => isOwnRoute('/api', 'sales', path);

test.each([
  'items',
  'items/',
  'items/2026-04-25T14:00:00Z',
  'items/caf%C3%A9%20au%20lait',
  'a.b~c_d-e/~(x)!',
  'trusted-items',
  'installments',
  'reports/settings',
  'reports/enable',
  'updates',
  'enabled',
  'jobs',
  'logs',
  'status',
  'sync',
  'users',
  'history',
  'start-dates',
  'start',
  'stop',
  'reset',
  'accept',
])('knows the own route %s of a plugin', (rest) => {
  expect(isOwn(`/api/plugins/sales/${rest}`)).toBe(true);
});

test.each([
  'trust-frontend',
  'refuse-frontend',
  'sandbox-frontend',
  'revoke-frontend-trust',
  'revoke-anything',
  'trust',
  'trust-history',
  'install',
  'settings',
  'settings/',
  'settings/key',
  'Settings',
  'SETTINGS',
  'settings.json',
  'uninstall',
  'widget/Chart.js',
  'source/Chart.js',
  'dashboards/main',
  'frontend-components',
  'components',
  'Components/Chart',
  'enable',
  'disable',
  'disable/',
  'update',
  'update-check',
  'updateCheck',
  'reload',
  'reload_routes',
  'reload.json',
  '_reload',
  'reinstall',
  'upgrade',
  'activate',
  'trustFrontend',
  'trust_frontend',
  'TrustFrontend',
  'approve',
  'consent',
  'sandbox',
  'credentials',
  'credential/key',
  'secrets',
  'api_keys',
  'permissions',
  'config',
  'manifest',
  'hooks/on_credentials_saved',
  'restart',
  'delete',
  '-',
  '~',
  '...',
  '',
  's%65ttings',
  '%73ettings',
  'settings%2F',
  'settings%00',
  'settings;x=1',
  'settings%3Bx',
  'settings%20',
  './settings',
  '../sales/settings',
  'x/../settings',
  '%2e/settings',
  'x/%2e%2e/settings',
  'x/..%2fsettings',
  'x%2f..%2fsettings',
  'x%5c..%5csettings',
  'x\\..\\settings',
  'x/%252e%252e/settings',
  '/settings',
  '//settings',
  'x//settings',
  '..;/sales/settings',
  'x/..;/settings',
  'x/%2E%2E;/settings',
  '	settings',
  'settings\0',
  'ſettings',
  'x/‥/settings',
  '%',
  'x/%zz',
  'x/%2',
  '../stock/items',
  '../../query',
  '..',
  'x/../../stock/items',
  '%2e%2e/stock/items',
  '..%2fstock/items',
])('takes %j for no own route', (rest) => {
  expect(isOwn(`/api/plugins/sales/${rest}`)).toBe(false);
});

test('takes each path of the host API below a plugin for the host’s', () => {
  const below = Object.values({ ...urls, ...decisionUrls })
    .filter((make) => typeof make === 'function' && make !== urls.below)
    .map((make) => String((make as (...args: string[]) => unknown)('sales', 'main')))
    .filter((path) => path.startsWith('/plugins/sales/'));
  expect(below.length).toBeGreaterThan(5);
  expect(below.filter((path) => isOwnRoute('', 'sales', path))).toEqual([]);
});

test.each([
  '/api/plugins/sales',
  '/api/plugins/stock/items',
  '/api/plugins/Sales/items',
  '/api/plugins/s%61les/items',
  '/api/plugins',
  '/api/query',
  '/API/plugins/sales/items',
  '//api/plugins/sales/items',
  '/api//plugins/sales/items',
  '/api/./plugins/sales/items',
  '/x/../api/plugins/sales/items',
  'http://other/api/plugins/sales/items',
  '/logout',
  '',
  '/',
  '*',
  '/api/plugins/sales.x/items',
  '/api/plugins/sales%2Fitems/x',
])('takes the path %j for no own route', (path) => {
  expect(isOwn(path)).toBe(false);
});

test.each([undefined, null, '', '.', '..', 'sales, stock', 'sales/x', 'Sales', 'sales\n', 7])(
  'knows no plugin %j',
  (id) => {
    expect(isOwnRoute('/api', id, `/api/plugins/${String(id)}/items`)).toBe(false);
  },
);
