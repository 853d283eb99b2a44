import { MESSAGE_NOT_LOADED, messageOf, WidgetError, type Failure } from '../contract/index.ts';

type Diagnosis = typeof import('../diagnosis/index.ts');

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

const errors = new WeakMap<Failure, Promise<WidgetError>>();

/**
 * Makes a failure's error, one for each failure object. The messages are loaded with the first failure. If they cannot be loaded,
 * for instance because the server is down, the error says so. Never rejects.
 */
export function createFailure(failure: Failure): Promise<WidgetError> {
  const made =
    errors.get(failure) ??
    loadDiagnosis().then(
      ({ describeFailure }) => describeFailure(failure),
      (reason: unknown) => errorWithoutMessage(failure, reason),
    );
  errors.set(failure, made);
  return made;
}

/** Makes the error that the diagnosis finds, or that of a failure if the diagnosis cannot be loaded. Never rejects. */
export const diagnosed = (
  find: (diagnosis: Diagnosis) => Promise<WidgetError>,
  failure: Failure,
): Promise<WidgetError> =>
  loadDiagnosis()
    .then(find)
    .catch(() => createFailure(failure));

type CloseLook = typeof import('./close-look.ts');

/** Returns what a closer look finds, or `otherwise` if its code cannot be loaded. Never rejects. */
export const lookClosely = <Found>(
  look: (code: CloseLook) => Found | Promise<Found>,
  otherwise?: Found,
): Promise<Found | undefined> => import('./close-look.ts').then(look).catch(() => otherwise);

/** Makes the error of a failure that a closer look describes, or that of `failure` if its code cannot be loaded. Never rejects. */
export const closelySeen = (
  look: (code: CloseLook) => Failure | Promise<Failure>,
  failure: Failure,
): Promise<WidgetError> => lookClosely(look, failure).then((found) => createFailure(found!));

const failures = new WeakMap<object, Failure>();

/**
 * Returns the failure that belongs to an object, such as the status that several panels share, and makes it at the first call. It
 * is one failure, so it is reported once however many panels show it.
 */
export function failureFor(shared: object, make: () => Failure): Failure {
  const failure = failures.get(shared) ?? make();
  failures.set(shared, failure);
  return failure;
}
