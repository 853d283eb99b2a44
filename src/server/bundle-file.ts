import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { isStampReliable, MAX_CACHED_FILES, statInner, stampOf } from './files.ts';
import { sha256Of } from './trust/grant.ts';

/** The largest size of a bundle, in bytes; a bundle is read and stored as a whole. */
export const MAX_BUNDLE_BYTES = 20 * 1024 * 1024;

/** The file of a bundle's source map, which is beside the bundle. */
export const mapOf = (bundle: string): string => `${bundle}.map`;

/** The number of bundles that are read at the same time; each may have {@link MAX_BUNDLE_BYTES}. */
const BUNDLE_CONCURRENCY = 8;

/** The bytes of a bundle's file, or the problem with path, reason and remedy. */
export type ReadResult = { bytes: Uint8Array; problem?: undefined } | { bytes?: undefined; problem: string };

/** The present bundle files of a plugin. */
export interface DiskBundles {
  /** Bytes by file name. */
  bundles: Map<string, Uint8Array>;
  /** The bytes of the source maps beside them, by file name. */
  maps: Map<string, Uint8Array>;
  /** The problems of files that cannot be used, each with path, reason and remedy. */
  problems: string[];
}

/** Reads the files of bundles, by the plugin's folder and a path in it. */
export interface BundleFiles {
  /** Reads the present bytes; `undefined` if there is no file in the plugin's folder. */
  read(folder: string, path: string): Promise<ReadResult | undefined>;
  /** Returns hash and size; reads the file only if it has changed. Returns no hash if the file is too large or cannot be read. */
  digest(folder: string, path: string): Promise<{ sha256?: string; size: number } | undefined>;
  /** Runs a function that reads a bundle, within the limit of concurrent reads. */
  withLimit<Result>(read: () => Promise<Result>): Promise<Result>;
}

/** Whether an open file is still the file at a path inside the plugin's folder; a link may have changed. */
async function isInner(file: { dev: bigint; ino: bigint }, folder: string, path: string): Promise<boolean> {
  const found = await statInner(folder, path);
  return found !== undefined && found.stats.dev === file.dev && found.stats.ino === file.ino;
}

/** Reads an open file up to one byte more than the largest bundle; the file may grow beyond its expected size meanwhile. */
async function readUpTo(handle: FileHandle, expected: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= MAX_BUNDLE_BYTES) {
    const length = Math.max(expected + 1 - size, 4096);
    const chunk = new Uint8Array(Math.min(length, MAX_BUNDLE_BYTES + 1 - size));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, size);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Reads a bundle's file; `undefined` if there is no file in the plugin's folder. */
async function readBundleFile(folder: string, path: string): Promise<ReadResult | undefined> {
  const found = await statInner(folder, path);
  if (!found) return undefined;
  try {
    // Without O_NONBLOCK, opening a pipe at that path would wait for its writer.
    const handle = await open(found.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const file = await handle.stat({ bigint: true });
      if (!file.isFile() || !(await isInner(file, folder, path))) return undefined;
      const bytes = await readUpTo(handle, Number(file.size));
      if (bytes.length <= MAX_BUNDLE_BYTES) return { bytes };
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

/** Makes a reader of bundles' files. */
export function createBundleFiles(): BundleFiles {
  const withLimit = pLimit(BUNDLE_CONCURRENCY);
  const digests = new LRUCache<string, { stamp: string; sha256: string }>({ max: MAX_CACHED_FILES });
  const read = (folder: string, path: string) => withLimit(() => readBundleFile(folder, path));
  return {
    read,
    withLimit,
    async digest(folder, path) {
      const found = await statInner(folder, path);
      if (!found) return undefined;
      const size = Number(found.stats.size);
      const stamp = stampOf(found);
      const cached = digests.get(found.path);
      if (cached?.stamp === stamp) return { sha256: cached.sha256, size };
      const result = await read(folder, path);
      if (!result) return undefined;
      if (!result.bytes) return { size };
      const sha256 = sha256Of(result.bytes);
      if (isStampReliable(found)) digests.set(found.path, { stamp, sha256 });
      return { sha256, size: result.bytes.length };
    },
  };
}
