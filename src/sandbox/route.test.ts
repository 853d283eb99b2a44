// @vitest-environment node
import { expect, test } from 'vitest';
import { resolveRoute } from './route.ts';

const PAGE = 'https://host.test/plugin/own/main';
const resolve = (written: string, apiBase = '/api') =>
  resolveRoute(written, { pluginId: 'own', apiBase, page: PAGE });

test.each([
  ['/api/plugins/own/items', '/api', 'https://host.test/api/plugins/own/items'],
  ['/api/plugins/own/items/', '/api', 'https://host.test/api/plugins/own/items/'],
  [
    '/api/plugins/own/items/5?page=2&q=a%2Fb#top',
    '/api',
    'https://host.test/api/plugins/own/items/5?page=2&q=a%2Fb',
  ],
  ['https://host.test/api/plugins/own/a', '/api', 'https://host.test/api/plugins/own/a'],
  ['//host.test/api/plugins/own/a', '/api', 'https://host.test/api/plugins/own/a'],
  ['/api/plugins/own/items/by name/é', '/api', 'https://host.test/api/plugins/own/items/by%20name/%C3%A9'],
  ['/api/plugins/own/a', '/sub/api', 'https://host.test/sub/api/plugins/own/a'],
  ['/api/plugins/own/a', 'https://api.test/v1', 'https://api.test/v1/plugins/own/a'],
])('allows %s under %s', (written, apiBase, url) => {
  expect(resolve(written, apiBase)).toEqual({ url });
});

const OWN = '/api/plugins/own';

test.each([
  // Other servers, plugins and routes.
  'https://other.test/api/plugins/own/a',
  '//other.test/api/plugins/own/a',
  '\\\\other.test\\api\\plugins\\own\\a',
  'https://user@host.test/api/plugins/own/a',
  'https://host.test@other.test/api/plugins/own/a',
  'http://host.test/api/plugins/own/a',
  'https://host.test:444/api/plugins/own/a',
  'data:text/plain,/api/plugins/own/a',
  'blob:https://host.test/5',
  'javascript:fetch()',
  'items',
  '/api/users',
  '/api/plugins',
  OWN,
  `${OWN}/`,
  `${OWN}?x`,
  '/api/plugins/other/items',
  '/api/plugins/ownother/items',
  '/api/plugins/OWN/items',
  '/api/plugins/o%77n/items',
  '/API/plugins/own/items',
  '/api//plugins/own/items',
  // Out of the folder.
  `${OWN}/../other/items`,
  `${OWN}/..`,
  `/api/plugins/other/../own/items`,
  `${OWN}/./items`,
  `${OWN}/%2e%2e/other/items`,
  `${OWN}/.%2E/other/items`,
  `${OWN}/%252e%252e/other/items`,
  `${OWN}/..%2fother/items`,
  `${OWN}/a%2f..%2ftrust-frontend`,
  `${OWN}/a/..%5c..%5cother`,
  `${OWN}/..\\other\\items`,
  `${OWN}\\..\\other`,
  `${OWN}/a%5cb`,
  `${OWN}/a%00b`,
  `${OWN}/a%`,
  `${OWN}/%c0%ae%c0%ae/other`,
  `${OWN}//trust-frontend`,
  `${OWN}/a//b`,
  // Spellings that the browser changes to an allowed route.
  '/api\\plugins\\own\\items',
  `${OWN}/it\tems`,
  `${OWN}/items\u200b`,
  // The host API's own routes below the plugin.
  `${OWN}/trust-frontend`,
  `${OWN}/trust-frontend/`,
  `${OWN}/TRUST-frontend`,
  `${OWN}/%74rust-frontend`,
  `${OWN}/trust%2dfrontend`,
  `${OWN}/trust-front\tend`,
  `${OWN}/trust-frontend;a=b`,
  `${OWN}/trust-frontend.json`,
  `${OWN}/trust-frontend%20`,
  `${OWN}/trust-frontend?x=1`,
  `${OWN}/trust-frontend#x`,
  `${OWN}/sandbox-frontend`,
  `${OWN}/revoke-frontend-trust`,
  `${OWN}/revoke-anything`,
  `${OWN}/frontend-components`,
  `${OWN}/trust-history`,
  `${OWN}/widget/Chart.js`,
  `${OWN}/source/Chart.js`,
  `${OWN}/dashboards/main`,
  `${OWN}/install`,
  `${OWN}/uninstall`,
  `${OWN}/settings`,
  `${OWN}/settings/key`,
])('refuses %j', (written) => {
  expect(resolve(written)).toEqual({ refusal: expect.any(String) });
});
