import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installArchive } from '../archive/index.ts';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { installPlugin } from './install.ts';
import { formatPacked, packPlugin } from './pack.ts';

const FILES = {
  'plugin.yaml': `id: sales
version: 1.0.0
dashboards: [{ name: extra, path: more/extra.yaml }]
frontend: {components: [{name: Chart, path: widget/dist/Chart.js}]}
`,
  'widget/dist/Chart.js': 'export default () => null;\n',
  'widget/dist/Chart.js.map': '{"version":3,"sources":[],"mappings":""}',
  'widget/Chart.tsx': 'source',
  'dashboards/main.yaml': 'panels: [{ type: custom, component: Chart }]\n',
  'more/extra.yaml': 'panels: []\n',
  'migrations/001.sql': 'select 1;',
  'api/routes.py': 'pass',
  'api/__pycache__/routes.pyc': 'compiled',
  'README.md': '# Sales',
  LICENSE: 'MIT',
  '.env': 'SECRET=1',
  'node_modules/react/index.js': 'installed',
  'package.json': '{}',
  'mock/data.json': '[]',
};

const NEEDED = [
  'LICENSE',
  'README.md',
  'api/routes.py',
  'dashboards/main.yaml',
  'migrations/001.sql',
  'more/extra.yaml',
  'plugin.yaml',
  'widget/dist/Chart.js',
  'widget/dist/Chart.js.map',
];

async function makePlugin(changes: Record<string, string> = {}) {
  const folder = join(await makeFolder(), 'sales');
  await writeFiles(folder, { ...FILES, ...changes });
  return { folder, out: join(await makeFolder(), 'sales.zip') };
}

const rsaKey = () =>
  String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
  );

const pathsOf = ({ files }: { files: { path: string }[] }) => files.map(({ path }) => path);

test('packs what a NousViz needs, and nothing that is hidden, installed or compiled', async () => {
  const packed = await packPlugin(await makePlugin());
  expect(pathsOf(packed)).toEqual(NEEDED);
  expect(formatPacked(packed)).toContain('sales.zip: 9 files and their list, ');
});

test('packs the sources on request', async () => {
  const packed = await packPlugin({ ...(await makePlugin()), sources: true });
  expect(pathsOf(packed)).toEqual(
    [...NEEDED, 'mock/data.json', 'package.json', 'widget/Chart.tsx'].toSorted(),
  );
});

test('leaves out the archives of other versions', async () => {
  const more = { 'sales-0.9.0.zip': 'PK', 'sales-0.9.0.zip.minisig': 'x', 'data.zip': 'PK' };
  const packed = await packPlugin({ ...(await makePlugin(more)), sources: true });
  expect(pathsOf(packed).filter((path) => path.includes('zip'))).toEqual(['data.zip']);
});

test.each([
  ['that is missing', undefined, /key\.pem cannot be read/],
  ['of another kind', rsaKey(), /of the kind rsa, not Ed25519/],
])('writes no archive for a key %s', async (_, pem, message) => {
  const { folder, out } = await makePlugin();
  const sign = join(await makeFolder(pem === undefined ? {} : { 'key.pem': pem }), 'key.pem');
  await expect(packPlugin({ folder, out, sign })).rejects.toThrow(message);
  expect(existsSync(out)).toBe(false);
});

test('writes the same bytes for the same plugin in another folder', async () => {
  const [one, two] = [await packPlugin(await makePlugin()), await packPlugin(await makePlugin())];
  expect(one.archive).not.toBe(two.archive);
  expect(one.sha256).toBe(two.sha256);
});

test('installs what it packed', async () => {
  const { archive } = await packPlugin(await makePlugin());
  const into = await makeFolder();
  expect(await installPlugin({ archive, into })).toBe(
    `Installed sales 1.0.0 in ${join(into, 'sales')}.
It is not signed.
None of its code runs in pages, until an operator trusts it.`,
  );
  expect(await installArchive({ archive, into })).toMatchObject({ isUpdate: true });
});

test.each([
  ['0.9.0', '1.0.0', 'Updated sales from 0.9.0 to 1.0.0 in '],
  ['1.10.0', '1.9.0', 'Updated sales from 1.10.0 to 1.9.0 in '],
  ['1.0.0', '1.0.0', 'Replaced sales 1.0.0 in '],
])('says which version was there: %s, then %s', async (before, after, words) => {
  const into = await makeFolder();
  const installVersion = async (version: string) => {
    const { folder, out } = await makePlugin();
    const manifest = await readFile(join(folder, 'plugin.yaml'), 'utf8');
    await writeFile(join(folder, 'plugin.yaml'), manifest.replace('1.0.0', version));
    return installPlugin({ archive: (await packPlugin({ folder, out })).archive, into });
  };
  await installVersion(before);
  const text = await installVersion(after);
  expect(text).toContain(words);
  expect(text.includes('This is an older version.')).toBe(after === '1.9.0');
});

test('packs nothing while check finds an error', async () => {
  const { folder, out } = await makePlugin({
    'widget/dist/Chart.js': 'import "react";\nexport default 1;\n',
  });
  await expect(packPlugin({ folder, out })).rejects.toThrow('Nothing is packed: correct the errors first.');
  await expect(installArchive({ archive: out, into: folder })).rejects.toThrow('there is no such file');
});

test('refuses links, names that other systems cannot have, and a file that is too large', async () => {
  const linked = await makePlugin();
  await symlink('/etc/passwd', join(linked.folder, 'migrations/002.sql'));
  await expect(packPlugin(linked)).rejects.toThrow(
    'migrations/002.sql is a link. Replace it with the file itself.',
  );
  await expect(packPlugin(await makePlugin({ 'migrations/a:b.sql': '' }))).rejects.toThrow(
    'migrations/a:b.sql has a character that Windows does not allow. Rename it.',
  );
  await expect(
    packPlugin(await makePlugin({ 'migrations/A.sql': '', 'migrations/a.sql': '' })),
  ).rejects.toThrow(
    '“migrations/A.sql” and “migrations/a.sql” are one file on some systems. Rename one of them.',
  );
  const large = await makePlugin({ 'migrations/data.sql': '' });
  await truncate(join(large.folder, 'migrations/data.sql'), 33e6);
  await expect(packPlugin(large)).rejects.toThrow(
    'migrations/data.sql has 33.0 MB, and at most 32 MB are allowed. Make it smaller.',
  );
});
