import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** One consent: who gave it, and when (ISO 8601, UTC). */
export interface Grant {
  who: string;
  when: string;
}

/** Where the operators' consents are kept (CONTRACT T1). */
export interface TrustStore {
  /** The plugins that are trusted now, by id. */
  grants(): Promise<ReadonlyMap<string, Grant>>;
  /** Records a consent; once it resolves, the consent outlives a crash. */
  consent(pluginId: string, who: string): Promise<void>;
  /** Records that trust is taken back; once it resolves, that outlives a crash. */
  revoke(pluginId: string, who: string): Promise<void>;
}

interface Line {
  plugin_id: string;
  action: 'trust' | 'revoke';
  who: string;
  when: string;
}

/** A line of the file, if it is one. A revoke needs no more than its plugin, so that it is not lost to a detail. */
function parseLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    if (typeof line.plugin_id !== 'string') return undefined;
    if (line.action === 'revoke') return line;
    const isTrust = line.action === 'trust' && typeof line.who === 'string' && typeof line.when === 'string';
    return isTrust ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a folder's entries outlive a crash, and those that lead to it up to the first folder that was made for it. */
async function syncFolder(folder: string, made: string | undefined): Promise<void> {
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

async function appendLine(path: string, line: Line): Promise<void> {
  // O_APPEND: lines of several processes follow each other, none is written over.
  const handle = await open(path, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const isTorn = size > 0 && last.toString() !== '\n';
    const bytes = Buffer.from(`${isTorn ? '\n' : ''}${JSON.stringify(line)}\n`);
    // One write, so that nothing of another process comes between.
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length)
      throw new Error(`${path}: only part of a line could be written. Disk full?`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Keeps trust in one append-only file: a JSON line `{plugin_id, action: "trust" | "revoke", who, when}` for each act.
 * Several processes may share the file. A torn last line is ignored; an unreadable line before it is skipped with a warning.
 *
 * @param path The file; it and its folder are made when needed.
 */
export function fileTrustStore(path: string): TrustStore {
  const file = resolve(path);
  const warned = new Set<number>();
  let seen: { stamp: string; grants: ReadonlyMap<string, Grant> } | undefined;
  let isKept = false;
  let queue: Promise<unknown> = Promise.resolve();

  function fold(text: string): ReadonlyMap<string, Grant> {
    const grants = new Map<string, Grant>();
    const lines = text.split('\n');
    for (const [index, source] of lines.entries()) {
      const line = parseLine(source);
      if (line?.action === 'trust') grants.set(line.plugin_id, { who: line.who, when: line.when });
      else if (line) grants.delete(line.plugin_id);
      else if (source.trim() !== '' && index < lines.length - 1 && !warned.has(index)) {
        warned.add(index);
        console.warn(`${file}:${index + 1} is not a trust record and is skipped. Remove the line.`);
      }
    }
    return grants;
  }

  async function grants(): Promise<ReadonlyMap<string, Grant>> {
    const now = await stat(file, { bigint: true }).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw thrown;
      return undefined;
    });
    if (!now) return new Map();
    const stamp = `${now.ino} ${now.size} ${now.mtimeNs}`;
    if (seen?.stamp !== stamp) seen = { stamp, grants: fold(await readFile(file, 'utf8')) };
    return seen.grants;
  }

  function append(plugin_id: string, action: Line['action'], who: string): Promise<void> {
    const done = queue.then(async () => {
      const folder = dirname(file);
      const made = isKept ? undefined : await mkdir(folder, { recursive: true });
      await appendLine(file, { plugin_id, action, who, when: new Date().toISOString() });
      // Also where the file was there already: who made it may have died before its name was safe.
      if (!isKept) await syncFolder(folder, made);
      isKept = true;
    });
    queue = done.catch(() => undefined);
    return done;
  }

  return {
    grants,
    consent: (pluginId, who) => append(pluginId, 'trust', who),
    revoke: (pluginId, who) => append(pluginId, 'revoke', who),
  };
}
