import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { makeFolder } from './folder.test.kit.ts';
import { createServer, fileTrustStore } from './index.ts';
import type { TrustStore } from './index.ts';

const BUNDLE = 'export default 1';

/** Makes a server with the trusted plugin `sales`, whose store may be changed by `wrap`. */
async function makeHost(wrap: (trust: TrustStore) => TrustStore = (trust) => trust) {
  const root = await makeFolder({
    'plugins/sales/plugin.yaml': 'id: sales\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/sales/Map.js': BUNDLE,
  });
  const at = (path: string) => join(root, path);
  const open = () => {
    const trust = wrap(fileTrustStore(at('data/trust.jsonl')));
    const { fetch: handler } = createServer({ plugins: at('plugins'), trust });
    return async (path: string, method = 'GET') => {
      const response = await handler(new Request(`http://localhost/api/plugins${path}`, { method }));
      const text = await response.text();
      return {
        status: response.status,
        text,
        detail: response.ok ? '' : (JSON.parse(text).detail as string),
      };
    };
  };
  const send = open();
  const consent = () => send('/sales/trust-frontend', 'POST');
  const revoke = () => send('/sales/revoke-frontend-trust', 'POST');
  const isTrusted = async (server = send) =>
    JSON.parse((await server('')).text).plugins[0].frontend.trusted as boolean;
  expect((await consent()).status).toBe(200);
  return { at, send, consent, revoke, isTrusted, open };
}

/** What can be lost while a server runs, and whether `sales` is still trusted after it. */
const LOSSES: [string, string, boolean][] = [
  ['the folder of the trust file', 'data', false],
  ['the trust file', 'data/trust.jsonl', false],
  ['the folder of the bytes', 'data/bundles', true],
];

test.each(LOSSES)('revokes and trusts again after %s is deleted', async (_, path, isStill) => {
  const { at, revoke, consent, isTrusted, send, open } = await makeHost();
  await rm(at(path), { recursive: true });
  expect(await isTrusted()).toBe(isStill);
  expect(await revoke()).toMatchObject({ status: 200, text: '{"plugin_id":"sales","trusted":false}' });
  expect([await isTrusted(), await isTrusted(open())]).toEqual([false, false]);
  expect((await send('/sales/widget/Map.js')).status).toBe(403);

  await rm(at(path), { recursive: true, force: true });
  expect((await consent()).status).toBe(200);
  expect([await isTrusted(), await isTrusted(open())]).toEqual([true, true]);
  expect((await send('/sales/widget/Map.js')).text).toBe(BUNDLE);
  // The bytes are stored again as well.
  await rm(at('plugins/sales/Map.js'));
  expect((await open()('/sales/widget/Map.js')).text).toBe(BUNDLE);
});

test.each<[string, (at: (path: string) => string) => Promise<unknown>, number]>([
  ['are deleted', (at) => rm(at('data/bundles'), { recursive: true }), 0],
  [
    'are in a folder that is a file now',
    async (at) => {
      await rm(at('data/bundles'), { recursive: true });
      await writeFile(at('data/bundles'), '');
    },
    1,
  ],
])('says that the consented bytes are gone when they %s', async (_, lose, warnings) => {
  const { at, send } = await makeHost();
  const { sha256 } = JSON.parse((await send('')).text).plugins[0].frontend.components[0];
  await lose(at);
  await writeFile(at('plugins/sales/Map.js'), 'export default 2');
  const latest = await send('/sales/widget/Map.js');
  expect([latest.status, latest.detail]).toEqual([403, expect.stringContaining('copy of those bytes')]);
  const version = await send(`/sales/widget/Map.js?v=${sha256}`);
  expect([version.status, version.detail]).toEqual([409, expect.stringContaining('are gone')]);
  expect((await send('')).status).toBe(200);
  if (warnings > 0) expectConsole(/bundles.*cannot be read \(ENOTDIR\)/);
});

/** Things in the place of the trust file, with the code and the remedy that the answer has. */
const BLOCKED: [string, (at: (path: string) => string) => Promise<unknown>, RegExp][] = [
  [
    'is a folder',
    async (at) => {
      await rm(at('data/trust.jsonl'));
      await mkdir(at('data/trust.jsonl'));
    },
    /trust\.jsonl cannot be written \(EISDIR\)\. Move the folder away/,
  ],
  [
    'is in a folder that is a file now',
    async (at) => {
      await rm(at('data'), { recursive: true });
      await writeFile(at('data'), '');
    },
    /cannot be written \((ENOTDIR|EEXIST)\)\. Move the file away/,
  ],
];

test.each(BLOCKED)(
  'answers 503 with the reason and the remedy when the trust file %s',
  async (_, block, reason) => {
    const { at, revoke, consent, send } = await makeHost();
    await block(at);
    const refused = await revoke();
    expect([refused.status, refused.detail]).toEqual([503, expect.stringMatching(reason)]);
    expect(refused.detail).toMatch(/^The revoke of "sales" is not recorded\./);
    const consented = await consent();
    expect([consented.status, consented.detail]).toEqual([
      503,
      expect.stringMatching(/cannot be written \(E/),
    ]);
    // Visitors do not learn where the server stores its data.
    for (const path of ['', '/sales', '/sales/widget/Map.js']) {
      const { status, detail } = await send(path);
      expect([status, detail]).toEqual([503, expect.stringMatching(/^The trust store cannot be read/)]);
    }
    expectConsole(/TrustStoreError/);
    await rm(at('data'), { recursive: true, force: true });
    expect((await revoke()).status).toBe(200);
  },
);

test('runs nothing whose revoke could not be recorded, until it is recorded or the operator consents again', async () => {
  const broken = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('ENOSPC at secret-host')));
  let isBroken = true;
  const { consent, revoke, isTrusted, send, open } = await makeHost((trust) => ({
    ...trust,
    revoke: (id, who) => (isBroken ? broken() : trust.revoke(id, who)),
  }));
  const refused = await revoke();
  expect([refused.status, refused.detail]).toEqual([
    503,
    'The revoke of "sales" is not recorded. The trust store failed. Read the reason in the server’s log. ' +
      'This server does not run the plugin meanwhile, but other servers do, and this one after a restart.',
  ]);
  expect([await isTrusted(), (await send('/sales/widget/Map.js')).status]).toEqual([false, 403]);
  expect(await isTrusted(open())).toBe(true);
  expect((await consent()).status).toBe(200);
  expect(await isTrusted()).toBe(true);

  expect((await revoke()).status).toBe(503);
  isBroken = false;
  expect((await revoke()).status).toBe(200);
  expect([await isTrusted(), await isTrusted(open())]).toEqual([false, false]);
  expectConsole(/TrustStoreError: The revoke of/);
});
