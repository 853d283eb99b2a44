import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { ASSETS } from '../bundling/assets.ts';
import { createPlugin } from './create.ts';

test('writes the source of this library into package.json only', async () => {
  const from = await makeFolder();
  const folder = join(from, 'my-plugin');
  const { files, note } = await createPlugin({ folder, from, runtime: '.' });
  expect(note).toContain('only on this machine');
  expect(files).toContain('.gitignore');
  const root = join(import.meta.dirname, '../..');
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const paths = ['file:..', from, root].filter((path) => text.includes(path));
    expect(paths, file).toEqual(file === 'package.json' ? ['file:..'] : []);
  }
});

test('writes a path as JSON', async () => {
  const from = await makeFolder({ 'a "runtime"/package.json': '{}' });
  const folder = join(from, 'my-plugin');
  await createPlugin({ folder, from, runtime: './a "runtime"' });
  const { devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies['@nousviz/widget-runtime']).toBe('file:../a "runtime"');
});

test.each(['dist', 'dist/', '**/dist', '/plugins/*/widget/dist', 'dist/*', '**/dist/**', '*.js'])(
  'keeps bundles in git below a .gitignore of %s',
  async (pattern) => {
    const from = await makeFolder({ '.gitignore': `${pattern}\nnode_modules\n` });
    const folder = join(from, 'plugins/my-plugin');
    await createPlugin({ folder, from, runtime: '^9.0.0' });
    execFileSync('git', ['init', '--quiet'], { cwd: from });
    const isIgnored = (path: string) =>
      spawnSync('git', ['check-ignore', '--quiet', path], { cwd: folder }).status === 0;
    expect(isIgnored('widget/dist/MyPlugin.js')).toBe(false);
    expect(isIgnored('node_modules/react/index.js')).toBe(true);
  },
);

test('declares types of the files that the build inlines', async () => {
  const from = await makeFolder();
  const folder = join(from, 'my-plugin');
  await createPlugin({ folder, from, runtime: '^9.0.0' });
  const text = await readFile(join(folder, 'widget/files.d.ts'), 'utf8');
  const declared = [...text.matchAll(/^declare module '\*(\.\w+)';$/gm)].map(([, extension]) => extension!);
  const [, list = ''] = /\(\?:(.*)\)/.exec(ASSETS.source)!;
  const inlined = list.split('|').flatMap((one) => [one.replace(/.\?/, ''), one.replace('?', '')]);
  expect(declared.toSorted()).toEqual([...new Set(inlined)].map((one) => `.${one}`).toSorted());
});
