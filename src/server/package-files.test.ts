import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { packageFile } from './package-files.ts';

test('finds files of the package', async () => {
  expect(JSON.parse(await readFile(packageFile('package.json'), 'utf8'))).toHaveProperty(
    'name',
    '@nousviz/widget-runtime',
  );
  expect(await readFile(packageFile('shims/react.js'), 'utf8')).toContain('useState');
});
