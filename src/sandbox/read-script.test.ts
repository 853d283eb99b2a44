import { expect, test, vi } from 'vitest';
import { createScriptReader } from './read-script.ts';

const URL = '/api/widget-runtime/sandbox-19.js';
const textOf = (bytes: ArrayBuffer | undefined) => new TextDecoder().decode(bytes);
const script = () => new Response('run()', { headers: { 'Content-Type': 'text/javascript; charset=utf-8' } });

test('requests the script of frames once', async () => {
  const fetch = vi.fn(async () => script());
  vi.stubGlobal('fetch', fetch);
  const read = createScriptReader();
  expect((await Promise.all([read(URL), read(URL)])).map(textOf)).toEqual(['run()', 'run()']);
  expect(textOf(await read(URL))).toBe('run()');
  expect(fetch).toHaveBeenCalledTimes(1);
});

test.each<[string, () => Promise<Response>]>([
  ['an error', async () => new Response('', { status: 503 })],
  ['no answer', async () => Promise.reject(new TypeError('Failed to fetch'))],
  ['the page of an app', async () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
])('leaves the script to the frame after %s, and asks again for the next one', async (_, answer) => {
  const fetch = vi.fn(answer);
  vi.stubGlobal('fetch', fetch);
  const read = createScriptReader();
  expect(await read(URL)).toBeUndefined();
  fetch.mockImplementation(async () => script());
  expect(textOf(await read(URL))).toBe('run()');
});
