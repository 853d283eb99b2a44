import { createHash } from 'node:crypto';
import { isMatch, isRecord, PLUGIN_ID } from '../contract/index.ts';
import { ArchiveError } from './archive-error.ts';
import type { Files } from './zip.ts';

/** The list's path in the archive. */
export const INTEGRITY_FILE = 'nousviz-integrity.json';

/** What an archive contains: the plugin, and each file's size in bytes and SHA-256 in lower-case hex. */
export interface Integrity {
  format: 1;
  id: string;
  /** The manifest's version; empty if it has none. */
  version: string;
  files: Record<string, { bytes: number; sha256: string }>;
}

/** Returns the SHA-256 of bytes in lower-case hex. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Lists the files of a plugin, sorted by path. */
export function listFiles(id: string, version: string, files: Files): Integrity {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, content]) => [
    path,
    { bytes: content.length, sha256: sha256Of(content) },
  ]);
  return {
    format: 1,
    id,
    version,
    files: Object.fromEntries(entries) as Integrity['files'],
  };
}

function parse(content: Uint8Array): Integrity {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    throw new ArchiveError(`its ${INTEGRITY_FILE} is not JSON`);
  }
  if (!isRecord(value) || value.format !== 1 || !isRecord(value.files))
    throw new ArchiveError(`its ${INTEGRITY_FILE} has another format than 1`);
  if (!isMatch(PLUGIN_ID, value.id))
    throw new ArchiveError(`its ${INTEGRITY_FILE} does not name a plugin by a valid id`);
  if (typeof value.version !== 'string')
    throw new ArchiveError(`the version in its ${INTEGRITY_FILE} is not text`);
  return value as unknown as Integrity;
}

/**
 * Checks that an archive contains exactly the files that its list names.
 *
 * @returns The list, and the files without it.
 * @throws {ArchiveError} whose message is the fact alone.
 */
export function checkFiles(all: Files): { integrity: Integrity; files: Files } {
  const files: Files = new Map(all);
  const content = files.get(INTEGRITY_FILE);
  if (!content) throw new ArchiveError(`it has no ${INTEGRITY_FILE}`);
  files.delete(INTEGRITY_FILE);
  const integrity = parse(content);
  const expected = new Map(Object.entries(integrity.files));
  for (const [path, bytes] of files) {
    const entry = expected.get(path);
    if (!entry) throw new ArchiveError(`“${path}” is not in its list of files`);
    if (!isRecord(entry) || entry.sha256 !== sha256Of(bytes) || entry.bytes !== bytes.length)
      throw new ArchiveError(`“${path}” is not the file that its list names: the content differs`);
    expected.delete(path);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw new ArchiveError(`“${missing}” is in its list of files and missing`);
  return { integrity, files };
}
