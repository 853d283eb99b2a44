/** An error of a trust store. Its message names place, fact and remedy, and operators may read it. */
export class TrustStoreError extends Error {
  override name = 'TrustStoreError';
  /** The error code of the system, `ENOSPC` for instance. */
  readonly code: string | undefined;

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'Give the server’s user the right to read and write it',
  EPERM: 'Give the server’s user the right to read and write it',
  EROFS: 'Mount its disk writable',
  ENOSPC: 'Free disk space',
  EDQUOT: 'Free disk space',
  EFBIG: 'Raise the limit for the size of files',
  EMFILE: 'Raise the limit for open files',
  ENFILE: 'Raise the limit for open files',
  EISDIR: 'Move the folder away that is in the place of a file, or name another file',
  ENOTDIR: 'Move the file away that is in the place of a folder, or name another file',
  EEXIST: 'Move the file away that is in the place of a folder, or name another file',
  ENOENT: 'Make its folder again',
};

/**
 * Runs a function that uses a file or folder of a trust store.
 *
 * @param use The use of the path, for the message: `read` or `written`.
 * @throws {TrustStoreError} for an error of the system.
 */
export async function naming<Result>(
  path: string,
  use: 'read' | 'written',
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === undefined || thrown instanceof TrustStoreError) throw thrown;
    const remedy = REMEDIES[code] ?? 'Check the disk';
    throw new TrustStoreError(`${path} cannot be ${use} (${code}). ${remedy}, then try again.`, thrown);
  }
}

/** Makes a function for `catch` that returns a value if a file is missing, and throws all other errors again. */
export const ifMissing =
  <Value>(value: Value) =>
  (thrown: { code?: string }): Value => {
    if (thrown.code !== 'ENOENT') throw thrown;
    return value;
  };
