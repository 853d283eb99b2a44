import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

const peers = new URL('peers/', import.meta.url);
const stamp = new URL('node_modules/.lock', peers);

/** @param {URL} file */
const read = (file) => readFile(file, 'utf8').catch(() => '');

/**
 * Installs the peers, unless those that are there are of this lock file.
 * @throws where they cannot be had
 */
export async function install() {
  const lock = await read(new URL('package-lock.json', peers));
  if ((await read(stamp)) === lock) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: peers,
    // Standard output is the table's.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The peers could not be installed: see npm’s words above.');
  await writeFile(stamp, lock);
}
