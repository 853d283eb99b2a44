/** An archive that is refused. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}
