import { act } from '@testing-library/react/pure.js';

// As they are before a test fakes them.
const { setTimeout, MessageChannel } = globalThis;

/** Lets everything else have its turn. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    // Fake timers may be older than this module; Jest's jsdom has no message ports.
    if (!MessageChannel) return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });

const turns: { last: Promise<unknown> } = { last: Promise.resolve() };

/** Does something within React's `act`, of which one must end before the next begins. */
export async function acting(doing: () => unknown): Promise<void> {
  const mine = turns.last.then(() => act(async () => void (await doing())));
  turns.last = mine.catch(() => {});
  await mine;
}
