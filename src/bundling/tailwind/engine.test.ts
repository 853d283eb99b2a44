import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTailwind } from './engine.ts';

const root = new URL('../../..', import.meta.url).pathname;
let folder = '';

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nousviz-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a plugin's package.json, and installs a version of Tailwind. */
function write(devDependencies: Record<string, string>, installed?: '3' | '4') {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ devDependencies }));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const own = join(folder, 'node_modules/tailwindcss');
  if (installed === '4') symlinkSync(join(root, 'node_modules/tailwindcss'), own);
  if (installed !== '3') return;
  mkdirSync(own);
  writeFileSync(join(own, 'package.json'), '{ "name": "tailwindcss", "version": "3.4.17" }');
}

const LISTED = { tailwindcss: '*' };

test('is on if package.json lists Tailwind 4', async () => {
  write(LISTED, '4');
  expect(await findTailwind(folder)!.build('@tailwind utilities;', ['flex', 'hello'])).toContain('.flex');
});

test.each<[string, Record<string, string>, '3' | '4' | undefined, boolean | undefined]>([
  ['package.json does not list it', {}, '4', undefined],
  ['the plugin runs Tailwind itself', { ...LISTED, '@tailwindcss/vite': '*' }, '4', undefined],
  ['the plugin has Tailwind 3', LISTED, '3', undefined],
  ['the author turns it off', LISTED, '4', false],
])('is off if %s', (_, packages, installed, wanted) => {
  write(packages, installed);
  expect(findTailwind(folder, wanted)).toBeUndefined();
});

test('is off without a package.json', () => expect(findTailwind(folder)).toBeUndefined());

test('is on if the author demands it', () => {
  write({}, '4');
  expect(findTailwind(folder, true)).toBeDefined();
});

test('says how to install what is missing or too old', () => {
  write(LISTED);
  expect(() => findTailwind(folder)).toThrow('no Tailwind. Install it: npm install --save-dev tailwindcss@4');
  write({}, '3');
  expect(() => findTailwind(folder, true)).toThrow(/found Tailwind 3\.4\.17\. .*\[TAILWIND_MISSING\]/);
});
