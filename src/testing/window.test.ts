import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { completePage, pageOf } from './window.ts';

// The package has no types.
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string, options?: { url: string }) => { window: Window };
};

/** A window beside the global object of Node, as people set it up for Node's own test runner. */
beforeEach(() => {
  vi.stubGlobal('window', new JSDOM('', { url: 'http://localhost/' }).window);
  completePage();
});
afterEach(() => vi.unstubAllGlobals());

test('gives Node the members of a window, and the window the members of Node', () => {
  expect(document).toBe(window.document);
  expect(location.href).toBe('http://localhost/');
  expect(getComputedStyle(document.body)).toBeTruthy();
  expect(window.fetch).toBe(fetch);
  expect(window.setTimeout).toBe(setTimeout);
  expect(window.AbortController).toBe(AbortController);
});

test('lets elements accept the events and signals of Node', () => {
  const heard: string[] = [];
  const controller = new AbortController();
  const listen = ({ type }: Event) => heard.push(type);
  addEventListener('one', listen, { signal: controller.signal });
  window.addEventListener('two', listen, { signal: controller.signal });
  document.addEventListener('three', listen, { signal: controller.signal, once: true });
  document.addEventListener('four', listen, { signal: AbortSignal.abort() });
  const send = () => {
    for (const type of ['one', 'two']) dispatchEvent(new Event(type));
    for (const type of ['three', 'three', 'four']) document.dispatchEvent(new CustomEvent(type));
  };
  send();
  expect(heard).toEqual(['one', 'two', 'three']);
  controller.abort();
  send();
  expect(heard).toHaveLength(3);
});

test('follows a window that replaces another one', () => {
  const { body } = document;
  vi.stubGlobal('window', new JSDOM('<p>').window);
  completePage();
  expect(document.body).not.toBe(body);
  expect(pageOf()).toBe(window);
});

test('replaces a function of Node in the window too', () => {
  const replaced = vi.fn();
  vi.stubGlobal('fetch', replaced);
  expect(window.fetch).toBe(replaced);
  window.fetch = fetch;
  expect(globalThis.fetch).toBe(replaced);
});
