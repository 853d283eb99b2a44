import { MESSAGE_NOT_LOADED, WidgetError, type Failure } from '../contract/index.ts';

/** Loads what only a failure needs: the messages, the error card, the diagnosis. */
export const loadDiagnosis = () => import('../diagnosis/index.ts');

/**
 * Makes a failure's error. Its message is loaded with the first failure; where that cannot be loaded, since the server is down
 * for instance, the error says so. Never rejects.
 */
export const createFailure = ({ code, details }: Failure): Promise<WidgetError> =>
  loadDiagnosis().then(
    ({ errorOf }) => errorOf({ code, details } as Failure),
    () => new WidgetError(code, MESSAGE_NOT_LOADED, details),
  );

const reported = new WeakSet<WidgetError>();

/** Writes an error's line to the console, once. */
export function report(error: WidgetError): void {
  if (reported.has(error)) return;
  reported.add(error);
  console.error(`[NousViz] ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
}
