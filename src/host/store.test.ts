import { expect, test, vi } from 'vitest';
import { createSnapshot } from './store.ts';

test('holds the same value until it is set, and tells who watches', () => {
  const first = { n: 1 };
  const second = { n: 2 };
  const snapshot = createSnapshot(first);
  const [one, other] = [vi.fn(), vi.fn()];
  const stop = snapshot.subscribe(one);
  snapshot.subscribe(other);
  expect(snapshot.getSnapshot()).toBe(first);
  snapshot.set(second);
  expect(snapshot.getSnapshot()).toBe(second);
  stop();
  snapshot.set(first);
  expect([one, other].map((listener) => listener.mock.calls.length)).toEqual([1, 2]);
});

test('lets a listener leave while it is told', () => {
  const snapshot = createSnapshot(0);
  const seen: string[] = [];
  const stop = snapshot.subscribe(() => {
    stop();
    seen.push('once');
  });
  snapshot.subscribe(() => seen.push(`sees ${snapshot.getSnapshot()}`));
  snapshot.set(1);
  snapshot.set(2);
  expect(seen).toEqual(['once', 'sees 1', 'sees 2']);
});
