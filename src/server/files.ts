import { LRUCache } from 'lru-cache';
import { lstat, realpath } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isWidgetError } from '../contract/index.ts';
import { sha256Of } from './trust/grant.ts';

import { YAML_LIMITS } from './yaml.ts';

/** The used members of Node's `BigIntStats`, listed so that the package's declarations need no types of Node. */
interface Stats extends Readonly<Record<'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs' | 'ctimeMs', bigint>> {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** The stats of a file or folder at one moment. */
export interface FileStat {
  /** Absolute. */
  path: string;
  stats: Stats;
  /** The time at which the stats were requested, in milliseconds. */
  at: number;
}

/** The largest number of files in a cache. */
export const MAX_CACHED_FILES = 20_000;

/** The time within which two changes may have the same timestamp, in milliseconds; the clocks of file systems are coarse. */
const CLOCK_RESOLUTION = 2000;

// The functions of node:fs/promises take twice as long, and most requests do little else.

/** Resolves all links of a path. @throws if nothing is at the path. */
export const realPath = (path: string): Promise<string> =>
  new Promise((resolve, reject) =>
    realpath.native(path, (error, real) => (error ? reject(error) : resolve(real))),
  );

/** Reads the stats of a path, without following a link. @throws if nothing is at the path. */
export function statPath(path: string): Promise<FileStat> {
  const at = Date.now();
  return new Promise((resolve, reject) =>
    lstat(path, { bigint: true }, (error, stats) => (error ? reject(error) : resolve({ path, stats, at }))),
  );
}

/**
 * Reads the stats of a file at a relative path inside a plugin's folder.
 *
 * @param folder The plugin's folder, links resolved.
 * @param isDirect Whether no folder on the path can be a link.
 * @returns The stats with the file's real path; `undefined` if there is no file, or if a link leads out of the folder.
 */
export async function statInner(
  folder: string,
  path: string,
  isDirect = !/[\\/]/.test(path),
): Promise<FileStat | undefined> {
  try {
    if (isDirect) {
      const file = await statPath(join(folder, path));
      if (!file.stats.isSymbolicLink()) return file.stats.isFile() ? file : undefined;
    }
    const target = await realPath(join(folder, path));
    if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined;
    const file = await statPath(target);
    return file.stats.isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds a file at a relative path inside a plugin's folder.
 *
 * @param folder The plugin's folder, links resolved.
 * @returns The file's absolute path, links resolved; `undefined` if there is no file, or if a link leads out of the folder.
 */
export const innerFile = async (folder: string, path: string): Promise<string | undefined> =>
  (await statInner(folder, path))?.path;

/** Returns a string that differs for another file, and after a change; except for changes within {@link CLOCK_RESOLUTION}. */
export const stampOf = ({ stats: { dev, ino, size, mtimeNs, ctimeNs } }: FileStat): string =>
  `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;

/** Whether every later change of the file changes its stamp. */
export const isStampReliable = ({ stats, at }: FileStat): boolean =>
  at - Number(stats.ctimeMs) > CLOCK_RESOLUTION;

/** Returns a hash of a file's content. A file that is too large for YAML is not read. */
const contentHashOf = async ({ path, stats }: FileStat): Promise<string> =>
  Number(stats.size) > YAML_LIMITS.bytes ? 'too large' : sha256Of(await readFile(path));

interface CacheEntry<Value> {
  stamp: string;
  /** The hash of the content; present while the stamp does not prove that the file is unchanged. */
  hash?: string | undefined;
  value: Promise<Value>;
}

/**
 * Caches values that are made from YAML files, until the files change.
 *
 * @param limit The total size of the cached values.
 * @returns A function that returns the value of a file under a key, and calls `make` if the value is not cached. An error that the
 *   file caused, a {@link WidgetError}, is cached too.
 */
export function createFileCache<Value>(
  limit = MAX_CACHED_FILES,
  sizeOf: (value: Value) => number = () => 1,
): (key: string, file: FileStat, make: () => Promise<Value>) => Promise<Value> {
  const cache = new LRUCache<string, CacheEntry<Value>>({ maxSize: limit, sizeCalculation: () => 1 });

  function store(key: string, entry: CacheEntry<Value>) {
    cache.set(key, entry);
    const isCurrent = () => cache.peek(key) === entry;
    entry.value.then(
      (value) => {
        // The cache reads a size only from a new entry.
        if (isCurrent() && cache.delete(key)) cache.set(key, entry, { size: Math.max(1, sizeOf(value)) });
      },
      (thrown: unknown) => {
        // An error of the disk may be temporary.
        if (!isWidgetError(thrown) && isCurrent()) cache.delete(key);
      },
    );
    return entry.value;
  }

  return async (key, file, make) => {
    const stamp = stampOf(file);
    const cachedEntry = () => {
      const entry = cache.get(key);
      return entry?.stamp === stamp ? entry : undefined;
    };
    const found = cachedEntry();
    if (found && found.hash === undefined) return found.value;
    if (!found && isStampReliable(file)) return store(key, { stamp, value: make() });
    const hash = await contentHashOf(file);
    // A simultaneous call may have stored the value since.
    const cached = cachedEntry();
    if (!cached || (cached.hash !== undefined && cached.hash !== hash))
      return store(key, { stamp, hash, value: make() });
    if (isStampReliable(file)) cached.hash = undefined;
    return cached.value;
  };
}
