import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { createServer, fileTrustStore, readPlugins } from '../server/index.ts';
import { INSTALL_RECORD } from '../server/tools.ts';
import { installArchive } from './install.ts';
import { INTEGRITY_FILE, listFiles } from './integrity.ts';
import { rawZip, type RawFile } from './raw-zip.test.kit.ts';
import { signArchive } from './signature.ts';
import { ARCHIVE_LIMITS, writeZip, type Files } from './zip.ts';

const BUNDLE = 'export default () => null;\n';
const manifestOf = (version: string) =>
  `id: sales\nversion: ${version}\nfrontend: {components: [{name: Chart, path: widget/dist/Chart.js}]}\n`;

/** The files of a good plugin, changed. `undefined` removes one. */
function filesOf(changes: Record<string, string | undefined> = {}, version = '1.0.0'): Files {
  const all = { 'plugin.yaml': manifestOf(version), 'widget/dist/Chart.js': BUNDLE, ...changes };
  return new Map(
    Object.entries(all).flatMap(([path, text]) => (text === undefined ? [] : [[path, Buffer.from(text)]])),
  );
}

const listOf = (files: Files, id = 'sales', version = '1.0.0') =>
  Buffer.from(JSON.stringify(listFiles(id, version, files)));

/** An archive of a good plugin, as `pack` writes it, changed. */
const archiveOf = (changes: Record<string, string | undefined> = {}, version = '1.0.0') => {
  const files = filesOf(changes, version);
  return Buffer.from(writeZip(new Map(files).set(INTEGRITY_FILE, listOf(files, 'sales', version))));
};

/** A good plugin's archive with further raw files, which its list names. */
function rawOf(...more: RawFile[]): Buffer {
  const files = filesOf();
  for (const { name, content = '' } of more) files.set(String(name), Buffer.from(content));
  const good = [...filesOf()].map(([name, content]) => ({ name, content: Buffer.from(content) }));
  return rawZip([...good, ...more, { name: INTEGRITY_FILE, content: listOf(files) }]);
}

async function makeInstall(archive: Uint8Array, signature?: string) {
  const folder = await makeFolder();
  const into = join(folder, 'plugins');
  await mkdir(into);
  const path = join(folder, 'sales.zip');
  const write = async (bytes: Uint8Array, text?: string) => {
    await writeFile(path, bytes);
    if (text !== undefined) await writeFile(`${path}.minisig`, text);
  };
  await write(archive, signature);
  return { folder, into, write, install: (key?: string) => installArchive({ archive: path, into, key }) };
}

test('installs a plugin that a server reads, and updates it', async () => {
  const { into, write, install } = await makeInstall(archiveOf({ 'dashboards/main.yaml': 'panels: []\n' }));
  expect(await install()).toEqual({
    id: 'sales',
    version: '1.0.0',
    folder: join(into, 'sales'),
    isUpdate: false,
  });
  const read = await readPlugins(into);
  expect(read).toMatchObject({ refused: [], plugins: [{ id: 'sales', version: '1.0.0' }] });
  expect(await readFile(join(into, 'sales/widget/dist/Chart.js'), 'utf8')).toBe(BUNDLE);

  await write(archiveOf({}, '1.1.0'));
  expect(await install()).toMatchObject({ version: '1.1.0', versionBefore: '1.0.0', isUpdate: true });
  // Nothing of the old version stays.
  expect(existsSync(join(into, 'sales/dashboards'))).toBe(false);
  expect(await readdir(into)).toEqual(['sales']);
  const record = JSON.parse(await readFile(join(into, 'sales', INSTALL_RECORD), 'utf8'));
  expect(Object.keys(record.files)).toEqual(['plugin.yaml', 'widget/dist/Chart.js']);
});

const SYMLINK = 0o120777;
const FIFO = 0o010644;
const evil = (name: string): [string, () => Buffer] => [JSON.stringify(name), () => rawOf({ name })];
const withList = (change: (list: ReturnType<typeof listFiles>) => unknown) => () => {
  const list = change(listFiles('sales', '1.0.0', filesOf()));
  const text = typeof list === 'string' ? list : JSON.stringify(list);
  return Buffer.from(writeZip(filesOf().set(INTEGRITY_FILE, Buffer.from(text))));
};

/** Archives that want to do harm or are broken, and what the refusal says. */
const HOSTILE: [name: string, archive: () => Buffer, says: RegExp][] = [
  ...(
    [
      ['../evil.js', /\.\.\/evil\.js/],
      ['widget/../../evil.js', /evil\.js/],
      ['./evil.js', /leads out|empty part|relative/],
      ['/etc/evil.js', /absolute/],
      ['C:/evil.js', /absolute/],
      ['C:evil.js', /absolute/],
      ['..\\evil.js', /invalid characters|backslash/],
      ['widget\\evil.js', /invalid characters|backslash/],
      ['//server/share/evil.js', /absolute/],
      ['a//evil.js', /empty part/],
      ['folder/', /empty part/],
      ['evil\u0000.js', /control character/],
      ['evil\n.js', /control character/],
      ['evil\u202egnp.js', /control character/],
      ['.git/hooks/post-checkout', /is hidden/],
      ['.env', /is hidden/],
      [INSTALL_RECORD, /is hidden/],
      ['node_modules/react/index.js', /is an installed package/],
      ['CON', /device on Windows/],
      ['widget/aux.js', /device on Windows/],
      ['evil.js.', /Windows drops/],
      ['evil /x.js', /Windows drops/],
      ['evil?.js', /Windows does not allow/],
      ['file.js:stream', /Windows does not allow/],
      ['e\u0301vil.js', /some systems change/],
      [`${'a/'.repeat(120)}evil.js`, /longer than 180/],
      ['PLUGIN.YAML', /one file on some systems/],
      ['Widget/evil.js', /one folder on some systems/],
      ['plugin.yaml/evil.js', /both a file and a folder/],
      ['plugin.yaml', /in it twice/],
    ] as const
  ).map(([name, says]): [string, () => Buffer, RegExp] => [...evil(name), says]),
  [
    'a symbolic link',
    () => rawOf({ name: 'link.js', content: '/etc/passwd', mode: SYMLINK }),
    /link or a device/,
  ],
  ['a pipe', () => rawOf({ name: 'pipe.js', mode: FIFO }), /link or a device/],
  ['an encrypted file', () => rawOf({ name: 'x.js', method: 8, flags: 0x801 }), /encrypted/],
  ['an unknown compression', () => rawOf({ name: 'x.js', method: 99 }), /unknown compression/],
  [
    'two names of one file',
    () => rawOf({ name: 'good.js', localName: 'evil.js' }),
    /two headers that differ/,
  ],
  [
    'a size that is too small',
    () => rawOf({ name: 'x.js', content: 'a'.repeat(5000), method: 8, size: 10 }),
    /too many bytes/,
  ],
  [
    'a size that is too large',
    () => rawOf({ name: 'x.js', content: 'a', method: 8, size: 10 }),
    /not enough bytes/,
  ],
  ['a stored size that lies', () => rawOf({ name: 'x.js', content: 'abc', size: 10 }), /size mismatch/],
  [
    'a bomb of one file',
    () => rawOf({ name: 'x.js', content: Buffer.alloc(33e6), method: 8 }),
    /larger than 32 MB/,
  ],
  ['a bomb that states its size', () => rawOf({ name: 'x.js', method: 8, size: 4e9 }), /larger than 32 MB/],
  [
    'a bomb of many files',
    () =>
      rawOf(
        ...Array.from({ length: 5 }, (_, index) => ({
          name: `${index}.js`,
          content: Buffer.alloc(30e6),
          method: 8,
        })),
      ),
    /together larger/,
  ],
  [
    'too many files',
    () => rawOf(...Array.from({ length: ARCHIVE_LIMITS.files }, (_, index) => ({ name: `${index}.js` }))),
    /more than 2000 files/,
  ],
  ['too large an archive', () => Buffer.concat([archiveOf(), Buffer.alloc(33e6)]), /larger than 32 MB/],
  [
    'text after the end',
    () => rawZip([{ name: INTEGRITY_FILE }], { comment: '<script>' }),
    /text after its last file/,
  ],
  [
    'a script before the start',
    () => Buffer.concat([Buffer.from('#!/bin/sh\n'), archiveOf()]),
    /not a zip file/,
  ],
  ['a wrong number of files', () => rawZip([{ name: INTEGRITY_FILE }], { count: 3 }), /cannot be read/],
  ['half an archive', () => archiveOf().subarray(0, 200), /cannot be read/],
  ['another format', () => Buffer.from('\u001f\u008b', 'latin1'), /not a zip file/],
  ['nothing', () => Buffer.alloc(0), /not a zip file/],
  ['no list', () => Buffer.from(writeZip(filesOf())), /has no nousviz-integrity\.json/],
  ['a list that is not JSON', withList(() => '{'), /is not JSON/],
  ['a list of another format', withList((list) => ({ ...list, format: 2 })), /another format/],
  ['a list with an id that leads out', withList((list) => ({ ...list, id: '../other' })), /valid id/],
  ['a list without a version', withList((list) => ({ ...list, version: undefined })), /is not text/],
  [
    'a file that the list does not name',
    withList((list) => ({ ...list, files: { 'plugin.yaml': list.files['plugin.yaml'] } })),
    /“widget\/dist\/Chart\.js” is not in its list/,
  ],
  [
    'a file that is missing',
    withList((list) => ({ ...list, files: { ...list.files, 'gone.js': list.files['plugin.yaml'] } })),
    /“gone\.js” is in its list of files and missing/,
  ],
  [
    'a file with another hash',
    withList((list) => ({
      ...list,
      files: { ...list.files, 'plugin.yaml': list.files['widget/dist/Chart.js'] },
    })),
    /“plugin\.yaml” is not the file/,
  ],
  [
    'a list with a hash of __proto__',
    withList((list) => JSON.stringify(list).replace('"widget/dist/Chart.js":', '"__proto__":')),
    /“widget\/dist\/Chart\.js” is not in its list/,
  ],
  [
    'no manifest',
    () => archiveOf({ 'plugin.yaml': undefined }),
    /server would refuse the plugin.*plugin\.yaml/,
  ],
  [
    'an invalid manifest',
    () => archiveOf({ 'plugin.yaml': 'id: sales\nid: sales\n' }),
    /server would refuse the plugin/,
  ],
  [
    'another plugin’s id',
    () => archiveOf({ 'plugin.yaml': manifestOf('1.0.0').replace('sales', 'crm') }),
    /has the id “crm”, and its list “sales”/,
  ],
  [
    'another version',
    () => archiveOf({ 'plugin.yaml': manifestOf('2.0.0') }),
    /has the version “2\.0\.0”, and its list “1\.0\.0”/,
  ],
  [
    'a missing bundle',
    () => archiveOf({ 'widget/dist/Chart.js': undefined }),
    /bundle widget\/dist\/Chart\.js of its component Chart is missing/,
  ],
];

test('at least 40 hostile archives are tried', () => {
  expect(new Set(HOSTILE.map(([name]) => name)).size).toBeGreaterThan(60);
});

test.for(HOSTILE)('refuses %s, and leaves the installed plugin as it is', async ([, archive, says]) => {
  const { folder, into, write, install } = await makeInstall(archiveOf());
  await install();
  const before = await readdir(folder, { recursive: true });
  await write(archive());
  const thrown = await install().catch((error: Error) => error);
  expect(thrown).toMatchObject({ name: 'ArchiveError', message: expect.stringMatching(says) });
  expect((thrown as Error).message).toMatch(
    /^sales\.zip is not installed: .*\. Ask its author for an archive/s,
  );
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(before.toSorted());
  expect(await readFile(join(into, 'sales/plugin.yaml'), 'utf8')).toBe(manifestOf('1.0.0'));
});

test('a process that ended between two steps leaves the old plugin to servers, and the next installation repairs the folder', async () => {
  const { into, install } = await makeInstall(archiveOf({}, '1.1.0'));
  const old = await makeFolder({
    'plugin.yaml': manifestOf('1.0.0'),
    'widget/dist/Chart.js': BUNDLE,
    [INSTALL_RECORD]: JSON.stringify({ format: 1, files: {} }),
  });
  await cp(old, join(into, '.replaced-sales'), { recursive: true });
  await mkdir(join(into, '.installing-sales-999999999/sales'), { recursive: true });
  expect(await readPlugins(into)).toMatchObject({
    plugins: [{ id: 'sales', version: '1.0.0' }],
    refused: [],
  });
  expect(await install()).toMatchObject({ isUpdate: true });
  expect(await readPlugins(into)).toMatchObject({ plugins: [{ version: '1.1.0' }] });
  expect(await readdir(into)).toEqual(['sales']);
});

test('leaves a folder alone that no archive has made, unless it may be replaced', async () => {
  const { into, folder, install } = await makeInstall(archiveOf());
  const own = { 'plugin.yaml': manifestOf('0.9.0'), 'widget/dist/Chart.js': BUNDLE, 'keep.txt': 'mine' };
  await cp(await makeFolder(own), join(into, 'sales'), { recursive: true });
  await expect(install()).rejects.toThrow(
    /sales is not from an archive.*Move it away, or replace it with --replace/,
  );
  expect(await readFile(join(into, 'sales/keep.txt'), 'utf8')).toBe('mine');
  expect(await readdir(into)).toEqual(['sales']);
  expect(await installArchive({ archive: join(folder, 'sales.zip'), into, replace: true })).toMatchObject({
    version: '1.0.0',
    versionBefore: '0.9.0',
    isUpdate: true,
  });
});

const pem = () =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;

test('states who signed an archive, and whether it is the same key as last time', async () => {
  const [mine, other] = [pem(), pem()];
  const signed = (bytes: Buffer, key: string) => [bytes, signArchive(bytes, key, 'sales.zip')] as const;
  const [first, { publicKey, signature }] = signed(archiveOf(), mine);
  const { write, install, into } = await makeInstall(first, signature);
  const sameKey = async () =>
    JSON.parse(await readFile(join(into, 'sales', INSTALL_RECORD), 'utf8')).same_key as unknown;
  expect(await install(publicKey)).toMatchObject({ signedBy: publicKey });
  expect(await sameKey()).toBeUndefined();

  const [second, again] = signed(archiveOf({}, '1.1.0'), mine);
  await write(second, again.signature);
  expect(await install()).toMatchObject({ signedBy: publicKey, signedBefore: publicKey });
  expect(await sameKey()).toBe(true);

  const [third, changed] = signed(archiveOf({}, '1.2.0'), other);
  await write(third, changed.signature);
  await expect(install(publicKey)).rejects.toThrow('another key than the expected one signed it');
  expect(await install()).toMatchObject({ signedBy: changed.publicKey, signedBefore: publicKey });
  expect(await sameKey()).toBe(false);
});

test('a server states the signature of the bytes on the disk, and only of these', async () => {
  const key = pem();
  const { publicKey, signature } = signArchive(archiveOf(), key, 'sales.zip');
  const { folder, into, write, install } = await makeInstall(archiveOf(), signature);
  const { fetch: handler } = createServer({
    plugins: into,
    trust: fileTrustStore(join(folder, 'trust.jsonl')),
  });
  const facts = async () => {
    const response = await handler(new Request('http://localhost/api/plugins/sales'));
    const { signed_by, signer } = await response.json();
    return [signed_by, signer];
  };
  await install();
  expect(await facts()).toEqual([publicKey, 'first']);
  const next = archiveOf({}, '1.1.0');
  await write(next, signArchive(next, key, 'sales.zip').signature);
  await install();
  expect(await facts()).toEqual([publicKey, 'same']);
  const other = archiveOf({}, '1.2.0');
  await write(other, signArchive(other, pem(), 'sales.zip').signature);
  await install();
  expect(await facts()).toEqual([expect.not.stringMatching(publicKey), 'other']);
  await writeFile(join(into, 'sales/widget/dist/Chart.js'), 'export default 1;\n');
  expect(await facts()).toEqual([undefined, undefined]);
});

test('a manifest cannot state a signature', async () => {
  const { folder, into, install } = await makeInstall(
    archiveOf({ 'plugin.yaml': `${manifestOf('1.0.0')}signed_by: RWme\nsigner: same\n` }),
  );
  await install();
  const { fetch: handler } = createServer({
    plugins: into,
    trust: fileTrustStore(join(folder, 'trust.jsonl')),
  });
  const entry = await (await handler(new Request('http://localhost/api/plugins/sales'))).json();
  expect(entry).not.toHaveProperty('signed_by');
  expect(entry).not.toHaveProperty('signer');
});

test('refuses a signature of other bytes, of a changed comment, and a missing one that is expected', async () => {
  const key = pem();
  const { publicKey, signature } = signArchive(archiveOf(), key, 'sales.zip');
  const { write, install } = await makeInstall(archiveOf({}, '1.1.0'), signature);
  await expect(install()).rejects.toThrow('does not belong to these bytes');
  await write(archiveOf(), signature.replace('file:sales.zip', 'file:other.zip'));
  await expect(install()).rejects.toThrow('does not belong to these bytes');
  await write(archiveOf(), 'nonsense');
  await expect(install()).rejects.toThrow('not one of minisign');
  await write(archiveOf(), signature.replace(/\tkey:\S+/, ''));
  await expect(install()).rejects.toThrow(
    'its signature does not name its key. Give the publisher’s public key with --key.',
  );
  const unsigned = await makeInstall(archiveOf());
  await expect(unsigned.install(publicKey)).rejects.toThrow(
    'it has no signature: sales.zip.minisig is missing',
  );
  await expect(unsigned.install('nonsense')).rejects.toThrow(/has no signature/);
});
