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

/** A line of the file, if it is one. A revoke needs no more than its plugin, so that it is not lost to a detail. */
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

/** The grant that a line leaves where another stood before it. */
function fold(before: Grant | undefined, line: Line): Grant | undefined {
  if (line.action === 'revoke') return undefined;
  if (line.action === 'pin')
    return before && !before.bundles ? grantAfter(before, { ...before, bundles: line.bundles }) : before;
  const { who, when, bundles } = line;
  return grantAfter(before, { who, when, ...(bundles && { bundles }) });
}

const absentAs =
  <Value>(value: Value) =>
  (thrown: NodeJS.ErrnoException): Value => {
    if (thrown.code !== 'ENOENT') throw thrown;
    return value;
  };

/** Makes a folder's entries outlive a crash, and those that lead to it up to the first folder that was made for it. */
async function syncFolder(folder: string, made?: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (made !== undefined && folder !== dirname(made)) await syncFolder(dirname(folder), made);
}

/** Puts bytes into a folder under their hash, so that a crash leaves all of them or none. */
async function keepBytes(folder: string, sha256: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, `${sha256}.js`);
  const there = await readFile(path).catch(absentAs(undefined));
  if (!there || !verified(there, sha256)) {
    const draft = join(folder, `${sha256}.${randomUUID()}.tmp`);
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, path);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    }
  }
  // Also where they were there already: who put them may have died before their name was safe.
  await syncFolder(folder);
}

/** Appends a line that outlives a crash. */
async function appendLine(path: string, line: Line): Promise<void> {
  const text = `${JSON.stringify(line)}\n`;
  // O_APPEND: lines of several processes follow each other, none is written over.
  const handle = await open(path, 'a+', 0o600);
  try {
    for (;;) {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const isTorn = size > 0 && last.toString() !== '\n';
      const bytes = Buffer.from(`${isTorn ? '\n' : ''}${text}`);
      // One write, so that nothing of another process comes between.
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length)
        throw new Error(`${path}: only part of a line could be written. Disk full?`);
      // A process that died since the look at the last byte may have left half a line, which this one then hangs on to.
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
 * Keeps trust in one append-only file, a JSON line for each act:
 * - `{plugin_id, action: "trust", who, when, bundles: {file: sha256}}`, a consent; lines of older versions have no `bundles`
 * - `{plugin_id, action: "pin", when, bundles}`, the bytes of a consent without `bundles`
 * - `{plugin_id, action: "revoke", who, when}`
 *
 * The bytes are kept beside it as `bundles/<sha256>.js`. Several processes may share the file. A torn last line is
 * ignored; an unreadable line before it is skipped with a warning.
 *
 * @param path The file; it and its folder are made when needed.
 */
export function fileTrustStore(path: string): TrustStore {
  const file = resolve(path);
  const kept = join(dirname(file), 'bundles');
  const warned = new Set<number>();
  let seen: { stamp: string; grants: ReadonlyMap<string, Grant> } | undefined;
  let isKept = false;
  let queue: Promise<unknown> = Promise.resolve();

  function read(text: string): ReadonlyMap<string, Grant> {
    const grants = new Map<string, Grant>();
    const lines = text.split('\n');
    for (const [index, source] of lines.entries()) {
      const line = parseLine(source);
      if (line) {
        const grant = fold(grants.get(line.plugin_id), line);
        if (grant) grants.set(line.plugin_id, grant);
        else grants.delete(line.plugin_id);
      } else if (source.trim() !== '' && index < lines.length - 1 && !warned.has(index)) {
        warned.add(index);
        console.warn(`${file}:${index + 1} is not a trust record and is skipped. Remove the line.`);
      }
    }
    return grants;
  }

  async function grants(): Promise<ReadonlyMap<string, Grant>> {
    const now = await stat(file, { bigint: true }).catch(absentAs(undefined));
    if (!now) return new Map();
    const stamp = `${now.ino} ${now.size} ${now.mtimeNs}`;
    if (seen?.stamp !== stamp) seen = { stamp, grants: read(await readFile(file, 'utf8')) };
    return seen.grants;
  }

  async function append(line: Line): Promise<void> {
    const folder = dirname(file);
    const made = isKept ? undefined : await mkdir(folder, { recursive: true });
    await appendLine(file, line);
    // Also where the file was there already: who made it may have died before its name was safe.
    if (!isKept) await syncFolder(folder, made);
    isKept = true;
  }

  /** Keeps the bytes beside the file and gives their hashes by file name. */
  async function keep(bundles: ReadonlyMap<string, Uint8Array>): Promise<Readonly<Record<string, string>>> {
    const hashes = hashesOf(bundles);
    await syncFolder(dirname(kept), (await mkdir(kept, { recursive: true })) ?? kept);
    for (const [name, bytes] of bundles) await keepBytes(kept, hashes[name]!, bytes);
    return hashes;
  }

  /** Acts of this process follow each other in the order in which they were asked for. */
  function inTurn(act: () => Promise<void>): Promise<void> {
    const done = queue.then(act);
    queue = done.catch(() => undefined);
    return done;
  }

  const now = () => new Date().toISOString();
  return {
    grants,
    consent: (plugin_id, who, bundles) =>
      inTurn(async () =>
        append({ plugin_id, action: 'trust', who, when: now(), bundles: await keep(bundles) }),
      ),
    pin: (plugin_id, bundles) =>
      inTurn(async () => {
        const grant = (await grants()).get(plugin_id);
        if (grant && !grant.bundles)
          await append({ plugin_id, action: 'pin', when: now(), bundles: await keep(bundles) });
      }),
    revoke: (plugin_id, who) => inTurn(() => append({ plugin_id, action: 'revoke', who, when: now() })),
    bytes: async (sha256) => {
      if (!isSha256(sha256)) return undefined;
      const bytes = await readFile(join(kept, `${sha256}.js`)).catch(absentAs(undefined));
      return bytes && verified(bytes, sha256);
    },
  };
}
