import { afterEach, expect, test } from 'vitest';
import { takePreloaded } from './preloaded.ts';

afterEach(() => {
  document.body.innerHTML = '';
});

const write = (html: string) => (document.body.innerHTML = html);

test('returns the answers that the server wrote, once', () => {
  write(
    '<script type="application/json" id="nousviz-preloaded">{"plugin":"sales","list":{"plugins":[]}}</script>',
  );
  expect(takePreloaded()).toEqual({ plugin: 'sales', list: { plugins: [] } });
  expect(takePreloaded()).toBeUndefined();
  expect(document.body.innerHTML).toBe('');
});

test('returns the requests of an inline script', () => {
  write('<script id="nousviz-preloaded">{}</script>');
  const preloaded = { list: Promise.resolve(5), token: null };
  Object.assign(document.querySelector('script')!, { preloaded });
  expect(takePreloaded()).toBe(preloaded);
});

test.each([
  ['is cut short', '<script type="application/json" id="nousviz-preloaded">{"plugin":</script>'],
  ['is no script', '<div id="nousviz-preloaded">{"plugin":"sales"}</div>'],
])('ignores an element that %s', (_, html) => {
  write(html);
  expect(takePreloaded()).toBeUndefined();
});
