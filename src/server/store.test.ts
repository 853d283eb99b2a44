import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { expectConsole } from '../console.setup.ts';
import { makeFolder } from './folder.test.kit.ts';
import { fileTrustStore } from './store.ts';

const newFile = async (text?: string) => {
  const file = join(await makeFolder(), 'trust.jsonl');
  if (text !== undefined) await writeFile(file, text);
  return file;
};
const line = (plugin_id: string, action = 'trust', who = 'ada') =>
  JSON.stringify({ plugin_id, action, who, when: '2026-04-25T14:00:00.000Z' });
const trusted = async (file: string) => [...(await fileTrustStore(file).grants()).keys()];

test('trusts nothing where there is no file', async () => {
  expect(await trusted(await newFile())).toEqual([]);
});

test('records who and when, one line for each act', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada');
  expect(await store.grants()).toEqual(new Map([['sales', { who: 'ada', when: expect.any(String) }]]));
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

test('survives a restart', async () => {
  const file = await newFile();
  await fileTrustStore(file).consent('sales', 'ada');
  expect(await trusted(file)).toEqual(['sales']);
});

test('makes the folders that are missing, and keeps the file to its owner', async () => {
  const file = join(await makeFolder(), 'a/b/trust.jsonl');
  await fileTrustStore(file).consent('sales', 'ada');
  expect(await trusted(file)).toEqual(['sales']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('sees what another process has written', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await store.consent('sales', 'ada');
  await appendFile(file, `${line('stock')}\n${line('sales', 'revoke')}\n`);
  expect([...(await store.grants()).keys()]).toEqual(['stock']);
});

test('ignores a torn last line and appends behind it on a line of its own', async () => {
  const file = await newFile(`${line('sales')}\n${line('stock').slice(0, -5)}`);
  expect(await trusted(file)).toEqual(['sales']);
  expect(console.warn).not.toHaveBeenCalled();
  await fileTrustStore(file).consent('people', 'ada');
  expectConsole(/trust\.jsonl:2 is not a trust record/);
  expect(await trusted(file)).toEqual(['sales', 'people']);
});

test('counts a whole last line that lacks its end, now and later', async () => {
  const file = await newFile(line('sales'));
  expect(await trusted(file)).toEqual(['sales']);
  await fileTrustStore(file).consent('stock', 'ada');
  expect(await trusted(file)).toEqual(['sales', 'stock']);
});

test.each([
  '{"plugin_id":"evil","action":"tru',
  'null',
  '[]',
  '{"plugin_id":"evil","action":"trust"}',
  '{"plugin_id":7}',
])('skips the unreadable line %s with one warning', async (bad) => {
  const file = await newFile(`${line('sales')}\n\n${bad}\n${line('stock')}\n`);
  const store = fileTrustStore(file);
  expect([...(await store.grants()).keys()]).toEqual(['sales', 'stock']);
  await store.consent('people', 'ada');
  expect((await store.grants()).size).toBe(3);
  expectConsole(/trust\.jsonl:3 is not a trust record and is skipped/);
  expect(console.warn).toHaveBeenCalledTimes(1);
});

test('revokes on a line that lacks a name', async () => {
  expect(await trusted(await newFile(`${line('sales')}\n{"plugin_id":"sales","action":"revoke"}\n`))).toEqual(
    [],
  );
});

test('fails for a file that cannot be read, rather than trusting or forgetting', async () => {
  const folder = await makeFolder();
  await expect(fileTrustStore(folder).grants()).rejects.toThrow('EISDIR');
  await expect(fileTrustStore(folder).consent('sales', 'ada')).rejects.toThrow('EISDIR');
});

test('goes on after a failed append', async () => {
  const folder = await makeFolder({ blocked: '' });
  const store = fileTrustStore(join(folder, 'blocked/trust.jsonl'));
  await expect(store.grants()).rejects.toThrow('ENOTDIR');
  await expect(store.consent('sales', 'ada')).rejects.toThrow();
  await rm(join(folder, 'blocked'));
  await store.consent('stock', 'ada');
  expect([...(await store.grants()).keys()]).toEqual(['stock']);
});

test('keeps the order of acts that were asked for at once', async () => {
  const file = await newFile();
  const store = fileTrustStore(file);
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 ? store.revoke('a', `${i}`) : store.consent('a', `${i}`))),
  );
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((text) => JSON.parse(text).who)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
});

/** A process that changes trust without end, says what it asks for, and what was answered. */
const WRITER = `
import { writeSync } from 'node:fs';
import { fileTrustStore } from './store.js';
const [file, name] = process.argv.slice(2);
const store = fileTrustStore(file);
const say = (word, act) => writeSync(1, JSON.stringify({ word, ...act }) + '\\n');
let n = 0;
async function change(plugin) {
  for (;;) {
    const act = { plugin, who: name + '#' + n++, action: Math.random() < 0.5 ? 'consent' : 'revoke' };
    say('ask', act);
    await store[act.action](act.plugin, act.who);
    say('answer', act);
  }
}
for (const plugin of ['a', 'b', 'c']) change(name + '-' + plugin);
`;

interface Act {
  word: 'ask' | 'answer';
  plugin: string;
  who: string;
  action: 'consent' | 'revoke';
}

test('two writers and a kill lose nothing that was answered and trust nothing that was not asked', async () => {
  const folder = await makeFolder({ 'writer.js': WRITER, 'package.json': '{"type":"module"}' });
  await build({
    entryPoints: [fileURLToPath(new URL('./store.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'store.js'),
  });
  const file = join(folder, 'trust.jsonl');
  /** What each plugin may have come to: the last answered act, or one that was asked for since. */
  const possible = new Map<string, Act[]>();
  let answers = 0;
  for (let round = 0; round < 6; round += 1) {
    const writers = ['x', 'y'].map((name) => {
      const child = spawn(process.execPath, [join(folder, 'writer.js'), file, `${name}${round}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const begun = once(child.stdout, 'data');
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (text) => {
        const act = JSON.parse(text) as Act;
        const acts = possible.get(act.plugin) ?? [];
        possible.set(act.plugin, act.word === 'answer' ? [act] : [...acts, act]);
        if (act.word === 'answer') answers += 1;
      });
      return { child, begun, ended: once(lines, 'close') };
    });
    await Promise.all(writers.map(({ begun }) => begun));
    for (const { child } of writers) {
      await wait(Math.random() * 150);
      child.kill('SIGKILL');
    }
    await Promise.all(writers.map(({ ended }) => ended));
    // A disk that was full for a moment leaves what a kill rarely does.
    await appendFile(file, line(`torn${round}`).slice(0, 30 + round));

    const grants = await fileTrustStore(file).grants();
    for (const [plugin, acts] of possible) {
      const who = grants.get(plugin)?.who;
      const states = acts.map((act) => (act.action === 'consent' ? act.who : undefined));
      // Nothing was answered yet, so the plugin may still be unknown.
      if (acts[0]?.word === 'ask') states.push(undefined);
      expect(states, plugin).toContain(who);
    }
    expect([...grants.keys()].filter((plugin) => !possible.has(plugin))).toEqual([]);
  }
  expectConsole(/is not a trust record/);
  expect(answers).toBeGreaterThan(20);
});
