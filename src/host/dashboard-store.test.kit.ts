import { vi } from 'vitest';
import { readDashboard } from '../contract/index.ts';
import { createError } from '../contract/words.ts';
import { createDashboardStore, type LoadDashboard } from './dashboard-store.ts';
import { readAheadOf } from './read-ahead.ts';

/** Makes a store whose requests the test answers. */
export function setup() {
  const answers: {
    resolve(title: string, panels?: object[]): void;
    reject(details?: object): void;
    signal?: AbortSignal;
    answer: unknown;
    isAgain?: boolean | undefined;
  }[] = [];
  const onFailure = vi.fn();
  const prepare = vi.fn(async () => {});
  const load: LoadDashboard = (_, name, signal, answer, isAgain) =>
    new Promise((resolve, reject) => {
      answers.push({
        resolve: (title, panels = []) => resolve(readDashboard({ title, panels }, name).layout!),
        reject: (details) => reject(createError('API_FAILED', { url: '/api', message: 'down', ...details })),
        ...(signal && { signal }),
        answer,
        isAgain,
      });
    });
  const dashboards = createDashboardStore(load, { prepare, onFailure });
  const { read: readAhead, isIdle } = readAheadOf(dashboards, load);
  const title = () => dashboards.getSnapshot('sales', 'main')?.layout?.title;
  return { dashboards, readAhead, isIdle, answers, title, prepare, onFailure };
}

export const settled = () => vi.advanceTimersByTimeAsync(0);

/** Shows a dashboard with one panel and leaves it. */
export async function showAndLeave() {
  const made = setup();
  const leave = made.dashboards.subscribe('sales', 'main', () => {});
  made.answers[0]!.resolve('one', [{ type: 'stat', label: 'a' }]);
  await settled();
  leave();
  await settled();
  return made;
}
