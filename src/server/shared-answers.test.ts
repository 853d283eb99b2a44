import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { listPartPath } from '../contract/index.ts';
import * as zlib from 'node:zlib';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';
import type { TrustStore } from './index.ts';
import * as files from './files.ts';

vi.mock('./files.ts', { spy: true });
vi.mock('node:zlib', { spy: true });

const COUNT = 12;
const count = (length: number) => Array.from({ length }, (_, index) => index);
const idOf = (index: number) => `plugin-${index}`;

/** Makes a server with some plugins, all of which are trusted. */
async function makeHost(wrap: (trust: TrustStore) => TrustStore = (trust) => trust) {
  const plugins = count(COUNT).map((index) => ({
    [`plugins/${idOf(index)}/plugin.yaml`]: `id: ${idOf(index)}\nfrontend: {components: [{name: Map, path: Map.js}]}`,
    [`plugins/${idOf(index)}/Map.js`]: `export default ${index}`,
    [`plugins/${idOf(index)}/dashboards/main.yaml`]: 'panels: [{type: custom, component: Map}]',
  }));
  const root = await makeFolder(Object.assign({}, ...plugins));
  const at = (path: string) => join(root, path);
  const trust = wrap(fileTrustStore(at('data/trust.jsonl')));
  const server = createServer({ plugins: at('plugins'), trust });
  const send = (path: string, init?: RequestInit) =>
    server.fetch(new Request(`http://localhost/api${path}`, init));
  const act = async (id: string, verb: string) =>
    (await send(`/plugins/${id}/${verb}`, { method: 'POST' })).status;
  for (const index of count(COUNT)) expect(await act(idOf(index), 'trust-frontend')).toBe(200);
  return { at, send, act, server };
}

/** Counts the file system's calls of a function. */
async function callsOf(run: () => Promise<unknown>): Promise<number> {
  vi.mocked(files.statPath).mockClear();
  vi.mocked(files.statInner).mockClear();
  await run();
  return vi.mocked(files.statPath).mock.calls.length + vi.mocked(files.statInner).mock.calls.length;
}

/** Paths with the number of times that their answer becomes JSON again although nothing has changed. */
const PATHS: [string, string, number][] = [
  ['the list', '/plugins', 1],
  ['a dashboard’s part of it', listPartPath(idOf(3), 'main'), 0],
  ['a plugin', `/plugins/${idOf(3)}`, 1],
  ['a plugin’s components', `/plugins/${idOf(3)}/frontend-components`, 1],
  ['a plugin that is not installed', '/plugins/none', 0],
];

test.each(PATHS)(
  'reads %s for a hundred requests at once as for one, and makes one JSON of it at most',
  async (_, path, json) => {
    const { send } = await makeHost();
    const read = async () => (await send(path)).text();
    const text = await read();
    const one = await callsOf(read);
    expect(one).toBeGreaterThan(0);
    const stringify = vi.spyOn(JSON, 'stringify');
    const answers: string[] = [];
    const hundred = await callsOf(async () => answers.push(...(await Promise.all(count(100).map(read)))));
    const written = stringify.mock.results.filter(({ value }) => value === text).length;
    stringify.mockRestore();
    expect(new Set(answers)).toEqual(new Set([text]));
    expect(hundred).toBeLessThanOrEqual(one * 2);
    if (path !== '/plugins/none') expect(written).toBe(json);
  },
);

test('reads the list at most twice for a hundred requests that come while it is read', async () => {
  const { send } = await makeHost();
  const read = async () => (await send('/plugins')).text();
  await read();
  const one = await callsOf(read);
  const hundred = await callsOf(async () => {
    const first = read();
    const others = count(99).map(async (index) => {
      for (const _ of count(index % 5)) await new Promise((resolve) => setImmediate(resolve));
      return read();
    });
    await Promise.all([first, ...others]);
  });
  expect(hundred).toBeLessThanOrEqual(one * 3);
});

test('reads a bundle and the tags of a page once for many', async () => {
  const { at, send, server } = await makeHost();
  const [bundle] = (await (await send(listPartPath(idOf(3), 'main'))).json()).dashboard.bundles;
  await writeFile(at('plugins/plugin-3/Map.js'), 'changed');
  const runs: (() => Promise<unknown>)[] = [
    async () => (await send(bundle)).text(),
    async () => (await send(bundle.replace(/\?.*/, ''))).text(),
    () => server.headTags({ pluginId: idOf(3), name: 'main' }),
    () => server.importMapTag(),
  ];
  for (const run of runs) {
    await run();
    const one = await callsOf(run);
    const hundred = await callsOf(() => Promise.all(count(100).map(run)));
    expect(hundred, `${run}`).toBeLessThanOrEqual(Math.max(one, 1) * 3);
  }
});

test('shows every answered change to each request that comes after it, while others wait for lists', async () => {
  const { send, act } = await makeHost();
  const end = new AbortController();
  const load = count(8).map(async () => {
    while (!end.signal.aborted) await (await send('/plugins')).text();
  });
  const isTrusted = async (path: string, id: string) => {
    const { plugins } = await (await send(path)).json();
    return plugins.find((plugin: { id: string }) => plugin.id === id).frontend.trusted as boolean;
  };
  for (const index of count(10)) {
    const id = idOf(index);
    for (const [verb, expected] of [
      ['revoke-frontend-trust', false],
      ['trust-frontend', true],
    ] as const) {
      expect(await act(id, verb)).toBe(200);
      const seen = await Promise.all([
        isTrusted('/plugins', id),
        isTrusted(listPartPath(id, 'main'), id),
        send(`/plugins/${id}`).then(async (answer) => (await answer.json()).frontend.trusted),
        send(`/plugins/${id}/widget/Map.js`).then(({ status }) => status === 200),
      ]);
      expect(seen, `${verb} ${id}`).toEqual([expected, expected, expected, expected]);
    }
  }
  end.abort();
  await Promise.all(load);
});

test.each(PATHS.slice(0, 4))('answers 304 for %s until it changes', async (_, path) => {
  const { at, send, act } = await makeHost();
  const first = await send(path);
  const etag = first.headers.get('etag')!;
  expect([first.headers.get('cache-control'), first.headers.get('vary')]).toEqual([
    'private, no-cache',
    'Accept-Encoding',
  ]);
  for (const tag of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
    const again = await send(path, { headers: { 'If-None-Match': tag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
  await act(idOf(3), 'revoke-frontend-trust');
  const changed = await send(path, { headers: { 'If-None-Match': etag } });
  expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false]);
  const next = changed.headers.get('etag')!;
  await writeFiles(at('plugins/plugin-3'), { 'Map.js': 'export default "changed"' });
  expect((await send(path, { headers: { 'If-None-Match': next } })).status).toBe(200);
});

test.each([
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['br;q=1.0, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['br', false],
  ['', false],
])('compresses for a client that accepts %j: %j', async (accepted, isCompressed) => {
  const { send } = await makeHost();
  const plain = await (await send('/plugins')).text();
  const response = await send('/plugins', { headers: { 'Accept-Encoding': accepted } });
  expect(response.headers.get('content-encoding')).toBe(isCompressed ? 'gzip' : null);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect((isCompressed ? gunzipSync(bytes) : bytes).toString()).toBe(plain);
});

test('compresses nothing in Next, which would remove the header', async () => {
  vi.stubEnv('NEXT_RUNTIME', 'nodejs');
  const { send } = await makeHost();
  const response = await send('/plugins', { headers: { 'Accept-Encoding': 'gzip' } });
  vi.unstubAllEnvs();
  expect(response.headers.get('content-encoding')).toBe(null);
  expect(JSON.parse(await response.text())).toMatchObject({ plugins: {} });
});

test('compresses a list once for all requests, and again only after a change', async () => {
  const { send, act } = await makeHost();
  const read = async () => (await send('/plugins', { headers: { 'Accept-Encoding': 'gzip' } })).arrayBuffer();
  vi.mocked(zlib.gzip).mockClear();
  await Promise.all(count(50).map(read));
  await read();
  expect(zlib.gzip).toHaveBeenCalledTimes(1);
  await act(idOf(0), 'revoke-frontend-trust');
  await Promise.all(count(50).map(read));
  expect(zlib.gzip).toHaveBeenCalledTimes(2);
  // A short answer is not compressed.
  expect((await send('/plugins/none', { headers: { 'Accept-Encoding': 'gzip' } })).status).toBe(404);
  expect(zlib.gzip).toHaveBeenCalledTimes(2);
});
