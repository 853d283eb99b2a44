import { expect, test } from 'vitest';
import { createChannel } from './events.ts';

function listen(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return { next: async () => (await reader.read()).value, leave: () => reader.cancel() };
}

test('tells a page the last message, then each that follows', async () => {
  const channel = createChannel({ count: 0 });
  channel.tell({ count: 1 });
  const response = channel.open();
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const page = listen(response);
  expect(await page.next()).toBe('data: {"count":1}\n\n');
  channel.tell({ count: 2 });
  expect(await page.next()).toBe('data: {"count":2}\n\n');
});

test('forgets a page that went, and ends the others', async () => {
  const channel = createChannel('first');
  const [gone, there] = [listen(channel.open()), listen(channel.open())];
  await gone.next();
  await gone.leave();
  channel.tell('second');
  expect([await there.next(), await there.next()]).toEqual(['data: "first"\n\n', 'data: "second"\n\n']);
  channel.close();
  expect(await there.next()).toBeUndefined();
});
