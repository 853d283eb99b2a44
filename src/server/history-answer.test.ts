import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrustHistoryAnswer } from '../contract/index.ts';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore, type ServerOptions, type TrustStore } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const ORIGIN = 'http://localhost';
const hashOf = (text: string) => sha256Of(Buffer.from(text));
const FROM_PAGE = { Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' };

async function makeHost(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': 'id: sales\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/sales/Map.js': 'one',
    'plugins/stock/plugin.yaml': 'id: stock',
  });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const server = createServer({ plugins: join(root, 'plugins'), trust, operator: () => 'ada', ...options });
  const send = (path: string, init?: RequestInit) => server.fetch(new Request(`${ORIGIN}/api${path}`, init));
  const read = async (path: string): Promise<TrustHistoryAnswer> => {
    const response = await send(path);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    return response.json() as Promise<TrustHistoryAnswer>;
  };
  const post = (path: string, body?: object, headers: Record<string, string> = FROM_PAGE) =>
    send(path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) });
  return { root, trust, server, send, read, post };
}

test('pages through the record of all plugins, and of one with what is restorable', async () => {
  const { read, post } = await makeHost();
  const bundles = { 'Map.js': hashOf('one') };
  await post('/plugins/sales/trust-frontend', { bundles });
  await post('/plugins/sales/revoke-frontend-trust');
  await post('/plugins/stock/revoke-frontend-trust');
  const record = { at: expect.stringMatching(/Z$/), who: 'ada', via: 'page' };
  const first = await read('/trust-history?limit=2');
  expect(first.records).toEqual([
    { ...record, plugin_id: 'stock', act: 'revoke', bundles: {} },
    { ...record, plugin_id: 'sales', act: 'revoke', bundles: {} },
  ]);
  const rest = { ...record, plugin_id: 'sales', act: 'trust', bundles };
  expect(await read(`/trust-history?limit=2&before=${first.next}`)).toEqual({ records: [rest], next: null });
  expect((await read('/plugins/sales/trust-history')).records).toEqual([
    { ...record, plugin_id: 'sales', act: 'revoke', bundles: {}, restorable: false },
    { ...rest, restorable: true },
  ]);
  expect(await read('/plugins/sales/trust-history?limit=1&act=trust&who=&before=')).toMatchObject({
    records: [{ act: 'trust' }],
    next: null,
  });
  expect((await read('/trust-history?plugin_id=stock&who=ada')).records).toHaveLength(1);
  expect((await read('/trust-history?who=bob')).records).toEqual([]);
});

test('marks the decisions that no page has made', async () => {
  const { read, post } = await makeHost();
  const bundles = { 'Map.js': hashOf('one') };
  await post('/plugins/sales/trust-frontend', { bundles }, { Origin: ORIGIN });
  await post('/plugins/sales/trust-frontend', { bundles }, {});
  // As NousViz 1.0 sends it.
  await post('/plugins/sales/trust-frontend');
  await post('/plugins/sales/revoke-frontend-trust');
  await post('/plugins/sales/revoke-frontend-trust', undefined, {});
  const { records } = await read('/trust-history');
  expect(records.map(({ act, who, via }) => `${act} ${who} ${via}`).toReversed()).toEqual([
    'trust ada page',
    'trust ada other',
    'trust ada other',
    'revoke ada page',
    'revoke ada other',
  ]);
});

test('marks the verdict of the option newPlugins', async () => {
  const { send, read } = await makeHost({ newPlugins: 'sandboxed' });
  await send('/plugins');
  expect((await read('/trust-history')).records).toMatchObject([
    { act: 'sandbox', who: 'option newPlugins', via: 'other' },
  ]);
});

test.each([
  '/trust-history',
  '/plugins/sales/trust-history',
  `/plugins/sales/source/Map.js?sha256=${hashOf('one')}`,
])('answers %s only to those who may trust', async (path) => {
  const statusOf = async (headers: Record<string, string>, options: Partial<ServerOptions> = {}) => {
    const { send } = await makeHost(options);
    const response = await send(path, { headers });
    return response.ok ? 200 : [response.status, (await response.json()).detail];
  };
  expect(await statusOf({})).toBe(200);
  expect(await statusOf({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
  expect(await statusOf({}, { operator: () => null })).toEqual([401, expect.stringMatching(/^Sign in/)]);
  const foreign = [403, expect.stringMatching(/^Operators’ data is not sent to another site/)];
  expect(await statusOf({ 'Sec-Fetch-Site': 'cross-site' })).toEqual(foreign);
  expect(await statusOf({ 'Sec-Fetch-Site': 'same-site' })).toEqual(foreign);
  expect(await statusOf({ Origin: 'https://other.example' })).toEqual(foreign);
  expect(await statusOf({ Origin: 'null' })).toEqual(foreign);
  expect(await statusOf({ Host: 'rebound.example' })).toEqual([403, expect.stringMatching(/Host name/)]);
  expect(await statusOf({ 'X-NousViz-Widget': 'sales' })).toEqual([403, expect.stringMatching(/sandboxed/)]);
  const origins = ['https://dash.example.com'];
  expect(await statusOf({ Origin: origins[0]!, 'Sec-Fetch-Site': 'same-site' }, { origins })).toBe(200);
});

test.each([
  ['/trust-history?limit=0', 400, /^limit="0"/],
  ['/trust-history?limit=501', 400, /Write 1 to 500\.$/],
  ['/trust-history?limit=1e2', 400, /^limit/],
  ['/trust-history?act=trusted', 400, /^act="trusted" is no act/],
  ['/trust-history?format=xml', 400, /^format="xml"/],
  ['/trust-history?format=toString', 400, /^format/],
  ['/trust-history?before=x', 400, /^before="x" is not the place of a record/],
  ['/plugins/gone/trust-history', 404, /^No plugin "gone" is installed/],
  ['/plugins/..%2f/trust-history', 404, /./],
])('refuses %s with %d', async (path, status, detail) => {
  const { send } = await makeHost();
  const response = await send(path);
  expect([response.status, (await response.json()).detail]).toEqual([status, expect.stringMatching(detail)]);
});

test('keeps the record of a removed plugin, and answers 404 for a store without a record', async () => {
  const { trust, read } = await makeHost();
  await trust.consent('gone', 'ada', new Map());
  expect((await read('/plugins/gone/trust-history')).records).toHaveLength(1);
  const { grants, consent, pin, revoke, bytes } = trust;
  const own: TrustStore = { grants, consent, pin, revoke, bytes };
  const { send } = await makeHost({ trust: own });
  for (const path of ['/trust-history', '/plugins/sales/trust-history']) {
    const response = await send(path);
    expect([response.status, (await response.json()).detail]).toEqual([
      404,
      expect.stringMatching(/"history"/),
    ]);
  }
});

test('exports all records as CSV and as JSON', async () => {
  const { trust, send } = await makeHost();
  const names = [
    'ada',
    '=HYPERLINK("http://evil.example")',
    'a "quoted", name',
    '-1+1',
    '@SUM(1)',
    'two\nlines',
  ];
  for (const who of names) await trust.revoke('sales', who, { via: 'page' });
  await trust.consent('sales', 'bob', new Map([['Map.js', Buffer.from('one')]]));
  const csv = await send('/plugins/sales/trust-history?format=csv&limit=1');
  expect(Object.fromEntries(csv.headers)).toEqual({
    'cache-control': 'no-store',
    'content-disposition': 'attachment; filename="trust-history-sales.csv"',
    'content-type': 'text/csv; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  const at = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
  const lines = [
    'at,who,plugin_id,act,sandboxed,via,bundles,version,declined,declined_version',
    `${at},bob,sales,trust,false,other,Map\\.js=${hashOf('one')},,,`,
    ...[
      `"'?two\nlines"`,
      `'@SUM\\(1\\)`,
      `'-1\\+1`,
      `"a ""quoted"", name"`,
      `"'=HYPERLINK\\(""http://evil\\.example""\\)"`,
      'ada',
    ].map((who) => `${at},${who},sales,revoke,false,page,,,,`),
  ];
  expect(await csv.text()).toMatch(new RegExp(`^${lines.join('\r\n')}\r\n$`));
  const response = await send('/trust-history?format=json&act=revoke');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="trust-history.json"');
  expect(((await response.json()) as { who: string }[]).map(({ who }) => who)).toEqual(names.toReversed());
  expect(await (await send('/trust-history?format=json&who=nobody')).json()).toEqual([]);
  const head = await send('/trust-history?format=csv', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

/** Makes a store whose history has many pages, and counts the ones that were read. */
async function makePaged(pages: number, fails = false) {
  const { trust } = await makeHost();
  let reads = 0;
  const history: TrustStore['history'] = async ({ limit, before = '0' }) => {
    reads += 1;
    if (fails && reads > 1) throw new Error('the disk is gone');
    const record = {
      at: '',
      who: 'ada',
      plugin_id: 'sales',
      act: 'revoke',
      bundles: {},
      via: 'page',
    } as const;
    const number = Number(before) + 1;
    return {
      records: Array.from({ length: limit }, () => record),
      next: number < pages ? String(number) : null,
    };
  };
  const { send } = await makeHost({ trust: { ...trust, history } });
  return { send, reads: () => reads };
}

test('streams an export: it reads a page when the client has received the one before', async () => {
  const { send, reads } = await makePaged(200);
  const reader = (await send('/trust-history?format=csv')).body!.getReader();
  await reader.read();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reads()).toBe(2);
  await reader.cancel();
  expect(reads()).toBe(2);
  const whole = await (await send('/trust-history?format=csv')).text();
  expect(whole.split('\r\n')).toHaveLength(200 * 500 + 2);
});

test('breaks off an export whose store fails, instead of ending it as if it were complete', async () => {
  const { send } = await makePaged(3, true);
  const response = await send('/trust-history?format=json');
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('the disk is gone');
});

test('answers 503 if the record cannot be read', async () => {
  const { root, trust } = await makeHost();
  const broken = fileTrustStore(root);
  const { send } = await makeHost({ trust: { ...trust, history: broken.history! } });
  for (const path of ['/trust-history', '/trust-history?format=csv'])
    expect((await send(path)).status, path).toBe(503);
  expectConsole(/TrustStoreError: .* cannot be read \(EISDIR\)/);
});
