import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { grantAfter, hashesOf, isSha256, parseHashes, verified } from './grant.ts';
import type { Grant, TrustStore } from './store.ts';

type Line =
  | {
      plugin_id: string;
      action: 'trust';
      who: string;
      when: string;
      bundles?: Readonly<Record<string, string>>;
    }
  | { plugin_id: string; action: 'pin'; when: string; bundles: Readonly<Record<string, string>> }
  | { plugin_id: string; action: 'revoke'; who: string; when: string };

/** Parses a line of the file; `undefined` if it is not a record. A revoke needs only its plugin, so that no other error invalidates it. */
function parseLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    if (typeof line.plugin_id !== 'string') return undefined;
    if (line.action === 'revoke') return line;
    if (line.action === 'trust' && (typeof line.who !== 'string' || typeof line.when !== 'string'))
      return undefined;
    if (line.action === 'trust' && !Object.hasOwn(line, 'bundles')) return line;
    const bundles = parseHashes(line.bundles);
    return bundles && ['trust', 'pin'].includes(line.action) ? { ...line, bundles } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the grant of a plugin after a line. */
function applyLine(before: Grant | undefined, line: Line): Grant | undefined {
  if (line.action === 'revoke') return undefined;
  if (line.action === 'pin')
    return before && !before.bundles ? grantAfter(before, { ...before, bundles: line.bundles }) : before;
  const { who, when, bundles } = line;
  return grantAfter(before, { who, when, ...(bundles && { bundles }) });
}

const ifMissing =
  <Value>(value: Value) =>
  (thrown: NodeJS.ErrnoException): Value => {
    if (thrown.code !== 'ENOENT') throw thrown;
    return value;
  };

/**
 * Writes the entries of a folder to disk, so that they survive a crash.
 *
 * @param made The first folder that `mkdir` made on the path; the folders above the given one, up to that one's parent, are synced too.
 */
async function syncFolder(folder: string, made?: string): Promise<void> {
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

/** Writes bytes to a file named after their hash; a crash leaves the whole file or no file. */
async function storeBytes(folder: string, sha256: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, `${sha256}.js`);
  const existing = await readFile(path).catch(ifMissing(undefined));
  if (!existing || !verified(existing, sha256)) {
    const temporary = join(folder, `${sha256}.${randomUUID()}.tmp`);
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw thrown;
    }
  }
  // Also for an existing file, since the process that wrote it may have ended before it synced the folder.
  await syncFolder(folder);
}

/** Appends a line that survives a crash. */
async function appendLine(path: string, line: Line): Promise<void> {
  const text = `${JSON.stringify(line)}\n`;
  // The file is opened with O_APPEND, so several processes do not overwrite each other's lines.
  const handle = await open(path, 'a+', 0o600);
  try {
    for (;;) {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const isTorn = size > 0 && last.toString() !== '\n';
      const bytes = Buffer.from(`${isTorn ? '\n' : ''}${text}`);
      // One write, so that no bytes of another process come between.
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length)
        throw new Error(
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
}

/**
 * Stores trust in one append-only file, with a JSON line for each action:
 * - `{plugin_id, action: "trust", who, when, bundles: {file: sha256}}`, a consent; lines of older versions have no `bundles`
 * - `{plugin_id, action: "pin", when, bundles}`, the bytes of a consent without `bundles`
 * - `{plugin_id, action: "revoke", who, when}`
 *
 * The bytes are stored beside it as `bundles/<sha256>.js`. Several processes may share the file. An incomplete last line is
 * ignored; another unreadable line is skipped with a warning.
 *
 * @param path The file; it and its folder are made if they are missing.
 */
export function fileTrustStore(path: string): TrustStore {
  const file = resolve(path);
  const bundlesFolder = join(dirname(file), 'bundles');
  const warned = new Set<number>();
  let cached: { stamp: string; grants: ReadonlyMap<string, Grant> } | undefined;
  let isSynced = false;
  let queue: Promise<unknown> = Promise.resolve();

  function read(text: string): ReadonlyMap<string, Grant> {
    const result = new Map<string, Grant>();
    const lines = text.split('\n');
    for (const [index, source] of lines.entries()) {
      const line = parseLine(source);
      if (line) {
        const grant = applyLine(result.get(line.plugin_id), line);
        if (grant) result.set(line.plugin_id, grant);
        else result.delete(line.plugin_id);
      } else if (source.trim() !== '' && index < lines.length - 1 && !warned.has(index)) {
        warned.add(index);
        console.warn(`${file}:${index + 1} is not a trust record and is skipped. Remove the line.`);
      }
    }
    return result;
  }

  async function grants(): Promise<ReadonlyMap<string, Grant>> {
    const now = await stat(file, { bigint: true }).catch(ifMissing(undefined));
    if (!now) return new Map();
    const stamp = `${now.ino} ${now.size} ${now.mtimeNs}`;
    if (cached?.stamp !== stamp) cached = { stamp, grants: read(await readFile(file, 'utf8')) };
    return cached.grants;
  }

  async function append(line: Line): Promise<void> {
    const folder = dirname(file);
    const made = isSynced ? undefined : await mkdir(folder, { recursive: true });
    await appendLine(file, line);
    // Also for an existing file, since the process that made it may have ended before it synced the folder.
    if (!isSynced) await syncFolder(folder, made);
    isSynced = true;
  }

  /** Stores the bytes beside the file, and returns their hashes by file name. */
  async function storeBundles(
    bundles: ReadonlyMap<string, Uint8Array>,
  ): Promise<Readonly<Record<string, string>>> {
    const hashes = hashesOf(bundles);
    await syncFolder(
      dirname(bundlesFolder),
      (await mkdir(bundlesFolder, { recursive: true })) ?? bundlesFolder,
    );
    for (const [name, bytes] of bundles) await storeBytes(bundlesFolder, hashes[name]!, bytes);
    return hashes;
  }

  /** Runs the actions of this process one after the other, in the order of the calls. */
  function enqueue(act: () => Promise<void>): Promise<void> {
    const done = queue.then(act);
    queue = done.catch(() => undefined);
    return done;
  }

  const now = () => new Date().toISOString();
  return {
    grants,
    consent: (plugin_id, who, bundles) =>
      enqueue(async () =>
        append({ plugin_id, action: 'trust', who, when: now(), bundles: await storeBundles(bundles) }),
      ),
    pin: (plugin_id, bundles) =>
      enqueue(async () => {
        const grant = (await grants()).get(plugin_id);
        if (grant && !grant.bundles)
          await append({ plugin_id, action: 'pin', when: now(), bundles: await storeBundles(bundles) });
      }),
    revoke: (plugin_id, who) => enqueue(() => append({ plugin_id, action: 'revoke', who, when: now() })),
    bytes: async (sha256) => {
      if (!isSha256(sha256)) return undefined;
      const bytes = await readFile(join(bundlesFolder, `${sha256}.js`)).catch(ifMissing(undefined));
      return bytes && verified(bytes, sha256);
    },
  };
}
