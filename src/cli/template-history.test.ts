import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOfVersions, readHistory, record, TEMPLATE_VERSION } from './template-history.ts';
import { readTemplate } from './template.ts';

test('the last version is the present template', async () => {
  const history = await readHistory().catch(() => []);
  const next = record(history, TEMPLATE_VERSION, await readTemplate());
  // After a change of the template: npx vitest run --project node src/cli/template-history.test.ts -u
  await expect(`${JSON.stringify(next, undefined, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'template-history.json'),
  );
});

test('records what each version changed', () => {
  const first = record([], 1, { a: '1', b: '1', c: '1' });
  expect(first).toEqual([{ version: 1, files: { a: '1', b: '1', c: '1' } }]);
  const second = record(first, 2, { a: '2', c: '1', d: '1' });
  expect(second[1]).toEqual({ version: 2, files: { a: '2', b: null, d: '1' } });
  expect(record(second, 2, { a: '1', b: '1', c: '1' })).toEqual(first);
  expect(record(second, 2, { a: '3' })[1]).toEqual({ version: 2, files: { a: '3', b: null, c: null } });
  expect(filesOfVersions(second)).toEqual([
    { a: '1', b: '1', c: '1' },
    { a: '2', c: '1', d: '1' },
  ]);
});
