import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { read, root } from './markdown.ts';

const run = promisify(execFile);
const FOLDERS = ['.', 'src/cli/create-nousviz-widget'];
const packageIn = (folder: string) =>
  JSON.parse(read(join(folder, 'package.json'))) as Record<string, unknown>;

test.each(FOLDERS)(
  'npm would publish %s as it is',
  async (folder) => {
    // No registry answers at this address: a dry run needs none.
    const offline = ['--registry', 'http://127.0.0.1:9', '--fetch-retries', '0'];
    // "npm run --silent" makes every npm in it silent.
    const options = ['--dry-run', '--ignore-scripts', '--loglevel', 'notice', ...offline];
    const { stdout, stderr } = await run('npm', ['publish', ...options], { cwd: join(root, folder) });
    const { name, version } = packageIn(folder);
    expect(stdout).toContain(`+ ${String(name)}@${String(version)}`);
    const warnings = stderr.split('\n').filter((line) => line.includes('npm warn'));
    expect(warnings.filter((line) => !line.includes('requires you to be logged in'))).toEqual([]);
  },
  120_000,
);

test.each(FOLDERS)('%s is published for everyone, with its provenance', (folder) => {
  expect(packageIn(folder)).not.toHaveProperty('private');
  expect(packageIn(folder)).toMatchObject({
    license: 'MIT',
    publishConfig: { access: 'public', provenance: true },
  });
});

test('both packages have the same version, and the second installs the first', () => {
  const [first, second] = FOLDERS.map(packageIn);
  expect(second!['version']).toBe(first!['version']);
  expect(second!['dependencies']).toEqual({ [String(first!['name'])]: first!['version'] });
});
