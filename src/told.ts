import type { WidgetError } from './errors.ts';

/** What only a failure needs, loaded with the first one: the words, the cards, the second look. */
export const loadFailure = () => import('./failure.ts');

/** What reads the host API's answers, loaded while they are on their way. */
export const loadReading = () => import('./reading.ts');

/** The same error, its message completed: before it reaches somebody who reads it. Never rejects. */
export async function told(error: WidgetError): Promise<WidgetError> {
  await loadFailure().then(
    ({ tell }) => tell(error),
    () => {},
  );
  return error;
}
