import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readPlugins } from '@nousviz/widget-runtime/server';
import { afterAll, beforeAll, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));
const VERSIONS = ['1.0.0', '2.0.0'];
/** The number of files that are written beside the manifest, so that a kill may fall between two of them. */
const FILES = 60;
const KILLS = Number(process.env.KILLS ?? 10);

let folder = '';
const run = (...args: string[]) => promisify(execFile)(process.execPath, [COMMAND, ...args]);
const archiveOf = (version: string) => join(folder, `sales-${version}.zip`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'widget-runtime-'));
  for (const version of VERSIONS) {
    const plugin = join(folder, version, 'sales');
    await mkdir(join(plugin, 'migrations'), { recursive: true });
    await writeFile(join(plugin, 'plugin.yaml'), `id: sales\nversion: ${version}\n`);
    for (let index = 0; index < FILES; index++)
      await writeFile(join(plugin, 'migrations', `${index}.sql`), `-- ${version}\n`);
    await run('pack', plugin, '--out', archiveOf(version));
  }
  await mkdir(join(folder, 'plugins'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads the installed version as a server does, and expects each of its files. Without a plugin it returns `undefined`. */
async function readVersion(): Promise<string | undefined> {
  const { plugins, refused } = await readPlugins(join(folder, 'plugins'));
  expect(refused).toEqual([]);
  const [plugin] = plugins;
  if (!plugin) return undefined;
  const migrations = join(plugin.folder, 'migrations');
  const names = await readdir(migrations);
  expect(names).toHaveLength(FILES);
  for (const name of names)
    expect(await readFile(join(migrations, name), 'utf8')).toBe(`-- ${plugin.version}\n`);
  return plugin.version;
}

/** Starts an installation, and waits until it writes. */
async function startInstall(version: string) {
  const into = join(folder, 'plugins');
  const child = spawn(process.execPath, [COMMAND, 'install', archiveOf(version), '--into', into]);
  const exit = once(child, 'exit');
  const isWriting = async () => (await readdir(into)).some((name) => name.endsWith(`-${child.pid}`));
  while (child.exitCode === null && !(await isWriting())) await wait(1);
  return { child, exit };
}

test(
  'an installation that is killed leaves the old version or the new one, never a part',
  { tags: 'all' },
  async () => {
    const { exit: end } = await startInstall(VERSIONS[0]!);
    const begin = performance.now();
    await end;
    const duration = performance.now() - begin;
    expect(await readVersion()).toBe(VERSIONS[0]);

    for (let kill = 0; kill < KILLS; kill++) {
      const { child, exit } = await startInstall(VERSIONS[kill % 2]!);
      await wait(duration * Math.random());
      child.kill('SIGKILL');
      await exit;
      expect(VERSIONS).toContain(await readVersion());
    }
    await run('install', archiveOf(VERSIONS[1]!), '--into', join(folder, 'plugins'));
    expect(await readVersion()).toBe(VERSIONS[1]);
    expect(await readdir(join(folder, 'plugins'))).toEqual(['sales']);
  },
);
