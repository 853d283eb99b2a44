import { expect, test, vi } from 'vitest';
import { createSharing, share } from './share.ts';

/** Makes a computation whose runs end when the test says so; each returns its number. */
function makeComputation() {
  const ends: ((error?: Error) => void)[] = [];
  const compute = vi.fn<() => Promise<number>>(
    () =>
      new Promise((resolve, reject) => {
        const number = ends.length;
        ends.push((error) => (error ? reject(error) : resolve(number)));
      }),
  );
  return { compute, ends };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

test('runs one computation at a time, and starts the next one after the calls that it answers', async () => {
  const { compute, ends } = makeComputation();
  const shared = share(compute);
  const first = [shared(), shared(), shared()];
  await turn();
  expect(compute).toHaveBeenCalledTimes(1);
  // These come after the start, so that the first computation may not have seen a change before them.
  const second = [shared()];
  await turn();
  second.push(shared());
  await turn();
  expect(compute).toHaveBeenCalledTimes(1);
  ends[0]!();
  expect(await Promise.all(first)).toEqual([0, 0, 0]);
  await turn();
  expect(compute).toHaveBeenCalledTimes(2);
  const third = shared();
  ends[1]!();
  expect(await Promise.all(second)).toEqual([1, 1]);
  await turn();
  ends[2]!();
  expect(await third).toBe(2);
});

test('fails for the calls of a failed computation, and not for later ones', async () => {
  const { compute, ends } = makeComputation();
  const shared = share(compute);
  const failed = [shared(), shared()];
  await turn();
  const next = shared();
  ends[0]!(new Error('no disk'));
  for (const call of failed) await expect(call).rejects.toThrow('no disk');
  await turn();
  ends[1]!();
  expect(await next).toBe(1);
});

test('does not wait for ever for a computation that never ends', async () => {
  const { compute, ends } = makeComputation();
  const shared = share(compute, 5);
  void shared();
  await vi.waitFor(() => expect(compute).toHaveBeenCalledTimes(1));
  const later = shared();
  await vi.waitFor(() => expect(compute).toHaveBeenCalledTimes(2));
  ends[1]!();
  expect(await later).toBe(1);
});

test('shares computations by key', async () => {
  const { compute, ends } = makeComputation();
  const sharing = createSharing<number>();
  const calls = [sharing('a', compute), sharing('b', compute), sharing('a', compute)];
  await turn();
  expect(compute).toHaveBeenCalledTimes(2);
  for (const end of ends) end();
  expect(await Promise.all(calls)).toEqual([0, 1, 0]);
  const again = sharing('a', compute);
  await turn();
  ends[2]!();
  expect(await again).toBe(2);
});
