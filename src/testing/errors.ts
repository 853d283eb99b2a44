/** The code of a mistake in a test. The error's message ends with it. */
export type TestingCode =
  | 'ANSWER_FAILED'
  | 'CLOCK_INVALID'
  | 'CONFIG_NOT_PLAIN'
  | 'ENVIRONMENT_INCOMPLETE'
  | 'PLUGIN_ID_INVALID'
  | 'ROUTE_INVALID'
  | 'SCHEMA_INVALID'
  | 'TIMERS_FAKED'
  | 'UNANSWERED_ROUTE'
  | 'WIDGET_PROBLEMS';

/** A mistake in a test. The message has place, fact, remedy and code. */
export class TestingError extends Error {
  override readonly name: string = 'TestingError';
  readonly code: TestingCode;

  constructor(code: TestingCode, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

/** Throws all failures in one error, and failures with the same message once. Does nothing if there are none. */
export function throwAll(failures: readonly Error[]): void {
  const messages = new Map(failures.map((failure) => [failure.message, failure]));
  const [first, ...others] = messages.values();
  if (others.length > 0) throw new AggregateError(messages.values(), [...messages.keys()].join('\n\n'));
  if (first) throw first;
}
