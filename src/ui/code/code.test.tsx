import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { code as english } from './texts.ts';
import { compare } from './compare.ts';
import { DiffView } from './diff-view.tsx';
import { formatCode } from './format-code.ts';
import { findPlaces } from './places.ts';

afterEach(cleanup);

const minified =
  'import{jsx as e}from"/api/widget-runtime/react-jsx-runtime.js";function t(){return fetch("https://a.example/x"),e("p",{children:localStorage.getItem("k")})}export{t as default};';

test('formats minified code, one statement in a line', () => {
  const { text, isAsWritten } = formatCode(minified);
  expect(isAsWritten).toBe(false);
  expect(text.split('\n').length).toBeGreaterThan(5);
  expect(text).toContain('https://a.example/x');
});

test.each(['not ( code', '\0', 'a'.repeat(100_000) + '('])('shows %.12s as it is written', (code) => {
  expect(formatCode(code)).toEqual({ text: code, isAsWritten: true });
});

test('finds the places of findings as whole words, with their lines', () => {
  const text = 'one;\nfetch("x");\nprefetch();\nlocalStorage.a;\nfetch("https://a.example")';
  const findings = { reaches: ['fetch', 'localStorage', 'eval'], hosts: ['a.example'], helpers: ['cn'] };
  expect(findPlaces(text, findings).map(({ name, line }) => `${name} ${line}`)).toEqual([
    'fetch 2',
    'localStorage 4',
    'fetch 5',
    'a.example 5',
  ]);
  const { from, to } = findPlaces(text, findings)[1]!;
  expect(text.slice(from, to)).toBe('localStorage');
});

test('finds a path by its longest part, and the session token by its key', () => {
  const text = 'const p = "/api/plugins/" + id + "/items/all";\nlocalStorage.getItem("nousviz_auth_token")';
  expect(
    findPlaces(text, { api_paths: ['/api/plugins/…/items/all'], reaches: ['session token'] }),
  ).toMatchObject([
    { name: '/api/plugins/…/items/all', line: 1 },
    { name: 'localStorage', line: 2 },
    { name: 'session token', line: 2, column: 21 },
  ]);
  const broken = `${text}(`;
  const findings = { api_paths: ['/api/plugins/…/items/all'], reaches: ['session token'] };
  expect(findPlaces(broken, findings)).toMatchObject([{ line: 1 }, { name: 'session token', line: 2 }]);
});

test('compares by lines, and folds what is far from a change', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const changed = lines.with(20, 'other');
  const runs = compare(lines.join('\n'), changed.join('\n'))!;
  expect(runs.map(({ kind, from, lines: { length } }) => `${kind} ${from} ${length}`)).toEqual([
    'gap 1 17',
    'equal 18 3',
    'removed 21 1',
    'added 21 1',
    'equal 22 3',
    'gap 25 16',
  ]);
});

test('gives up a comparison that takes too long', () => {
  const [one, other] = ['a', 'b'].map((name) =>
    Array.from({ length: 3000 }, (_, index) => name + index).join('\n'),
  );
  expect(compare(one!, other!, 0)).toBeUndefined();
});

test('shows lines that are added after the last one as added alone', () => {
  expect(compare('a;\nb;', 'a;\nb;\nc;')).toEqual([
    { kind: 'equal', lines: ['a;', 'b;'], from: 1 },
    { kind: 'added', lines: ['c;'], from: 3 },
  ]);
  expect(compare('a;\n', 'a;')).toEqual([{ kind: 'equal', lines: ['a;'], from: 1 }]);
});

test('shows a difference of formatted code: other white space is none', () => {
  const { rerender } = render(
    <DiffView file="A.js" before="export const a=1;" after="export const a = 1;" text={english} />,
  );
  expect(document.body.textContent).toContain(english.equal);
  rerender(<DiffView file="A.js" before="export const a=1;" after="export const a = 2;" text={english} />);
  expect(screen.getByText('1 line added, 1 line removed')).toBeDefined();
  expect(screen.getByText('+ export const a = 2;').tagName).toBe('INS');
  expect(screen.getByText('− export const a = 1;').tagName).toBe('DEL');
});

test('numbers the lines of a difference, and marks what was found by whatever name', () => {
  const before = 'export const a = 1;\nlocalStorage.clear();';
  const after = 'export const a = 1;\nconst w = window;\nw[a + name]();\nlocalStorage.clear();';
  render(<DiffView file="A.js" before={before} after={after} text={english} />);
  const lines = [...document.querySelectorAll<HTMLElement>('[data-line]')];
  expect(lines.map(({ dataset, textContent }) => `${dataset.line} ${textContent}`)).toEqual([
    '1   export const a = 1;',
    '2   ',
    '3 + const w = window;',
    '4 + ',
    '5 + w[a + name]();',
    '6   localStorage.clear();',
  ]);
  expect(
    [...document.querySelectorAll('mark')].map(({ title, textContent }) => [title, textContent]),
  ).toEqual([
    ['window[…]', 'w[a + name]'],
    ['localStorage', 'localStorage'],
  ]);
  // Only what is new is in the list.
  const [place, ...others] = screen.getAllByRole('button');
  expect([place!.textContent, ...others.map(({ textContent }) => textContent)]).toEqual([
    'window[…], line 5 new',
    'Next finding',
  ]);
  lines[4]!.scrollIntoView = () => {};
  fireEvent.click(place!);
  expect(document.activeElement).toBe(lines[4]);
});

test('begins at the finding that the old version does not have, and goes from one to the next', () => {
  // Nearly all lines of a minified bundle have other names.
  const body = (name: string, more: string) =>
    `function ${name}1() {\n\treturn fetch(${name}2);\n}\n${more}\nexport default ${name}1;`;
  render(
    <DiffView
      file="A.js"
      before={body('a', '')}
      after={body('b', 'navigator.sendBeacon(b3);')}
      text={english}
    />,
  );
  const status = screen.getByRole('status');
  const shown = () => document.querySelector<HTMLElement>('[data-shown]')!.textContent;
  expect(status.textContent).toBe('Finding 1 of 2: navigator.sendBeacon, line 5');
  expect(shown()).toContain('sendBeacon');
  expect(
    [...document.querySelectorAll<HTMLElement>('[data-found]')].map(({ dataset }) => dataset.found),
  ).toEqual(['navigator.sendBeacon']);
  const next = screen.getByRole('button', { name: 'Next finding' });
  next.focus();
  fireEvent.click(next);
  expect(status.textContent).toBe('Finding 2 of 2: fetch, line 2');
  expect(shown()).toContain('fetch(b2)');
  expect(document.activeElement).toBe(next);
  fireEvent.click(next);
  expect(shown()).toContain('sendBeacon');
});
