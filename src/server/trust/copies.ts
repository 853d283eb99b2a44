import { createHash, randomUUID } from 'node:crypto';
import { lstat, lutimes, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { syncFolder } from './append.ts';
import { hashesOf, isSha256, verified } from './grant.ts';
import { ifMissing } from './store-error.ts';

/**
 * The age from which a file in the folder belongs to no consent that is under way, in milliseconds. The clocks of servers that share
 * the folder differ by less.
 */
const SETTLED_AGE = 60 * 60 * 1000;

/** The time between two searches for drafts, in milliseconds. */
const SWEEP_INTERVAL = 60 * 1000;

/** The attempts to write a copy whose draft another process removed. */
const ATTEMPTS = 3;

/** The machine of this process; process ids have a meaning only there. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);

/** A file under another name than that of a copy: `<sha256>.<machine>.<process id>.<random>.tmp`; earlier versions had no middle. */
const DRAFT = /^[0-9a-f]{64}\.(?:([0-9a-f]{12})\.(\d+)\.)?[0-9a-f-]{36}\.tmp$/;

const draftOf = (sha256: string) => `${sha256}.${MACHINE}.${process.pid}.${randomUUID()}.tmp`;

/** The copies of consented bytes in a folder, each named after its hash. Any number of processes may use the folder. */
export interface Copies {
  /** Stores bytes by file name, and returns their hashes. When it resolves, the copies survive a crash. */
  store(bundles: ReadonlyMap<string, Uint8Array>): Promise<Readonly<Record<string, string>>>;
  /** Reads a copy; `undefined` if it is missing or does not match its hash. */
  read(sha256: string): Promise<Uint8Array | undefined>;
  /** Whether there is a copy, whose bytes are not read. */
  has(sha256: string): Promise<boolean>;
  /** Lists all copies, with their sizes in bytes. */
  list(): Promise<{ sha256: string; size: number }[]>;
  /**
   * Removes a copy unless a consent that is under way may rely on it.
   *
   * @param isNeeded Called when no consent can find the copy any longer; decides whether it stays.
   * @returns Whether the copy was removed, or would be with `dryRun`.
   */
  remove(sha256: string, isNeeded: () => Promise<boolean>, dryRun: boolean): Promise<boolean>;
  /** Removes the drafts that ended processes left behind, at most once in {@link SWEEP_INTERVAL}. */
  sweep(): Promise<void>;
}

const isSettled = (mtimeMs: number) => Date.now() - mtimeMs > SETTLED_AGE;

/** Whether the process of this machine that wrote a draft has ended. */
function hasEnded(machine: string | undefined, processId: string | undefined): boolean {
  if (machine !== MACHINE) return false;
  try {
    process.kill(Number(processId), 0);
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function writeDraft(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the access to a folder of copies. */
export function createCopies(folder: string): Copies {
  const pathOf = (sha256: string) => join(folder, `${sha256}.js`);
  let sweptAt = -Infinity;

  /** Writes a copy; a crash leaves the whole copy or none. */
  async function write(sha256: string, bytes: Uint8Array, attempt = 1): Promise<void> {
    const draft = join(folder, draftOf(sha256));
    try {
      await writeDraft(draft, bytes);
      await rename(draft, pathOf(sha256));
    } catch (thrown) {
      await rm(draft, { force: true });
      const isSwept = (thrown as NodeJS.ErrnoException).code === 'ENOENT' && attempt < ATTEMPTS;
      if (!isSwept) throw thrown;
      // A process in a container with the same host name may not see this process.
      await write(sha256, bytes, attempt + 1);
    }
  }

  /** Whether a good copy exists. It gets a new time, so that no process removes it before the consent is recorded. */
  async function claim(sha256: string): Promise<boolean> {
    const now = new Date();
    const isFound = await lutimes(pathOf(sha256), now, now).then(
      () => true,
      () => false,
    );
    if (!isFound) return false;
    const bytes = await readFile(pathOf(sha256)).catch(ifMissing(undefined));
    return bytes !== undefined && verified(bytes, sha256) !== undefined;
  }

  return {
    async store(bundles) {
      const hashes = hashesOf(bundles);
      const made = await mkdir(folder, { recursive: true });
      await syncFolder(dirname(folder), made ?? folder);
      for (const [name, bytes] of bundles) {
        const sha256 = hashes[name]!;
        if (!(await claim(sha256))) await write(sha256, bytes);
        // Also for an existing copy, since the process that wrote it may have ended before it synced the folder.
        await syncFolder(folder);
      }
      return hashes;
    },

    async read(sha256) {
      if (!isSha256(sha256)) return undefined;
      const bytes = await readFile(pathOf(sha256)).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === undefined) throw thrown;
        if (thrown.code !== 'ENOENT') console.warn(`${pathOf(sha256)} cannot be read (${thrown.code}).`);
        return undefined;
      });
      return bytes && verified(bytes, sha256);
    },

    has: async (sha256) =>
      isSha256(sha256) && (await lstat(pathOf(sha256)).catch(() => undefined))?.isFile() === true,

    async list() {
      const names = await readdir(folder).catch(ifMissing<string[]>([]));
      const hashes = names.flatMap((name) => {
        const sha256 = name.replace(/\.js$/, '');
        return name.endsWith('.js') && isSha256(sha256) ? [sha256] : [];
      });
      const found: { sha256: string; size: number }[] = [];
      for (const sha256 of hashes.toSorted()) {
        const file = await lstat(pathOf(sha256)).catch(ifMissing(undefined));
        if (file?.isFile()) found.push({ sha256, size: file.size });
      }
      return found;
    },

    async remove(sha256, isNeeded, dryRun) {
      const copy = pathOf(sha256);
      const found = await lstat(copy).catch(ifMissing(undefined));
      if (!found || !isSettled(found.mtimeMs) || (await isNeeded())) return false;
      if (dryRun) return true;
      // From the rename on, a consent to these bytes writes a new copy. One that relied on this copy before has changed its time.
      const draft = join(folder, draftOf(sha256));
      await rename(copy, draft).catch(ifMissing(undefined));
      const moved = await lstat(draft).catch(ifMissing(undefined));
      if (!moved) return false;
      const isKept = !isSettled(moved.mtimeMs) || (await isNeeded());
      if (isKept) await rename(draft, copy);
      else await rm(draft, { force: true });
      return !isKept;
    },

    async sweep() {
      if (Date.now() - sweptAt < SWEEP_INTERVAL) return;
      sweptAt = Date.now();
      for (const name of await readdir(folder).catch(() => [])) {
        const [draft, machine, processId] = DRAFT.exec(name) ?? [];
        if (draft === undefined) continue;
        const path = join(folder, draft);
        const file = await lstat(path).catch(() => undefined);
        if (!file || !(hasEnded(machine, processId) || isSettled(file.mtimeMs))) continue;
        // Another user’s file stays.
        await rm(path, { force: true }).catch(() => undefined);
      }
    },
  };
}
