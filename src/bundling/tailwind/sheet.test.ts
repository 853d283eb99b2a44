import { expect, test } from 'vitest';
import { findTailwind } from './engine.ts';
import { THEME_COLORS } from '../../contract/index.ts';
import { compileClasses } from './sheet.ts';

const root = new URL('../../..', import.meta.url).pathname;
const compile = (words: string, id?: string) =>
  compileClasses(findTailwind(root, true)!, words.split(' '), id);

test('compiles the classes among words, and leaves out the others', async () => {
  const { classes } = (await compile('p-4 hello hover:bg-card group/x p-4 w-[3px] bg-crad'))!;
  expect(classes).toEqual(['group/x', 'hover:bg-card', 'p-4', 'w-[3px]']);
  expect(await compile('hello group')).toBeUndefined();
});

test('has every colour of the theme as the host’s variable', async () => {
  const { utilities, classes } = (await compile(THEME_COLORS.map((name) => `bg-${name}`).join(' ')))!;
  expect(classes).toHaveLength(THEME_COLORS.length);
  for (const name of THEME_COLORS) expect(utilities).toContain(`background-color:hsl(var(--${name}))`);
});

test('every rule applies to the elements of the bundle alone', async () => {
  const { id, reset, utilities } = (await compile(
    'p-4 md:p-2 container group group-hover:p-1 peer-checked:p-1 space-x-4 *:p-3 [&>em]:mt-1 dark:p-5 file:p-1 2xl:p-4 animate-spin shadow-md bg-linear-to-r',
  ))!;
  const preludes = `${reset}\n${utilities}`.replaceAll(/@keyframes[^\n]*/g, '').match(/[^{}]+(?=\{)/g)!;
  const selectors = preludes.map((one) => one.trim()).filter((one) => !one.startsWith('@'));
  expect(selectors.length).toBeGreaterThan(50);
  for (const selector of selectors) expect(selector).toContain(`.${id}`);
});

test('leaves classes that selectors only name as the page has them', async () => {
  const { classes, named, utilities } = (await compile(
    'dark dark:p-5 p-5 open [.open_&]:m-1 active [&_.active]:m-2 group group-hover:p-1 underline [&_.underline]:p-3',
    'nv1',
  ))!;
  expect(named).toEqual(['active', 'dark', 'open']);
  expect(classes).toEqual(
    expect.arrayContaining(['dark:p-5', 'p-5', 'group', 'underline', '[.open_&]:m-1', '[&_.underline]:p-3']),
  );
  expect(classes.filter((name) => named.includes(name))).toEqual([]);
  expect(utilities).toContain(':where(.dark, .dark *)');
  expect(utilities).not.toMatch(/nv1\\:(?:dark|open|active)[^\w\\-]/);
});

test('shares no name with the host’s Tailwind', async () => {
  const { id, utilities } = (await compile('animate-spin shadow-md translate-x-2 transition-colors border'))!;
  expect(utilities).not.toMatch(/--tw-|@property|@layer|:root|:host/);
  expect(utilities).toContain(`@keyframes ${id}-spin{`);
  expect(utilities).toContain(`animation:${id}-spin 1s linear infinite`);
  expect(utilities).toContain(`--${id}-shadow:0 0 #0000`);
});

test('the ID depends on the contents alone, unless it is given', async () => {
  const [one, same, other] = await Promise.all([compile('p-4 m-1'), compile('m-1 p-4'), compile('p-4')]);
  expect(one!.id).toMatch(/^nv[\da-f]{6}$/);
  expect(same).toEqual(one);
  expect(other!.id).not.toBe(one!.id);
  expect((await compile('p-4', 'nv1'))!.utilities).toContain('.nv1\\:p-4');
});
