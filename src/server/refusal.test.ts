import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { WIDGET_HEADER } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore, type ServerOptions } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const hashOf = (text: string) => sha256Of(Buffer.from(text));
const hashes = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, hashOf(text)]));

async function makeHost(options: Partial<ServerOptions> = {}) {
  const root = await makeFolder({});
  const at = (path: string) => join(root, path);
  const trust = fileTrustStore(at('trust.jsonl'));
  const { fetch: handler } = createServer({
    plugins: at('plugins'),
    trust,
    operator: () => 'ada',
    ...options,
  });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(`http://localhost/api${path}`, init));
  /** Puts a version of the plugin onto the disk. */
  async function install(version: string, files: Record<string, string>) {
    await rm(at('plugins/sales'), { recursive: true, force: true });
    const components = Object.keys(files)
      .filter((file) => !file.endsWith('.map'))
      .map((file) => `    - {name: ${file[0]}, path: ${file}}\n`);
    await writeFiles(at('plugins/sales'), {
      'plugin.yaml': `id: sales\nversion: '${version}'\nfrontend:\n  components:\n${components.join('')}`,
      ...files,
    });
  }
  async function decide(path: string, files: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await send(`/plugins/sales/${path}`, {
      method: 'POST',
      headers: { Origin: 'http://localhost', ...headers },
      body: JSON.stringify({ bundles: hashes(files) }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }
  const listed = async () => {
    const { plugins } = (await (await send('/plugins')).json()) as { plugins: Record<string, unknown>[] };
    const { declined, accepted_version, frontend } = plugins[0]!;
    const { trusted, needs_consent } = frontend as Record<string, unknown>;
    return { trusted, needs_consent, declined, accepted_version };
  };
  const records = async () => (await trust.history!({ limit: 99 }))!.records.toReversed();
  return { at, trust, send, install, decide, listed, records };
}

test('"not now" is a decision about exactly these bytes', async () => {
  const { install, decide, listed, records } = await makeHost();
  await install('1.0', { 'M.js': '1', 'N.js': 'x' });
  const before = await listed();
  expect(before).toMatchObject({ needs_consent: true, declined: undefined });
  const all = { 'M.js': '1', 'N.js': 'x' };
  expect(await decide('refuse-frontend', all)).toEqual({
    status: 200,
    plugin_id: 'sales',
    trusted: false,
    declined: 'refused',
  });
  expect(await listed()).toEqual({ ...before, declined: 'refused' });
  expect(await records()).toMatchObject([
    { who: 'ada', act: 'refuse', bundles: {}, declined: hashes(all), declined_version: '1.0', via: 'page' },
  ]);
  // Other bytes ask again, and the same ones do not.
  await install('1.1', { ...all, 'M.js': '2' });
  expect((await listed()).declined).toBeUndefined();
  await install('1.2', { ...all, 'O.js': 'new' });
  expect((await listed()).declined).toBeUndefined();
  await install('1.0', all);
  expect((await listed()).declined).toBe('refused');
  // A consent ends it, and so does a revoke.
  expect((await decide('trust-frontend', all)).status).toBe(200);
  expect(await listed()).toMatchObject({ trusted: true, declined: undefined });
  await decide('revoke-frontend-trust', {});
  expect(await listed()).toMatchObject({ needs_consent: true, declined: undefined });
});

test.each([
  ['trust-frontend', { trusted: true }],
  ['sandbox-frontend', { trusted: false, sandboxed: true }],
])('"keep the old one" after %s leaves the grant, and names both versions', async (path, verdict) => {
  const { install, decide, listed, records, send, trust } = await makeHost();
  await install('1.2.0', { 'M.js': '1' });
  await decide(path, { 'M.js': '1' });
  await install('1.3.0', { 'M.js': '2' });
  expect(await listed()).toMatchObject({ accepted_version: '1.2.0', declined: undefined });
  const before = await trust.grants();
  expect(await decide('refuse-frontend', { 'M.js': '2' })).toEqual({
    status: 200,
    plugin_id: 'sales',
    ...verdict,
    declined: 'kept',
  });
  expect(await listed()).toMatchObject({ accepted_version: '1.2.0', declined: 'kept' });
  expect(await trust.grants()).toEqual(before);
  expect((await records()).at(-1)).toMatchObject({
    act: 'keep',
    bundles: hashes({ 'M.js': '1' }),
    declined: hashes({ 'M.js': '2' }),
    version: '1.2.0',
    declined_version: '1.3.0',
  });
  const csv = await (await send('/trust-history?format=csv')).text();
  const kept = `M.js=${hashOf('1')},1.2.0,M.js=${hashOf('2')},1.3.0`;
  expect(csv.split('\r\n')[1]).toMatch(new RegExp(`,ada,sales,keep,false,page,${kept}$`));
  await install('1.4.0', { 'M.js': '3' });
  expect(await listed()).toMatchObject({ accepted_version: '1.2.0', declined: undefined });
  await decide(path, { 'M.js': '3' });
  expect(await listed()).toMatchObject({ accepted_version: undefined });
  // The version of bytes that are no longer on the disk is that of their last consent.
  await decide(path, { 'M.js': '1' });
  expect(await listed()).toMatchObject({ accepted_version: '1.2.0', declined: 'kept' });
});

test('keeps the accepted files in place of a change that removes them all', async () => {
  const { at, install, decide, listed } = await makeHost();
  await install('1.0', { 'M.js': '1' });
  await decide('trust-frontend', { 'M.js': '1' });
  await rm(at('plugins/sales/M.js'));
  expect(await decide('refuse-frontend', {})).toMatchObject({ status: 200, declined: 'kept' });
  expect((await listed()).declined).toBe('kept');
});

test('refuses a refusal of bytes that are not on the disk, or of nothing', async () => {
  const { install, decide, records, send } = await makeHost();
  await install('1.0', { 'M.js': '1' });
  const other = await decide('refuse-frontend', { 'M.js': '2' });
  expect(other).toMatchObject({
    status: 409,
    detail: expect.stringContaining('have changed since you saw them'),
  });
  expect((await decide('refuse-frontend', {})).status).toBe(409);
  expectConsole(/requires the hashes/);
  expect((await send('/plugins/sales/refuse-frontend', { method: 'POST' })).status).toBe(400);
  await decide('trust-frontend', { 'M.js': '1' });
  expect(await decide('refuse-frontend', { 'M.js': '1' })).toMatchObject({
    status: 409,
    detail: 'No bytes of "sales" wait for a decision. Load the list of plugins again.',
  });
  expect((await send('/plugins/gone/refuse-frontend', { method: 'POST' })).status).toBe(404);
  expect((await records()).map(({ act }) => act)).toEqual(['trust']);
});

test('guards a refusal as it guards a consent', async () => {
  const { install, decide, records, send } = await makeHost();
  await install('1.0', { 'M.js': '1' });
  const one = { 'M.js': '1' };
  for (const path of ['trust-frontend', 'refuse-frontend']) {
    expect((await decide(path, one, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await decide(path, one, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await decide(path, one, { [WIDGET_HEADER]: 'sales' })).status).toBe(403);
    expect((await send(`/plugins/sales/${path}`)).status).toBe(405);
  }
  expect(await records()).toEqual([]);
  const stranger = await makeHost({ operator: () => null });
  await stranger.install('1.0', one);
  expect((await stranger.decide('refuse-frontend', one)).status).toBe(401);
});

test('says that a store records no refusals, and the list does without them', async () => {
  const root = await makeFolder({});
  const { decline: _, decisionFacts: __, ...trust } = fileTrustStore(join(root, 'trust.jsonl'));
  const { install, decide, listed } = await makeHost({ trust });
  await install('1.0', { 'M.js': '1' });
  expect(await decide('refuse-frontend', { 'M.js': '1' })).toMatchObject({
    status: 404,
    detail: expect.stringContaining('add the method "decline" to the store'),
  });
  await decide('trust-frontend', { 'M.js': '1' });
  await install('1.1', { 'M.js': '2' });
  expect(await listed()).toEqual({ trusted: true, needs_consent: false });
});

test('lists plugins although what was declined cannot be read', async () => {
  const root = await makeFolder({});
  const trust = {
    ...fileTrustStore(join(root, 'trust.jsonl')),
    decisionFacts: vi.fn(async () => Promise.reject(new Error('down'))),
  };
  const { install, listed } = await makeHost({ trust });
  await install('1.0', { 'M.js': '1' });
  expectConsole(/The decisions about sales could not be read/);
  expect(await listed()).toMatchObject({ needs_consent: true, declined: undefined });
});

test('keeps the consented map when the same bytes get another verdict, or are consented to again', async () => {
  const { install, decide, send } = await makeHost();
  const map = '{"version":3,"sources":[],"names":[],"mappings":""}';
  const whole = { 'M.js': '1', 'M.js.map': map };
  await install('1.0', whole);
  await decide('trust-frontend', whole);
  const mapIn = async (headers = {}) => (await send('/plugins/sales/widget/M.js.map', { headers })).text();
  await decide('sandbox-frontend', { 'M.js': '1' });
  expect(await mapIn({ Origin: 'null' })).toBe(map);
  await install('2.0', { 'M.js': '2', 'M.js.map': '{}' });
  await decide('trust-frontend', { 'M.js': '1' });
  expect(await mapIn()).toBe(map);
  // The map of other bytes is not one of these.
  await decide('trust-frontend', { 'M.js': '2' });
  expect(await mapIn()).not.toBe(map);
});

test('says what was found in code after a decision, where it is asked for', async () => {
  const { install, decide, send } = await makeHost();
  await install('1.0', { 'M.js': 'localStorage.getItem("x")' });
  await decide('trust-frontend', { 'M.js': 'localStorage.getItem("x")' });
  const read = async (path: string) => {
    const answer = (await (await send(path)).json()) as { frontend: { components: unknown[] } };
    return answer.frontend.components[0];
  };
  expect(await read('/plugins/sales')).not.toHaveProperty('findings');
  expect(await read('/plugins/sales?with=findings')).toMatchObject({
    findings: { reaches: ['localStorage'] },
  });
});
