import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DashboardStore } from './dashboard-store.ts';
import { settled, setup, showAndLeave } from './dashboard-store.test.kit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('requests a dashboard once if it is read ahead and then shown, and only then prepares its widgets', async () => {
  const { dashboards, readAhead, isIdle, answers, title, prepare } = setup();
  void readAhead('sales', 'main');
  void readAhead('sales', 'main');
  expect(isIdle()).toBe(true);
  answers[0]!.resolve('one');
  await settled();
  expect([title(), prepare.mock.calls.length]).toEqual([undefined, 0]);
  await vi.advanceTimersByTimeAsync(29_000);
  dashboards.subscribe('sales', 'main', () => {});
  expect(isIdle()).toBe(false);
  await settled();
  expect([title(), prepare.mock.calls.length, answers.length]).toEqual(['one', 1, 1]);
  expect(isIdle()).toBe(true);
  void readAhead('sales', 'main');
  expect(answers).toHaveLength(1);
});

test('uses what is read ahead although it arrives after the click', async () => {
  const { dashboards, readAhead, answers, title } = setup();
  void readAhead('sales', 'main');
  dashboards.subscribe('sales', 'main', () => {});
  answers[0]!.resolve('one');
  await settled();
  expect([title(), answers.length]).toEqual(['one', 1]);
});

test.each([
  ['is not fresh any longer', () => vi.advanceTimersByTimeAsync(31_000)],
  ['may be of another session', ({ refresh }: DashboardStore) => refresh()],
])('reads a dashboard again if what was read ahead %s', async (_, pass) => {
  const { dashboards, readAhead, answers } = setup();
  void readAhead('sales', 'main');
  answers[0]!.resolve('one');
  await settled();
  await pass(dashboards);
  dashboards.subscribe('sales', 'main', () => {});
  expect(answers).toHaveLength(2);
});

test('nothing hears of a dashboard that could not be read ahead, and the click reads it again', async () => {
  const { dashboards, readAhead, answers, title, onFailure } = setup();
  const reading = readAhead('sales', 'main');
  dashboards.subscribe('sales', 'main', () => {});
  answers[0]!.reject();
  expect(await reading).toBeUndefined();
  await settled();
  answers[1]!.resolve('one');
  await settled();
  expect([title(), answers.length, onFailure.mock.calls.length]).toEqual(['one', 2, 0]);
  void readAhead('sales', 'other');
  answers[2]!.reject();
  await settled();
  void readAhead('sales', 'other');
  expect([answers.length, onFailure.mock.calls.length]).toEqual([4, 0]);
});

test('does not read a dashboard ahead that was left, since it is there and the return reads it again', async () => {
  const { dashboards, readAhead, answers } = await showAndLeave();
  expect((await readAhead('sales', 'main'))?.title).toBe('one');
  expect(answers).toHaveLength(1);
  const leave = dashboards.subscribe('sales', 'main', () => {});
  expect(answers).toHaveLength(2);
  // Before the answer has arrived.
  leave();
  await settled();
  answers[1]!.reject();
  expect((await readAhead('sales', 'main'))?.title).toBe('one');
  expect(answers).toHaveLength(2);
});
