/** A mistake in a command's arguments that its user can correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
