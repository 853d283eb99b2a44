/** Something that somebody typed and can correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
