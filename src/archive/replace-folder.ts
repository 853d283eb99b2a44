import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArchiveError } from './archive-error.ts';
import type { Files } from './zip.ts';

/** The start of the name of a folder that is being written. Servers skip hidden folders. */
const WRITING = '.installing-';

/** The name that a plugin's folder has for the moment in which a new one takes its place. Servers read it if there is no other. */
const replacedOf = (id: string) => `.replaced-${id}`;

/** Whether a process with the id runs. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes what ended processes left of a plugin, and puts a folder back that was about to be replaced.
 *
 * @param into The folder of all plugins; it exists.
 * @throws {ArchiveError} while another process installs the plugin.
 */
export async function repairFolder(into: string, id: string): Promise<void> {
  const own = `${WRITING}${id}-`;
  for (const name of await readdir(into)) {
    const pid = name.startsWith(own) ? name.slice(own.length) : '';
    if (!/^\d+$/.test(pid)) continue;
    if (Number(pid) !== process.pid && runs(Number(pid)))
      throw new ArchiveError(`process ${pid} is installing this plugin now`, {
        remedy: 'Wait until it ends.',
      });
    await rm(join(into, name), { recursive: true });
  }
  const replaced = join(into, replacedOf(id));
  if (!existsSync(replaced)) return;
  if (existsSync(join(into, id))) await rm(replaced, { recursive: true });
  else await rename(replaced, join(into, id));
}

/**
 * Writes a plugin's folder, or replaces it, after {@link repairFolder}. Until the new one is whole and checked, the old one stays; a process that is killed leaves
 * one of both, never a part.
 *
 * @param into The folder of all plugins; it exists.
 * @param check Throws if the new folder, whose path it gets, must not take the place.
 */
export async function replaceFolder(
  into: string,
  id: string,
  files: Files,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const writing = join(into, `${WRITING}${id}-${process.pid}`);
  const target = join(into, id);
  const replaced = join(into, replacedOf(id));
  try {
    for (const [path, content] of files) {
      const file = join(writing, id, path);
      await mkdir(dirname(file), { recursive: true });
      // The content is on the disk before the folder gets its name.
      await writeFile(file, content, { flag: 'wx', flush: true });
    }
    await check(join(writing, id));
    if (existsSync(target)) await rename(target, replaced);
    await rename(join(writing, id), target);
  } catch (thrown) {
    if (existsSync(replaced) && !existsSync(target)) await rename(replaced, target);
    throw thrown;
  } finally {
    await rm(writing, { recursive: true, force: true });
  }
  await rm(replaced, { recursive: true, force: true });
}
