import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { expectConsole } from '../../../fixtures/vitest/console.setup.ts';
import { makeFolder } from '../folder.test.kit.ts';
import { fileTrustStore } from './file-store.ts';
import { sha256Of } from './grant.ts';

const newFile = async (text?: string) => {
  const file = join(await makeFolder(), 'trust.jsonl');
  if (text !== undefined) await writeFile(file, text);
  return file;
};
const line = (plugin_id: string, action = 'trust', who = 'ada') =>
  JSON.stringify({ plugin_id, action, who, when: '2026-04-25T14:00:00.000Z' });
const trusted = async (file: string) => [...(await fileTrustStore(file).grants()).keys()];

test('trusts nothing without a file', async () => {
  expect(await trusted(await newFile())).toEqual([]);
});

test('records operator and time, one line for each action', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada', new Map());
  expect(await store.grants()).toEqual(
    new Map([['sales', { who: 'ada', when: expect.any(String), bundles: {} }]]),
  );
  await store.revoke('sales', 'bob');
  await store.revoke('sales', 'bob');
  expect(await store.grants()).toEqual(new Map());
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(lines).toMatchObject([
    { plugin_id: 'sales', action: 'trust', who: 'ada' },
    { plugin_id: 'sales', action: 'revoke', who: 'bob' },
    { plugin_id: 'sales', action: 'revoke', who: 'bob' },
  ]);
  for (const { when } of lines) expect(new Date(when).toISOString()).toBe(when);
});

test('reads its grants after a restart', async () => {
  const file = await newFile();
  await fileTrustStore(file).consent('sales', 'ada', new Map());
  expect(await trusted(file)).toEqual(['sales']);
});

test('makes missing folders, and a file that only its owner can read', async () => {
  const file = join(await makeFolder(), 'a/b/trust.jsonl');
  await fileTrustStore(file).consent('sales', 'ada', new Map());
  expect(await trusted(file)).toEqual(['sales']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('reads lines of another process', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada', new Map());
  await appendFile(file, `${line('stock')}\n${line('sales', 'revoke')}\n`);
  expect([...(await store.grants()).keys()]).toEqual(['stock']);
});

test('ignores an incomplete last line, and appends after it on a new line', async () => {
  const file = await newFile(`${line('sales')}\n${line('stock').slice(0, -5)}`);
  expect(await trusted(file)).toEqual(['sales']);
  expect(console.warn).not.toHaveBeenCalled();
  await fileTrustStore(file).consent('people', 'ada', new Map());
  expectConsole(/trust\.jsonl:2 is not a trust record/);
  expect(await trusted(file)).toEqual(['sales', 'people']);
});

test('reads a complete last line without a line end, now and later', async () => {
  const file = await newFile(line('sales'));
  expect(await trusted(file)).toEqual(['sales']);
  await fileTrustStore(file).consent('stock', 'ada', new Map());
  expect(await trusted(file)).toEqual(['sales', 'stock']);
});

test.each([
  '{"plugin_id":"evil","action":"tru',
  'null',
  '[]',
  '{"plugin_id":"evil","action":"trust"}',
  '{"plugin_id":7}',
  '{"plugin_id":"evil","action":"pin"}',
])('skips the unreadable line %s with one warning', async (bad) => {
  const file = await newFile(`${line('sales')}\n\n${bad}\n${line('stock')}\n`);
  const store = fileTrustStore(file);
  expect([...(await store.grants()).keys()]).toEqual(['sales', 'stock']);
  await store.consent('people', 'ada', new Map());
  expect((await store.grants()).size).toBe(3);
  expectConsole(/trust\.jsonl:3 is not a trust record and is skipped/);
  expect(console.warn).toHaveBeenCalledTimes(1);
});

test('accepts a revoke without an operator', async () => {
  expect(await trusted(await newFile(`${line('sales')}\n{"plugin_id":"sales","action":"revoke"}\n`))).toEqual(
    [],
  );
});

test('rejects if the file cannot be read', async () => {
  const folder = await makeFolder();
  await expect(fileTrustStore(folder).grants()).rejects.toThrow('EISDIR');
  await expect(fileTrustStore(folder).consent('sales', 'ada', new Map())).rejects.toThrow('EISDIR');
});

test('still works after a failed append', async () => {
  const folder = await makeFolder({ blocked: '' });
  const store = fileTrustStore(join(folder, 'blocked/trust.jsonl'));
  await expect(store.grants()).rejects.toThrow('ENOTDIR');
  await expect(store.consent('sales', 'ada', new Map())).rejects.toThrow();
  await rm(join(folder, 'blocked'));
  await store.consent('stock', 'ada', new Map());
  expect([...(await store.grants()).keys()]).toEqual(['stock']);
});

test('records simultaneous actions in the order of the calls', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      i % 2 ? store.revoke('a', `${i}`) : store.consent('a', `${i}`, new Map()),
    ),
  );
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((text) => JSON.parse(text).who)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
});

/** Converts strings by file name to bytes by file name. */
const bundlesOf = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([file, text]) => [file, Buffer.from(text)]));
const hashOf = (text: string) => sha256Of(Buffer.from(text));
const storedAt = (file: string, sha256: string) => join(file, '../bundles', `${sha256}.js`);

test('binds a consent to bytes, and stores them', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map', 'List.js': 'list' }));
  const grant = (await fileTrustStore(file).grants()).get('sales');
  expect(grant).toEqual({
    who: 'ada',
    when: expect.any(String),
    bundles: { 'Map.js': hashOf('map'), 'List.js': hashOf('list') },
  });
  for (const text of ['map', 'list']) {
    expect(await fileTrustStore(file).bytes(hashOf(text))).toEqual(Buffer.from(text));
    expect((await stat(storedAt(file, hashOf(text)))).mode & 0o777).toBe(0o600);
  }
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    plugin_id: 'sales',
    action: 'trust',
    via: 'other',
    ...grant,
  });
  expect(await readdir(join(file, '../bundles'))).toHaveLength(2);
});

test('remembers earlier consents until trust is revoked', async () => {
  const store = fileTrustStore(await newFile());
  const grant = async () => (await store.grants()).get('sales');
  const consent = (texts: Record<string, string>) => store.consent('sales', 'ada', bundlesOf(texts));
  await consent({ 'Map.js': 'one', 'Gone.js': 'gone' });
  await consent({ 'Map.js': 'two' });
  await consent({ 'Map.js': 'three', 'List.js': 'list' });
  expect(await grant()).toMatchObject({
    bundles: { 'Map.js': hashOf('three'), 'List.js': hashOf('list') },
    earlier: { 'Map.js': [hashOf('one'), hashOf('two')], 'Gone.js': [hashOf('gone')] },
  });
  // Bytes that run again are no longer earlier ones.
  await consent({ 'Map.js': 'one' });
  expect((await grant())?.earlier).toEqual({
    'Map.js': [hashOf('two'), hashOf('three')],
    'Gone.js': [hashOf('gone')],
    'List.js': [hashOf('list')],
  });
  await store.revoke('sales', 'ada');
  expect(await grant()).toBeUndefined();
  await consent({ 'Map.js': 'four' });
  expect(await grant()).toEqual({
    who: 'ada',
    when: expect.any(String),
    bundles: { 'Map.js': hashOf('four') },
  });
});

test('pins a consent without hashes, once', async () => {
  const file = await newFile(`${line('sales')}\n`);
  const store = fileTrustStore(file);
  const plain = { who: 'ada', when: '2026-04-25T14:00:00.000Z' };
  expect((await store.grants()).get('sales')).toEqual(plain);
  await store.pin('sales', bundlesOf({ 'Map.js': 'map' }));
  await store.pin('sales', bundlesOf({ 'Map.js': 'other' }));
  expect((await fileTrustStore(file).grants()).get('sales')).toEqual({
    ...plain,
    bundles: { 'Map.js': hashOf('map') },
  });
  expect(await store.bytes(hashOf('map'))).toEqual(Buffer.from('map'));
  expect(await store.bytes(hashOf('other'))).toBeUndefined();
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
});

test('does not trust a plugin because of a pin', async () => {
  const file = await newFile(`${line('sales')}\n${line('sales', 'revoke')}\n`);
  const before = await readFile(file, 'utf8');
  const store = fileTrustStore(file);
  await store.pin('sales', bundlesOf({ 'Map.js': 'map' }));
  await store.pin('stock', bundlesOf({ 'Map.js': 'map' }));
  expect([...(await store.grants()).keys()]).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(before);
  // Another process has read the file before trust was revoked, and writes after.
  const late = { plugin_id: 'sales', action: 'pin', when: '', bundles: { 'Map.js': hashOf('map') } };
  await appendFile(file, `${JSON.stringify(late)}\n`);
  expect(await trusted(file)).toEqual([]);
});

test('uses the first of two pins, and prefers a consent with hashes', async () => {
  const pin = (text: string, plugin_id = 'sales') =>
    JSON.stringify({ plugin_id, action: 'pin', when: '', bundles: { 'Map.js': hashOf(text) } });
  const file = await newFile(`${line('sales')}\n${pin('one')}\n${pin('two')}\n`);
  const store = fileTrustStore(file);
  expect((await store.grants()).get('sales')?.bundles).toEqual({ 'Map.js': hashOf('one') });
  await store.consent('stock', 'ada', bundlesOf({ 'Map.js': 'seen' }));
  await appendFile(file, `${pin('unseen', 'stock')}\n`);
  expect((await store.grants()).get('stock')?.bundles).toEqual({ 'Map.js': hashOf('seen') });
});

test('pins a later consent without hashes again, and remembers the earlier hashes', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'one' }));
  await appendFile(file, `${line('sales', 'trust', 'bob')}\n`);
  const plain = (await store.grants()).get('sales');
  expect(plain).toEqual({ who: 'bob', when: expect.any(String), earlier: { 'Map.js': [hashOf('one')] } });
  await store.pin('sales', bundlesOf({ 'Map.js': 'one' }));
  const { earlier: _, ...rest } = plain!;
  expect((await store.grants()).get('sales')).toEqual({ ...rest, bundles: { 'Map.js': hashOf('one') } });
});

test.each([
  'null',
  '[]',
  '"x"',
  '{"Map.js":7}',
  '{"Map.js":""}',
  `{"Map.js":"${hashOf('map').toUpperCase()}"}`,
  `{"Map.js":"${hashOf('map')}\\n"}`,
  `{"Map.js":"${hashOf('map')}","List.js":null}`,
])('ignores a consent to the bytes %s', async (bundles) => {
  const bad = line('sales', 'trust', 'eve').replace('}', `,"bundles":${bundles}}`);
  const file = await newFile(`${bad}\n${line('stock')}\n`);
  expect(await trusted(file)).toEqual(['stock']);
  expectConsole(/trust\.jsonl:1 is not a trust record/);
});

test('does not change a consent because of an unreadable later line', async () => {
  const file = await newFile();
  await fileTrustStore(file).consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
  await appendFile(file, `${line('sales', 'trust', 'eve').replace('}', ',"bundles":[]}')}\n`);
  expect((await fileTrustStore(file).grants()).get('sales')).toMatchObject({
    who: 'ada',
    bundles: { 'Map.js': hashOf('map') },
  });
  expectConsole(/trust\.jsonl:2 is not a trust record/);
});

test('accepts file names that objects inherit', async () => {
  const file = await newFile();
  const texts = Object.fromEntries(['__proto__', 'constructor', '__proto__.js'].map((name) => [name, name]));
  await fileTrustStore(file).consent('__proto__', 'ada', bundlesOf(texts));
  await fileTrustStore(file).consent('__proto__', 'ada', new Map());
  const grant = (await fileTrustStore(file).grants()).get('__proto__')!;
  expect(Object.keys(grant.earlier!)).toEqual(['__proto__', 'constructor', '__proto__.js']);
  expect(grant.earlier!['__proto__']).toEqual([hashOf('__proto__')]);
  expect(grant.bundles!['constructor']).toBeUndefined();
  expect('toString' in grant.bundles!).toBe(false);
});

test('returns no bytes that do not match their hash, and repairs them with the next consent', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  const consent = () => store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
  const path = storedAt(file, hashOf('map'));
  await consent();
  for (const spoil of [
    () => writeFile(path, 'evil'),
    () => writeFile(path, ''),
    () => rm(path),
    async () => {
      await rm(path);
      await symlink('../trust.jsonl', path);
    },
  ]) {
    await spoil();
    expect(await store.bytes(hashOf('map'))).toBeUndefined();
    await consent();
    expect(await store.bytes(hashOf('map'))).toEqual(Buffer.from('map'));
  }
  const { ino } = await stat(path);
  await consent();
  expect((await stat(path)).ino).toBe(ino);
  expect(await readdir(join(file, '../bundles'))).toEqual([`${hashOf('map')}.js`]);
});

test.each([
  '',
  '..',
  '../trust.jsonl',
  hashOf('map').slice(1),
  hashOf('map').toUpperCase(),
  `${hashOf('map')}\n`,
  `${hashOf('map')}\0`,
  `x/../${hashOf('map')}`,
])('has no bytes for %j, which is not a hash', async (name) => {
  const store = fileTrustStore(await newFile());
  await store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }));
  expect(await store.bytes(name)).toBeUndefined();
});

test('records no consent whose bytes it could not store', async () => {
  const file = await newFile(`${line('stock')}\n`);
  await mkdir(storedAt(file, hashOf('map')), { recursive: true });
  const store = fileTrustStore(file);
  await expect(store.consent('sales', 'ada', bundlesOf({ 'Map.js': 'map' }))).rejects.toThrow('EISDIR');
  await expect(store.pin('stock', bundlesOf({ 'Map.js': 'map' }))).rejects.toThrow('EISDIR');
  expect(await readFile(file, 'utf8')).toBe(`${line('stock')}\n`);
  expect(await readdir(join(file, '../bundles'))).toEqual([`${hashOf('map')}.js`]);
});

test('records an action although another process writes an incomplete line at the same time', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  const end = new AbortController();
  const tear = async () => {
    // Limited, since on a slow machine the store would read an ever-growing file.
    for (let lines = 0; lines < 1000 && !end.signal.aborted; lines += 1) {
      await appendFile(file, '{"plugin_id":"torn');
      await appendFile(file, '\n');
    }
  };
  const torn = tear();
  for (let i = 0; i < 60; i += 1) {
    await store.consent(`plugin-${i}`, 'ada', new Map());
    await store.consent('sales', `${i}`, new Map());
    if (i % 2) await store.revoke('sales', `${i}`);
    expect((await fileTrustStore(file).grants()).get('sales')?.who).toBe(i % 2 ? undefined : `${i}`);
  }
  end.abort();
  await torn;
  expect(await trusted(file)).toHaveLength(60);
  expectConsole(/is not a trust record/);
});

/** Makes a folder with a program for another process, which imports the store from ./store.js. */
async function makeProgram(name: string, text: string): Promise<string> {
  const folder = await makeFolder({ [name]: text, 'package.json': '{"type":"module"}' });
  await build({
    entryPoints: [fileURLToPath(new URL('./file-store.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'store.js'),
  });
  return folder;
}

test.skipIf(process.platform === 'win32')('leaves no files behind if the disk is full', async () => {
  const folder = await makeProgram(
    'fill.js',
    `import { fileTrustStore } from './store.js';
    const store = fileTrustStore('trust.jsonl');
    await store.consent('small', 'ada', new Map([['Map.js', Buffer.from('small')]]));
    const failed = await store.consent('big', 'ada', new Map([['Map.js', Buffer.alloc(1e6)]])).catch(({ code }) => code);
    console.log(failed, [...(await store.grants()).keys()].join());`,
  );
  // No file of the process may grow beyond 64 blocks.
  const limited = ['-c', 'ulimit -f 64; exec "$0" fill.js', process.execPath];
  const { stdout } = await promisify(execFile)('sh', limited, { cwd: folder });
  expect(stdout).toBe('EFBIG small\n');
  expect(await readdir(join(folder, 'bundles'))).toEqual([`${hashOf('small')}.js`]);
});

/** A program that changes trust endlessly, and prints each call and each answer. */
const WRITER = `
import { writeSync } from 'node:fs';
import { fileTrustStore } from './store.js';
const [file, name] = process.argv.slice(2);
const store = fileTrustStore(file);
const print = (event, action) => writeSync(1, JSON.stringify({ event, ...action }) + '\\n');
let n = 0;
async function change(plugin) {
  for (;;) {
    const call = { plugin, who: name + '#' + n++, action: Math.random() < 0.5 ? 'consent' : 'revoke' };
    print('call', call);
    await store[call.action](call.plugin, call.who, new Map([['Map.js', Buffer.from(call.who)]]));
    print('answer', call);
  }
}
for (const plugin of ['a', 'b', 'c']) change(name + '-' + plugin);
`;

interface LoggedCall {
  event: 'call' | 'answer';
  plugin: string;
  who: string;
  action: 'consent' | 'revoke';
}

test('loses no answered action, and trusts no other plugin, when two writers are killed', async () => {
  const folder = await makeProgram('writer.js', WRITER);
  const file = join(folder, 'trust.jsonl');
  /** The calls that may have decided each plugin's trust: the last answered one, and later ones. */
  const possible = new Map<string, LoggedCall[]>();
  let answers = 0;
  for (let round = 0; round < 6; round += 1) {
    const writers = ['x', 'y'].map((name) => {
      const child = spawn(process.execPath, [join(folder, 'writer.js'), file, `${name}${round}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      const enough = answers + Math.random() * 12;
      lines.on('line', (text) => {
        const call = JSON.parse(text) as LoggedCall;
        const calls = possible.get(call.plugin) ?? [];
        possible.set(call.plugin, call.event === 'answer' ? [call] : [...calls, call]);
        if (call.event === 'answer') answers += 1;
        if (answers > enough) void wait(Math.random() * 10).then(() => child.kill('SIGKILL'));
      });
      return once(lines, 'close');
    });
    await Promise.all(writers);
    // A kill rarely leaves an incomplete line, as a full disk does.
    await appendFile(file, line(`torn${round}`).slice(0, 30 + round));

    const store = fileTrustStore(file);
    const grants = await store.grants();
    for (const { who, bundles } of grants.values())
      expect(await store.bytes(bundles!['Map.js']!)).toEqual(Buffer.from(who));
    for (const [plugin, calls] of possible) {
      const who = grants.get(plugin)?.who;
      const states = calls.map((call) => (call.action === 'consent' ? call.who : undefined));
      // Without an answer, the plugin may still be untrusted.
      if (calls[0]?.event === 'call') states.push(undefined);
      expect(states, plugin).toContain(who);
    }
    expect([...grants.keys()].filter((plugin) => !possible.has(plugin))).toEqual([]);
  }
  expectConsole(/is not a trust record/);
  expect(answers).toBeGreaterThan(20);
});
