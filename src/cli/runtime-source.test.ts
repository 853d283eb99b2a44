import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { findRuntimeSource, type RuntimeSource } from './runtime-source.ts';

const name = '@nousviz/widget-runtime';
const installed = `node_modules/${name}`;
const npx = '.npm/_npx/7a3becd0';
const store = `node_modules/.pnpm/${name.replace('/', '+')}@1.2.3/${installed}`;
const tarball = 'file:../nousviz-widget-runtime-1.2.3.tgz';
const served = 'https://registry.example/@nousviz/widget-runtime/-/widget-runtime-1.2.3.tgz';

const dependency = (spec: string, kind = 'dependencies') => JSON.stringify({ [kind]: { [name]: spec } });
const zip = (source: string) => `cache/@nousviz-widget-runtime-${source}-48-8e26.zip/${installed}`;
const create = 'create-nousviz-widget';
const maker = (spec: string) => JSON.stringify({ dependencies: { [create]: spec } });
const lockfile = (resolved?: string, path = installed) =>
  JSON.stringify({ packages: { [path]: { version: '1.2.3', resolved } } });

/** The source that is found on a machine with the package in the folder `at` and with the given files. */
async function sourceOn(at: string, files: Record<string, string>, runtime?: string) {
  const machine = await makeFolder({
    [`${at}/package.json`]: JSON.stringify({
      name,
      version: '1.2.3',
      files: ['dist'],
      scripts: { prepack: 'exit 1' },
    }),
    [`${at}/dist/index.js`]: 'export {};',
    ...files,
  });
  const folder = join(machine, 'plugins/my-plugin');
  const source = await findRuntimeSource({ folder, root: resolve(machine, at), runtime, from: machine });
  return { folder, source };
}

const range = '^1.2.3';
const vendored = 'file:vendor/nousviz-widget-runtime-1.2.3.tgz';

test.each<[where: string, at: string, files: Record<string, string>, spec: string]>([
  ['npx', `${npx}/${installed}`, { [`${npx}/package.json`]: dependency('^1.2.3') }, range],
  [
    'npx, with npm’s lockfile',
    `${npx}/${installed}`,
    {
      [`${npx}/package.json`]: dependency('^1.2.3'),
      [`${npx}/node_modules/.package-lock.json`]: lockfile(served),
    },
    range,
  ],
  ['npx of a tag', `${npx}/${installed}`, { [`${npx}/package.json`]: dependency('next') }, range],
  ['npx of a tarball', `${npx}/${installed}`, { [`${npx}/package.json`]: dependency(tarball) }, vendored],
  [
    'a project',
    `app/${installed}`,
    {
      'app/package.json': dependency('~1.2.0', 'devDependencies'),
      'app/node_modules/.package-lock.json': lockfile(served),
    },
    range,
  ],
  [
    'a project whose lockfile has no URLs',
    `app/${installed}`,
    { 'app/package.json': dependency('1'), 'app/node_modules/.package-lock.json': lockfile() },
    range,
  ],
  [
    'a project, under an alias',
    'app/node_modules/runtime',
    { 'app/node_modules/.package-lock.json': lockfile(served, 'node_modules/runtime') },
    range,
  ],
  [
    'another package of a project',
    `app/node_modules/other/${installed}`,
    { 'app/node_modules/.package-lock.json': lockfile(served, `node_modules/other/${installed}`) },
    range,
  ],
  [
    'a project, from a tarball',
    `app/${installed}`,
    { 'app/package.json': dependency(tarball), 'app/node_modules/.package-lock.json': lockfile(tarball) },
    vendored,
  ],
  [
    'a project, from a tarball that is not in package.json',
    `app/${installed}`,
    { 'app/package.json': dependency('^1.0.0'), 'app/node_modules/.package-lock.json': lockfile(tarball) },
    vendored,
  ],
  [
    'a project, from a URL',
    `app/${installed}`,
    { 'app/package.json': dependency('https://example.com/r.tgz') },
    vendored,
  ],
  ['a project, from git', `app/${installed}`, { 'app/package.json': dependency('github:a/b') }, vendored],
  [
    'a project, from a copied folder',
    `app/${installed}`,
    { 'app/package.json': dependency('file:../r') },
    vendored,
  ],
  [
    'npm create, with a lockfile',
    `${npx}/${installed}`,
    {
      [`${npx}/package.json`]: maker('^1.2.3'),
      [`${npx}/node_modules/.package-lock.json`]: lockfile(served),
    },
    range,
  ],
  [
    'yarn create',
    `.config/yarn/global/${installed}`,
    { '.config/yarn/global/package.json': maker('1.2.3') },
    range,
  ],
  ['pnpm create', `dlx/${store}`, { 'dlx/package.json': maker('file:../create.tgz') }, range],
  [
    'npm create, with a tarball of this package',
    `${npx}/${installed}`,
    { [`${npx}/package.json`]: JSON.stringify({ dependencies: { [create]: '1', [name]: tarball } }) },
    vendored,
  ],
  [
    'npm create, with a lockfile that has a tarball',
    `${npx}/${installed}`,
    {
      [`${npx}/package.json`]: maker('1'),
      [`${npx}/node_modules/.package-lock.json`]: lockfile(tarball),
    },
    vendored,
  ],
  [
    'a global folder, below the package of npm create',
    `lib/node_modules/${create}/${installed}`,
    { [`lib/node_modules/${create}/package.json`]: dependency('1.2.3') },
    range,
  ],
  [
    'an archive of Yarn',
    `.yarn/__virtual__/@nousviz-widget-runtime-virtual-1a/0/${zip('npm-1.2.3')}`,
    {},
    range,
  ],
  ['an archive of Yarn, from a tarball', `.yarn/berry/${zip('file')}`, {}, vendored],
  ['pnpm’s store', `app/${store}`, { 'app/package.json': dependency('^1.0.0') }, range],
  ['pnpm’s store, from a tarball', `app/${store}`, { 'app/package.json': dependency(tarball) }, vendored],
  ['a global folder, which has no lockfile', `lib/${installed}`, {}, vendored],
  ['a project whose package.json is broken', `app/${installed}`, { 'app/package.json': '{' }, vendored],
  ['a checkout', 'checkout', {}, 'file:../../checkout'],
])('finds the source of a package in %s', async (_, at, files, spec) => {
  const { folder, source } = await sourceOn(at, files);
  expect(source.spec).toBe(spec);
  const isVendored = spec === vendored;
  expect(source.files).toEqual(isVendored ? ['vendor/nousviz-widget-runtime-1.2.3.tgz'] : []);
  const found = await readdir(join(folder, 'vendor')).catch(() => []);
  expect(found).toEqual(isVendored ? ['nousviz-widget-runtime-1.2.3.tgz'] : []);
  expect(source.note ?? '').toMatch(
    { [range]: /^$/, [vendored]: /Commit it/ }[spec] ?? /only on this machine/,
  );
});

const outside =
  /only on this machine: .* at \.\.\/\.\.\/my tarballs\/r\.tgz\.[^]*npm pack "\.\.\/\.\.\/my tarballs\/r\.tgz" /;

test.each<[runtime: string, spec: string, note: RegExp]>([
  ['^9.0.0', '^9.0.0', /^$/],
  ['https://example.com/r.tgz', 'https://example.com/r.tgz', /^$/],
  ['./my tarballs/r.tgz', 'file:../../my tarballs/r.tgz', outside],
  ['file:my tarballs/r.tgz', 'file:../../my tarballs/r.tgz', outside],
])('prefers --runtime %s', async (runtime, spec, note) => {
  const { source } = await sourceOn(`lib/${installed}`, { 'my tarballs/r.tgz': '' }, runtime);
  expect(source).toMatchObject({ spec, files: [] } satisfies RuntimeSource);
  expect(source.note ?? '').toMatch(note);
});

test.each(['./none.tgz', 'file:none', 'none.tgz'])(
  'rejects --runtime %s, which does not exist',
  async (runtime) => {
    await expect(sourceOn('checkout', {}, runtime)).rejects.toMatchObject({
      name: 'UsageError',
      message: `--runtime ${runtime} does not exist. Give a version, or the path of a folder or tarball.`,
    });
  },
);

test('leaves nothing behind if npm cannot pack the package', async () => {
  const machine = await makeFolder();
  const folder = join(machine, 'my-plugin');
  const root = join(machine, 'node_modules/none');
  await expect(findRuntimeSource({ folder, root, from: machine })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/npm cannot pack .*\n.*--runtime SPEC/),
  });
  expect(await readdir(folder)).toEqual([]);
});
