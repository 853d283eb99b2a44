import { afterEach, expect, test, vi } from 'vitest';
import { createThemeSource, readPage, readTheme } from './theme.ts';

afterEach(() => {
  for (const element of [document.documentElement, document.body])
    for (const name of element.getAttributeNames()) element.removeAttribute(name);
});

const CSS = '[data-sidebar="open"] main { margin: 0 } body[ data-tenant] {} [data-csrf] {}';

test.each([
  ['class', 'dark'],
  ['lang', 'de'],
  ['data-theme', 'dark'],
  ['data-bs-theme', 'dark'],
  ['data-mui-color-scheme', 'dark'],
  ['data-mode', 'dark'],
  ['data-color-mode', 'dark'],
  ['data-theme-name', 'x'],
  ['data-sidebar', 'open'],
  ['data-tenant', 'x'],
])('the frame has the attribute %s of the page', (name, value) => {
  document.documentElement.setAttribute(name, value);
  document.body.setAttribute(name, value);
  const { html, body } = readTheme(document.body, readPage(CSS));
  expect([html[name], body[name]]).toEqual([value, value]);
});

test.each([
  'data-user',
  'data-csrf',
  'data-csrf-token',
  'data-email',
  'data-session',
  'data-session-mode',
  'data-api-key',
  'data-props',
  'data-state',
  'data-turbo',
  'id',
  'style',
  'title',
  'onload',
  'aria-label',
])('the frame has no attribute %s of the page', (name) => {
  for (const element of [document.documentElement, document.body])
    element.setAttribute(name, 'a secret of the host');
  expect(JSON.stringify(readTheme(document.body, readPage(CSS)))).not.toContain('secret');
});

test.each([
  ['link', 1],
  ['style', 1],
  ['img', 0],
  ['iframe', 0],
])('reads the look again when a style sheet has loaded: <%s>', async (name, times) => {
  // jsdom has none.
  vi.stubGlobal('matchMedia', () => new EventTarget());
  Object.assign(document, { adoptedStyleSheets: [] });
  const listener = vi.fn();
  const unfollow = createThemeSource().follow(document.body, listener);
  // A change that the page’s observers do not see.
  const sheet = document.head.appendChild(document.createElement('style'));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  listener.mockClear();
  sheet.sheet!.insertRule('body { color: red }');
  const element = document.body.appendChild(document.createElement(name));
  element.dispatchEvent(new Event('load'));
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(listener).toHaveBeenCalledTimes(times);
  unfollow();
  sheet.remove();
  element.remove();
});
