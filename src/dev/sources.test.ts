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

/** A folder and its bundle, which says what it was built of. */
async function makeBuilt() {
  const folder = await makeFolder({ ...SOURCES, [W.path]: '' });
  return { folder, text: `built\n${await sourcesComment(folder, BUILT)}` };
}

test('says by their contents that sources are those that a bundle was built of', async () => {
  const { folder, text } = await makeBuilt();
  expect(text).toMatch(
    /^\/\/# nousviz-sources \{"widget\/W\.tsx":"\w{16}","widget\/parts\/icon\.ts":"\w{16}"\}\n$/m,
  );
  // Times say nothing then, and nor do other systems' line ends.
  await writeFiles(folder, { 'widget/W.tsx': 'w\r\n' });
  await utimes(join(folder, 'widget/W.tsx'), 4e9, 4e9);
  expect(await findStale(folder, text, W, [W])).toBeUndefined();
});

test('names a source that has changed, or is gone', async () => {
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

test('says nothing of a plugin that travels without its sources', async () => {
  const { folder, text } = await makeBuilt();
  await rm(join(folder, 'widget'), { recursive: true });
  expect(await findStale(folder, text, W, [W])).toBeUndefined();
});

test('takes the last of several comments, and none that cannot be read', async () => {
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

/** A folder whose sources and bundle are of one time, in seconds, but for one file. */
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
])('without a comment names a source that is newer than the bundle: %s', async (_, source) => {
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
])('does not take %s for a source', async (path) => {
  const folder = await makeTimed(FILES, path, 1003);
  expect(await findStale(folder, '', W, [W, V])).toBeUndefined();
});

test('takes files of one checkout for files of one time', async () => {
  const folder = await makeTimed(FILES, 'widget/W.tsx', 1001);
  expect(await findStale(folder, '', W, [W, V])).toBeUndefined();
});

test('looks at nothing but the source itself in the plugin’s own folder', async () => {
  const flat = { name: 'W', path: 'dist/W.js', filename: 'W.js' };
  const files = { 'W.tsx': '', 'vite.config.ts': '', 'dist/W.js': '' };
  const folder = await makeTimed(files, 'vite.config.ts', 2000);
  expect(await findStale(folder, '', flat, [flat])).toBeUndefined();
  await utimes(join(folder, 'W.tsx'), 2000, 2000);
  expect(await findStale(folder, '', flat, [flat])).toMatchObject({ source: 'W.tsx' });
});

test('says nothing of a bundle without a source', async () => {
  const folder = await makeTimed({ [W.path]: '', 'widget/other.ts': '' }, 'widget/other.ts', 2000);
  expect(await findStale(folder, '', W, [W])).toBeUndefined();
});
