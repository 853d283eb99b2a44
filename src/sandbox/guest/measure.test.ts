import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followHeight } from './measure.ts';

/** The heights of the test's widget and of its frame; jsdom has no layout. */
let widget = 0;
let frame = 0;
let onSize: (height: number) => void = () => {};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: ResizeObserverCallback) {
        onSize = (height) => callback([{ contentRect: { height } }] as never, this as never);
      }
      observe() {}
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Follows a widget in a frame whose page gives it each height that it reports. */
async function follow(heights: { widget: number; frame: number }, isStretched = true) {
  ({ widget, frame } = heights);
  const root = document.createElement('div');
  const read = vi.spyOn(root, 'getBoundingClientRect').mockImplementation(() => {
    const height = root.style.minHeight || !isStretched ? widget : Math.max(widget, frame);
    return { height } as DOMRect;
  });
  vi.stubGlobal('innerHeight', Math.floor(frame));
  const reported: number[] = [];
  followHeight(root, (height) => void reported.push(height));
  await vi.advanceTimersByTimeAsync(0);
  return { root, read, reported };
}

test('reports the height of a widget that is higher than its frame, with one layout', async () => {
  const { read, reported } = await follow({ widget: 300.2, frame: 128 });
  expect(reported).toEqual([301]);
  expect(read).toHaveBeenCalledOnce();
});

test('reports the height of a widget that is lower than its frame, also if that has a fraction', async () => {
  const { root, reported } = await follow({ widget: 100, frame: 128.4 });
  expect(reported).toEqual([100]);
  expect(root.style.minHeight).toBe('');
});

test('reads the height of a widget that its frame does not stretch, with one layout', async () => {
  const { root, read, reported } = await follow({ widget: 80.4, frame: 127 }, false);
  onSize(80.4);
  await vi.advanceTimersByTimeAsync(100);
  expect(reported).toEqual([81]);
  expect(read).toHaveBeenCalledOnce();
  // The page gives the frame its height, which stretches the widget from now on.
  vi.stubGlobal('innerHeight', 81);
  dispatchEvent(new Event('resize'));
  onSize(81);
  await vi.advanceTimersByTimeAsync(100);
  expect(read).toHaveBeenCalledOnce();
  root.append('more');
  widget = 95;
  await vi.advanceTimersByTimeAsync(100);
  expect(reported).toEqual([81, 95]);
});

test('reports a change, and nothing when the page gives the frame its height', async () => {
  const { root, read, reported } = await follow({ widget: 300, frame: 128 });
  read.mockClear();
  frame = 300;
  vi.stubGlobal('innerHeight', 300);
  dispatchEvent(new Event('resize'));
  onSize(300);
  await vi.advanceTimersByTimeAsync(100);
  expect(read).not.toHaveBeenCalled();
  widget = 250;
  root.append('less');
  await vi.advanceTimersByTimeAsync(100);
  expect(reported).toEqual([300, 250]);
});

test('measures again when the frame has another width', async () => {
  const { reported } = await follow({ widget: 300, frame: 128 });
  vi.stubGlobal('innerHeight', 300);
  vi.stubGlobal('innerWidth', 400);
  frame = 300;
  widget = 420;
  dispatchEvent(new Event('resize'));
  await vi.advanceTimersByTimeAsync(100);
  expect(reported).toEqual([300, 420]);
});

test('measures when the size of the widget changes', async () => {
  const { reported } = await follow({ widget: 300, frame: 128 });
  widget = 350;
  onSize(350);
  await vi.advanceTimersByTimeAsync(100);
  expect(reported).toEqual([300, 350]);
});

test('reports the height of a widget whose bundle has replaced an observer by one that throws', () => {
  vi.stubGlobal(
    'MutationObserver',
    class {
      observe() {
        throw new Error('broken');
      }
    },
  );
  const report = vi.fn();
  const root = document.createElement('div');
  vi.spyOn(root, 'getBoundingClientRect').mockReturnValue({ height: 300 } as DOMRect);
  vi.stubGlobal('innerHeight', 127);
  expect(() => followHeight(root, report)).toThrow('broken');
  expect(report).toHaveBeenCalledExactlyOnceWith(300);
});
