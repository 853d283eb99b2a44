import type { WidgetError } from '../contract/errors.ts';

/** What only a failure needs, loaded with the first one: the words, the cards, the second look. */
export const loadFailure = () => import('../diagnosis/index.ts');

/** What reads the host API's answers and draws panels, loaded while the first answer is on its way. */
export const loadView = () => import('./view.ts');

/** What {@link loadView} loads. */
export type View = Awaited<ReturnType<typeof loadView>>;

/** The same error, its message completed: before it reaches somebody who reads it. Never rejects. */
export async function told(error: WidgetError): Promise<WidgetError> {
  await loadFailure()
    .then(({ tell }) => tell(error))
    .catch(() => {});
  return error;
}
