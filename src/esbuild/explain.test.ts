import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type BuildFailure } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { nousvizWidgets } from './index.ts';

test.each([
  [
    'a path that leads to no file',
    './gone',
    'Chart.tsx:2 imports "./gone", which is neither.*NO_SUCH_MODULE',
  ],
  [
    'a file of an unknown kind',
    './data.bin',
    'Chart.tsx:2 imports "./data.bin", which is neither.*UNKNOWN_FILE',
  ],
  ['a text', './data.txt', 'Chart.tsx:2 imports "./data.txt", which is neither.*UNKNOWN_FILE'],
])('has a remedy for the import of %s', async (_, specifier, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-explain-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of ['data.bin', 'data.txt']) await writeFile(join(folder, file), 'x');
  await writeFile(
    join(folder, 'Chart.tsx'),
    `const a = 1;\nimport x from '${specifier}';\nexport default [a, x];`,
  );
  const failure: BuildFailure = await build({
    entryPoints: ['Chart.tsx'],
    absWorkingDir: folder,
    outfile: 'Chart.js',
    logLevel: 'silent',
    plugins: [nousvizWidgets()],
  }).catch((thrown) => thrown);
  expect(failure.errors.map(({ text }) => text)).toContainEqual(expect.stringMatching(new RegExp(message)));
});
