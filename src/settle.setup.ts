import { act } from '@testing-library/react';
import { loadFailure, loadView } from './told.ts';

/** Does something and waits until what it asked for on demand has arrived and is drawn. */
export async function settle<Result>(doing: () => Result): Promise<Result> {
  const result = await act(async () => doing());
  await act(async () => {
    await Promise.all([loadFailure(), loadView()]);
    await new Promise((resolve) => setTimeout(resolve));
  });
  return result;
}
