import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { listPartPath, PLUGIN_LIMITS, readPluginList, type Plugin } from '../contract/index.ts';
import { readFindings } from '../bundle/findings.ts';
import { statInner } from './files.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore, readPlugins } from './index.ts';
import type { PartAnswer } from './index.ts';

vi.mock('../bundle/findings.ts', { spy: true });
vi.mock('./files.ts', { spy: true });

const { components, dashboards, manifest, entry } = PLUGIN_LIMITS;
const count = (length: number) => Array.from({ length }, (_, index) => index);

/** Makes a manifest of `large` with many components, which share a file or have one each. */
const declare = (howMany: number, pathOf: (index: number) => string = () => 'Shared.js') =>
  `id: large\nfrontend:\n  components:\n${count(howMany)
    .map((index) => `    - {name: C${index}, path: ${pathOf(index)}}\n`)
    .join('')}`;
/** Makes a bundle that names many paths of the host API, each with 200 characters. */
const bundleWithPaths = (howMany: number, salt = '') =>
  `export default [${count(howMany).map((index) => `"/api/${`${salt}${index}`.padEnd(195, 'x')}"`)}];`;
const files = (names: string[], text: (name: string) => string) =>
  Object.fromEntries(names.map((name) => [name, text(name)]));
const boards = (howMany: number) => count(howMany).map((index) => `dashboards/d${index}.yaml`);

async function makeHost(large: Record<string, string>) {
  const inLarge = Object.entries(large).map(([path, text]) => [`plugins/large/${path}`, text]);
  const root = await makeFolder({
    'plugins/first/plugin.yaml': 'id: first\nfrontend: {components: [{name: Map, path: Map.js}]}',
    'plugins/first/Map.js': 'export default 1',
    'plugins/first/dashboards/main.yaml': 'panels: [{type: custom, component: large/C0}]',
    'plugins/zlast/plugin.yaml': 'id: zlast',
    ...Object.fromEntries(inLarge),
  });
  const plugins = join(root, 'plugins');
  const trust = fileTrustStore(join(root, 'trust.jsonl'));
  const { fetch: handler } = createServer({ plugins, trust });
  const send = (path: string, init?: RequestInit) =>
    handler(new Request(new URL(`/api${path}`, 'http://localhost'), init));
  const list = async (path = '/plugins') => {
    const text = await (await send(path)).text();
    return { bytes: text.length, answer: JSON.parse(text) as PartAnswer };
  };
  const write = (changed: Record<string, string>) => writeFiles(join(plugins, 'large'), changed);
  return { plugins, trust, send, list, write };
}

const idsOf = ({ plugins }: { plugins: { id: string }[] }) => plugins.map(({ id }) => id);

const REMEDY = / Shorten what it declares, or split the plugin into smaller ones\. \[PLUGIN_TOO_LARGE\]$/;

const TOO_LARGE: [string, Record<string, string>, string][] = [
  [
    '6,000 components that share a file',
    { 'plugin.yaml': declare(6000), 'Shared.js': bundleWithPaths(300) },
    'large: frontend.components has 6000 components, and 256 are allowed.',
  ],
  [
    'one component too many',
    { 'plugin.yaml': declare(components + 1) },
    'large: frontend.components has 257 components, and 256 are allowed.',
  ],
  [
    'components of long names',
    { 'plugin.yaml': declare(200, (index) => `${'x'.repeat(300)}${index}.js`) },
    'large: Its entry in the list has ',
  ],
  [
    'a name of 100 kB',
    { 'plugin.yaml': `id: large\ndisplay_name: ${'x'.repeat(100_000)}` },
    'large: Its entry in the list has 100',
  ],
  [
    'one name of 1 kB, by aliases, for each of its dashboards',
    {
      'plugin.yaml': `id: large\nx: &x ${'x'.repeat(1000)}\ndashboards:\n${count(200)
        .map((index) => `  - {name: d${index}, label: *x}\n`)
        .join('')}`,
    },
    'large: Its entry in the list has ',
  ],
  [
    'a manifest of 300 kB',
    { 'plugin.yaml': `id: large\n# ${'x'.repeat(300_000)}` },
    'large: plugin.yaml has 300012 bytes, and 256000 are allowed.',
  ],
  [
    'a manifest of 300 kB by its other name',
    { 'plugin.yml': `id: large\n# ${'x'.repeat(300_000)}` },
    'large: plugin.yml has 300012 bytes, and 256000 are allowed.',
  ],
  [
    'one declared dashboard too many',
    { 'plugin.yaml': `id: large\ndashboards: [${count(dashboards + 1).map((index) => `d${index}`)}]` },
    'large: dashboards has 257 dashboards, and 256 are allowed.',
  ],
  [
    'one dashboard too many in its folder',
    { 'plugin.yaml': 'id: large', ...files(boards(dashboards + 1), () => 'panels: []') },
    'large: The plugin, with the files in dashboards/, has 257 dashboards, and 256 are allowed.',
  ],
  [
    'one dashboard too many, of both',
    { 'plugin.yaml': 'id: large\ndashboards: [own]', ...files(boards(dashboards), () => 'panels: []') },
    'large: The plugin, with the files in dashboards/, has 257 dashboards, and 256 are allowed.',
  ],
  [
    'dashboards of long titles',
    { 'plugin.yaml': 'id: large', ...files(boards(100), () => `title: ${'x'.repeat(1000)}`) },
    'large: Its entry in the list has ',
  ],
  [
    'many files with many findings',
    {
      'plugin.yaml': declare(10, (index) => `F${index}.js`),
      ...files(
        count(10).map((index) => `F${index}.js`),
        (name) => bundleWithPaths(90, name),
      ),
    },
    'large: Its entry in the list has ',
  ],
];

test.each(TOO_LARGE)('refuses a plugin with %s by name, and lists the others', async (_, large, detail) => {
  const { list, plugins, send, trust } = await makeHost(large);
  const { bytes, answer } = await list();
  expect(idsOf(answer)).toEqual(['first', 'zlast']);
  expect(answer.refused).toEqual([{ id: 'large', detail: expect.stringMatching(REMEDY) }]);
  expect(answer.refused[0]!.detail.slice(0, detail.length)).toBe(detail);
  expect(bytes).toBeLessThan(5000);
  expect(readPluginList(answer).list!.plugins.map(({ id }) => id)).toEqual(['first', 'zlast']);

  const part = await list(listPartPath('first', 'main'));
  expect(idsOf(part.answer)[0]).toBe('first');
  expect(part.bytes).toBeLessThan(5000);
  expect((await list(listPartPath('large', 'd0'))).answer.refused[0]!.id).toBe('large');
  const one = await send('/plugins/large');
  expect(one.status).toBeGreaterThanOrEqual(400);
  expect((await one.json()).detail).toContain('PLUGIN_TOO_LARGE');

  expect(idsOf(await readPlugins(plugins)).slice(0, 1)).toEqual(['first']);
  expect(await createServer({ plugins, trust }).importMapTag()).toContain('"imports":');
  expect(await createServer({ plugins, trust }).headTags({ pluginId: 'first', name: 'main' })).toContain(
    '"list":',
  );
});

test.each([
  ['alias', (long: string) => `id: *${long}`],
  ['key', (long: string) => `"${long}": 1\n"${long}": 2`],
  ['plain key', (long: string) => `${long}: 1\n${long}: 2`],
  ['tag', (long: string) => `id: !${long} 1`],
  ['directive', (long: string) => `%${long}\n---\nid: large`],
  ['version', (long: string) => `%YAML ${long}\n---\nid: large`],
  ['handle', (long: string) => `id: !${long}!x 1`],
  ['id', (long: string) => `id: "${long}!"`],
  ['anchor', (long: string) => `id: &${long} [*${long}]`],
  ['text', (long: string) => `id: "a\n${long}"x`],
  ['block header', (long: string) => `id: |${long}`],
])('shortens the refusal of a manifest with a long %s', async (_, make) => {
  const { list } = await makeHost({ 'plugin.yaml': make('x'.repeat(200_000)) });
  const { bytes, answer } = await list();
  expect(answer.refused.filter(({ detail }) => detail.length > 500)).toEqual([]);
  expect([idsOf(answer)[0], idsOf(answer).at(-1)]).toEqual(['first', 'zlast']);
  expect(bytes).toBeLessThan(5000);
});

test('accepts a plugin at its limits', async () => {
  const { list, send } = await makeHost({
    'plugin.yaml': `${declare(components)}# `.padEnd(manifest, 'x'),
    'Shared.js': bundleWithPaths(20),
    ...files(boards(dashboards), () => 'panels: []'),
  });
  const { answer } = await list();
  expect([idsOf(answer), answer.refused]).toEqual([['first', 'large', 'zlast'], []]);
  const [, large] = answer.plugins;
  expect([large!.frontend.components.length, large!.dashboards!.length]).toEqual([components, dashboards]);
  expect(Buffer.byteLength(JSON.stringify(large))).toBeLessThanOrEqual(entry);
  expect((await send('/plugins/large/trust-frontend', { method: 'POST' })).status).toBe(200);
});

test('sends the findings of a file once, and the client copies them to each of its components', async () => {
  const { list, send, write } = await makeHost({
    'plugin.yaml': declare(100, (index) => (index === 50 ? 'Other.js' : 'Shared.js')),
    'Shared.js': bundleWithPaths(50),
    'Other.js': bundleWithPaths(1, 'other'),
  });
  const componentsWithFindings = async (path: string) => {
    const { frontend } =
      path === '/plugins' ? (await list()).answer.plugins[1]! : await (await send(path)).json();
    const listed = (frontend ?? (await (await send(path)).json())).components as Plugin['components'];
    expect(new Set(listed.map(({ sha256 }) => sha256)).size).toBe(2);
    return {
      now: listed.flatMap(({ name, findings }) => (findings ? name : [])),
      before: listed.flatMap(({ name, consented }) => (consented?.findings ? name : [])),
    };
  };
  const paths = ['/plugins', '/plugins/large', '/plugins/large/frontend-components'];
  for (const path of paths)
    expect(await componentsWithFindings(path)).toEqual({ now: ['C0', 'C50'], before: [] });
  const read = async () => readPluginList((await list()).answer).list!.plugins[1]!.components;
  for (const { name, findings } of await read())
    expect(findings!.api_paths, name).toHaveLength(name === 'C50' ? 1 : 50);

  await send('/plugins/large/trust-frontend', { method: 'POST' });
  expect(await componentsWithFindings('/plugins')).toEqual({ now: [], before: [] });
  await write({ 'Shared.js': bundleWithPaths(49), 'Other.js': bundleWithPaths(2, 'other') });
  for (const path of paths)
    expect(await componentsWithFindings(path)).toEqual({ now: ['C0', 'C50'], before: ['C0', 'C50'] });
  for (const { name, findings, consented } of await read())
    expect([findings!.api_paths!.length, consented!.findings!.api_paths!.length], name).toEqual(
      name === 'C50' ? [2, 1] : [49, 50],
    );
});

test('still serves the trusted bytes after an update makes the plugin too large for the list (T4)', async () => {
  const paths = count(5).map((index) => `F${index}.js`);
  const { list, send, write } = await makeHost({
    'plugin.yaml': declare(4, (index) => `F${index}.js`),
    ...files(paths, () => 'export default 1'),
    'dashboards/d0.yaml': 'panels: [{type: custom, component: C0}]',
  });
  await send('/plugins/large/trust-frontend', { method: 'POST' });
  await write({
    'plugin.yaml': declare(5, (index) => `F${index}.js`),
    ...files(paths, (name) => bundleWithPaths(90, name)),
  });
  for (const path of ['/plugins', listPartPath('large', 'd0')]) {
    const { answer } = await list(path);
    expect(answer.refused).toEqual([
      { id: 'large', detail: expect.stringMatching(/ of them are findings about its bundles\)/) },
    ]);
    const large = answer.plugins.find(({ id }) => id === 'large')!;
    expect([large.frontend.trusted, large.dashboards]).toEqual([true, [{ name: 'd0' }]]);
    expect(large.frontend.components.map(({ name, changed }) => [name, changed])).toEqual(
      ['C0', 'C1', 'C2', 'C3'].map((name) => [name, undefined]),
    );
  }
});

test('does not read the dashboards of a plugin that has too many, also if links lead to them', async () => {
  const { list, plugins } = await makeHost({
    'plugin.yaml': 'id: large',
    ...Object.fromEntries(count(3000).map((index) => [`boards/d${index}.yaml`, 'panels: []'])),
  });
  await symlink('boards', join(plugins, 'large/dashboards'));
  vi.mocked(statInner).mockClear();
  expect((await list()).answer.refused).toEqual([
    { id: 'large', detail: expect.stringMatching(/ has 3000 dashboards, and 256 are allowed\./) },
  ]);
  expect(vi.mocked(statInner).mock.calls.length).toBeLessThan(100);
});

test('reads no more of a folder with very many files than it needs to refuse the plugin', async () => {
  const { list } = await makeHost({
    'plugin.yaml': 'id: large',
    ...Object.fromEntries(count(10_050).map((index) => [`dashboards/${index}.txt`, ''])),
  });
  expect((await list()).answer.refused).toEqual([
    {
      id: 'large',
      detail: expect.stringContaining('dashboards/ has 10001 files or more, and 256 are allowed.'),
    },
  ]);
});

test('stops reading findings when the plugin is too large for the list, and remembers them', async () => {
  // A list may scan less code than 256 of these files have.
  const paths = count(20).map((index) => `F${index}.js`);
  const { list } = await makeHost({
    'plugin.yaml': declare(20, (index) => paths[index]!),
    ...files(paths, (name) => bundleWithPaths(90, name)),
  });
  vi.mocked(readFindings).mockClear();
  const { bytes, answer } = await list();
  expect(answer.refused[0]!.detail).toMatch(/ of them are findings about its bundles\)/);
  expect(bytes).toBeLessThan(5000);
  expect(vi.mocked(readFindings).mock.calls.length).toBeLessThan(10);
  vi.mocked(readFindings).mockClear();
  await list();
  expect(readFindings).not.toHaveBeenCalled();
});

test('names only some of the folders that claim the same id, so that the refusals do not grow with each other', async () => {
  const { list, plugins } = await makeHost({ 'plugin.yaml': 'id: large' });
  const claims = count(300).map((index) => [`copy-${index}/plugin.yaml`, 'id: claimed']);
  await writeFiles(plugins, Object.fromEntries(claims));
  const { answer } = await list();
  expect(answer.refused).toHaveLength(300);
  for (const { detail } of answer.refused) expect(detail.length).toBeLessThan(300);
  expect(answer.refused[0]!.detail).toContain(
    'copy-1 and copy-10 and copy-100 and copy-101 and copy-102 and 294 more',
  );
});
