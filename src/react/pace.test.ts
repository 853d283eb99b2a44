import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { requestGate } from '../host/index.ts';
import { createPace, type Pace, type Starter } from './pace.ts';

let pace: Pace;
const onSlowed = vi.fn<(starter: Starter) => void>();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response()),
  );
  onSlowed.mockReset();
  pace = createPace(onSlowed);
});
afterEach(() => {
  pace.leave();
  vi.useRealTimers();
});

/** One commit of the widget, and the effects after it. */
async function commit(effects: () => void = () => {}) {
  pace.commit();
  pace.enter();
  effects();
  pace.leave();
}

/** Runs commits that are caused by what the effects before them started. @returns The milliseconds of each. */
async function cycle(times: number, start: (update: () => void) => void): Promise<number[]> {
  const waits: number[] = [];
  const seen = { updates: 0 };
  const update = () => {
    pace.update();
    seen.updates += 1;
  };
  for (let turn = 0; turn < times; turn += 1) {
    const began = Date.now();
    await commit(() => start(update));
    while (seen.updates <= turn) await vi.advanceTimersByTimeAsync(1);
    waits.push(Date.now() - began);
  }
  return waits;
}

test.each<[string, Starter, (update: () => void) => void]>([
  ['setTimeout', 'timer', (update) => void setTimeout(update, 0)],
  ['fetch', 'request', (update) => void fetch('/x').then(update)],
  ['the helpers', 'request', (update) => void requestGate.pass!(async () => new Response()).then(update)],
])('slows a widget that starts %s after each commit, and reports it once', async (_, starter, start) => {
  const waits = await cycle(200, start);
  expect(onSlowed).toHaveBeenCalledExactlyOnceWith(starter);
  expect(Math.max(...waits.slice(0, 90))).toBeLessThan(10);
  expect(Math.min(...waits.slice(110))).toBeGreaterThanOrEqual(250);
  // It gets a little slower.
  expect(waits.at(-1)).toBeGreaterThan(waits.at(120)!);
});

test.each<[string, (update: () => void) => void]>([
  ['a frame', (update) => void requestAnimationFrame(update)],
  ['a timer as long as a frame', (update) => void setTimeout(update, 16)],
  [
    'an interval',
    (update) => {
      const timer = setInterval(() => {
        clearInterval(timer);
        update();
      }, 1);
    },
  ],
])('does not slow a widget that starts %s after each commit', async (_, start) => {
  await cycle(300, start);
  expect(onSlowed).not.toHaveBeenCalled();
});

test('does not slow a widget that reports each update of its data with a request', async () => {
  let delayed = 0;
  for (let turn = 0; turn < 600; turn += 1) {
    let isSent = false;
    vi.mocked(fetch).mockImplementation(async () => {
      isSent = true;
      return new Response();
    });
    await commit(() => void fetch('/beacon'));
    // The data comes when the request has been answered.
    await vi.advanceTimersByTimeAsync(2);
    if (!isSent) delayed += 1;
    pace.update();
  }
  expect(onSlowed).not.toHaveBeenCalled();
  // It was suspected twice, and each suspicion delayed one request.
  expect(delayed).toBeLessThanOrEqual(2);
});

test('restores the page’s functions after the widget’s work, and leaves later replacements', () => {
  const before = [setTimeout, fetch, XMLHttpRequest.prototype.send, requestGate.pass];
  pace.enter();
  expect(setTimeout).not.toBe(before[0]);
  pace.leave();
  expect([setTimeout, fetch, XMLHttpRequest.prototype.send, requestGate.pass]).toEqual(before);
  pace.enter();
  const other = vi.fn();
  vi.stubGlobal('fetch', other);
  pace.leave();
  expect(fetch).toBe(other);
});

test('aborts a delayed XMLHttpRequest without sending it', async () => {
  const send = vi.spyOn(XMLHttpRequest.prototype, 'send').mockImplementation(() => {});
  await cycle(105, (update) => void setTimeout(update, 0));
  const request = new XMLHttpRequest();
  request.open('GET', '/x');
  await commit(() => request.send());
  expect(send).not.toHaveBeenCalled();
  request.abort();
  await vi.advanceTimersByTimeAsync(2000);
  expect(send).not.toHaveBeenCalled();
  const other = new XMLHttpRequest();
  other.open('GET', '/x');
  await commit(() => other.send());
  await vi.advanceTimersByTimeAsync(2000);
  expect(send).toHaveBeenCalledOnce();
});
