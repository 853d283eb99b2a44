import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followTheme, type Theme } from './theme.ts';

const OWNER = { pluginId: 'sales', component: 'Chart' };
const { documentElement: html, head, body } = document;

let ended: AbortController;
beforeEach(() => {
  ended = new AbortController();
  body.innerHTML = '<main><section data-panel="sales/Chart"></section></main>';
});
afterEach(() => {
  ended.abort();
  for (const name of html.getAttributeNames()) html.removeAttribute(name);
  head.replaceChildren();
  body.replaceChildren();
});

/** Sets variables on an element. */
function set(element: HTMLElement, variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) element.style.setProperty(`--${name}`, value);
}

function follow(signal = ended.signal) {
  const themes: Theme[] = [];
  const end = followTheme(OWNER, (theme) => void themes.push(theme), signal);
  return { themes, end };
}

const panel = () => document.querySelector<HTMLElement>('[data-panel]')!;

test.each([
  ['0 0% 100%', 'rgb(255, 255, 255)'],
  ['0 0% 0%', 'rgb(0, 0, 0)'],
  ['239 64% 56%', 'rgb(71, 73, 215)'],
  ['217.5 28.6% 94.5%', 'rgb(237, 240, 245)'],
  ['-120deg 100% 50%', 'rgb(0, 0, 255)'],
  ['480, 100%, 25%', 'rgb(0, 128, 0)'],
  ['#123456', '#123456'],
])('a canvas can use the colour of --primary: %s', async (value, wanted) => {
  set(html, { primary: value });
  set(panel(), { primary: value });
  const { themes } = follow();
  await vi.waitFor(() => expect(themes).toHaveLength(1));
  expect(themes[0]!.colors).toEqual({ primary: wanted });
});

test('tells colours, dark mode and language at the panel, and each change once', async () => {
  set(panel(), { card: '0 0% 100%' });
  html.lang = 'pt-BR';
  const { themes } = follow();
  expect(themes).toEqual([]);
  await vi.waitFor(() => expect(themes).toHaveLength(1));
  expect(themes[0]).toEqual({ colors: { card: 'rgb(255, 255, 255)' }, isDark: false, language: 'pt-BR' });

  body.querySelector('main')!.classList.add('dark');
  set(panel(), { card: '0 0% 0%' });
  await vi.waitFor(() => expect(themes).toHaveLength(2));
  expect(themes[1]).toEqual({ colors: { card: 'rgb(0, 0, 0)' }, isDark: true, language: 'pt-BR' });

  html.dataset.other = 'no change of the theme';
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  expect(themes).toHaveLength(2);
});

test.each<[string, (followed: { end: () => void }) => void]>([
  ['the widget ends it', ({ end }) => end()],
  ['the panel is removed', () => ended.abort()],
])('says nothing after %s', async (_, stop) => {
  const early = follow();
  stop(early);
  const { themes, end } = follow(ended.signal.aborted ? new AbortController().signal : undefined);
  await vi.waitFor(() => expect(themes).toHaveLength(1));
  expect(early.themes).toEqual([]);
  end();
  html.classList.add('dark');
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  expect(themes).toHaveLength(1);
});

test('says nothing if the panel was removed before', async () => {
  ended.abort();
  const { themes } = follow();
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  expect(themes).toEqual([]);
});
