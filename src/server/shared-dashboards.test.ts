import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as zlib from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { dashboardPath, listPartPath } from '../contract/index.ts';
import * as files from './files.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';

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
  const edit = () => writeFiles(join(root, 'plugins/sales'), { [FILE]: documentOf('Second') });
  return { server, send, read, act, edit, hundred };
}

type Host = Awaited<ReturnType<typeof makeHost>>;
type Counts = Partial<Awaited<ReturnType<Host['hundred']>>['counts']>;

const DOCUMENT = dashboardPath('sales', 'main');
const cases: [string, (host: Host) => Promise<string>, Counts][] = [
  ['the document', ({ read }) => read(DOCUMENT), { trust: 0, document: 1, json: 0, gzip: 1 }],
  // Its title for the list, and its document.
  [
    'its part',
    ({ read }) => read(listPartPath('sales', 'main')),
    { trust: 1, document: 2, json: 1, gzip: 1 },
  ],
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
      // Equal answers share their compressed form, so trust again and edited documents of the same content need no gzip.
      const gzip = expect.toSatisfy((count: number) => count <= once.gzip!);
      expect(counts).toEqual({ ...once, gzip });
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

test('shows a revoke to the next request, while tags and answers from before it are still computed', async () => {
  const { server, send, act } = await makeHost();
  const ask = () =>
    Promise.all([
      server.headTags(MAIN),
      send(listPartPath('sales', 'main')).then((response) => response.text()),
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
