import { act } from '@testing-library/react/pure.js';

// The real functions, which a test may replace with fakes later.
const { setTimeout, MessageChannel } = globalThis;

/** Waits for the next task of the event loop. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    // A message port is not affected by fake timers, but Jest's jsdom has none.
    if (!MessageChannel) return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });

const queue: { last: Promise<unknown> } = { last: Promise.resolve() };

/** Runs a function within React's `act`, after all earlier calls, because calls of `act` must not overlap. */
export async function acting(run: () => unknown): Promise<void> {
  const mine = queue.last.then(() => act(async () => void (await run())));
  queue.last = mine.catch(() => {});
  await mine;
}
