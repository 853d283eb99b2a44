import { LRUCache } from 'lru-cache';
import { lstat } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isWidgetError } from '../contract/index.ts';
import { sha256Of } from './trust/grant.ts';

import { YAML_LIMITS } from './yaml.ts';

/** What is looked at of Node's own answer, by name: the package's declarations do without Node's types. */
interface Stats extends Readonly<Record<'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs' | 'ctimeMs', bigint>> {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** A file or folder as it was when somebody looked at it. */
export interface Seen {
  /** Absolute. */
  path: string;
  stats: Stats;
  /** When that was, in milliseconds; what is read later is no older. */
  at: number;
}

/** The number of files that each cache holds. */
export const MAX_CACHED_FILES = 20_000;

/** Milliseconds in which a file may change again without a new time of change: clocks of file systems tick slowly. */
const TICK = 2000;

/** Looks at what is at a path, a link itself where it is one. @throws where nothing is. */
export function see(path: string): Promise<Seen> {
  const at = Date.now();
  // Of node:fs/promises it costs twice as much, and most requests do little else.
  return new Promise((resolve, reject) =>
    lstat(path, { bigint: true }, (error, stats) => (error ? reject(error) : resolve({ path, stats, at }))),
  );
}

/**
 * Looks at the file at a relative path inside a plugin's folder.
 *
 * @param folder The plugin's folder, links resolved.
 * @param isDirect Whether no link can stand between the folder and the file.
 * @returns The file with its path's links resolved; `undefined` if there is none, or if a link leads out of the folder.
 */
export async function seeInner(
  folder: string,
  path: string,
  isDirect = !/[\\/]/.test(path),
): Promise<Seen | undefined> {
  try {
    if (isDirect) {
      const seen = await see(join(folder, path));
      if (!seen.stats.isSymbolicLink()) return seen.stats.isFile() ? seen : undefined;
    }
    const target = await realpath(join(folder, path));
    if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined;
    const seen = await see(target);
    return seen.stats.isFile() ? seen : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file at a relative path inside a plugin's folder.
 *
 * @param folder The plugin's folder, links resolved.
 * @returns Its absolute path, links resolved; `undefined` if there is none, or if a link leads out of the folder.
 */
export const innerFile = async (folder: string, path: string): Promise<string | undefined> =>
  (await seeInner(folder, path))?.path;

/** What a file or folder has no more once it is another one, or has changed, except within a {@link TICK}. */
export const stampOf = ({ stats: { dev, ino, size, mtimeNs, ctimeNs } }: Seen): string =>
  `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;

/** Whether any further change would have another stamp. */
export const isSettled = ({ stats, at }: Seen): boolean => at - Number(stats.ctimeMs) > TICK;

/** What tells a text from others; of one that is too large for YAML nothing but that is ever read. */
const sumOf = async ({ path, stats }: Seen): Promise<string> =>
  Number(stats.size) > YAML_LIMITS.bytes ? 'too large' : sha256Of(await readFile(path));

interface Entry<Value> {
  stamp: string;
  /** The hash of its text, as long as the stamp alone does not prove that the file is unchanged. */
  sum?: string | undefined;
  value: Promise<Value>;
}

/**
 * Caches values made of YAML files, until the files change.
 *
 * @param limit The total size of the cached values.
 * @returns A function that returns the value for a file under a key, and calls `make` where it is not cached. An error that the
 *   file caused, a {@link WidgetError}, is cached too.
 */
export function createFileCache<Value>(
  limit = MAX_CACHED_FILES,
  sizeOf: (value: Value) => number = () => 1,
): (key: string, file: Seen, make: () => Promise<Value>) => Promise<Value> {
  const cache = new LRUCache<string, Entry<Value>>({ maxSize: limit, sizeCalculation: () => 1 });

  function remember(key: string, entry: Entry<Value>) {
    cache.set(key, entry);
    const isCurrent = () => cache.peek(key) === entry;
    entry.value.then(
      (value) => {
        // The cache takes a new size only for a new entry.
        if (isCurrent() && cache.delete(key)) cache.set(key, entry, { size: Math.max(1, sizeOf(value)) });
      },
      (thrown: unknown) => {
        // An error of the disk may pass.
        if (!isWidgetError(thrown) && isCurrent()) cache.delete(key);
      },
    );
    return entry.value;
  }

  return async (key, file, make) => {
    const stamp = stampOf(file);
    const found = cache.get(key);
    const known = found?.stamp === stamp ? found : undefined;
    if (known && known.sum === undefined) return known.value;
    const sum = known || !isSettled(file) ? await sumOf(file) : undefined;
    if (!known || known.sum !== sum) return remember(key, { stamp, sum, value: make() });
    if (isSettled(file)) known.sum = undefined;
    return known.value;
  };
}
