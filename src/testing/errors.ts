/** What a test got wrong, or has to be told; the end of the error's message. */
export type TestingCode =
  | 'ANSWER_FAILED'
  | 'CLOCK_INVALID'
  | 'CONFIG_NOT_PLAIN'
  | 'ENVIRONMENT_INCOMPLETE'
  | 'PLUGIN_ID_INVALID'
  | 'ROUTE_INVALID'
  | 'TIMERS_FAKED'
  | 'UNANSWERED_ROUTE'
  | 'WIDGET_PROBLEMS';

/** A failure of a test: place, fact and remedy in words, and a code. */
export class TestingError extends Error {
  override readonly name: string = 'TestingError';
  readonly code: TestingCode;

  constructor(code: TestingCode, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

/** Throws what has gone wrong, all of it in one error; each only once. */
export function throwAll(failures: readonly Error[]): void {
  const messages = new Map(failures.map((failure) => [failure.message, failure]));
  const [first, ...others] = messages.values();
  if (others.length > 0) throw new AggregateError(messages.values(), [...messages.keys()].join('\n\n'));
  if (first) throw first;
}
