import { MESSAGE_NOT_LOADED, messageOf, WidgetError, type Failure } from '../contract/index.ts';

/** Loads what only a failure needs: the messages, the error card, the diagnosis. */
export const loadDiagnosis = () => import('../diagnosis/index.ts');

/** The error of a failure whose own message could not be loaded: what failed and why, as far as the failure says so. */
function errorWithoutWords({ code, details }: Failure, reason: unknown): WidgetError {
  const { file, url, place, message, cause } = details as Partial<Record<string, unknown>>;
  const words = {
    what: file ?? url ?? place ?? 'This',
    why: message !== undefined || 'cause' in details ? ` (${messageOf(message ?? cause)})` : '',
    reason: messageOf(reason),
  };
  return new WidgetError(code, MESSAGE_NOT_LOADED, { ...details, ...words });
}

/**
 * Makes a failure's error. Its message is loaded with the first failure; where that cannot be loaded, since the server is down
 * for instance, the error says so. Never rejects.
 */
export const createFailure = (failure: Failure): Promise<WidgetError> =>
  loadDiagnosis().then(
    ({ errorOf }) => errorOf(failure),
    (reason: unknown) => errorWithoutWords(failure, reason),
  );

const reported = new WeakSet<WidgetError>();

/** Writes an error's line to the console, once. */
export function report(error: WidgetError): void {
  if (reported.has(error)) return;
  reported.add(error);
  console.error(`[NousViz] ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}
