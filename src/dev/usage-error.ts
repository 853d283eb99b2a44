/** A wrong word on the command line, which its writer can correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
