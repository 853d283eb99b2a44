import { act, render } from '@testing-library/react';
import { Activity, StrictMode, useRef } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { End } from '../react/index.ts';
import { useWhileNear } from './use-while-near.ts';

/** Below the viewport. */
const FAR = window.innerHeight + 1;

/** The callbacks of the observers that observe something; jsdom has no layout and no observer. */
let observers = new Set<IntersectionObserverCallback>();
/** The place of the elements in the viewport, in pixels. They are 100 pixels wide and high. */
let top = 0;
let left = 0;
beforeEach(() => {
  vi.useFakeTimers();
  [top, left] = [FAR, 0];
  observers = new Set();
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      callback: IntersectionObserverCallback;
      constructor(callback: IntersectionObserverCallback) {
        this.callback = callback;
      }
      observe = () => void observers.add(this.callback);
      disconnect = () => void observers.delete(this.callback);
    },
  );
  vi.spyOn(Element.prototype, 'getClientRects').mockReturnValue({ length: 1 } as DOMRectList);
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(
    () => new DOMRect(left, top, 100, 100),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const move = (isIntersecting: boolean) =>
  act(() => {
    for (const callback of observers) callback([{ isIntersecting }] as never, undefined as never);
  });

interface NearProps {
  open: () => End;
  isInUse?: () => boolean;
  onRender?: () => void;
}

const never = () => false;

function Near({ open, isInUse = never, onRender }: NearProps) {
  const element = useRef<HTMLDivElement>(null);
  useWhileNear(element, isInUse, open);
  onRender?.();
  return <div ref={element} />;
}

/** Makes something to open, and records what becomes of it. */
function opening(name: string, events: string[]) {
  return () => {
    events.push(`open ${name}`);
    return () => {
      events.push(`close ${name}`);
      return () => {};
    };
  };
}

test('opens what is near, without a render, and closes it a while after it is far', () => {
  const events: string[] = [];
  const open = opening('a', events);
  const onRender = vi.fn();
  render(<Near open={open} onRender={onRender} />);
  expect(events).toEqual([]);
  move(true);
  move(true);
  expect(events).toEqual(['open a']);
  move(false);
  vi.advanceTimersByTime(9999);
  expect(events).toEqual(['open a']);
  vi.advanceTimersByTime(1);
  expect(events).toEqual(['open a', 'close a']);
  move(true);
  expect(events).toEqual(['open a', 'close a', 'open a']);
  expect(onRender).toHaveBeenCalledOnce();
});

test('opens what it cannot observe', () => {
  vi.stubGlobal('IntersectionObserver', function Replaced() {
    throw new Error('replaced');
  });
  const events: string[] = [];
  const { unmount } = render(<Near open={opening('a', events)} />);
  expect(events).toEqual(['open a']);
  unmount();
  expect(events).toEqual(['open a', 'close a']);
});

/** Waits until the places of all elements were read. */
const look = () => act(() => Promise.resolve());

test.each([
  ['in the viewport', 0, 0, true],
  ['at its lower edge', window.innerHeight, 0, true],
  ['below it', window.innerHeight + 1, 0, false],
  ['at its upper edge', -100, 0, true],
  ['above it', -101, 0, false],
  ['right of it', 0, window.innerWidth + 1, false],
  ['left of it', 0, -101, false],
])('an element %s, without an observer', async (_, y, x, isOpen) => {
  [top, left] = [y, x];
  const events: string[] = [];
  render(<Near open={opening('a', events)} />);
  await look();
  expect(events).toEqual(isOpen ? ['open a'] : []);
  move(true);
  expect(events).toEqual(['open a']);
});

test('opens nothing at once without a layout, and in a page that is not visible', async () => {
  top = 0;
  const events: string[] = [];
  vi.mocked(Element.prototype.getClientRects).mockReturnValueOnce({ length: 0 } as DOMRectList);
  render(<Near open={opening('a', events)} />);
  await look();
  vi.spyOn(document, 'hidden', 'get').mockReturnValueOnce(true);
  render(<Near open={opening('b', events)} />);
  await look();
  expect(events).toEqual([]);
  move(true);
  expect(events).toEqual(['open a', 'open b']);
});

test('reads the places of all elements before it opens one, and opens none that is gone', async () => {
  top = 0;
  const events: string[] = [];
  vi.mocked(Element.prototype.getBoundingClientRect).mockImplementation(() => {
    events.push('read');
    return new DOMRect(left, top, 100, 100);
  });
  render(
    <>
      <Near open={opening('a', events)} />
      <Near open={opening('b', events)} />
    </>,
  );
  render(<Near open={opening('c', events)} />).unmount();
  await look();
  expect(events).toEqual(['read', 'read', 'open a', 'open b']);
});

test('keeps open what is near again, or has no layout', () => {
  const events: string[] = [];
  render(<Near open={opening('a', events)} />);
  move(true);
  move(false);
  vi.advanceTimersByTime(5000);
  move(true);
  vi.advanceTimersByTime(60_000);
  vi.mocked(Element.prototype.getClientRects).mockReturnValueOnce({ length: 0 } as DOMRectList);
  move(false);
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual(['open a']);
});

test('keeps what is in use until it is not', () => {
  const events: string[] = [];
  let isInUse = true;
  render(<Near open={opening('a', events)} isInUse={() => isInUse} />);
  move(true);
  move(false);
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual(['open a']);
  isInUse = false;
  vi.advanceTimersByTime(10_000);
  expect(events).toEqual(['open a', 'close a']);
});

test('another function closes what is open, and opens it again; it opens nothing that is far', () => {
  const events: string[] = [];
  const { rerender, unmount } = render(<Near open={opening('a', events)} />);
  rerender(<Near open={opening('b', events)} />);
  expect(events).toEqual([]);
  move(true);
  rerender(<Near open={opening('c', events)} />);
  expect(events).toEqual(['open b', 'close b', 'open c']);
  unmount();
  expect(events.at(-1)).toBe('close c');
  expect(observers.size).toBe(0);
});

test('opens once in StrictMode', () => {
  const events: string[] = [];
  const open = opening('a', events);
  const { unmount } = render(
    <StrictMode>
      <Near open={open} />
    </StrictMode>,
  );
  move(true);
  expect(events).toEqual(['open a']);
  unmount();
  expect(events).toEqual(['open a', 'close a']);
  expect(observers.size).toBe(0);
});

test('keeps open what React hides, until React removes it', () => {
  const events: string[] = [];
  const open = opening('a', events);
  const shown = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <Near open={open} />
    </Activity>
  );
  const { rerender, unmount } = render(shown('visible'));
  rerender(shown('hidden'));
  rerender(shown('visible'));
  expect(events).toEqual([]);
  move(true);
  rerender(shown('hidden'));
  rerender(shown('visible'));
  expect(events).toEqual(['open a']);
  rerender(shown('hidden'));
  unmount();
  expect(events).toEqual(['open a', 'close a']);
  expect(observers.size).toBe(0);
});
