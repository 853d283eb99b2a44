import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURES } from '../../fixtures/libraries/features/features.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { ASSETS } from '../bundling/assets.ts';
import { QUERY } from '../bundling/queries.ts';
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
  const guide = await readFile(join(import.meta.dirname, '../vite/README.md'), 'utf8');
  const queries = [...guide.matchAll(/^\| `import .* from '[^']*(\?\w+)'`/gm)].map(([, query]) => query!);
  expect(queries).toContain('?raw');
  for (const query of queries) expect(text).toContain(`declare module '*${query}' {`);
});

/** A use of each query that the features list, which each of the three builds accepts. */
const QUERIES: Record<string, string> = {
  raw: 'value.trim()',
  url: 'new URL(value)',
  inline: 'value.trim()',
  worker: `new value({ name: 'a' }).postMessage(1)`,
  init: 'value({}).then(({ exports }) => exports)',
};

test('declares types of the queries that each build accepts', async () => {
  const listed = JSON.stringify(FEATURES).matchAll(/\.\w+\?([a-z]+)['"]/g);
  expect(new Set([...listed].map(([, query]) => query))).toEqual(new Set(Object.keys(QUERIES)));
  const from = await makeFolder();
  const folder = join(from, 'my-plugin');
  await createPlugin({ folder, from, runtime: '^9.0.0' });
  const lines = Object.entries(QUERIES).map(
    ([query, use]) =>
      `import ${query} from './file.ext?${query}';\nexport const ${query}Use = (value: typeof ${query}) => ${use};`,
  );
  await writeFile(join(folder, 'widget/uses.ts'), lines.join('\n'));
  const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
  const config = { extends: './tsconfig.json', include: [], files: ['widget/files.d.ts', 'widget/uses.ts'] };
  await writeFile(join(folder, 'tsconfig.uses.json'), JSON.stringify(config));
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.uses.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

test('declares types of the queries that the build follows', async () => {
  const from = await makeFolder();
  const folder = join(from, 'my-plugin');
  await createPlugin({ folder, from, runtime: '^9.0.0' });
  const text = await readFile(join(folder, 'widget/files.d.ts'), 'utf8');
  const [, words = ''] = /\(\?:([a-z|]+)\)/.exec(QUERY.source)!;
  const declared = [...text.matchAll(/^declare module '\*\?(\w+)'/gm)].map(([, word]) => word!);
  expect(declared.toSorted()).toEqual(words.split('|').toSorted());
});

const make = async (id: string) => {
  const from = await makeFolder();
  const folder = join(from, id);
  const { files } = await createPlugin({ folder, from, runtime: '^9.0.0' });
  return { folder, files };
};

test('accepts the clone of an empty repository, and no folder with files', async () => {
  const from = await makeFolder({ 'mine/.git/HEAD': 'ref: refs/heads/main', 'taken/notes.txt': '' });
  const { files } = await createPlugin({ folder: join(from, 'mine'), from, runtime: '^9.0.0' });
  expect(files).toContain('plugin.yaml');
  await expect(createPlugin({ folder: join(from, 'taken'), from, runtime: '^9.0.0' })).rejects.toThrow(
    'taken is not empty. Choose a new folder.',
  );
});

test.each(['a', 'my-plugin', `${'very-'.repeat(9)}long`])(
  'the files of the plugin %s are formatted',
  async (id) => {
    const { folder } = await make(id);
    const prettier = join(import.meta.dirname, '../../node_modules/prettier/bin/prettier.cjs');
    const { stdout, stderr, status } = spawnSync(process.execPath, [prettier, '--check', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('All matched files use Prettier');
    expect(status).toBe(0);
  },
);

test('the files of a plugin pass its linter', async () => {
  const { folder } = await make('my-plugin');
  const oxlint = join(import.meta.dirname, '../../node_modules/oxlint/bin/oxlint');
  const { stdout, status } = spawnSync(process.execPath, [oxlint, '--deny-warnings'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toContain('Found 0 warnings and 0 errors');
  expect(status).toBe(0);
});

test('tests, types and the preview of a plugin use one version of React', async () => {
  const { folder } = await make('my-plugin');
  const { devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const versions = ['react', 'react-dom', '@types/react'].map((name) => devDependencies[name]);
  // `nousviz-widget dev` uses the installed one.
  expect(new Set(versions)).toEqual(new Set(['^19.0.0']));
});

test('the advice for agents is about 20 lines and names scripts and files that exist', async () => {
  const { folder, files } = await make('my-plugin');
  const text = await readFile(join(folder, 'AGENTS.md'), 'utf8');
  expect(text.trim().split('\n').length).toBeLessThanOrEqual(24);
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const [, script] of text.matchAll(/npm (?:run )?(dev|test|types|lint|format|build|check)\b/g))
    expect(scripts).toHaveProperty(script!);
  for (const [, path] of text.matchAll(/`(widget\/(?!dist)[\w./]+\.\w+|plugin\.yaml)`/g))
    expect(files).toContain(path);
  const types = await readFile(join(folder, 'widget/nousviz_widget_types.d.ts'), 'utf8');
  const [, helpers = ''] = /const \{ (.*?) \} = host/.exec(text)!;
  for (const name of helpers.split(', ')) expect(types).toMatch(new RegExp(String.raw`\b${name}[(<]`));
  const [, props = ''] = /It gets (.*?) as props/.exec(text)!;
  for (const [, name] of props.matchAll(/`(\w+)`/g))
    expect(types).toMatch(new RegExp(String.raw`\b${name}\??:`));
});
