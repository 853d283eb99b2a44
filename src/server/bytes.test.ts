import { execFile } from 'node:child_process';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { readFindings } from '../bundle/findings.ts';
import { MAX_BUNDLE_BYTES } from './bundles.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import { createServer, fileTrustStore } from './index.ts';
import { readYaml } from './yaml.ts';

vi.mock('../bundle/findings.ts', { spy: true });
vi.mock('./yaml.ts', { spy: true });

beforeEach(() => void vi.mocked(readYaml).mockClear());

const OLD = 'export default function Old() {}';
const NEW = 'const { apiFetch } = NousViz.widgets; apiFetch("/api/secrets"); fetch("https://evil.example");';
const hash = (text: string) => sha256Of(Buffer.from(text));
const manifest = (id: string, ...files: string[]) =>
  `id: ${id}\nfrontend:\n  components:\n${files
    .map(
      (file) =>
        `    - {name: ${file.replace(/[^A-Za-z]|js$/g, '').replace(/^./, (first) => first.toUpperCase())}X, path: dist/${file}}\n`,
    )
    .join('')}`;

async function makeHost(files: Record<string, string> = { 'Map.js': OLD }) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': manifest('sales', ...Object.keys(files)),
    'plugins/other/plugin.yaml': manifest('other', 'Map.js'),
    'plugins/other/dist/Map.js': 'export default 2',
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`plugins/sales/dist/${file}`, text])),
  });
  const at = (path: string) => join(root, path);
  const trust = fileTrustStore(at('data/trust.jsonl'));
  const { fetch: handler } = createServer({ plugins: at('plugins'), trust });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(`/api/plugins/${path}`, 'http://localhost:4173'), init));
  const consent = (bundles?: unknown, id = 'sales') =>
    send(`${id}/trust-frontend`, {
      method: 'POST',
      ...(bundles !== undefined && { body: JSON.stringify({ bundles }) }),
    });
  const components = async (id = 'sales') =>
    (await (await send(`${id}/frontend-components`)).json()).components;
  const write = (file: string, text: string) => writeFile(at(`plugins/sales/dist/${file}`), text);
  return { at, trust, handler, send, consent, components, write };
}

const answerOf = async (response: Response) => [response.status, await response.text()];

test('lists hash, size and findings before consent, and no pending decision after it (P1)', async () => {
  const { consent, components, write } = await makeHost();
  await write('Map.js', NEW);
  expect(await components()).toMatchObject([
    {
      sha256: hash(NEW),
      size: NEW.length,
      findings: {
        api_paths: ['/api/secrets'],
        hosts: ['evil.example'],
        helpers: ['apiFetch'],
        reaches: ['fetch'],
        imports: [],
      },
    },
  ]);
  expect((await consent({ 'Map.js': hash(NEW) })).status).toBe(200);
  const [entry] = await components();
  expect(entry).toMatchObject({ sha256: hash(NEW), exists_on_disk: true });
  for (const field of ['findings', 'changed', 'consented']) expect(entry).not.toHaveProperty(field);
});

test('serves the consented bytes, whatever is on disk (T4)', async () => {
  const { send, consent, components, write } = await makeHost();
  await consent({ 'Map.js': hash(OLD) });
  await write('Map.js', NEW);
  const plain = await send('sales/widget/Map.js');
  expect([plain.headers.get('cache-control'), ...(await answerOf(plain))]).toEqual(['no-cache', 200, OLD]);
  const versioned = await send(`sales/widget/Map.js?v=${hash(OLD)}&r=3`);
  expect(versioned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await versioned.text()).toBe(OLD);
  expect(await answerOf(await send(`sales/widget/Map.js?v=${hash(NEW)}`))).toEqual([
    409,
    expect.stringContaining('Nobody consented to these bytes of dist/Map.js'),
  ]);
  expect(await components()).toMatchObject([
    {
      changed: true,
      sha256: hash(NEW),
      findings: { hosts: ['evil.example'] },
      consented: { sha256: hash(OLD), size: OLD.length, findings: { hosts: [] } },
    },
  ]);
});

test('serves accepted bytes, earlier ones for open pages, and requests consent again after a rollback', async () => {
  const { send, consent, components, write } = await makeHost();
  await consent();
  await write('Map.js', NEW);
  expect((await consent({ 'Map.js': hash(NEW) })).status).toBe(200);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(NEW);
  expect(await answerOf(await send(`sales/widget/Map.js?v=${hash(OLD)}`))).toEqual([200, OLD]);
  await write('Map.js', OLD);
  expect(await components()).toMatchObject([{ changed: true, sha256: hash(OLD) }]);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(NEW);

  await send('sales/revoke-frontend-trust', { method: 'POST' });
  for (const query of ['', `?v=${hash(OLD)}`, `?v=${hash(NEW)}`])
    expect((await send(`sales/widget/Map.js${query}`)).status).toBe(403);
  await consent();
  expect((await send(`sales/widget/Map.js?v=${hash(NEW)}`)).status).toBe(409);
});

test.each<[string, unknown, number]>([
  ['other bytes', { 'Map.js': hash(NEW) }, 409],
  ['a missing file', { 'Map.js': hash(OLD), 'Gone.js': hash(OLD) }, 409],
  ['no file', {}, 409],
  ['an invalid hash', { 'Map.js': 'abc' }, 400],
  ['upper-case hex', { 'Map.js': hash(OLD).toUpperCase() }, 400],
  ['a list', ['Map.js'], 400],
  ['an invalid file name', { '../Map.js': hash(OLD) }, 400],
])('records no consent that names %s', async (_, bundles, status) => {
  if (status === 400) expectConsole(/The consent to "sales" was refused with HTTP 400: /);
  const { consent, trust } = await makeHost();
  expect((await consent(bundles)).status).toBe(status);
  expect((await trust.grants()).size).toBe(0);
});

test('accepts a consent without a body as consent to the files on disk', async () => {
  const { consent, trust } = await makeHost();
  expect((await consent()).status).toBe(200);
  expect((await trust.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hash(OLD) });
});

test('refuses a body that is not JSON, and one that is too long', async () => {
  expectConsole(/The consent to "sales" was refused with HTTP 4\d\d: /);
  const { send, trust } = await makeHost();
  const post = (body: string) => send('sales/trust-frontend', { method: 'POST', body });
  expect(await answerOf(await post('{'))).toEqual([400, expect.stringContaining('not JSON')]);
  expect(await answerOf(await post('"x"'))).toEqual([400, expect.stringContaining('not a JSON object')]);
  expect((await post('x'.repeat(1_000_001))).status).toBe(413);
  expect((await trust.grants()).size).toBe(0);
});

test('does not serve a component that comes with an update before the operator accepts it', async () => {
  const { at, send, consent, components } = await makeHost();
  await consent();
  await writeFiles(at('plugins/sales'), {
    'plugin.yaml': manifest('sales', 'Map.js', 'Extra.js'),
    'dist/Extra.js': NEW,
  });
  expect(await components()).toMatchObject([{ sha256: hash(OLD) }, { changed: true, consented: null }]);
  expect(await answerOf(await send('sales/widget/Extra.js'))).toEqual([
    403,
    expect.stringContaining('Review the change'),
  ]);
  expect((await send(`sales/widget/Extra.js?v=${hash(NEW)}`)).status).toBe(409);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
});

test('binds bytes to their plugin and their file', async () => {
  const { send, consent } = await makeHost({ 'Map.js': OLD, 'Side.js': NEW });
  await consent();
  await consent(undefined, 'other');
  expect((await send(`other/widget/Map.js?v=${hash(OLD)}`)).status).toBe(409);
  expect((await send(`sales/widget/Map.js?v=${hash(NEW)}`)).status).toBe(409);
  expect(await (await send(`sales/widget/Side.js?v=${hash(NEW)}`)).text()).toBe(NEW);
});

test.each(['x', '', hash(OLD).toUpperCase(), `${hash(OLD)}0`, `${hash(OLD).slice(1)}%00`, '..%2f..'])(
  'refuses v=%s',
  async (version) => {
    const { send, consent } = await makeHost();
    await consent();
    expect((await send(`sales/widget/Map.js?v=${version}`)).status).toBe(400);
  },
);

test('serves a missing bundle from the stored bytes, and checks them', async () => {
  const { at, send, consent, components } = await makeHost();
  await consent();
  await rm(at('plugins/sales/dist/Map.js'));
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
  expect(await components()).toMatchObject([
    { exists_on_disk: false, changed: true, consented: { sha256: hash(OLD) } },
  ]);
  await writeFile(at(`data/bundles/${hash(OLD)}.js`), NEW);
  expect((await send('sales/widget/Map.js')).status).toBe(404);
});

test('refuses a bundle if neither the disk nor the store has the consented bytes', async () => {
  const { at, send, consent, components, write } = await makeHost();
  await consent();
  await write('Map.js', NEW);
  await rm(at(`data/bundles/${hash(OLD)}.js`));
  expect(await components()).toMatchObject([{ changed: true, consented: null }]);
  expect(await answerOf(await send('sales/widget/Map.js'))).toEqual([
    403,
    expect.stringContaining('dist/Map.js is not the file that was consented to. Review the change'),
  ]);
  expect(await answerOf(await send(`sales/widget/Map.js?v=${hash(OLD)}`))).toEqual([
    409,
    expect.stringContaining('consented to are gone. Review the change'),
  ]);
});

test('refuses a bundle of more than 20 MB, and still serves the bytes trusted before', async () => {
  const { send, consent, components, trust, write } = await makeHost();
  const large = ' '.repeat(MAX_BUNDLE_BYTES + 1);
  await write('Map.js', large);
  expect(await answerOf(await consent())).toEqual([
    409,
    expect.stringContaining('dist/Map.js is over 20 MB, the most that a bundle may have'),
  ]);
  expect((await trust.grants()).size).toBe(0);
  await write('Map.js', large.slice(1));
  expect((await consent()).status).toBe(200);
  await write('Map.js', large);
  const [entry] = await components();
  expect(entry).toMatchObject({ size: MAX_BUNDLE_BYTES + 1, changed: true });
  expect(entry).not.toHaveProperty('sha256');
  expect((await (await send('sales/widget/Map.js')).text()).length).toBe(MAX_BUNDLE_BYTES);
});

test('does not wait for a pipe in the place of a bundle', async () => {
  const { at, send, consent, components } = await makeHost();
  await consent();
  await rm(at('plugins/sales/dist/Map.js'));
  await promisify(execFile)('mkfifo', [at('plugins/sales/dist/Map.js')]);
  expect(await components()).toMatchObject([{ exists_on_disk: false, changed: true }]);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
});

test('reads the findings of a bundle once, and only while a decision is pending', async () => {
  const { consent, components } = await makeHost();
  vi.mocked(readFindings).mockClear();
  await Promise.all([components(), components()]);
  await components();
  expect(readFindings).toHaveBeenCalledOnce();
  await consent(undefined, 'other');
  await components('other');
  expect(readFindings).toHaveBeenCalledOnce();
});

test('detects other bytes of the same length after the hash was cached', async () => {
  const { consent, components, write } = await makeHost();
  await consent();
  // Only the hash of a file that has not changed for a while is cached.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await components()).toMatchObject([{ sha256: hash(OLD) }]);
  const other = OLD.replace('Old', 'Odd');
  await write('Map.js', other);
  expect(await components()).toMatchObject([{ sha256: hash(other), changed: true }]);
});

test('does not serve a link that leads out of the plugin', async () => {
  const { at, send, consent, components } = await makeHost();
  await consent();
  await rename(at('plugins/sales/dist/Map.js'), at('Map.js'));
  await symlink(at('Map.js'), at('plugins/sales/dist/Map.js'));
  expect(await components()).toMatchObject([{ exists_on_disk: false }]);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
});

test.each(['__proto__.js', 'constructor.js', 'toString.js'])('binds a file named %s', async (file) => {
  const { send, consent, write } = await makeHost({ [file]: OLD });
  expect((await send(`sales/widget/${file}`)).status).toBe(403);
  expect((await consent({ [file]: hash(OLD) })).status).toBe(200);
  await write(file, NEW);
  expect(await (await send(`sales/widget/${file}`)).text()).toBe(OLD);
  expect((await send(`sales/widget/${file}?v=${hash(NEW)}`)).status).toBe(409);
});

test('binds a consent of NousViz 1.0 to the bytes that it finds first', async () => {
  const { at, send, write } = await makeHost();
  const line = { plugin_id: 'sales', action: 'trust', who: 'ada', when: '2026-01-01T00:00:00Z' };
  await writeFiles(at('data'), { 'trust.jsonl': `${JSON.stringify(line)}\n` });
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
  await write('Map.js', NEW);
  expect(await (await send('sales/widget/Map.js')).text()).toBe(OLD);
});

test('refuses a bundle as a service worker', async () => {
  const { send, consent } = await makeHost();
  await consent();
  const answer = await send('sales/widget/Map.js', { headers: { 'Service-Worker': 'script' } });
  expect(await answerOf(answer)).toEqual([403, expect.stringContaining('cannot be a service worker')]);
});

test('has a shim cached forever under its own hash, and for an hour under another one', async () => {
  const { handler } = await makeHost();
  const get = (query: string) => handler(new Request(`http://localhost/api/widget-runtime/react.js${query}`));
  const text = await (await get('')).text();
  expect((await get(`?v=${hash(text)}`)).headers.get('cache-control')).toMatch(/immutable/);
  const old = await get(`?v=${hash('older')}`);
  expect([old.headers.get('cache-control'), await old.text()]).toEqual(['public, max-age=3600', text]);
});

test('serves bytes under their hash from memory, but only while they are consented to', async () => {
  const { at, send, consent, write } = await makeHost();
  await write('Map.js', 'export default 2');
  await consent();
  const url = `sales/widget/Map.js?v=${hash('export default 2')}`;
  const first = await send(url);
  expect(await first.text()).toBe('export default 2');
  await rm(at('plugins/sales/dist/Map.js'));
  await rm(at('data/bundles'), { recursive: true });
  const again = await send(url);
  expect([again.status, await again.text()]).toEqual([200, 'export default 2']);
  expect(Object.fromEntries(again.headers)).toEqual(Object.fromEntries(first.headers));
  const headers = { 'If-None-Match': first.headers.get('etag')! };
  expect((await send(url, { headers })).status).toBe(304);
  // Without the hash the answer depends on the present files.
  expect((await send('sales/widget/Map.js')).status).toBe(404);

  // The other plugin is not trusted, and has the same bytes on disk.
  expect((await send(url.replace('sales', 'other'))).status).toBe(403);
  expect((await send(url.replace('Map.js', 'Side.js'))).status).toBe(404);
  await send('sales/revoke-frontend-trust', { method: 'POST' });
  expect((await send(url)).status).toBe(403);
  await write('Map.js', NEW);
  await consent();
  expect((await send(url)).status).toBe(409);
  await writeFiles(at('plugins/sales'), { 'plugin.yaml': manifest('sales', 'Other.js') });
  expect((await send(url)).status).toBe(404);
});

test('does not cache bytes that no longer match their hash', async () => {
  const { at, send, consent, write } = await makeHost();
  await consent();
  await write('Map.js', NEW);
  await writeFile(at(`data/bundles/${hash(OLD)}.js`), NEW);
  const url = `sales/widget/Map.js?v=${hash(OLD)}`;
  expect((await send(url)).status).toBe(409);
  await write('Map.js', OLD);
  expect(await (await send(url)).text()).toBe(OLD);
});

test('reads only a plugin’s own manifest for a route about it', async () => {
  const { at, send, consent } = await makeHost();
  await consent();
  await writeFiles(at('plugins'), { 'third/plugin.yaml': 'id: [' });
  for (const path of ['', '/frontend-components', '/widget/Map.js', `/widget/Map.js?v=${hash(OLD)}`])
    expect((await send(`sales${path}`)).status).toBe(200);
  expect((await consent()).status).toBe(200);
  expect((await send('sales/revoke-frontend-trust', { method: 'POST' })).status).toBe(200);
  expect(vi.mocked(readYaml).mock.calls.map(([path]) => path)).toEqual([at('plugins/sales/plugin.yaml')]);
});
