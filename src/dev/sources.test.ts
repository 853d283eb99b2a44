import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { findStale, sourcesComment } from './sources.ts';

const component = (name: string) => ({ name, path: `widget/dist/${name}.js`, filename: `${name}.js` });
const W = component('W');
const V = component('V');

const SOURCES = { 'widget/W.tsx': 'w\n', 'widget/parts/icon.ts': 'icon\n', 'widget/V.tsx': 'v\n' };
const BUILT = Object.keys(SOURCES).slice(0, 2);

/** Creates a folder and the code of its bundle with the sources comment. */
async function makeBuilt() {
  const folder = await makeFolder({ ...SOURCES, [W.path]: '' });
  return { folder, text: `built\n${await sourcesComment(folder, BUILT)}` };
}

test('recognises unchanged sources by their hashes', async () => {
  const { folder, text } = await makeBuilt();
  expect(text).toMatch(
    /^\/\/# nousviz-sources \{"widget\/W\.tsx":"\w{16}","widget\/parts\/icon\.ts":"\w{16}"\}\n$/m,
  );
  // Neither timestamps nor line endings matter.
  await writeFiles(folder, { 'widget/W.tsx': 'w\r\n' });
  await utimes(join(folder, 'widget/W.tsx'), 4e9, 4e9);
  expect(await findStale(folder, text, W, [W])).toBeUndefined();
});

test('names a changed or removed source', async () => {
  const { folder, text } = await makeBuilt();
  await writeFiles(folder, { 'widget/parts/icon.ts': 'another icon\n', 'widget/V.tsx': 'another v\n' });
  expect(await findStale(folder, text, W, [W])).toEqual({
    source: 'widget/parts/icon.ts',
    was: 'was changed after the build of',
    isCertain: true,
  });
  await rm(join(folder, 'widget/W.tsx'));
  expect(await findStale(folder, text, W, [W])).toMatchObject({
    source: 'widget/W.tsx',
    was: 'was removed after the build of',
  });
});

test('reports nothing for a plugin without its sources', async () => {
  const { folder, text } = await makeBuilt();
  await rm(join(folder, 'widget'), { recursive: true });
  expect(await findStale(folder, text, W, [W])).toBeUndefined();
});

test('reads the last of several comments and ignores invalid ones', async () => {
  const { folder, text } = await makeBuilt();
  expect(
    await findStale(folder, `//# nousviz-sources {"widget/W.tsx":"0"}\n${text}`, W, [W]),
  ).toBeUndefined();
  await utimes(join(folder, W.path), 1000, 1000);
  for (const comment of ['{"widget', '[]', '{"a":1} x'])
    expect(await findStale(folder, `//# nousviz-sources ${comment}\n`, W, [W])).toMatchObject({
      isCertain: false,
    });
});

/** Creates a folder whose files have the same timestamp, in seconds, except one. */
async function makeTimed(files: Record<string, string>, changed: string, time: number) {
  const folder = await makeFolder(files);
  for (const path of Object.keys(files)) await utimes(join(folder, path), 1000, 1000);
  await utimes(join(folder, changed), time, time);
  return folder;
}

const FILES = {
  ...SOURCES,
  [W.path]: '',
  'widget/W.test.tsx': '',
  'widget/types.d.ts': '',
  'widget/read.me': '',
  'widget/node_modules/a/a.js': '',
  'widget/.cache/a.js': '',
  'plugin.yaml': '',
};

test.each([
  ['its own', 'widget/W.tsx'],
  ['one beside it', 'widget/parts/icon.ts'],
])('names a source that is newer than a bundle without a comment: %s', async (_, source) => {
  const folder = await makeTimed(FILES, source, 1003);
  expect(await findStale(folder, '', W, [W, V])).toEqual({ source, was: 'is newer than', isCertain: false });
});

test.each([
  'widget/V.tsx',
  'widget/W.test.tsx',
  'widget/types.d.ts',
  'widget/read.me',
  'widget/node_modules/a/a.js',
  'widget/.cache/a.js',
  'plugin.yaml',
])('does not count %s as a source', async (path) => {
  const folder = await makeTimed(FILES, path, 1003);
  expect(await findStale(folder, '', W, [W, V])).toBeUndefined();
});

test('ignores the small differences in a checkout', async () => {
  const folder = await makeTimed(FILES, 'widget/W.tsx', 1001);
  expect(await findStale(folder, '', W, [W, V])).toBeUndefined();
});

test('checks only the source itself in the plugin’s own folder', async () => {
  const flat = { name: 'W', path: 'dist/W.js', filename: 'W.js' };
  const files = { 'W.tsx': '', 'vite.config.ts': '', 'dist/W.js': '' };
  const folder = await makeTimed(files, 'vite.config.ts', 2000);
  expect(await findStale(folder, '', flat, [flat])).toBeUndefined();
  await utimes(join(folder, 'W.tsx'), 2000, 2000);
  expect(await findStale(folder, '', flat, [flat])).toMatchObject({ source: 'W.tsx' });
});

test('reports nothing for a bundle without a source', async () => {
  const folder = await makeTimed({ [W.path]: '', 'widget/other.ts': '' }, 'widget/other.ts', 2000);
  expect(await findStale(folder, '', W, [W])).toBeUndefined();
});
