import { afterEach, beforeEach, expect, test, vi } from 'vitest';
// The store loads it on demand, and fake timers do not wait for that.
import './keep-panels.ts';
import { settled, setup, showAndLeave } from './dashboard-store.test.kit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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

test('reads a preloaded dashboard again that is shown late', async () => {
  const { dashboards, answers, title } = setup();
  void dashboards.load('sales', 'main');
  answers[0]!.resolve('one');
  await vi.advanceTimersByTimeAsync(29_000);
  void dashboards.load('sales', 'main');
  expect(answers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  dashboards.subscribe('sales', 'main', () => {});
  expect([answers.length, title()]).toEqual([2, 'one']);
});

test('has a dashboard at once to which the user returns, and reads it again once', async () => {
  const { dashboards, answers, title } = await showAndLeave();
  const before = dashboards.getSnapshot('sales', 'main');
  const listener = vi.fn();
  // As React renders it twice in StrictMode.
  for (let time = 0; time < 2; time += 1) void dashboards.load('sales', 'main');
  dashboards.subscribe('sales', 'main', listener)();
  dashboards.subscribe('sales', 'main', listener);
  expect([title(), answers.map(({ isAgain }) => isAgain)]).toEqual(['one', [false, true]]);
  answers[1]!.resolve('one', [{ type: 'stat', label: 'a' }]);
  await settled();
  expect(dashboards.getSnapshot('sales', 'main')).toBe(before);
  expect(listener).not.toHaveBeenCalled();
});

test('shows what has changed meanwhile', async () => {
  const { dashboards, answers, title } = await showAndLeave();
  const panelsOf = () =>
    dashboards
      .getSnapshot('sales', 'main')!
      .layout!.rows.flatMap(({ cells }) => cells.map(({ panel }) => panel));
  const [kept] = panelsOf();
  const listener = vi.fn();
  dashboards.subscribe('sales', 'main', listener);
  answers[1]!.resolve('two', [
    { type: 'stat', label: 'new' },
    { type: 'stat', label: 'a' },
  ]);
  await settled();
  expect([title(), listener.mock.calls.length]).toEqual(['two', 1]);
  expect(panelsOf()[1]).toBe(kept);
});

test('still shows a dashboard that could not be read again, unless the server says why', async () => {
  const { dashboards, answers, title, onFailure } = await showAndLeave();
  dashboards.subscribe('sales', 'main', () => {});
  answers[1]!.reject({ status: 503 });
  await settled();
  expect([title(), onFailure.mock.calls.length]).toEqual(['one', 1]);
  const [attempt] = dashboards.attempts();
  const trying = attempt!();
  answers[2]!.reject({ status: 503 });
  expect(await trying).toMatchObject({ code: 'API_FAILED' });
  expect([title(), onFailure.mock.calls.length]).toEqual(['one', 1]);
  void dashboards.attempts()[0]!();
  answers[3]!.reject({ status: 403 });
  await settled();
  void dashboards.refresh();
  answers[4]!.reject({ status: 403 });
  await settled();
  expect(dashboards.getSnapshot('sales', 'main')).toMatchObject({ error: { code: 'API_FAILED' } });
  expect(dashboards.attempts()).toEqual([]);
});

test('keeps the last twenty dashboards that were left', async () => {
  const { dashboards, answers } = setup();
  for (let index = 0; index < 25; index += 1) {
    const leave = dashboards.subscribe('sales', `d${index}`, () => {});
    answers[index]!.resolve('one');
    await settled();
    leave();
    await settled();
  }
  const kept = Array.from({ length: 25 }, (_, index) => dashboards.getSnapshot('sales', `d${index}`));
  expect(kept.map((one) => one !== undefined)).toEqual([
    ...Array<boolean>(5).fill(false),
    ...Array<boolean>(20).fill(true),
  ]);
});

test('tries a failed dashboard again without removing its error', async () => {
  const { dashboards, answers, title, onFailure } = setup();
  const listener = vi.fn();
  dashboards.subscribe('sales', 'main', listener);
  answers[0]!.reject();
  await settled();
  const failed = dashboards.getSnapshot('sales', 'main');
  void dashboards.attempts()[0]!();
  answers[1]!.reject();
  await settled();
  expect(dashboards.getSnapshot('sales', 'main')).toBe(failed);
  expect([listener.mock.calls.length, onFailure.mock.calls.length]).toEqual([1, 1]);
  void dashboards.attempts()[0]!();
  answers[2]!.resolve('one');
  await settled();
  expect(title()).toBe('one');
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
