import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore, type ServerOptions, type TrustStore } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const hashOf = (text: string) => sha256Of(Buffer.from(text));
const hashes = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, hashOf(text)]));
const manifest = (...files: string[]) =>
  `id: sales\nfrontend:\n  components:\n${files.map((file) => `    - {name: ${file[0]}, path: ${file}}\n`).join('')}`;

async function makeHost(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({ 'plugins/other/plugin.yaml': manifest('M.js').replace('sales', 'other') });
  const at = (path: string) => join(root, path);
  const trust = fileTrustStore(at('data/trust.jsonl'));
  const { fetch: handler } = createServer({ plugins: at('plugins'), trust, ...options });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(`http://localhost/api/plugins${path}`, init));
  /** Puts a version of the plugin onto the disk. */
  async function install(files: Record<string, string>) {
    await rm(at('plugins/sales'), { recursive: true, force: true });
    await writeFiles(at('plugins/sales'), {
      'plugin.yaml': manifest(...Object.keys(files).filter((f) => !f.endsWith('.map'))),
      ...files,
    });
  }
  async function decide(files: Record<string, string>, path = 'trust-frontend', id = 'sales') {
    const body = JSON.stringify({ bundles: hashes(files) });
    const response = await send(`/${id}/${path}`, {
      method: 'POST',
      headers: { Origin: 'http://localhost' },
      body,
    });
    const answer = await response.json();
    return response.ok ? { status: 200, ...answer } : { status: response.status, detail: answer.detail };
  }
  async function consentTo(files: Record<string, string>, path?: string) {
    await install(files);
    expect((await decide(files, path)).status).toBe(200);
  }
  const revoke = () => send('/sales/revoke-frontend-trust', { method: 'POST' });
  const textOf = async (file: string, headers: Record<string, string> = {}) => {
    const response = await send(`/sales/widget/${file}`, { headers });
    return response.ok ? response.text() : response.status;
  };
  const acts = async () =>
    (await trust.history!({ limit: 99 }))!.records
      .map(({ act, sandboxed }) => (sandboxed ? `${act} sandboxed` : act))
      .toReversed();
  return { at, trust, send, install, decide, consentTo, revoke, textOf, acts };
}

test('rolls back to the bytes of any earlier consent, which then run (T6)', async () => {
  const { decide, consentTo, textOf, acts, send } = await makeHost();
  for (const text of ['1', '2', '3']) await consentTo({ 'M.js': text });
  const { components } = await decide({ 'M.js': '1' });
  expect(components[0]).toMatchObject({
    sha256: hashOf('3'),
    changed: true,
    consented: { sha256: hashOf('1') },
  });
  expect(await textOf('M.js')).toBe('1');
  expect(await textOf(`M.js?v=${hashOf('1')}`)).toBe('1');
  const { plugins } = await (await send('')).json();
  expect(plugins[1].frontend.components[0].consented.sha256).toBe(hashOf('1'));
  // The bytes on the disk are offered again.
  await decide({ 'M.js': '3' });
  expect(await textOf('M.js')).toBe('3');
  expect(await acts()).toEqual(['trust', 'accept', 'accept', 'roll-back', 'accept']);
});

test('rolls back after a revoke, after a restart, and without the file on the disk', async () => {
  const { at, consentTo, decide, revoke, install } = await makeHost();
  await consentTo({ 'M.js': '1' });
  await consentTo({ 'M.js': '2' });
  await revoke();
  await install({ 'M.js': '3' });
  await rm(at('plugins/sales/M.js'));
  const later = createServer({ plugins: at('plugins'), trust: fileTrustStore(at('data/trust.jsonl')) });
  const body = JSON.stringify({ bundles: hashes({ 'M.js': '1' }) });
  const trust = new Request('http://localhost/api/plugins/sales/trust-frontend', { method: 'POST', body });
  expect((await later.fetch(trust)).status).toBe(200);
  const bundle = await later.fetch(new Request('http://localhost/api/plugins/sales/widget/M.js'));
  expect(await bundle.text()).toBe('1');
  expect((await decide({ 'M.js': '3' })).status).toBe(409);
});

test('rolls back in frames only, and gives the bytes to frames only', async () => {
  const { consentTo, decide, textOf, acts } = await makeHost();
  await consentTo({ 'M.js': '1' }, 'sandbox-frontend');
  await consentTo({ 'M.js': '2' }, 'sandbox-frontend');
  expect(await decide({ 'M.js': '1' }, 'sandbox-frontend')).toMatchObject({
    trusted: false,
    sandboxed: true,
  });
  expect(await textOf('M.js')).toBe(403);
  expect(
    await textOf('M.js', { Origin: 'null', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'cross-site' }),
  ).toBe('1');
  expect(await acts()).toEqual(['sandbox sandboxed', 'accept sandboxed', 'roll-back sandboxed']);
});

test('rolls back a whole version although a later one has more files, or files that cannot be read', async () => {
  const { at, consentTo, decide, install, textOf } = await makeHost();
  const old = { 'M.js': '1', 'N.js': 'x', 'M.js.map': '{"version":3}' };
  await consentTo(old);
  await consentTo({ 'M.js': '2', 'N.js': 'x', 'O.js': 'new' });
  expect((await decide(old)).status).toBe(200);
  expect([await textOf('M.js'), await textOf('N.js'), await textOf('O.js')]).toEqual(['1', 'x', 403]);
  expect(await textOf('M.js.map')).toBe('{"version":3}');
  await install({ 'M.js': '3', 'N.js': 'y' });
  await writeFile(at('plugins/sales/M.js'), Buffer.alloc(21 * 1024 * 1024));
  expect((await decide(old)).status).toBe(200);
  expect((await decide({ 'M.js': '1', 'N.js': 'y' })).detail).toMatch(/^M\.js is over 20 MB/);
});

test('consents again to the running version, which has fewer files than the disk', async () => {
  const { consentTo, decide, install, revoke, textOf, acts } = await makeHost();
  await consentTo({ 'M.js': '1' });
  await install({ 'M.js': '1', 'O.js': 'new' });
  expect((await decide({ 'M.js': '1' })).status).toBe(200);
  await revoke();
  expect((await decide({ 'M.js': '1' })).status).toBe(200);
  expect([await textOf('M.js'), await textOf('O.js')]).toEqual(['1', 403]);
  expect(await acts()).toEqual(['trust', 'trust', 'revoke', 'trust']);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['bytes that nobody consented to', { 'M.js': 'evil', 'N.js': 'x' }, /: M\.js has other bytes/],
  ['bytes of another file', { 'M.js': 'x', 'N.js': 'x' }, /: M\.js has other bytes/],
  [
    'a file that nobody consented to',
    { 'M.js': '1', 'N.js': 'x', 'Z.js': '1' },
    /: O\.js was not shown, Z\.js is missing/,
  ],
  ['only a part of a new version', { 'M.js': '1', 'N.js': 'x', 'M.js.map': '{}' }, /: M\.js\.map is missing/],
  ['new bytes, without another new file', { 'M.js': '3', 'N.js': 'x' }, /: O\.js was not shown\. Review/],
  [
    'earlier bytes with new ones, without another new file',
    { 'M.js': '1', 'N.js': 'z' },
    /: O\.js was not shown\. Review/,
  ],
  ['no bytes', {}, /: M\.js was not shown, N\.js was not shown, O\.js was not shown\. Review/],
])('does not roll back to %s', async (_, files, detail) => {
  const { consentTo, install, decide, textOf } = await makeHost();
  await consentTo({ 'M.js': '1', 'N.js': 'x' });
  await consentTo({ 'M.js': '2', 'N.js': 'x' });
  await install({ 'M.js': '3', 'N.js': 'z', 'O.js': 'new' });
  expect(await decide(files)).toMatchObject({ status: 409, detail: expect.stringMatching(detail) });
  expect(await textOf('M.js')).toBe('2');
});

test('does not roll back to bytes of another plugin, or that the server no longer has', async () => {
  const { at, consentTo, decide } = await makeHost();
  await writeFile(at('plugins/other/M.js'), 'other');
  expect((await decide({ 'M.js': 'other' }, undefined, 'other')).status).toBe(200);
  await consentTo({ 'M.js': '1' });
  await consentTo({ 'M.js': '2' });
  expect(await decide({ 'M.js': 'other' })).toMatchObject({
    status: 409,
    detail: expect.stringMatching(/M\.js has other bytes/),
  });
  const copy = at(`data/bundles/${hashOf('1')}.js`);
  for (const lose of [() => writeFile(copy, 'damaged'), () => rm(copy)]) {
    await lose();
    expect(await decide({ 'M.js': '1' })).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/the server no longer has these bytes of M\.js/),
    });
  }
  expect(await readdir(at('data/bundles'))).toHaveLength(2);
});

test('rolls back with a store that has neither record nor history: to the consents since the last revoke', async () => {
  const { trust: file } = await makeHost();
  const { grants, consent, pin, revoke: end, bytes } = file;
  const own: TrustStore = { grants, consent, pin, revoke: end, bytes };
  const { consentTo, decide, revoke, textOf } = await makeHost({ trust: own });
  await consentTo({ 'M.js': '1' });
  await consentTo({ 'M.js': '2' });
  expect((await decide({ 'M.js': '1' })).status).toBe(200);
  expect(await textOf('M.js')).toBe('1');
  await revoke();
  expect((await decide({ 'M.js': '1' })).status).toBe(409);
});

test('shows the source of bytes on the disk and of every consent as text, and of no others', async () => {
  const { consentTo, install, send, revoke } = await makeHost();
  await consentTo({ 'M.js': 'one' });
  await consentTo({ 'M.js': 'two' });
  await revoke();
  await install({ 'M.js': 'three', 'N.js': 'n' });
  const source = (file: string, sha256: string, init?: RequestInit) =>
    send(`/sales/source/${file}?sha256=${sha256}`, init);
  for (const text of ['one', 'two', 'three']) {
    const response = await source('M.js', hashOf(text));
    expect([response.status, await response.text()]).toEqual([200, text]);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'private, no-cache',
      'content-type': 'text/plain; charset=utf-8',
      etag: expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    const again = { headers: { 'If-None-Match': response.headers.get('etag')! } };
    expect((await source('M.js', hashOf(text), again)).status).toBe(304);
  }
  for (const [file, sha256, status] of [
    ['N.js', hashOf('one'), 404],
    ['M.js', hashOf('four'), 404],
    ['Z.js', hashOf('one'), 404],
    ['M.js', 'x', 400],
    ['M.js', '', 400],
    ['..%2fplugin.yaml', hashOf('one'), 400],
  ] as const)
    expect((await source(file, sha256)).status, `${file} ${sha256}`).toBe(status);
  expect((await send(`/gone/source/M.js?sha256=${hashOf('one')}`)).status).toBe(404);
});
