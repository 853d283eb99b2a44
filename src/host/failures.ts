import { MESSAGE_NOT_LOADED, messageOf, WidgetError, type Failure } from '../contract/index.ts';

/** Loads the code that only a failure needs: the messages, the error card and the diagnosis. */
export const loadDiagnosis = () => import('../diagnosis/index.ts');

/** Makes the error of a failure whose own message could not be loaded, from the arguments of that message. */
function errorWithoutMessage({ code, details }: Failure, reason: unknown): WidgetError {
  const { file, url, place, message, cause } = details as Partial<Record<string, unknown>>;
  const known = {
    what: file ?? url ?? place ?? 'This',
    why: message !== undefined || 'cause' in details ? ` (${messageOf(message ?? cause)})` : '',
    reason: messageOf(reason),
  };
  return new WidgetError(code, MESSAGE_NOT_LOADED, { ...details, ...known });
}

/**
 * Makes a failure's error. The messages are loaded with the first failure. If they cannot be loaded, for instance because the
 * server is down, the error says so. Never rejects.
 */
export const createFailure = (failure: Failure): Promise<WidgetError> =>
  loadDiagnosis().then(
    ({ describeFailure }) => describeFailure(failure),
    (reason: unknown) => errorWithoutMessage(failure, reason),
  );

const reported = new WeakSet<WidgetError>();

/** Writes an error's line to the console, once. */
export function report(error: WidgetError): void {
  if (reported.has(error)) return;
  reported.add(error);
  console.error(`[NousViz] ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}
