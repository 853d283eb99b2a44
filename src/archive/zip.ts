import { zipSync } from 'fflate';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { ArchiveError } from './archive-error.ts';
import { findCollision, problemOfPath } from './paths.ts';

/** The files of an archive: the content of each path, which is relative and has forward slashes. */
export type Files = Map<string, Uint8Array>;

/** The limits of an archive, in bytes and files. They are far above what a plugin needs, and far below what harms a server. */
export const ARCHIVE_LIMITS = { archive: 32e6, files: 2000, file: 32e6, total: 128e6 } as const;

/** The time of every file, so that it does not change the bytes. A zip has local times, and this one is the same in every zone. */
const TIME = '1980-01-01T00:00:00';

/** The mode of a regular file that its owner may write, as in the upper half of the attributes. */
const REGULAR_FILE = 0o100644 << 16;

/** Unix, whatever the system is. */
const UNIX = 3;

/**
 * Writes an archive. The same files give the same bytes on every machine: the order, times and attributes are fixed, and the
 * compression is not Node's own, which differs between processors.
 */
export function writeZip(files: Files): Uint8Array {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { level: 9, mtime: TIME, os: UNIX, attrs: REGULAR_FILE });
}

const megabytes = (bytes: number) => `${bytes / 1e6} MB`;

/** The kind of a file, in the upper half of its attributes if a Unix system wrote it. */
const kindOf = ({ versionMadeBy, externalFileAttributes }: Entry) =>
  versionMadeBy >> 8 === UNIX ? (externalFileAttributes >>> 16) & 0o170000 : 0;

function problemOfEntry(entry: Entry): string | undefined {
  const { fileName, uncompressedSize } = entry;
  const problem = problemOfPath(fileName);
  if (problem) return `“${fileName}” ${problem}`;
  const kind = kindOf(entry);
  if (kind !== 0 && kind !== 0o100000) return `“${fileName}” is a link or a device`;
  if (entry.isEncrypted()) return `“${fileName}” is encrypted`;
  if (!entry.canDecodeFileData()) return `“${fileName}” has an unknown compression`;
  if (uncompressedSize > ARCHIVE_LIMITS.file)
    return `“${fileName}” is larger than ${megabytes(ARCHIVE_LIMITS.file)}`;
  return undefined;
}

/** Compares the two headers of a file, so that every program reads the same archive. */
async function problemOfHeader(zip: ZipFile, entry: Entry): Promise<string | undefined> {
  const header = await zip.readLocalFileHeaderPromise(entry);
  const differs =
    header.fileName.toString('utf8') !== entry.fileName ||
    header.compressionMethod !== entry.compressionMethod;
  return differs ? `“${entry.fileName}” has two headers that differ` : undefined;
}

async function readContent(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

/** @throws {ArchiveError} for the first problem. */
function refuse(problem: string | undefined): void {
  if (problem) throw new ArchiveError(problem);
}

async function readEntries(zip: ZipFile): Promise<Files> {
  const files: Files = new Map();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize } = entry;
    total += uncompressedSize;
    refuse(problemOfEntry(entry));
    if (files.has(fileName)) refuse(`“${fileName}” is in it twice`);
    if (files.size === ARCHIVE_LIMITS.files) refuse(`it has more than ${ARCHIVE_LIMITS.files} files`);
    if (total > ARCHIVE_LIMITS.total)
      refuse(`its files are together larger than ${megabytes(ARCHIVE_LIMITS.total)}`);
    refuse(await problemOfHeader(zip, entry));
    files.set(fileName, await readContent(zip, entry));
  }
  refuse(findCollision(files.keys()));
  return files;
}

/**
 * Reads an archive that anybody may have made. Each path means the same file inside a folder on every system, and no size is larger
 * than {@link ARCHIVE_LIMITS} allows.
 *
 * @throws {ArchiveError} whose message is the fact alone, without the name of the archive.
 */
export async function readZip(bytes: Uint8Array): Promise<Files> {
  if (bytes.length > ARCHIVE_LIMITS.archive)
    throw new ArchiveError(`it is larger than ${megabytes(ARCHIVE_LIMITS.archive)}`);
  // A program that reads the file as something else finds nothing before the first file.
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== 'PK\u0003\u0004')
    throw new ArchiveError('it is not a zip file');
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes), { strictFileNames: true });
    if (zip.comment) throw new ArchiveError('it has text after its last file');
    return await readEntries(zip);
  } catch (thrown) {
    if (thrown instanceof ArchiveError) throw thrown;
    throw new ArchiveError(`it cannot be read (${(thrown as Error).message})`, { cause: thrown });
  }
}
