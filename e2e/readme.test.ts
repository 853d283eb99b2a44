import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Message } from '../src/contract/index.ts';
import { MESSAGES } from '../src/contract/words.ts';
import { createWidgets, standardHelpers } from '../src/helpers/index.ts';
import { attacks } from './attacks/attacks.ts';
import { limits } from './attacks/limits.ts';
import { readFigures, readmeTables } from './bench/figures.js';
import { sizes } from './size.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** The rows of the table under a heading, as lists of cells. */
const table = (heading: string, text = readme) =>
  text
    .split(new RegExp(`^## ${heading}$`, 'm'))[1]!
    .split(/^## /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| -+/.test(line))
    .slice(1)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-04-25T14:00:00Z'), toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

test('the failure table is the table in the source', () => {
  const cells = (text: string) =>
    text
      .replaceAll(/\{(\w+)\}/g, '‹$1›')
      .replaceAll('|', '\\|')
      .replaceAll('<', '\\<');
  const failures: [string, Message][] = Object.entries(MESSAGES);
  expect(table('When a widget fails')).toEqual(
    failures.map(([code, { cause, fix, copy }]) => [
      `\`${code}\``,
      cells(cause),
      cells(fix) + (copy && fix.endsWith(':') ? ` \`${copy}\`` : ''),
    ]),
  );
});

test('the attacks and the limits are those of the attack suite', () => {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
  const rows = table('Trust');
  const second = rows.findIndex(([first]) => first === 'attack');
  expect(rows.slice(0, second)).toEqual(limits.map(({ does, instead }) => [cell(does), cell(instead)]));
  expect(rows.slice(second + 1)).toEqual(
    attacks.map(({ name, does, fails }) => [`\`${name}\``, cell(does), cell(fails)]),
  );
});

test('the sizes are what was built', async () => {
  const { own, core, everything, later, vite, server, esbuild, testing } = await sizes();
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  expect(table('What it is').map(([, size]) => size)).toEqual(
    [own, core, everything, later, vite, server, esbuild, testing].map(kB),
  );
});

test('the figures are those of the run that was kept', () => {
  const figures = readFigures();
  const rows = table('How fast it is');
  const second = rows.findIndex(([first]) => first!.startsWith('more'));
  const { cold, more } = readmeTables(figures);
  expect(rows.slice(0, second)).toEqual(cold);
  expect(rows.slice(second + 1)).toEqual(more);
  expect(readme).toContain(`\n${figures.command}\n`);
  expect(Number(/--rounds (\d+)/.exec(figures.command)![1])).toBeGreaterThanOrEqual(9);
});

test('the helpers are those there are, and give what they are said to', () => {
  const widgets = createWidgets({ apiBase: '/api', getSessionToken: () => null, fetch }, standardHelpers());
  const said = Object.fromEntries(
    table('Helpers').map(([helper, gives]) => [helper!.match(/\w+/)![0], gives!]),
  );
  expect(Object.keys(said)).toEqual(Object.keys(widgets));
  const texts = (name: string) => [...said[name]!.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
  expect(texts('formatRelativeTime')).toEqual(
    ['2026-04-25T12:00:00Z', '2026-04-25T14:05:00Z'].map(widgets.formatRelativeTime),
  );
  expect(texts('formatAbsoluteTime')).toEqual([widgets.formatAbsoluteTime('2026-04-25T14:00:00Z')]);
  expect(texts('formatNumber')).toEqual([widgets.formatNumber(1_234_567)]);
  expect(texts('formatBytes')).toEqual([widgets.formatBytes(1_468_006)]);
});

test('the architecture names every file of src', () => {
  const named = table('Architecture').flatMap(([files]) =>
    [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
  );
  const files = readdirSync(join(root, 'src'), { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .filter((name) => !/\.(test|setup)\.|README/.test(name));
  expect(named.toSorted()).toEqual(files.toSorted());
});

test('the commands are scripts, and the links lead somewhere', () => {
  // The project's, and those of a plugin as `nousviz-widget create` writes it.
  const files = ['package.json', 'src/cli/template/package.json'].map(read);
  const scripts = Object.assign({}, ...files.map((text) => JSON.parse(text).scripts)) as Record<
    string,
    string
  >;
  for (const path of ['README.md', 'src/README.md', 'types/README.md', 'e2e/README.md']) {
    const text = read(path);
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g))
      expect(scripts, `${path}: ${script}`).toHaveProperty(script!);
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
      expect(existsSync(join(root, path, '..', link!)), `${path}: ${link}`).toBe(true);
    }
  }
});

test('the options of the host guide are those in the source', () => {
  const guide = read('src/README.md');
  const options = (heading: string) => table(heading, guide).map(([name]) => name!.replaceAll('`', ''));
  const declared = (file: string, name: string) =>
    [
      ...read(file)
        .split(new RegExp(`export interface ${name}\\b`))[1]!
        .split('\n}')[0]!
        .matchAll(/^ {2}(\w+)\??:/gm),
    ].map(([, option]) => option);
  expect(options('In the browser')).toEqual(declared('src/host/host.ts', 'HostOptions'));
  expect(options('On the server')).toEqual(declared('src/server/index.ts', 'HandlerOptions'));
});
