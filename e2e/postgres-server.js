import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, installPackages, pathFolders } from './system.js';

/** The folder of PostgreSQL's versions on Debian and its derivatives. */
const DEBIAN = '/usr/lib/postgresql';

/** Finds a folder with `initdb` and `postgres`: `POSTGRES_BIN`, one on the `PATH`, or Debian's newest. */
function findPrograms() {
  const named = process.env.POSTGRES_BIN;
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const candidates = named
    ? [named]
    : [...pathFolders(), ...versions.map((version) => join(DEBIAN, version, 'bin'))];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return candidates.find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name + suffix))),
  );
}

/**
 * Finds PostgreSQL or installs it.
 * @returns {string} the folder of its programs
 * @throws if it cannot be installed; the message names the package
 */
function getPrograms() {
  const named = process.env.POSTGRES_BIN;
  const found =
    findPrograms() ??
    (!named && installPackages('--no-install-recommends', 'postgresql') ? findPrograms() : undefined);
  if (found) return found;
  throw new Error(
    named
      ? `POSTGRES_BIN=${named} does not hold initdb and postgres. Let it name the folder that does, or leave it out.`
      : 'These tests need PostgreSQL, and it could not be had. Install it (Debian: apt-get install postgresql) or let POSTGRES_BIN name the folder of its programs.',
  );
}

/** The user for PostgreSQL, which refuses to run as root. Debian's package creates it. */
function userOf() {
  if (process.getuid?.() !== 0) return {};
  const idOf = (/** @type {string} */ flag) => {
    const { stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    if (!/^\d+\n$/.test(stdout ?? ''))
      throw new Error(
        'PostgreSQL does not run as root, and there is no user "postgres". Add one: useradd postgres.',
      );
    return Number(stdout);
  };
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/**
 * Starts a separate PostgreSQL on a free port of 127.0.0.1, with a new data folder.
 * @returns {Promise<{ url: string, close(): Promise<void> }>} `url` is a connection string; `close` ends it and removes the folder
 */
export async function startPostgres() {
  const programs = getPrograms();
  const user = userOf();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const remove = () => rm(folder, { recursive: true, force: true });
  const options = { ...user, cwd: folder, encoding: /** @type {const} */ ('utf8') };
  const init = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  if (init.status !== 0) {
    await remove();
    throw new Error(`initdb failed.\n${init.stderr ?? init.error}`);
  }
  const port = await freePort();
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories='],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (text) => (log = (log + text).slice(-10_000)));
  const close = async () => {
    // The mode "fast" closes open connections.
    child.kill('SIGINT');
    await ended;
    await remove();
  };
  while (!log.includes('ready to accept connections')) {
    if (child.exitCode !== null || child.signalCode !== null) {
      await remove();
      throw new Error(`PostgreSQL did not start.\n${log}`);
    }
    await wait(50);
  }
  return { url: `postgres://tester@127.0.0.1:${port}/postgres`, close };
}
