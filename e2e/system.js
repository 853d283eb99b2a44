import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folders of the `PATH`. */
export const pathFolders = () => (process.env.PATH ?? '').split(delimiter).filter(Boolean);

/**
 * Finds a program on the `PATH`.
 * @param {readonly string[]} names its names, the preferred one first
 * @returns {string | undefined} its path
 */
export const findOnPath = (names) =>
  pathFolders()
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/**
 * Runs a command and shows its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {boolean} whether it succeeded
 */
export const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;

/**
 * Runs apt-get. Suites that run at the same time take turns, since it refuses to run twice.
 * @param {...string} args
 */
const runAptGet = (...args) => run('flock', [join(tmpdir(), 'nousviz-apt-get.lock'), 'apt-get', ...args]);

/**
 * Installs packages with the system's package manager, if permitted.
 * @param {...string} args names of Debian packages, and options of `apt-get install`
 * @returns {boolean} whether they are installed
 */
export const installPackages = (...args) =>
  process.getuid?.() === 0 && runAptGet('update', '-qq') && runAptGet('install', '-y', '-qq', ...args);

/** @returns {Promise<number>} a free port of 127.0.0.1 */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
