import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitForWidgets } from './wait-for-widgets.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Waits for widgets whose arrival the test controls. */
function setup(count = 3, trip?: number) {
  const arrive: (() => void)[] = [];
  const loads = Array.from({ length: count }, () => new Promise<void>((resolve) => arrive.push(resolve)));
  const rendered = vi.fn();
  void waitForWidgets(loads, trip).then(rendered);
  const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  return { arrive, rendered, wait };
}

test('waits for widgets that arrive quickly, and ends with the last one', async () => {
  const { arrive, rendered, wait } = setup();
  await wait(99);
  arrive[0]!();
  await wait(99);
  arrive[1]!();
  await wait(99);
  expect(rendered).not.toHaveBeenCalled();
  arrive[2]!();
  await wait(0);
  expect(rendered).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([3, 10, 100, 1000])('waits 100 ms for the first of %i widgets', async (count) => {
  const { rendered, wait } = setup(count);
  await wait(99);
  expect(rendered).not.toHaveBeenCalled();
  await wait(1);
  expect(rendered).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([3, 10, 100, 1000])('waits 100 ms for the next of %i widgets', async (count) => {
  const { arrive, rendered, wait } = setup(count);
  await wait(50);
  arrive[0]!();
  await wait(99);
  expect(rendered).not.toHaveBeenCalled();
  await wait(1);
  expect(rendered).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('waits 300 ms in all if one widget arrives after the other', async () => {
  const { arrive, rendered, wait } = setup(20);
  for (const arrival of arrive.slice(0, 4)) {
    await wait(70);
    arrival();
  }
  await wait(19);
  expect(rendered).not.toHaveBeenCalled();
  await wait(1);
  expect(rendered).toHaveBeenCalledOnce();
  arrive[4]!();
  await wait(0);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [60, 160],
  [5000, 300],
])('waits longer for the first widget if the dashboard took %i ms', async (trip, first) => {
  const { arrive, rendered, wait } = setup(3, trip);
  await wait(first - 1);
  expect(rendered).not.toHaveBeenCalled();
  arrive[0]!();
  // Not for the next one.
  await wait(99);
  expect(rendered).not.toHaveBeenCalled();
  await wait(1);
  expect(rendered).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('does not count the time in which the page is busy', async () => {
  const due: (() => void)[] = [];
  vi.stubGlobal('setTimeout', (act: () => void) => due.push(act));
  const { rendered } = setup();
  // A busy page begins each step late, however long that takes.
  const runLate = () => {
    for (const act of due.splice(0)) act();
  };
  for (let late = 0; late < 4; late += 1) runLate();
  await Promise.resolve();
  expect(rendered).not.toHaveBeenCalled();
  runLate();
  await Promise.resolve();
  expect(rendered).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test('does not wait for a dashboard without widgets', async () => {
  const { rendered, wait } = setup(0);
  await wait(0);
  expect(rendered).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
