import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

const peers = new URL('peers/', import.meta.url);
const stamp = new URL('node_modules/.lock', peers);

/** @param {URL} file */
const read = (file) => readFile(file, 'utf8').catch(() => '');

/**
 * Installs the peers unless the installed ones match the lockfile.
 * @throws if the installation fails
 */
export async function install() {
  const lock = await read(new URL('package-lock.json', peers));
  if ((await read(stamp)) === lock) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peers,
    // Standard output is reserved for the table.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The peers could not be installed. See the output of npm above.');
  await writeFile(stamp, lock);
}
