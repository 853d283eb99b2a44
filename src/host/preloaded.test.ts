import { afterEach, expect, test } from 'vitest';
import { takeOpening } from './preloaded.ts';

afterEach(() => {
  document.body.innerHTML = '';
});

const write = (html: string) => (document.body.innerHTML = html);

test('takes what the server wrote, once', () => {
  write(
    '<script type="application/json" id="nousviz-opening">{"plugin":"sales","list":{"plugins":[]}}</script>',
  );
  expect(takeOpening()).toEqual({ plugin: 'sales', list: { plugins: [] } });
  expect(takeOpening()).toBeUndefined();
  expect(document.body.innerHTML).toBe('');
});

test('takes what an inline script has asked for', () => {
  write('<script id="nousviz-opening">{}</script>');
  const opening = { list: Promise.resolve(5), token: null };
  Object.assign(document.querySelector('script')!, { opening });
  expect(takeOpening()).toBe(opening);
});

test.each([
  ['is cut short', '<script type="application/json" id="nousviz-opening">{"plugin":</script>'],
  ['is no script', '<div id="nousviz-opening">{"plugin":"sales"}</div>'],
])('takes nothing that %s', (_, html) => {
  write(html);
  expect(takeOpening()).toBeUndefined();
});
