import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { createPlugin } from './create.ts';
import { mergeJson, mergeTexts } from './merge-texts.ts';
import { filesOfVersions, readHistory } from './template-history.ts';
import { templateFor, TYPES, type Files } from './template.ts';
import { findUpgrade, formatUpgrade, writeUpgrade } from './upgrade.ts';

const ID = 'ticket-board';
const { rename, pathOf } = templateFor(ID, '^0.1.0');

/** Writes the plugin of a version of the template, as `create` did then. */
async function createFrom(files: Files, changes: Record<string, string> = {}): Promise<string> {
  const written = Object.entries(files).map(([path, text]) => [
    pathOf(path),
    path === TYPES ? text : rename(text),
  ]);
  const folder = join(await makeFolder(), ID);
  await writeFiles(folder, { ...Object.fromEntries(written), ...changes });
  return folder;
}

/** Reads all files of a folder. */
async function readAll(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
    }
  return files;
}

async function upgrade(folder: string, versions?: readonly Files[]) {
  const found = await findUpgrade(folder, versions);
  await writeUpgrade(folder, found);
  return { ...found, kinds: found.changes.map(({ kind, path }) => `${kind} ${path}`) };
}

const versions = filesOfVersions(await readHistory());

test('create writes a plugin that is up to date', async () => {
  const from = await makeFolder();
  const folder = join(from, ID);
  await createPlugin({ folder, from, runtime: '^0.1.0' });
  expect(await findUpgrade(folder)).toEqual({ changes: [], left: [] });
});

test.each(versions.map((files, index) => ({ version: index + 1, files })))(
  'brings a plugin of template $version to the files of the present one, but for the example',
  async ({ files }) => {
    const folder = await createFrom(files);
    await upgrade(folder);
    const from = dirname(folder);
    const other = join(from, 'other', ID);
    await createPlugin({ folder: other, from, runtime: '^0.1.0' });
    const [is, expected] = [await readAll(folder), await readAll(other)];
    const example = /^(?:plugin\.yaml|dashboards\/|mock\/|widget\/TicketBoard)/;
    for (const [path, text] of Object.entries(expected))
      if (path === 'package.json') expect(JSON.parse(is[path]!)).toEqual(JSON.parse(text));
      else if (!example.test(path)) expect([path, is[path]]).toEqual([path, text]);
    expect((await findUpgrade(folder)).changes).toEqual([]);
  },
);

test.each(versions.map((files, index) => ({ version: index + 1, files })))(
  'loses no line that the author of a plugin of template $version wrote',
  async ({ files }) => {
    const folder = await createFrom(files);
    const before = await readAll(folder);
    const mark = 'An author’s line.';
    for (const [path, text] of Object.entries(before))
      if (!path.endsWith('.json')) await writeFile(join(folder, path), `${mark}\n${text}${mark}\n`);
    await upgrade(folder);
    for (const [path, text] of Object.entries(await readAll(folder)))
      if (!/\.(?:json|new)$/.test(path))
        expect([path, text.split('\n').filter((line) => line === mark).length]).toEqual([path, 2]);
  },
);

/** Two versions of a small template. */
const packageOf = (more: object) =>
  JSON.stringify(
    { name: 'my-plugin', devDependencies: { '@nousviz/widget-runtime': 'RUNTIME' }, ...more },
    undefined,
    2,
  );
const SMALL: Files[] = [
  {
    'package.json': packageOf({ scripts: { test: 'a', lint: 'a', dev: 'a' } }),
    'a.txt': 'one\ntwo\nthree\nfour\nfive\n',
    'gone.txt': 'gone\n',
    gitignore: 'dist\n',
    'widget/MyWidget.tsx': 'one\n',
  },
  {
    'package.json': packageOf({
      scripts: { test: 'b', lint: 'b', build: 'b' },
      'nousviz-widget': { template: 2 },
    }),
    'a.txt': 'one\ntwo\nthree\nfour\nFIVE\n',
    gitignore: 'dist\n',
    'new.txt': 'my-plugin\n',
    'widget/MyWidget.tsx': 'two\n',
  },
];

test('adds, updates and removes files, and leaves the example alone', async () => {
  const folder = await createFrom(SMALL[0]!);
  const { kinds, left } = await upgrade(folder, SMALL);
  expect(kinds).toEqual(['updated a.txt', 'removed gone.txt', 'added new.txt', 'updated package.json']);
  expect(left).toEqual([]);
  const files = await readAll(folder);
  expect(files).toMatchObject({ 'new.txt': `${ID}\n`, 'widget/TicketBoard.tsx': 'one\n' });
  expect(files).not.toHaveProperty('gone.txt');
});

test('merges changes of other lines, also in files of Windows', async () => {
  const own = '0\r\none\r\nTWO\r\nthree\r\nfour\r\nfive\r\n';
  const folder = await createFrom(SMALL[0]!, { 'a.txt': own });
  const { changes } = await upgrade(folder, SMALL);
  expect(changes[0]).toMatchObject({ path: 'a.txt', kind: 'merged' });
  expect((await readAll(folder))['a.txt']).toBe('0\r\none\r\nTWO\r\nthree\r\nfour\r\nFIVE\r\n');
});

test('writes the new file beside one in which the author changed the same lines', async () => {
  const folder = await createFrom(SMALL[0]!, { 'a.txt': 'mine\n', 'new.txt': 'mine too\n' });
  const found = await upgrade(folder, SMALL);
  expect(found.kinds).toContain('conflict a.txt');
  expect(found.kinds).toContain('conflict new.txt');
  expect(await readAll(folder)).toMatchObject({
    'a.txt': 'mine\n',
    'a.txt.new': SMALL[1]!['a.txt'],
    'new.txt': 'mine too\n',
    'new.txt.new': `${ID}\n`,
  });
  expect(formatUpgrade(found, false)).toContain('conflict  a.txt: yours stays, the new one is a.txt.new');
  // The second time, the author's file is of this version.
  expect((await findUpgrade(folder, SMALL)).changes).toEqual([]);
});

test('merges package.json by its keys, and names those that both changed', async () => {
  const folder = await createFrom(SMALL[0]!);
  const path = join(folder, 'package.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, object>;
  json['scripts'] = { ...json['scripts'], test: 'mine', mine: 'mine' };
  json['devDependencies'] = { ...json['devDependencies'], left: '1' };
  await writeFile(path, `${JSON.stringify(json, undefined, 4)}\n`);
  const found = await upgrade(folder, SMALL);
  expect(found.changes.at(-1)).toMatchObject({
    kind: 'merged',
    kept: [{ place: 'scripts.test', next: '"b"' }],
  });
  const text = await readFile(path, 'utf8');
  expect(text).toContain('\n    "name"');
  expect(JSON.parse(text)).toEqual({
    name: ID,
    devDependencies: { '@nousviz/widget-runtime': '^0.1.0', left: '1' },
    scripts: { test: 'mine', lint: 'b', mine: 'mine', build: 'b' },
    'nousviz-widget': { template: 2 },
  });
  expect(formatUpgrade(found, true)).toContain('scripts.test: yours stays, the new one is "b"');
});

test('does not bring back what the author removed, nor remove what the author changed', async () => {
  const folder = await createFrom(SMALL[0]!, { 'gone.txt': 'mine\n' });
  await rm(join(folder, 'a.txt'));
  const { left, kinds } = await upgrade(folder, SMALL);
  expect(left).toEqual(['a.txt', 'gone.txt']);
  expect(kinds).toEqual(['added new.txt', 'updated package.json']);
});

test('shows the differences', async () => {
  const text = formatUpgrade(await findUpgrade(await createFrom(SMALL[0]!), SMALL), true);
  expect(text).toContain('-five\n+FIVE');
  expect(text).toContain('Nothing is written.');
  expect(formatUpgrade({ changes: [], left: [] }, false)).toBe('This plugin is up to date.');
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no package.json', {}, /has no package\.json/],
  ['no JSON', { 'package.json': '{' }, /package\.json is not JSON/],
  ['another package', { 'package.json': '{"name":"app"}' }, /not that of a created plugin/],
  [
    'a newer plugin',
    { 'package.json': packageOf({ 'nousviz-widget': { template: 99 } }) },
    /version 99 of the template made this plugin, and this is version 2\. Update/,
  ],
])('refuses a folder with %s', async (_, files, message) => {
  await expect(findUpgrade(await makeFolder(files), SMALL)).rejects.toThrow(message);
});

test('merges texts line by line', () => {
  const base = 'a\nb\nc\nd\ne\nf\n';
  expect(mergeTexts(base, base, 'new\n')).toBe('new\n');
  expect(mergeTexts(base, 'own\n', base)).toBe('own\n');
  expect(mergeTexts(base, 'A\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\ne\nF\n')).toBe('A\nb\nc\nd\ne\nF\n');
  expect(mergeTexts(base, 'a\nb\nX\nd\ne\nf\n', 'a\nb\nY\nd\ne\nf\n')).toBeUndefined();
});

test('merges JSON key by key', () => {
  expect(mergeJson('{"a":1}', '{"a":1,"b":{"c":1}}', '{"a":2}')).toEqual({
    text: '{\n  "a": 2,\n  "b": {\n    "c": 1\n  }\n}',
    conflicts: [],
  });
  expect(mergeJson('{"a":[1]}', '{"a":[2]}', '{}').conflicts).toEqual([{ place: 'a', next: 'removed' }]);
});
