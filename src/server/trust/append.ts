import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrustStoreError } from './store-error.ts';

/**
 * Writes the entries of a folder to disk, so that they survive a crash.
 *
 * @param made The first folder that `mkdir` made on the path; the folders above the given one, up to that one's parent, are synced too.
 */
export async function syncFolder(folder: string, made?: string): Promise<void> {
  // Windows cannot sync a folder.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (made !== undefined && folder !== dirname(made)) await syncFolder(dirname(folder), made);
}

/** Appends a line that survives a crash. @returns Whether the file had no content before. */
async function appendLine(path: string, text: string): Promise<boolean> {
  let isNew = false;
  // The file is opened with O_APPEND, so several processes do not overwrite each other's lines.
  const handle = await open(path, 'a+', 0o600);
  try {
    for (;;) {
      const { size } = await handle.stat();
      isNew ||= size === 0;
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const isTorn = size > 0 && last.toString() !== '\n';
      const bytes = Buffer.from(`${isTorn ? '\n' : ''}${text}`);
      // One write, so that no bytes of another process come between.
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length)
        throw new TrustStoreError(
          `${path}: only a part of the record could be written. Free disk space, then try again.`,
        );
      // Meanwhile another process may have ended in the middle of its line, so that this line is not on a line of its own.
      const added = Buffer.alloc((await handle.stat()).size - size);
      await handle.read(added, 0, added.length, size);
      if (`\n${added}`.includes(`\n${text}`)) break;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return isNew;
}

/**
 * Makes a function that appends a record to a file, as a line of JSON. The file and its folder are made if they are missing, also
 * if they were deleted while the process runs. When the function resolves, the record survives a crash.
 */
export function createAppend(path: string): (record: object) => Promise<void> {
  const folder = dirname(path);
  let isSynced = false;
  return async (record) => {
    const made = await mkdir(folder, { recursive: true });
    const isNew = await appendLine(path, `${JSON.stringify(record)}\n`);
    // Also for an existing file, since the process that made it may have ended before it synced the folder.
    if (!isSynced || isNew || made !== undefined) await syncFolder(folder, made);
    isSynced = true;
  };
}
