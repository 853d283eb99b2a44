import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Copies } from './copies.ts';
import { createLedgerFile } from './ledger-file.ts';
import { parseRecord } from './record.ts';
import { ifMissing, TrustStoreError } from './store-error.ts';
import type { Compaction } from './store.ts';

/** The bytes of a file in which a trust record is searched for. */
const SEARCHED_BYTES = 64 * 1024;

/** Makes a function that reads the hashes that a trust file needs: of bytes that run, and of each plugin's last consent. */
function createNeedsReader(file: string): () => Promise<ReadonlySet<string>> {
  const readState = createLedgerFile(file);
  let needed: { by: unknown; hashes: ReadonlySet<string> } | undefined;
  return async () => {
    const { grants, lastConsents } = await readState();
    if (needed?.by !== grants) {
      const running = [...grants.values()].map(({ bundles }) => bundles ?? {});
      const all = [...running, ...lastConsents()].flatMap((one) => Object.values(one));
      needed = { by: grants, hashes: new Set(all) };
    }
    return needed.hashes;
  };
}

/** Whether a file has a trust record near its beginning, so that its bytes may be in the same folder. */
async function isTrustFile(path: string): Promise<boolean> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  try {
    const bytes = Buffer.alloc(SEARCHED_BYTES);
    const { bytesRead } = (await handle?.read(bytes, 0, bytes.length, 0)) ?? { bytesRead: 0 };
    const lines = bytes.subarray(0, bytesRead).toString().split('\n');
    return lines.some((line) => parseRecord(line) !== undefined);
  } catch {
    // A folder, for instance.
    return false;
  } finally {
    await handle?.close();
  }
}

/** Returns the trust file, and the others in its folder, which share the copies. */
async function trustFilesWith(file: string): Promise<string[]> {
  const names = await readdir(dirname(file)).catch(ifMissing<string[]>([]));
  const found: string[] = [];
  for (const name of names) {
    const path = join(dirname(file), name);
    if (await isTrustFile(path)) found.push(path);
  }
  if (found.includes(file)) return found;
  throw new TrustStoreError(
    `${file} has no trust records, so it does not say which bytes are needed. Name the file of fileTrustStore.`,
  );
}

/**
 * Removes the copies of bytes that neither run nor belong to the last consent of a plugin. It changes no record. Servers may run
 * meanwhile: a copy that is younger than an hour stays, and so does one that a consent under way relies on.
 *
 * @throws {TrustStoreError} if the file has no records, or the folder cannot be changed.
 */
export async function compactCopies(file: string, copies: Copies, dryRun: boolean): Promise<Compaction> {
  const readers = (await trustFilesWith(file)).map(createNeedsReader);
  const isNeeded = async (sha256: string) => {
    for (const read of readers) if ((await read()).has(sha256)) return true;
    return false;
  };
  const all = await copies.list();
  const removed: Compaction['removed'] = [];
  for (const copy of all)
    if (await copies.remove(copy.sha256, () => isNeeded(copy.sha256), dryRun)) removed.push(copy);
  return { removed, kept: all.length - removed.length };
}
