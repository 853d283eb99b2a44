import { beforeAll, expect, test } from 'vitest';
import { read, tablesOf } from './markdown.ts';
import { codeOfApp, uiSizes } from './size.ts';

let measured: { set: string; bytes: number }[] = [];
beforeAll(async () => {
  measured = await uiSizes();
});

const bytesOf = (set: string) => measured.find((row) => row.set === set)!.bytes;

test('the sizes in the guide are those of the build', () => {
  const rows = measured.map(({ set, bytes }) => [set, `${(bytes / 1000).toFixed(1)} kB`]);
  expect(tablesOf(read('src/ui/README.md'), 'Sizes')).toEqual([rows]);
});

test('the components stay within their limits', () => {
  expect(bytesOf('`TrustBanner` with `TrustReview`')).toBeLessThanOrEqual(8000);
  expect(bytesOf('all of these')).toBeLessThanOrEqual(20_000);
});

test('an app without the entry point ./ui contains nothing of it', async () => {
  expect(await codeOfApp()).not.toMatch(/nvz-ui-|trust-history/);
});

test('a host app has the banner, the settings and the history in at most 15 lines', () => {
  const source = read('fixtures/hosts/vite/plugin-trust.tsx');
  for (const name of ['TrustBanner', 'PluginSettings', 'TrustHistory'])
    expect(source).toContain(`<${name} />`);
  expect(source.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(15);
});

test('the guide’s first example has at most 15 lines, and a row for each component in it', () => {
  const document = read('src/ui/README.md');
  const example = /```tsx\n([^]*?)```/.exec(document)![1]!;
  expect(example.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(15);
  const rows = tablesOf(document, "Operators' components")[0]!.map(([name]) => name!.replaceAll('`', ''));
  for (const name of rows.filter((row) => row !== 'TrustReview')) expect(example).toContain(`<${name} />`);
});
