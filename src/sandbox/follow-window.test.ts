import { afterEach, expect, test, vi } from 'vitest';
import { followWindow } from './follow-window.ts';

afterEach(() => vi.restoreAllMocks());

/** The window of a new frame. */
const openWindow = () => document.body.appendChild(document.createElement('iframe')).contentWindow!;
const send = (source: Window, data: unknown) =>
  void dispatchEvent(new MessageEvent('message', { source, data }));

test('each frame hears its own messages, by one listener of the page', () => {
  const added = vi.spyOn(globalThis, 'addEventListener');
  const removed = vi.spyOn(globalThis, 'removeEventListener');
  const [first, second, other] = [openWindow(), openWindow(), openWindow()];
  const heard: unknown[] = [];
  const endFirst = followWindow(first, (data) => heard.push(['first', data]));
  const endSecond = followWindow(second, (data) => heard.push(['second', data]));
  send(second, 1);
  send(first, 2);
  send(other, 3);
  expect(heard).toEqual([
    ['second', 1],
    ['first', 2],
  ]);
  expect(added).toHaveBeenCalledTimes(1);

  endFirst();
  endFirst();
  send(first, 4);
  send(second, 5);
  expect(heard.at(-1)).toEqual(['second', 5]);
  expect(removed).not.toHaveBeenCalled();
  endSecond();
  send(second, 6);
  expect(heard).toHaveLength(3);
  expect(removed).toHaveBeenCalledTimes(1);
});
