// @vitest-environment jsdom
import { act, createElement, StrictMode } from 'react';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { splitSourceMap } from './source-map-comment.ts';
import { attachStyles } from './styles.ts';

beforeEach(() => void vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));

afterEach(() => document.head.replaceChildren());

const sheets = () => [...document.querySelectorAll('style')].map((style) => style.textContent);

/** Evaluates a bundle with its exports in one clause. Its import of React resolves to this React. */
function run(code: string): { default: React.ComponentType<{ text: string }> | undefined } {
  const body = code
    .replace(
      /import \{([^}]*)\} from "\/api\/widget-runtime\/react\.js";/,
      (_, names: string) => `const {${names.replaceAll(' as ', ': ')}} = React;`,
    )
    .replace(/export\s*\{\s*([\w$]+) as default\s*\};?/, 'exported.value = () => $1;');
  const exported: { value?: () => never } = {};
  // oxlint-disable-next-line no-new-func -- jsdom has no modules
  new Function('React', 'exported', body)(React, exported);
  return { default: exported.value?.() };
}

const WIDGET =
  'function Widget({ text }) { return React.createElement("p", null, text); }\nexport { Widget as default };\n';

test('adds the stylesheet with the first panel and removes it with the last', () => {
  const { default: Widget } = run(attachStyles(WIDGET, '.a { color: red; }'));
  expect(Widget!.displayName).toBe('Widget');
  expect(sheets()).toEqual([]);
  const [one, two] = [0, 1].map(() => createRoot(document.createElement('div')));
  act(() => one!.render(createElement(StrictMode, null, createElement(Widget!, { text: 'a' }))));
  expect(sheets()).toEqual(['.a { color: red; }']);
  act(() => two!.render(createElement(Widget!, { text: 'b' })));
  expect(sheets()).toHaveLength(1);
  act(() => one!.unmount());
  expect(sheets()).toHaveLength(1);
  act(() => two!.unmount());
  expect(sheets()).toEqual([]);
  const again = createRoot(document.createElement('div'));
  act(() => again.render(createElement(Widget!, { text: 'c' })));
  expect(sheets()).toHaveLength(1);
  act(() => again.unmount());
});

test('adds a stylesheet once for all bundles that contain it', () => {
  const [first, second] = ['.a {}', '.a {}'].map((css) => run(attachStyles(WIDGET, css)).default!);
  const [one, two] = [0, 1].map(() => createRoot(document.createElement('div')));
  act(() => one!.render(createElement(first!, { text: 'a' })));
  act(() => two!.render(createElement(second!, { text: 'b' })));
  expect(sheets()).toEqual(['.a {}']);
  act(() => one!.unmount());
  expect(sheets()).toEqual(['.a {}']);
  act(() => two!.unmount());
  expect(sheets()).toEqual([]);
});

test('links the style sheets of other servers, in their order', () => {
  const css = `@charset "utf-8";/* @import "no"; */
@layer base, top;
@import url(https://fonts.example/css2?family=A:wght@400;700&display=swap);@import "https://a.example/b.css" screen and (min-width: 1px);
@import url( '//cdn.example/c.css' );
.a { content: '@import "d.css";'; }`;
  const { default: Widget } = run(attachStyles(WIDGET, css));
  const root = createRoot(document.createElement('div'));
  act(() => root.render(createElement(Widget!, { text: '' })));
  const links = [...document.querySelectorAll('link')];
  expect(links.map((link) => [link.rel, link.getAttribute('href'), link.media])).toEqual([
    ['stylesheet', 'https://fonts.example/css2?family=A:wght@400;700&display=swap', ''],
    ['stylesheet', 'https://a.example/b.css', 'screen and (min-width: 1px)'],
    ['stylesheet', '//cdn.example/c.css', ''],
  ]);
  expect(sheets()[0]!.replaceAll(/\s+/g, ' ')).toBe(
    `@charset "utf-8";/* @import "no"; */ @layer base, top; .a { content: '@import "d.css";'; }`,
  );
  act(() => root.unmount());
  expect(document.head.childElementCount).toBe(0);
});

test.each(['layer', 'layer(base) screen', 'supports(display: grid)'])(
  'rejects an import of another server’s style sheet with %s',
  (condition) => {
    expect(() => attachStyles(WIDGET, `@import "https://a.example/b.css" ${condition};`)).toThrow(
      `A style sheet imports https://a.example/b.css with "${condition}", which does not work in a widget. Remove the condition, or download that style sheet and import the file. [STYLE_IMPORT]`,
    );
  },
);

test('passes on its props and wraps a memo component', () => {
  const memo =
    'var Widget = React.memo(({ text }) => React.createElement("p", null, text));\nexport { Widget as default };';
  const { default: Widget } = run(attachStyles(memo, '.a {}'));
  const place = document.createElement('div');
  const root = createRoot(place);
  act(() => root.render(createElement(Widget!, { text: 'through' })));
  expect(place.textContent).toBe('through');
  act(() => root.unmount());
});

test.each([
  ['a string that ends a script', '.a::before { content: "</script>\\2028 `${x}`"; }'],
  ['quotes and line breaks', ".a {\n  content: '\"';\n}"],
])('preserves %s', (_, css) => {
  const { default: Widget } = run(attachStyles(WIDGET, css));
  const root = createRoot(document.createElement('div'));
  act(() => root.render(createElement(Widget!, { text: '' })));
  expect(sheets()).toEqual([css]);
  act(() => root.unmount());
});

test.each([
  ['no stylesheet', WIDGET, ''],
  ['a blank stylesheet', WIDGET, ' \n'],
  ['no default export', 'var a = 1;\nexport { a };', '.a {}'],
])('does not change a bundle with %s', (_, code, css) => {
  expect(attachStyles(code, css)).toBe(code);
});

test('does not turn another value into a component', () => {
  expect(
    run(attachStyles('var Widget = { not: "one" };\nexport { Widget as default };', '.a {}')).default,
  ).toEqual({
    not: 'one',
  });
});

test('finds the default export among others in minified code', () => {
  const code = 'function d(){return 1}var u=2;export{u as extra,d as default};';
  const styled = attachStyles(code, '.a{}');
  expect(styled).toContain('export{u as extra,__nvDefault as default};');
  expect(styled).toContain('__nvElement(d, props)');
});

test('finds the default export between comments and before a source map', () => {
  const code =
    'var d = 1;\nexport { /* a */ d /* b */ as /* c */ default };\n//# sourceMappingURL=W.js.map\n';
  const styled = attachStyles(code, '.a{}');
  expect(styled).toContain('export { /* a */ __nvDefault as default };\n');
  expect(styled.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=W.js.map');
});

test.each([
  ['a = 1;\n//# sourceMappingURL=a.js.map', 'a = 1;'],
  ['a = 1;\n//# sourceMappingURL=a.js.map\n', 'a = 1;'],
  ['a = `\n//# sourceMappingURL=a`;\n//# sourceMappingURL=a.js.map', 'a = `\n//# sourceMappingURL=a`;'],
  ['a = `\n//# sourceMappingURL=a\n`;', undefined],
  ['a = 1;', undefined],
])('splits %j before its source map comment', (code, body = code) => {
  expect(splitSourceMap(code)).toEqual([body, code.slice(body.length)]);
});
