import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { dashboardPath, listPartPath, WITH_LIST } from '../contract/index.ts';
import * as files from './files.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';
import { TrustStoreError } from './trust/store-error.ts';

vi.mock('./files.ts', { spy: true });
vi.mock('node:zlib', { spy: true });

const FILE = 'dashboards/main.yaml';
const MAIN = { pluginId: 'sales', name: 'main' };
const PADDING = 'x'.repeat(2000);
const documentOf = (title: string) => `title: ${title} ${PADDING}\npanels: [{type: custom, component: Map}]`;

/** Makes a server with a trusted plugin, and counts what it computes. */
async function makeHost() {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': `id: sales\ndisplay_name: ${PADDING}\nfrontend: {components: [{name: Map, path: Map.js}]}`,
    'plugins/sales/Map.js': 'export default 1',
    [`plugins/sales/${FILE}`]: documentOf('First'),
  });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const grants = vi.spyOn(trust, 'grants');
  const server = createServer({ plugins: join(root, 'plugins'), trust });
  const send = (path: string, init?: RequestInit) =>
    server.fetch(new Request(`http://localhost/api${path}`, init));
  const read = async (path: string) => {
    const response = await send(path, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    return gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
  };
  const act = async (verb: string) =>
    expect((await send(`/plugins/sales/${verb}`, { method: 'POST' })).status).toBe(200);
  await act('trust-frontend');

  /** Runs a function a hundred times at once. @returns Its one result, and the numbers of computations. */
  async function hundred(run: () => Promise<string>) {
    const stringify = vi.spyOn(JSON, 'stringify');
    for (const mock of [grants, files.statInner, zlib.gzip]) vi.mocked(mock).mockClear();
    const results = new Set(await Promise.all(Array.from({ length: 100 }, run)));
    const texts = stringify.mock.results.map(({ value }) => String(value));
    stringify.mockRestore();
    expect(results.size).toBe(1);
    const counts = {
      trust: grants.mock.calls.length,
      document: vi.mocked(files.statInner).mock.calls.filter(([, path]) => path === FILE).length,
      json: texts.filter((text) => /^\{"(?:plugins|imports)":/.test(text)).length,
      gzip: vi.mocked(zlib.gzip).mock.calls.length,
    };
    return { text: [...results][0]!, counts };
  }
  const folder = join(root, 'plugins/sales');
  const edit = () => writeFiles(folder, { [FILE]: documentOf('Second') });
  return { server, send, read, act, edit, hundred, folder, grants };
}

type Host = Awaited<ReturnType<typeof makeHost>>;
type Counts = Partial<Awaited<ReturnType<Host['hundred']>>['counts']>;

const DOCUMENT = dashboardPath('sales', 'main');
const BOTH = `${DOCUMENT}?${WITH_LIST}`;
const cases: [string, (host: Host) => Promise<string>, Counts][] = [
  ['the document', ({ read }) => read(DOCUMENT), { trust: 0, document: 1, json: 0, gzip: 1 }],
  // Its title for the list, and its document.
  [
    'its part',
    ({ read }) => read(listPartPath('sales', 'main')),
    { trust: 1, document: 2, json: 1, gzip: 1 },
  ],
  ['the document with its part', ({ read }) => read(BOTH), { trust: 1, document: 2, json: 1, gzip: 1 }],
  ['the tags', ({ server }) => server.headTags(MAIN), { trust: 1, document: 2, json: 1, gzip: 0 }],
  [
    'the tags with an import map',
    ({ server }) => server.headTags(MAIN, { importMap: true, nonce: 'n1' }),
    { trust: 2, document: 2, json: 2, gzip: 0 },
  ],
];

test.each(cases)(
  'computes %s of a dashboard once for a hundred requests at once, and once more after each change',
  async (name, run, once) => {
    const host = await makeHost();
    const hundred = () => host.hundred(() => run(host));
    const first = await hundred();
    expect(first.counts).toEqual(once);
    const changes = [
      () => host.act('revoke-frontend-trust'),
      () => host.act('trust-frontend'),
      () => host.edit(),
    ];
    let before = first.text;
    for (const change of changes) {
      await change();
      const { text, counts } = await hundred();
      const isSame = name === 'the document' && change !== changes[2];
      expect(text === before).toBe(isSame);
      // Equal answers share their compressed form, so trust again and edited documents of the same content need no gzip. An edited
      // document needs no other import map.
      const [gzip, json] = [once.gzip!, once.json!].map((most) =>
        expect.toSatisfy((count: number) => count <= most),
      );
      expect(counts).toEqual({ ...once, gzip, json });
      before = text;
    }
  },
);

test('answers 304 for a dashboard’s document until its file changes', async () => {
  const { send, edit, read } = await makeHost();
  const first = await send(DOCUMENT);
  const [etag, control, vary] = ['etag', 'cache-control', 'vary'].map((name) => first.headers.get(name));
  expect([control, vary]).toEqual(['private, no-cache', 'Accept-Encoding']);
  const headers = { 'If-None-Match': etag! };
  expect((await send(DOCUMENT, { headers })).status).toBe(304);
  await edit();
  const changed = await send(DOCUMENT, { headers });
  expect(changed.status).toBe(200);
  const text = await changed.text();
  expect(JSON.parse(text).title).toMatch(/^Second/);
  expect(await read(DOCUMENT)).toBe(text);
});

test('answers with a dashboard and its part of the list, and 304 until one of them changes', async () => {
  const { send, edit, act } = await makeHost();
  const json = async (path: string) => (await send(path)).json();
  let stored: string | null = null;
  const steps = [() => {}, () => act('revoke-frontend-trust'), () => act('trust-frontend'), edit];
  for (const step of steps) {
    await step();
    const answer = await send(BOTH, stored === null ? {} : { headers: { 'If-None-Match': stored } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; with=list']);
    expect(await answer.json()).toEqual({
      list: await json(listPartPath('sales', 'main')),
      dashboard: await json(DOCUMENT),
    });
    stored = answer.headers.get('etag')!;
    const again = await send(BOTH, { headers: { 'If-None-Match': stored } });
    expect([again.status, again.headers.get('content-type'), await again.text()]).toEqual([304, null, '']);
    expect((await send(DOCUMENT, { headers: { 'If-None-Match': stored } })).status).toBe(200);
    for (const name of ['cache-control', 'vary', 'x-content-type-options'])
      expect(answer.headers.get(name)).toBe((await send(DOCUMENT)).headers.get(name));
  }
});

test.each([
  ['is no dashboard', '[]', 200],
  ['cannot be read', 'panels: [', 422],
])('answers as without the list for a document that %s', async (_, text, status) => {
  const { send, folder } = await makeHost();
  await writeFiles(folder, { [FILE]: text });
  const [alone, both] = await Promise.all([send(DOCUMENT), send(BOTH)]);
  expect([both.status, both.headers.get('content-type')]).toEqual([
    status,
    alone.headers.get('content-type'),
  ]);
  expect(await both.text()).toBe(await alone.text());
});

test('nests a document that has the keys of both', async () => {
  const { send, folder } = await makeHost();
  await writeFiles(folder, { [FILE]: 'list: {plugins: [forged]}\ndashboard: {panels: []}' });
  const { list, dashboard } = await (await send(BOTH)).json();
  expect(list.plugins).toMatchObject([{ id: 'sales' }]);
  expect(dashboard).toEqual({ list: { plugins: ['forged'] }, dashboard: { panels: [] } });
});

test('answers with the document alone while the trust store fails, so that the page requests the list', async () => {
  expectConsole(/TrustStoreError: no connection/);
  const { send, grants } = await makeHost();
  grants.mockRejectedValue(new TrustStoreError('no connection'));
  const answer = await send(BOTH);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect((await send(listPartPath('sales', 'main'))).status).toBeGreaterThanOrEqual(500);
});

test.each([
  ['no such dashboard', dashboardPath('sales', 'none'), {}, 404],
  ['no such plugin', dashboardPath('none', 'main'), {}, 404],
  ['no name of a dashboard', dashboardPath('sales', '..main'), {}, 400],
  ['an unknown name', DOCUMENT, { Host: 'elsewhere.example' }, 403],
  ['a sandboxed plugin', DOCUMENT, { 'X-NousViz-Widget': 'sales' }, 403],
])('refuses %s with the list as without it', async (_, path, headers: Record<string, string>, status) => {
  const { send } = await makeHost();
  const ask = async (url: string) => {
    const answer = await send(url, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const refused = await ask(`${path}?${WITH_LIST}`);
  expect(refused).toEqual(await ask(path));
  expect(refused.status).toBe(status);
});

test('shows a revoke to the next request, while tags and answers from before it are still computed', async () => {
  const { server, send, act } = await makeHost();
  const ask = () =>
    Promise.all([
      server.headTags(MAIN),
      send(listPartPath('sales', 'main')).then((response) => response.text()),
      send(BOTH).then((response) => response.text()),
    ]);
  for (const [verb, isTrusted] of [
    ['revoke-frontend-trust', false],
    ['trust-frontend', true],
    ['revoke-frontend-trust', false],
  ] as const) {
    const earlier = Array.from({ length: 20 }, ask);
    await act(verb);
    for (const text of await ask()) expect(text.includes('"trusted":true')).toBe(isTrusted);
    await Promise.all(earlier);
  }
});
