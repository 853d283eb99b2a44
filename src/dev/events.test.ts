import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createChannel, type Channel } from './events.ts';

async function listen(channel: Channel<unknown>) {
  const response = await new Hono().get('/', (c) => channel.open(c)).request('/');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return { response, next: async () => (await reader.read()).value, leave: () => reader.cancel() };
}

test('sends a page the last message, then every new one', async () => {
  const channel = createChannel({ count: 0 });
  channel.send({ count: 1 });
  const page = await listen(channel);
  expect(page.response.headers.get('content-type')).toBe('text/event-stream');
  expect(await page.next()).toBe('data: {"count":1}\n\n');
  channel.send({ count: 2 });
  channel.send({ count: 3 });
  expect([await page.next(), await page.next()]).toEqual(['data: {"count":2}\n\n', 'data: {"count":3}\n\n']);
});

test('drops a closed page and ends the others', async () => {
  const channel = createChannel('first');
  const [gone, there] = [await listen(channel), await listen(channel)];
  await gone.next();
  await gone.leave();
  channel.send('second');
  expect([await there.next(), await there.next()]).toEqual(['data: "first"\n\n', 'data: "second"\n\n']);
  channel.close();
  expect(await there.next()).toBeUndefined();
});
