import { expect, test, vi } from 'vitest';
import { createStore } from './store.ts';

test('holds the same value until it is set, and notifies its subscribers', () => {
  const first = { n: 1 };
  const second = { n: 2 };
  const store = createStore(first);
  const [one, other] = [vi.fn(), vi.fn()];
  const stop = store.subscribe(one);
  store.subscribe(other);
  expect(store.getSnapshot()).toBe(first);
  store.set(second);
  expect(store.getSnapshot()).toBe(second);
  stop();
  store.set(first);
  expect([one, other].map((listener) => listener.mock.calls.length)).toEqual([1, 2]);
});

test('lets a listener unsubscribe while it is called', () => {
  const store = createStore(0);
  const seen: string[] = [];
  const stop = store.subscribe(() => {
    stop();
    seen.push('once');
  });
  store.subscribe(() => seen.push(`sees ${store.getSnapshot()}`));
  store.set(1);
  store.set(2);
  expect(seen).toEqual(['once', 'sees 1', 'sees 2']);
});
