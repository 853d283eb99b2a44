// @vitest-environment node
import { afterEach, expect, test, vi } from 'vitest';
import { createLimits, DEFAULT_LIMITS, largestMessage } from './limits.ts';
import { readPort } from './read-port.ts';
import type { Requests } from './requests.ts';

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Reads a port at the page's end, and returns the other end. */
function read() {
  const { port1, port2 } = new MessageChannel();
  close = () => port1.close();
  const onSpent = vi.fn();
  const onMessage = vi.fn();
  readPort(port1, {
    limits: createLimits(DEFAULT_LIMITS),
    largest: largestMessage(DEFAULT_LIMITS),
    requests: {} as Requests,
    exceeded: (limit) => limit as never,
    onSpent,
    onMessage,
  });
  return { frame: port2, onSpent, onMessage };
}

test('reads a message of the protocol', async () => {
  const { frame, onSpent, onMessage } = read();
  frame.postMessage({ type: 'rendered', height: 10 }, []);
  await vi.waitFor(() => expect(onMessage).toHaveBeenCalledExactlyOnceWith({ type: 'rendered', height: 10 }));
  expect(onSpent).not.toHaveBeenCalled();
});

test.each<[string, object, Transferable[]]>([
  [
    'hands ports over without naming them',
    { type: 'rendered', height: 10 },
    [new MessageChannel().port1 as never],
  ],
  ['is a large integer', { type: 'rendered', height: 10, more: 1n << 200_000_000n }, []],
])('a frame whose message %s goes on beyond its limits', async (_, message, transfer) => {
  const { frame, onSpent, onMessage } = read();
  frame.postMessage(message, transfer);
  await vi.waitFor(() => expect(onSpent).toHaveBeenCalled());
  expect(onMessage).not.toHaveBeenCalled();
});
