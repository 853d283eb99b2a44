import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { isSettled, MAX_CACHED_FILES, seeInner, stampOf } from './files.ts';
import { sha256Of } from './trust/grant.ts';

/** Bundles over this many bytes are refused: they are read whole, and kept. */
export const LARGEST_BUNDLE = 20 * 1024 * 1024;

/** Files that are read at once: each may be as large as {@link LARGEST_BUNDLE}. */
const READ_AT_ONCE = 8;

/** What reading a bundle's file came to; the problem is told with path, reason and remedy. */
export type Reading = { bytes: Uint8Array; problem?: undefined } | { bytes?: undefined; problem: string };

/** What is read of bundles' files, by the plugin's folder and a path in it. */
export interface BundleFiles {
  /** The bytes as they are now; `undefined` where there is no file, or where it is not in the plugin's folder. */
  read(folder: string, path: string): Promise<Reading | undefined>;
  /** Hash and size; a file is read only where it has changed. No hash where it is too large or cannot be read. */
  digest(folder: string, path: string): Promise<{ sha256?: string; size: number } | undefined>;
  /** Waits until few enough large things are read at once. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result>;
}

/** Whether an open file is the one that a path inside the plugin's folder leads to: links may have been turned since. */
async function isInner(file: { dev: bigint; ino: bigint }, folder: string, path: string): Promise<boolean> {
  const seen = await seeInner(folder, path);
  return seen !== undefined && seen.stats.dev === file.dev && seen.stats.ino === file.ino;
}

/** Reads an open file up to one byte more than a bundle may have; it may grow meanwhile, beyond the size that is expected. */
async function readUpTo(handle: FileHandle, expected: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= LARGEST_BUNDLE) {
    const room = Math.max(expected + 1 - size, 4096);
    const chunk = new Uint8Array(Math.min(room, LARGEST_BUNDLE + 1 - size));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, size);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Reads a bundle's file; `undefined` where there is none, or where it is not in the plugin's folder. */
async function readBundleFile(folder: string, path: string): Promise<Reading | undefined> {
  const seen = await seeInner(folder, path);
  if (!seen) return undefined;
  try {
    // A pipe that takes the file's place would wait for its writer.
    const handle = await open(seen.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const file = await handle.stat({ bigint: true });
      if (!file.isFile() || !(await isInner(file, folder, path))) return undefined;
      const bytes = await readUpTo(handle, Number(file.size));
      if (bytes.length <= LARGEST_BUNDLE) return { bytes };
      return { problem: `${path} is over 20 MB, the most that a bundle may have. Build it smaller.` };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw thrown;
    return { problem: `${path} cannot be read (${code}). Check its permissions.` };
  }
}

/** A reader of bundles' files. */
export function createBundleFiles(): BundleFiles {
  const inTurn = pLimit(READ_AT_ONCE);
  const digests = new LRUCache<string, { stamp: string; sha256: string }>({ max: MAX_CACHED_FILES });
  const read = (folder: string, path: string) => inTurn(() => readBundleFile(folder, path));
  return {
    read,
    inTurn,
    async digest(folder, path) {
      const seen = await seeInner(folder, path);
      if (!seen) return undefined;
      const size = Number(seen.stats.size);
      const stamp = stampOf(seen);
      const known = digests.get(seen.path);
      if (known?.stamp === stamp) return { sha256: known.sha256, size };
      const reading = await read(folder, path);
      if (!reading) return undefined;
      if (!reading.bytes) return { size };
      const sha256 = sha256Of(reading.bytes);
      if (isSettled(seen)) digests.set(seen.path, { stamp, sha256 });
      return { sha256, size: reading.bytes.length };
    },
  };
}
