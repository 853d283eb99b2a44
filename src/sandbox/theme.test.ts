import { afterEach, expect, test } from 'vitest';
import { readTheme } from './theme.ts';

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
  const { html, body } = readTheme(document.body, CSS);
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
  expect(JSON.stringify(readTheme(document.body, CSS))).not.toContain('secret');
});
