/** A mistake in what somebody typed, which they can correct. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
