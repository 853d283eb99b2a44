import { beforeAll, expect, test } from 'vitest';
import { read, sectionOf, tablesOf } from './markdown.ts';
import { codeOfApp, codeOfStart, sizes, sourcesOfApp } from './size.ts';

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
  expect(quoted).toEqual([measured[0]!, measured[2]!, measured[3]!].map(({ bytes }) => kB(bytes)));
});

test('a healthy dashboard and the first failure stay within their limits', () => {
  const [whole, withoutCn, own, failure] = measured.map(({ bytes }) => bytes);
  expect(whole).toBeLessThanOrEqual(30_000);
  expect(withoutCn).toBeLessThanOrEqual(21_000);
  expect(failure).toBeLessThanOrEqual(22_000);
  expect(failure).toBeGreaterThan(5000);
  // An app with its own helpers does not contain the library's formatters either.
  expect(own).toBeLessThan(withoutCn! - 500);
});

test('an app without the entry point ./sandbox contains nothing of it', async () => {
  const ofSandbox = /allow-scripts|FRAME_HUNG|Sandboxed ·/;
  expect(await codeOfApp()).not.toMatch(ofSandbox);
  const line = "import { sandbox } from './dist/sandbox/index.js'; globalThis.sandbox = sandbox;";
  expect(await codeOfApp(line)).toMatch(ofSandbox);
});

test('an app without the entry point ./sandbox contains no file of its room', async () => {
  const ofSandbox = async (more?: string) =>
    (await sourcesOfApp(more)).filter((file) => file.startsWith('src/sandbox/'));
  expect(await ofSandbox()).toEqual([]);
  const line = "import { sandbox } from './src/sandbox/index.ts'; globalThis.sandbox = sandbox;";
  expect(await ofSandbox(line)).toContain('src/sandbox/frame.ts');
});

test('a healthy dashboard loads nothing that only a failure, or a decision about trust, needs', async () => {
  const late = /(?:trust|sandbox)-frontend|\/widget-runtime\/|other bytes of|no type/;
  expect((await codeOfStart()).join('\n')).not.toMatch(late);
  expect(await codeOfApp()).toMatch(late);
});

test('an app loads the library in its first file, and in several with a top-level await, as the guide says', async () => {
  expect(await codeOfStart()).toHaveLength(1);
  expect((await codeOfStart('await globalThis.app;')).length).toBeGreaterThan(2);
});
