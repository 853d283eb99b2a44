import { beforeAll, expect, test } from 'vitest';
import { read, sectionOf, tablesOf } from './markdown.ts';
import { sizes } from './size.ts';

let measured: { set: string; bytes: number }[] = [];
beforeAll(async () => {
  measured = await sizes();
});

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

test('the sizes in the architecture are those of the build', () => {
  expect(tablesOf(read('src/README.md'), 'Sizes')).toEqual([
    measured.map(({ set, bytes }) => [set, kB(bytes)]),
  ]);
});

test('the sizes in the README are those of the build', () => {
  const quoted = sectionOf(read('README.md'), 'Size and speed').match(/[\d.]+ kB/g);
  expect(quoted).toEqual(measured.slice(0, 3).map(({ bytes }) => kB(bytes)));
});

test('a healthy dashboard loads at most 15 kB, with the library’s formatters and cn at most 28 kB', () => {
  const [own, whole, failure] = measured.map(({ bytes }) => bytes);
  expect(own).toBeLessThanOrEqual(15_000);
  expect(whole).toBeLessThanOrEqual(28_000);
  expect(failure).toBeGreaterThan(0);
});
