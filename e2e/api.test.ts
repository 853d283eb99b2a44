import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiPage, entryPoints } from './api-pages.ts';
import { root } from './markdown.ts';

// After a change of an export or a docstring: npx vitest run --project package e2e/api.test.ts -u
test.each(entryPoints())('the page of $name is that of its declarations', async (entry) => {
  await expect(await apiPage(entry)).toMatchFileSnapshot(join(root, entry.page));
});

test.each(entryPoints())('the page of $name says something about every export', async (entry) => {
  const [, ...sections] = (await apiPage(entry)).split(/^## /m);
  expect(sections.length).toBeGreaterThan(0);
  const silent = sections.filter((section) => !/^.*\n\n(?!```)/.test(section));
  expect(silent).toEqual([]);
});
