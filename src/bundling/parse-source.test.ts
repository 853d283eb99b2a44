import { expect, test } from 'vitest';
import { parseSource } from './parse-source.ts';

test.each([
  ['a.js', 'export const a = 1;'],
  ['a.js', 'export const a = <p>it is</p>;'],
  ['a.jsx', 'export const a = <>{b}</>;'],
  ['a.tsx', 'export const a = <A.B {...c}>it&nbsp;is {d as string}</A.B>;'],
  ['a.tsx', 'export const a = <T,>(b: T): b is T => true;'],
  ['a.ts', 'export const a = <T>(b: T) => <string>c;'],
  ['a.mts', 'export const a = <T extends object>(b: T) => b satisfies object;'],
  [
    'a.ts',
    'declare global { interface Window { a: 1 } } @b class C<in out T> { private readonly d!: T; e?(): void }',
  ],
  ['a.ts?worker', 'import type { A } from "a"; export type { A };'],
  ['\0virtual', 'export const a = 1;'],
])('parses %s: %s', (path, text) => expect(parseSource(text, path)?.type).toBe('Program'));

test.each([
  ['a.ts', 'export const a = <p>it is</p>;'],
  ['a.svelte', '<script>let a;</script>'],
  ['a.json', '{ "a": 1 }'],
  ['a.tsx', '('.repeat(100_000)],
])('knows nothing of %s: %s', (path, text) => expect(parseSource(text, path)).toBeUndefined());
