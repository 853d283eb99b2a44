import { expect, test } from 'vitest';
import { addedPowers, powersOf } from './powers.ts';

test.each([
  [{ reaches: ['session token'] }, 'session'],
  [{ reaches: ['new fetch'] }, 'intercepts'],
  [{ reaches: ['XMLHttpRequest.prototype'] }, 'intercepts'],
  [{ api_paths: ['/api/plugins/other/trust-frontend'] }, 'decides'],
  [{ api_paths: ['/api/plugins/…/install'] }, 'decides'],
  [{ api_paths: ['/api/plugins/sales/settings'] }, 'decides'],
  [{ hosts: ['evil.example'] }, 'hosts'],
  [{ hosts: ['…'] }, 'hosts'],
  [{ reaches: ['eval'] }, 'code'],
  [{ reaches: ['Function'] }, 'code'],
  [{ reaches: ['document.write'] }, 'code'],
  [{ api_paths: ['/api/plugins/other/items'] }, 'otherRoutes'],
  [{ api_paths: ['/api/plugins/sales/../other/items'] }, 'otherRoutes'],
  [{ api_paths: ['/api/plugins/sales/%2e%2e/other'] }, 'otherRoutes'],
  [{ api_paths: ['/api/plugins/sales/revoke-frontend-trust'] }, 'decides'],
  [{ api_paths: ['/api/plugins/…/uninstall'] }, 'decides'],
  [{ api_paths: ['/api/users'] }, 'otherRoutes'],
  [{ api_paths: ['/api/plugins'] }, 'otherRoutes'],
  [{ api_paths: ['… and 5 more'] }, 'otherRoutes'],
  [{ reaches: ['document.cookie'] }, 'cookies'],
  [{ reaches: ['localStorage'] }, 'storage'],
  [{ reaches: ['fetch'] }, 'network'],
  [{ reaches: ['navigator.sendBeacon'] }, 'network'],
  [{ reaches: ['navigator.serviceWorker'] }, 'workers'],
  [{ reaches: ['location.assign'] }, 'navigation'],
  [{ reaches: ['navigator.clipboard'] }, 'features'],
  [{ reaches: ['localStorage[*]'] }, 'allStorage'],
  [{ reaches: ['localStorage[…]'] }, 'hidden'],
  [{ reaches: ['click()'] }, 'navigation'],
  [{ reaches: ['window[…]'] }, 'hidden'],
  [{ reaches: ['document[…]'] }, 'hidden'],
  [{ reaches: ['setTimeout("…")'] }, 'code'],
  [{ reaches: ['createElement("script")'] }, 'code'],
  [{ reaches: ['javascript:'] }, 'code'],
  [{ reaches: ['location'] }, 'navigation'],
  [{ reaches: ['open'] }, 'navigation'],
  [{ reaches: ['src'] }, 'addresses'],
  [{ reaches: ['url(…)'] }, 'addresses'],
  [{ reaches: ['Worker'] }, 'workers'],
  [{ reaches: ['RTCPeerConnection'] }, 'network'],
  [{ reaches: ['a feature of a newer server'] }, 'features'],
  [{ imports: ['https://cdn.example/x.js'] }, 'modules'],
  [{ imports: ['lodash'] }, 'modules'],
  [{ imports: ['https://cdn.example/widget-runtime/react.js'] }, 'modules'],
  [{ imports: ['//cdn.example/widget-runtime/react.js'] }, 'modules'],
  [{ imports: ['/api/items/x.js?/widget-runtime/react.js'] }, 'modules'],
] as const)('%j is a risky power: %s', (findings, power) => {
  expect(powersOf('sales', [findings])).toMatchObject([{ power, isRisky: true }]);
});

test.each([
  [{ api_paths: ['/api/plugins/sales/items'] }, 'ownRoutes'],
  [{ api_paths: ['/api/plugins/…/items/…'] }, 'ownRoutes'],
  [{ api_paths: ['…/api/plugins/sales/items'] }, 'ownRoutes'],
  [{ api_paths: ['/api/plugins/…'] }, 'ownRoutes'],
  [{ api_paths: ['/api/query'] }, 'query'],
  [{ helpers: ['apiFetch'] }, 'helpers'],
] as const)('%j is a harmless power: %s', (findings, power) => {
  expect(powersOf('sales', [findings])).toMatchObject([{ power, isRisky: false, isSevere: false }]);
});

test('lists nothing for nothing, and no shim', () => {
  expect(powersOf('sales', [])).toEqual([]);
  expect(powersOf('sales', [{ reaches: [], hosts: [], imports: ['/api/widget-runtime/react.js'] }])).toEqual(
    [],
  );
});

test('lists the worst first, whatever the order of the files', () => {
  const files = [
    { helpers: ['cn'], reaches: ['eval'] },
    { hosts: ['a.example'] },
    { reaches: ['session token', 'Function'] },
  ];
  expect(powersOf('sales', files).map(({ power, names }) => [power, names])).toEqual([
    ['session', ['session token']],
    ['hosts', ['a.example']],
    ['code', ['eval', 'Function']],
    ['helpers', ['cn']],
  ]);
});

test('finds what a version added, by name', () => {
  const before = powersOf('sales', [{ hosts: ['a.example'], reaches: ['fetch'] }]);
  const after = powersOf('sales', [{ hosts: ['a.example', 'b.example'] }]);
  expect(addedPowers(before, after)).toMatchObject([{ power: 'hosts', names: ['b.example'] }]);
  expect(addedPowers(after, before)).toMatchObject([{ power: 'network', names: ['fetch'] }]);
});
