import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dashboardPath, listPartPath, readPluginList, WITH_LIST } from '../contract/index.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { sha256Of } from './trust/grant.ts';
import { createServer, fileTrustStore } from './index.ts';
import type { PartAnswer, PluginEntry, ServerOptions } from './index.ts';
import { createPluginsReader, type PluginsReader } from './plugins-folder.ts';
import { readYaml } from './yaml.ts';

vi.mock('./yaml.ts', { spy: true });
vi.mock('./plugins-folder.ts', { spy: true });

const bundle = (id: string, name: string) => `export default "${id}/${name}"`;
const url = (id: string, name: string) =>
  `/plugins/${id}/widget/${name}.js?v=${sha256Of(Buffer.from(bundle(id, name)))}`;
const manifest = (id: string, names: readonly string[]) =>
  `id: ${id}\nfrontend: {components: [${names.map((name) => `{name: ${name}, path: ${name}.js}`).join(', ')}]}`;
const panels = (...names: string[]) =>
  `title: Shown\npanels:\n${names.map((name) => `  - {type: custom, component: "${name}"}\n`).join('')}`;

const PLUGINS: Record<string, string[]> = {
  sales: ['Map', 'Chart'],
  stock: ['Map', 'Gauge', 'Twin'],
  fleet: ['Twin', 'Clock'],
  wild: ['Clock', 'Wild'],
  plain: [],
};

/** Makes a server with these plugins, of which `sales`, `stock` and `fleet` are trusted. */
async function makeHost(...shown: string[]) {
  return makeHostWith({}, ...shown);
}

async function makeHostWith(options: Partial<ServerOptions>, ...shown: string[]) {
  const files: Record<string, string> = { 'plugins/sales/dashboards/main.yaml': panels(...shown) };
  for (const [id, names] of Object.entries(PLUGINS)) {
    files[`plugins/${id}/plugin.yaml`] = manifest(id, names);
    for (const name of names) files[`plugins/${id}/${name}.js`] = bundle(id, name);
  }
  const root = await makeFolder(files);
  const at = (path: string) => join(root, path);
  const { fetch: handler } = createServer({
    plugins: at('plugins'),
    trust: fileTrustStore(at('data/trust.jsonl')),
    ...options,
  });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(`/api${path}`, 'http://localhost'), init));
  const trust = (id: string) => send(`/plugins/${id}/trust-frontend`, { method: 'POST' });
  for (const id of ['sales', 'stock', 'fleet']) await trust(id);
  const part = async (name = 'main', id = 'sales'): Promise<PartAnswer> =>
    (await send(listPartPath(id, name))).json();
  const whole = async (): Promise<PartAnswer> => (await send('/plugins')).json();
  return { at, send, trust, part, whole };
}

const idsOf = ({ plugins }: { plugins: PluginEntry[] }) => plugins.map(({ id }) => id);

test.each<[string, string[], string[], string[]]>([
  ['own names', ['Chart', 'Map'], ['sales'], [url('sales', 'Chart'), url('sales', 'Map')]],
  [
    'own names, spelled out beside others',
    ['sales/Map', 'Gauge', 'sales/Nothing'],
    ['sales', 'stock'],
    [url('sales', 'Map'), url('stock', 'Gauge')],
  ],
  ['own names, spelled out', ['sales/Map', 'Map'], ['sales'], [url('sales', 'Map')]],
  [
    'names of others',
    ['stock/Gauge', 'Map'],
    ['sales', 'stock'],
    [url('stock', 'Gauge'), url('sales', 'Map')],
  ],
  ['a name that one other has', ['Gauge'], ['sales', 'stock'], [url('stock', 'Gauge')]],
  ['a name that two others have', ['Twin'], ['sales', 'fleet', 'stock'], []],
  ['a name that one trusted other has', ['Clock'], ['sales', 'fleet', 'wild'], [url('fleet', 'Clock')]],
  ['names of untrusted plugins', ['Wild', 'wild/Clock'], ['sales', 'wild'], []],
  [
    'names that no plugin has',
    ['Nothing', 'stock/Nothing', 'none/Map', '/Map', 'a/b/c'],
    ['sales', 'stock'],
    [],
  ],
  ['names that every object has', ['constructor', '__proto__', 'stock/toString'], ['sales', 'stock'], []],
  ['no names', [], ['sales'], []],
])('lists for a dashboard the owners of %s', async (_, names, ids, bundles) => {
  const { part, send } = await makeHost(...names, ...names);
  const answer = await part();
  expect(answer.dashboard).toEqual({ plugin: 'sales', name: 'main', components: names, bundles });
  expect(idsOf(answer)).toEqual(ids);
  expect(answer.refused).toEqual([]);
  for (const path of bundles) expect((await send(path)).headers.get('cache-control')).toContain('immutable');
});

test('gives an entry another revision if and only if it has changed', async () => {
  const { at, whole } = await makeHost('Map');
  const revisions = async () => (await whole()).plugins.map(({ revision }) => revision!);
  const before = await revisions();
  expect([before.every((one) => /^[\w-]{22}$/.test(one)), new Set(before).size]).toEqual([
    true,
    before.length,
  ]);
  expect(await revisions()).toEqual(before);
  const { plugins } = await whole();
  const index = plugins.findIndex(({ id }) => id === 'sales');
  await writeFile(at('plugins/sales/dashboards/more.yaml'), 'panels: []');
  const after = await revisions();
  expect(after.map((one, place) => one === before[place])).toEqual(
    plugins.map((_, place) => place !== index),
  );
});

test('lists the entries of the whole list, without reading the disk for trusted plugins', async () => {
  const { at, part, whole } = await makeHost('Map', 'wild/Wild', 'plain/None', 'stock/Map');
  await writeFile(at('plugins/stock/Gauge.js'), 'changed');
  const { plugins } = await whole();
  const answer = await part();
  for (const entry of answer.plugins) {
    const expected = structuredClone(plugins.find(({ id }) => id === entry.id)!);
    if (entry.id !== 'sales') delete expected.dashboards;
    delete expected.revision;
    if (expected.frontend.trusted)
      for (const component of expected.frontend.components) {
        if (component.changed) component.sha256 = component.consented!.sha256!;
        for (const field of ['size', 'changed', 'consented', 'findings'] as const) delete component[field];
      }
    expect(entry).toEqual(expected);
  }
  expect(idsOf(answer)).toEqual(['sales', 'wild', 'plain', 'stock']);
  expect(answer.plugins[1]!.frontend.components[0]!.findings).toBeDefined();
  expect(answer.plugins[0]!.dashboards).toEqual([{ name: 'main', label: 'Shown' }]);
});

test('says in a part who signed the own plugin and those that wait for a decision', async () => {
  const { at, part, whole } = await makeHost('Map', 'wild/Wild', 'stock/Map');
  for (const id of ['sales', 'wild', 'stock']) {
    const files = Object.fromEntries(
      PLUGINS[id]!.map((name) => [`${name}.js`, { sha256: sha256Of(Buffer.from(bundle(id, name))) }]),
    );
    const record = JSON.stringify({ format: 1, signed_by: `key of ${id}`, files });
    await writeFile(at(`plugins/${id}/.nousviz-installed.json`), record);
  }
  const signers = ({ plugins }: PartAnswer) =>
    Object.fromEntries(plugins.map(({ id, signed_by }) => [id, signed_by]));
  expect(signers(await part())).toEqual({ sales: 'key of sales', wild: 'key of wild' });
  expect(signers(await whole())).toMatchObject({ stock: 'key of stock' });
});

test('reads the disk for a component that was added after the consent, and does not list its bundle', async () => {
  const { at, part } = await makeHost('Map', 'Late');
  await writeFiles(at('plugins/sales'), {
    'plugin.yaml': manifest('sales', ['Map', 'Late']),
    'Late.js': bundle('sales', 'Late'),
  });
  const { plugins, dashboard } = await part();
  expect(dashboard.bundles).toEqual([url('sales', 'Map')]);
  expect(plugins[0]!.frontend.components).toMatchObject([
    { name: 'Map', size: expect.any(Number) },
    { name: 'Late', changed: true, consented: null },
  ]);
});

test('reflects a revoke immediately', async () => {
  const { part, send } = await makeHost('Map', 'stock/Gauge');
  expect((await part()).dashboard.bundles).toHaveLength(2);
  await send('/plugins/stock/revoke-frontend-trust', { method: 'POST' });
  const { plugins, dashboard } = await part();
  expect(dashboard.bundles).toEqual([url('sales', 'Map')]);
  expect(plugins[1]!.frontend).toMatchObject({ trusted: false, needs_consent: true });
});

test('reads only the folders of the named plugins, or all of them for a name without a plugin', async () => {
  const { at, part } = await makeHost('Map', 'stock/Gauge');
  await writeFiles(at('plugins'), { 'new/plugin.yaml': 'id: new' });
  const read = async () => {
    vi.mocked(readYaml).mockClear();
    await part();
    return [...new Set(vi.mocked(readYaml).mock.calls.map(([path]) => path.slice(at('plugins/').length)))];
  };
  expect(await read()).toEqual(['sales/dashboards/main.yaml']);
  expect(await read()).toEqual([]);
  await writeFiles(at('plugins/sales'), { 'dashboards/main.yaml': panels('Map', 'Gauge') });
  expect(await read()).toContain('new/plugin.yaml');
});

test('reads each other plugin of a dashboard once', async () => {
  const { part } = await makeHost('Map', 'stock/Gauge', 'stock/Twin', 'fleet/Twin');
  const reader = vi.mocked(createPluginsReader).mock.results.at(-1)!.value as PluginsReader;
  const read = vi.spyOn(reader, 'readByFolder');
  await part();
  expect(read.mock.calls).toEqual([['stock'], ['fleet']]);
});

test('checks the config of a plugin whose folder has another name, in the document alone as in that with its part', async () => {
  const { at, send } = await makeHost('gauges/Dial');
  const config = '{type: object, properties: {color: {type: string, default: red}}}';
  await writeFiles(at('plugins'), {
    'elsewhere/plugin.yaml': `id: gauges\nfrontend: {components: [{name: Dial, path: Dial.js, config: ${config}}]}`,
    'elsewhere/Dial.js': bundle('gauges', 'Dial'),
  });
  const alone = (await (await send(dashboardPath('sales', 'main'))).json()) as object;
  const { dashboard } = (await (await send(dashboardPath('sales', 'main') + `?${WITH_LIST}`)).json()) as {
    dashboard: object;
  };
  expect(alone).toMatchObject({ panels: [{ config: { color: 'red' } }] });
  expect(dashboard).toEqual(alone);
});

test('finds a plugin whose folder has another name, but none whose id is claimed twice', async () => {
  const { at, part } = await makeHost('lone/Map', 'twin/Map', 'Map');
  await writeFiles(at('plugins'), {
    'a/plugin.yaml': manifest('lone', ['Map']),
    'b/plugin.yaml': manifest('twin', ['Map']),
    'c/plugin.yaml': manifest('twin', ['Map']),
    'd/plugin.yaml': manifest('sales', ['Map']),
  });
  expect(idsOf(await part())).toEqual(['sales', 'lone']);
});

test.each([
  ['main', 'none'],
  ['none', 'sales'],
  ['broken', 'sales'],
  ['text', 'sales'],
  ['secret', 'sales'],
  ['../main', 'sales'],
  ['main', '../sales'],
  ['', ''],
])('answers with the whole list if there is no dashboard %s of %s', async (name, id) => {
  const { at, part, whole } = await makeHost('Map');
  await writeFiles(at('plugins/sales'), {
    'dashboards/broken.yaml': 'panels: [',
    'dashboards/text.yaml': 'panels: text',
    'plugin.yaml': `${manifest('sales', ['Map'])}\ndashboards: [{name: secret, path: dashboards/none.yaml}]`,
  });
  const answer = await part(name, id);
  expect(answer).not.toHaveProperty('dashboard');
  expect(answer).toEqual(await whole());
  expect(answer.plugins).toHaveLength(5);
});

test('makes a part that the client can read', async () => {
  const { part } = await makeHost('Map', 'Twin');
  const { plugins, refused, invalid, enoughFor } = readPluginList(await part()).list!;
  expect(plugins.map(({ id, trusted }) => [id, trusted])).toEqual([
    ['sales', true],
    ['fleet', true],
    ['stock', true],
  ]);
  expect([refused, invalid, enoughFor]).toEqual([[], [], ['Map', 'Twin']]);
});

const versioned = (version: string, engines: string) =>
  `${manifest('sales', ['Map'])}\nversion: "${version}"\nengines: ${engines}\n`;
const needsIn = ({ plugins }: { plugins: PluginEntry[] }) =>
  plugins.flatMap(({ id, needs, update_needs }) => (id === 'sales' ? [{ needs, update_needs }] : []));

test('says which versions of the page a plugin needs, unless the host ignores it', async () => {
  const { at, whole, part, send } = await makeHost('Map');
  await writeFile(at('plugins/sales/plugin.yaml'), versioned('1.0', '{ react: ^19, nousviz-runtime: "*" }'));
  const needs = 'react >=19.0.0 <20.0.0';
  expect(needsIn(await whole())).toEqual([{ needs }]);
  expect(needsIn(await part())).toEqual([{ needs }]);
  expect(await (await send('/plugins/sales')).json()).toMatchObject({ needs, engines: { react: '^19' } });

  const lenient = await makeHostWith({ ignoreEngines: ['sales'] }, 'Map');
  await writeFile(lenient.at('plugins/sales/plugin.yaml'), versioned('1.0', '{ react: ^19 }'));
  expect(needsIn(await lenient.whole())).toEqual([{}]);
});

test('a manifest cannot write what it needs in its own words', async () => {
  const { at, whole, send } = await makeHost('Map');
  await writeFile(at('plugins/sales/plugin.yaml'), `${manifest('sales', ['Map'])}\nneeds: nothing`);
  expect(needsIn(await whole())).toEqual([{}]);
  expect(await (await send('/plugins/sales')).json()).not.toHaveProperty('needs');
});

test('the needs of an update are not those of the version that runs', async () => {
  const { at, whole, part, trust } = await makeHost('Map');
  await writeFile(at('plugins/sales/plugin.yaml'), versioned('1.0', '{ react: ^18 }'));
  await trust('sales');
  await writeFile(at('plugins/sales/plugin.yaml'), versioned('2.0', '{ react: ^19 }'));
  await writeFile(at('plugins/sales/Map.js'), 'export default "new"');
  const update = [{ update_needs: 'react >=19.0.0 <20.0.0' }];
  expect(needsIn(await whole())).toEqual(update);
  expect(needsIn(await part())).toEqual(update);
  await trust('sales');
  expect(needsIn(await whole())).toEqual([{ needs: 'react >=19.0.0 <20.0.0' }]);
});

test('refuses a plugin whose ranges cannot be read', async () => {
  const { at, send } = await makeHost('Map');
  await writeFile(at('plugins/sales/plugin.yaml'), versioned('1.0', '{ react: new }'));
  const { refused } = await (await send('/plugins')).json();
  expect(refused).toEqual([
    {
      id: 'sales',
      detail: expect.stringContaining('engines.react is "new", but it must be a range of versions'),
    },
  ]);
});

test('keeps the digits of a range', async () => {
  const { at, whole } = await makeHost('Map');
  await writeFile(at('plugins/sales/plugin.yaml'), versioned('1.0', '{ react: 18.30 }'));
  expect(needsIn(await whole())).toEqual([{ needs: 'react >=18.30.0 <18.31.0' }]);
});

test('reads the option ignoreEngines strictly', () => {
  const options = { plugins: '.', trust: fileTrustStore('/nowhere/trust.jsonl') };
  // @ts-expect-error -- a string is not a list
  expect(() => createServer({ ...options, ignoreEngines: 'sales' })).toThrow('"ignoreEngines" is "sales"');
});
