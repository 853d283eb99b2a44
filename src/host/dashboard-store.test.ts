import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createError } from '../contract/words.ts';
import { createDashboardStore } from './dashboard-store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup() {
  const answers: { resolve(title: string): void; reject(): void; signal?: AbortSignal; answer: unknown }[] =
    [];
  const dashboards = createDashboardStore(
    (_, name, signal, answer) =>
      new Promise((resolve, reject) => {
        answers.push({
          resolve: (title) => resolve({ name, title, rows: [] }),
          reject: () => reject(createError('API_FAILED', { url: '/api', message: 'down' })),
          ...(signal && { signal }),
          answer,
        });
      }),
  );
  const title = () => dashboards.getSnapshot('sales', 'main')?.layout?.title;
  return { dashboards, answers, title };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

test('requests a dashboard once if it is preloaded and then shown', async () => {
  const { dashboards, answers, title } = setup();
  const early = { panels: [] };
  const loading = dashboards.load('sales', 'main', early);
  const listener = vi.fn();
  dashboards.subscribe('sales', 'main', listener);
  expect(answers.map(({ answer }) => answer)).toEqual([early]);
  answers[0]!.resolve('one');
  expect((await loading).layout?.title).toBe('one');
  expect([title(), listener.mock.calls.length]).toEqual(['one', 1]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(title()).toBe('one');
});

test('drops a preloaded dashboard that is not shown', async () => {
  const { dashboards, answers, title } = setup();
  void dashboards.load('sales', 'main');
  answers[0]!.resolve('one');
  await vi.advanceTimersByTimeAsync(29_000);
  expect(title()).toBe('one');
  await vi.advanceTimersByTimeAsync(2000);
  expect(title()).toBeUndefined();
});

test('ends the request when the last watcher leaves, unless one returns immediately', async () => {
  const { dashboards, answers } = setup();
  const leave = dashboards.subscribe('sales', 'main', () => {});
  leave();
  const leaveAgain = dashboards.subscribe('sales', 'main', () => {});
  await settled();
  expect([answers.length, answers[0]!.signal!.aborted]).toEqual([1, false]);
  leaveAgain();
  await settled();
  expect(answers[0]!.signal!.aborted).toBe(true);
  dashboards.subscribe('sales', 'main', () => {});
  expect(answers).toHaveLength(2);
});

test('shows a dashboard until its next version has arrived', async () => {
  const { dashboards, answers, title } = setup();
  dashboards.subscribe('sales', 'main', () => {});
  answers[0]!.resolve('one');
  await settled();
  void dashboards.refresh();
  expect([answers.length, title()]).toEqual([2, 'one']);
  void dashboards.refresh('sales', 'main');
  answers[2]!.resolve('three');
  await settled();
  answers[1]!.resolve('two, late');
  await settled();
  expect(title()).toBe('three');
});

test('reads watched dashboards again, and drops the others', async () => {
  const { dashboards, answers, title } = setup();
  const leave = dashboards.subscribe('sales', 'main', () => {});
  dashboards.subscribe('sales', 'more', () => {});
  void dashboards.load('sales', 'warm');
  for (const answer of answers) answer.resolve('one');
  await settled();
  leave();
  void dashboards.refresh();
  expect([answers.length, title(), answers[0]!.signal!.aborted]).toEqual([4, undefined, true]);
  answers[3]!.resolve('two');
  await settled();
  expect(dashboards.getSnapshot('sales', 'more')?.layout?.title).toBe('two');
  expect(dashboards.getSnapshot('sales', 'warm')).toBeUndefined();
  await dashboards.refresh('sales', 'warm');
  expect(answers).toHaveLength(4);
});

test('removes an error while it reads again', async () => {
  const { dashboards, answers, title } = setup();
  const listener = vi.fn();
  dashboards.subscribe('sales', 'main', listener);
  answers[0]!.reject();
  await settled();
  expect(dashboards.getSnapshot('sales', 'main')).toMatchObject({ error: { code: 'API_FAILED' } });
  void dashboards.refresh('sales', 'main');
  expect(dashboards.getSnapshot('sales', 'main')).toBeUndefined();
  expect(listener).toHaveBeenCalledTimes(2);
  answers[1]!.resolve('one');
  await settled();
  expect(title()).toBe('one');
});
