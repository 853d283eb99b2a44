import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { listPartPath } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { MAX_MADE } from './dashboard-part.ts';
import { createServer, fileTrustStore } from './index.ts';
import type { Grant, TrustStore } from './index.ts';
import { INSTALL_RECORD } from './install-record.ts';
import { sha256Of } from './trust/grant.ts';

const MAIN = { pluginId: 'sales', name: 'main' };
const BUNDLE = 'export default 1';
const manifest = (id: string, more = '') =>
  `id: ${id}\nfrontend: {components: [{name: Map, path: Map.js}]}\n${more}`;

/** Makes the folder of a dashboard that shows a widget of its own plugin, and one of another. */
const makeHome = () =>
  makeFolder({
    'plugins/sales/plugin.yaml': manifest('sales'),
    'plugins/sales/Map.js': BUNDLE,
    'plugins/sales/dashboards/main.yaml':
      'panels: [{type: custom, component: Map}, {type: custom, component: stock/Map}]',
    'plugins/stock/plugin.yaml': manifest('stock'),
    'plugins/stock/Map.js': BUNDLE,
  });

/** The place from which another plugin was installed. */
let place = 'here';
const open = (root: string, trust: TrustStore, hasPlaces: boolean) =>
  createServer({
    plugins: join(root, 'plugins'),
    trust,
    ...(hasPlaces && { installedFrom: (id: string) => (id === 'stock' ? place : undefined) }),
  });
type Server = ReturnType<typeof open>;

/** Reads all that a server makes of the part. */
async function read(server: Server): Promise<string[]> {
  const answer = await server.fetch(new Request(`http://localhost/api${listPartPath('sales', 'main')}`));
  return [await answer.text(), await server.headTags(MAIN, { importMap: true, nonce: 'n' })];
}

interface Home {
  write(files: Record<string, string>): Promise<void>;
  at(path: string): string;
  trust: TrustStore;
}

const consent = (trust: TrustStore, id: string, text = BUNDLE) =>
  trust.consent(id, 'ada', new Map([['Map.js', Buffer.from(text)]]));

const CHANGES: Record<string, (home: Home) => unknown> = {
  'a change of the own manifest': ({ write }) =>
    write({ 'sales/plugin.yaml': manifest('sales', 'display_name: Other') }),
  'a change of another manifest': ({ write }) =>
    write({ 'stock/plugin.yaml': manifest('stock', 'version: 2.0.0') }),
  'a change of a component’s name in another plugin': ({ write }) =>
    write({ 'stock/plugin.yaml': manifest('stock').replace('Map, ', 'Gone, ') }),
  'the end of an own component, whose name is then another plugin’s': ({ write }) =>
    write({ 'sales/plugin.yaml': 'id: sales' }),
  'a second plugin with the name': ({ write }) =>
    write({ 'sales/plugin.yaml': 'id: sales', 'store/plugin.yaml': manifest('store') }),
  'a change of the document': ({ write }) =>
    write({ 'sales/dashboards/main.yaml': 'panels: [{type: custom, component: stock/Map}]' }),
  'a new dashboard': ({ write }) => write({ 'sales/dashboards/more.yaml': 'title: More\npanels: []' }),
  'a change of another dashboard’s title': ({ write }) =>
    write({ 'sales/dashboards/next.yaml': 'title: After\npanels: []' }),
  'a revoke': ({ trust }) => trust.revoke('stock', 'ada'),
  'a revoke of the own plugin': ({ trust }) => trust.revoke('sales', 'ada'),
  'the sandboxing of a plugin': ({ trust }) =>
    trust.sandbox!('stock', 'ada', new Map([['Map.js', Buffer.from(BUNDLE)]])),
  'a consent to other bytes': ({ trust }) => consent(trust, 'stock', 'export default 2'),
  'the consent of another operator': ({ trust }) =>
    trust.consent('stock', 'bob', new Map([['Map.js', Buffer.from(BUNDLE)]])),
  'the removal of a plugin': ({ at }) => rm(at('stock'), { recursive: true }),
  'a link in place of a plugin’s folder': async ({ at, write }) => {
    await rename(at('stock'), at('../other'));
    await write({ '../other/plugin.yaml': manifest('stock', 'display_name: Linked') });
    await symlink('../other', at('stock'));
  },
  'a record of an installation': ({ write }) =>
    write({
      [`sales/${INSTALL_RECORD}`]: JSON.stringify({
        format: 1,
        archive: 'a',
        signed_by: 'key',
        files: { 'Map.js': { bytes: BUNDLE.length, sha256: sha256Of(Buffer.from(BUNDLE)) } },
      }),
    }),
};

const cases = Object.entries(CHANGES);

test.each(cases)('makes the part again after %s', async (_, change) => {
  const root = await makeHome();
  const plugins = join(root, 'plugins');
  const write: Home['write'] = (files) => writeFiles(plugins, files);
  await write({ 'sales/dashboards/next.yaml': 'title: Before\npanels: []' });
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  for (const id of ['sales', 'stock']) await consent(trust, id);
  const server = open(root, trust, false);
  const before = await read(server);
  expect(await read(server)).toEqual(before);
  await change({ write, trust, at: (path) => join(plugins, path) });
  const after = await read(server);
  expect(after).not.toEqual(before);
  // A new server has made nothing before.
  expect(after).toEqual(await read(open(root, trust, false)));
});

test('makes neither the part nor its JSON and tags again while nothing changes', async () => {
  const root = await makeHome();
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  for (const id of ['sales', 'stock']) await consent(trust, id);
  const server = open(root, trust, false);
  const before = await read(server);
  const stringify = vi.spyOn(JSON, 'stringify');
  expect(await read(server)).toEqual(before);
  const texts = stringify.mock.results.map(({ value }) => String(value));
  stringify.mockRestore();
  expect(texts.filter((text) => /^\{"(?:plugins|imports|list|id":"stock)/.test(text))).toEqual([]);
});

test('makes a part again that many large ones have displaced', async () => {
  const root = await makeHome();
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  for (const id of ['sales', 'stock']) await consent(trust, id);
  const large = `title: ${'x'.repeat(1_000_000)}\npanels: [{type: custom, component: Map}]`;
  const names = Array.from({ length: MAX_MADE / 1_000_000 }, (_, index) => `large-${index}`);
  const files = names.map((name) => [`plugins/sales/dashboards/${name}.yaml`, large]);
  await writeFiles(root, Object.fromEntries(files));
  const server = open(root, trust, false);
  const before = await read(server);
  const countEntries = async () => {
    const stringify = vi.spyOn(JSON, 'stringify');
    expect(await read(server)).toEqual(before);
    const texts = stringify.mock.results.map(({ value }) => String(value));
    stringify.mockRestore();
    return texts.filter((text) => text.startsWith('{"id":"stock')).length;
  };
  expect(await countEntries()).toBe(0);
  for (const name of names) await server.headTags({ ...MAIN, name });
  expect(await countEntries()).toBeGreaterThan(0);
});

test('reads the places from which plugins were installed each time', async () => {
  const root = await makeHome();
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  for (const id of ['sales', 'stock']) await consent(trust, id);
  const server = open(root, trust, true);
  place = 'here';
  expect((await read(server))[0]).toContain('"installed_from":"here"');
  place = 'there';
  const [after] = await read(server);
  expect(after).toContain('"installed_from":"there"');
  expect(after).not.toContain('"here"');
});

test('sees a change that a store makes to a grant which it has returned', async () => {
  const root = await makeHome();
  const grant: Grant = { who: 'ada', when: '', bundles: { 'Map.js': sha256Of(Buffer.from(BUNDLE)) } };
  const grants = new Map([
    ['sales', grant],
    ['stock', { ...grant }],
  ]);
  const trust: TrustStore = { ...fileTrustStore(join(root, 'trust.jsonl')), grants: async () => grants };
  const server = open(root, trust, false);
  const before = await read(server);
  grants.get('stock')!.verdict = 'sandboxed';
  const after = await read(server);
  expect(after).not.toEqual(before);
  expect(after).toEqual(await read(open(root, trust, false)));
});

test('asks the store each time which version was consented to of a plugin that needs something', async () => {
  const root = await makeHome();
  const needy = manifest('stock', "version: 2.0.0\nengines: {react: '^19'}");
  await writeFiles(join(root, 'plugins'), { 'stock/plugin.yaml': needy });
  const file = fileTrustStore(join(root, 'trust.jsonl'));
  let version = '1.0.0';
  const decisionFacts = async () => new Map([['stock', { version }]]);
  const trust: TrustStore = { ...file, decisionFacts };
  for (const id of ['sales', 'stock']) await consent(trust, id);
  const server = open(root, trust, false);
  expect((await read(server))[0]).toContain('"update_needs":');
  version = '2.0.0';
  expect((await read(server))[0]).not.toContain('"update_needs":');
});
