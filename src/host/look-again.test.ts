import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WidgetError } from '../contract/index.ts';
import { createError } from '../contract/words.ts';
import { lookAgain, type Attempt } from './look-again.ts';

const down = createError('API_FAILED', { url: '/api/plugins', message: 'down' });
const busy = createError('SERVER_ERROR', {
  pluginId: 'a',
  component: 'Chart',
  file: 'Chart.js',
  status: 503,
} as never);

let stop = () => {};
let isHidden = false;
let isOnline = true;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => isOnline);
});
afterEach(() => {
  stop();
  isHidden = false;
  isOnline = true;
  vi.useRealTimers();
});

function setup(attempts: () => readonly Attempt[] = () => [], list: WidgetError | undefined = undefined) {
  const readList = vi.fn<Attempt>(async () => list);
  const hideWidgets = vi.fn();
  stop = lookAgain({ readList, parts: [() => [], attempts], patience: 10_000, hideWidgets });
  return { readList, hideWidgets };
}

const online = () => window.dispatchEvent(new Event('online'));
const shown = () => document.dispatchEvent(new Event('visibilitychange'));
const lifecycle = (type: string, persisted: boolean) =>
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

test('reads the list when the network is back, the tab is shown, or the page is resumed', async () => {
  for (const event of [online, shown, () => document.dispatchEvent(new Event('resume'))]) {
    const { readList } = setup();
    event();
    expect(readList).toHaveBeenCalledOnce();
    stop();
  }
});

test('does not look at first, while it is hidden, or without a network', async () => {
  const { readList } = setup();
  lifecycle('pageshow', false);
  lifecycle('pagehide', false);
  isHidden = true;
  shown();
  online();
  isHidden = false;
  isOnline = false;
  shown();
  await pass(60_000);
  expect(readList).not.toHaveBeenCalled();
  isOnline = true;
  online();
  expect(readList).toHaveBeenCalledOnce();
});

test('reads the list at once and then every ten seconds, however often the tab is shown', async () => {
  const { readList } = setup();
  for (let flip = 0; flip < 20; flip += 1) {
    shown();
    await pass(100);
  }
  expect(readList).toHaveBeenCalledTimes(1);
  await pass(10_000);
  expect(readList).toHaveBeenCalledTimes(2);
  await pass(60_000);
  expect(readList).toHaveBeenCalledTimes(2);
});

test('tries a hundred failures one after the other', async () => {
  const failed = new Set(Array.from({ length: 100 }, (_, index) => index));
  let inFlight = 0;
  let most = 0;
  setup(() =>
    [...failed].map((index) => async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight -= 1;
      failed.delete(index);
      return undefined;
    }),
  );
  online();
  await pass(100);
  online();
  await pass(900);
  expect([failed.size, most]).toEqual([0, 1]);
});

test('tries again six times with growing delays', async () => {
  const times: number[] = [];
  const began = Date.now();
  setup(() => [async () => (times.push(Date.now() - began), busy)]);
  online();
  await pass(300_000);
  expect(times).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
});

test('stops a try without an answer, and goes on after an answer', async () => {
  const other = vi.fn<Attempt>(async () => undefined);
  setup(() => [async () => down, other]);
  online();
  await pass(60_000);
  expect(other).not.toHaveBeenCalled();
  stop();
  setup(() => [async () => busy, other]);
  online();
  await pass();
  expect(other).toHaveBeenCalledOnce();
});

test('does not wait for an attempt without end', async () => {
  const other = vi.fn<Attempt>(async () => undefined);
  setup(() => [() => new Promise(() => {}), other]);
  online();
  await pass(9000);
  expect(other).not.toHaveBeenCalled();
  await pass(2000);
  expect(other).toHaveBeenCalledOnce();
});

test.each([
  ['the list is confirmed', undefined, 0],
  ['its request has failed', down, 0],
])('hides the widgets of a frozen page until %s', async (_, error, after) => {
  const { readList, hideWidgets } = setup(undefined, error);
  lifecycle('pagehide', true);
  expect(hideWidgets.mock.calls).toEqual([[true]]);
  isOnline = error === undefined;
  lifecycle('pageshow', true);
  await pass(after);
  expect(readList).toHaveBeenCalledOnce();
  expect(hideWidgets.mock.calls).toEqual([[true], [false]]);
});

test('hides the widgets for three seconds at most, and until the last restore', async () => {
  const { readList, hideWidgets } = setup();
  readList.mockReturnValue(new Promise(() => {}));
  document.dispatchEvent(new Event('freeze'));
  document.dispatchEvent(new Event('resume'));
  await pass(2900);
  expect(hideWidgets.mock.calls).toEqual([[true]]);
  lifecycle('pagehide', true);
  await pass(200);
  expect(hideWidgets.mock.calls).toEqual([[true], [true]]);
  lifecycle('pageshow', true);
  await pass(3100);
  expect(hideWidgets.mock.calls.at(-1)).toEqual([false]);
});

test('ends with the host', async () => {
  const attempt = vi.fn<Attempt>(async () => busy);
  const { readList } = setup(() => [attempt]);
  online();
  await pass();
  shown();
  stop();
  online();
  await pass(60_000);
  expect([readList.mock.calls.length, attempt.mock.calls.length]).toEqual([1, 1]);
});
