import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'acorn';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';

const root = join(import.meta.dirname, '../..');
const read = async (path: string) => JSON.parse(await readFile(join(root, path), 'utf8'));

/** Runs a first file of a command on a Node that says it is another version, beside a command that prints its arguments. */
async function runOn(version: string, command: 'bin' | 'create') {
  const folder = await makeFolder({
    'package.json': '{ "type": "module" }',
    'cli.js': 'console.log(process.argv.slice(2).join(" "));',
    'fake.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    'create/package.json': '{}',
    'create/index.js': await readFile(join(import.meta.dirname, 'create-nousviz-widget/index.js'), 'utf8'),
    'node_modules/@nousviz/widget-runtime/package.json': '{ "bin": { "nousviz-widget": "../../../bin.js" } }',
  });
  const { engines } = await read('package.json');
  await build({
    entryPoints: [join(import.meta.dirname, 'bin.ts')],
    outfile: join(folder, 'bin.js'),
    define: { __NODE__: JSON.stringify(engines.node.slice(2)) },
  });
  const file = join(folder, 'bin.js');
  const code = await readFile(file, 'utf8');
  await writeFile(file, code.replace('./cli.ts', './cli.js'));
  const args = [command === 'bin' ? file : join(folder, 'create/index.js'), 'a', 'b'];
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', './fake.cjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, code };
}

test.each(['12.22.12', '18.20.8', '20.18.3'])('stops with one sentence on Node %s', async (version) => {
  const message = `nousviz-widget needs Node 20.19 or newer, and this is Node ${version}. Install a newer Node.\n`;
  for (const command of ['bin', 'create'] as const)
    expect(await runOn(version, command)).toMatchObject({ status: 2, stdout: '', stderr: message });
});

test.each(['20.19.0', '21.0.0', '22.1.0', '100.0.0'])('starts on Node %s', async (version) => {
  expect(await runOn(version, 'bin')).toMatchObject({ status: 0, stdout: 'a b\n', stderr: '' });
  expect(await runOn(version, 'create')).toMatchObject({ status: 0, stdout: 'create a b\n', stderr: '' });
});

test('the first files have the syntax of 2020 and no static import', async () => {
  const { code } = await runOn('20.19.0', 'bin');
  const create = await readFile(join(import.meta.dirname, 'create-nousviz-widget/index.js'), 'utf8');
  for (const text of [code, create])
    parse(text, { ecmaVersion: 2020, sourceType: 'script', allowHashBang: true });
});

test('the package of npm create depends on the same version of this one', async () => {
  const { name, version, engines, license } = await read('package.json');
  expect(await read('src/cli/create-nousviz-widget/package.json')).toMatchObject({
    name: 'create-nousviz-widget',
    version,
    engines,
    license,
    dependencies: { [name]: version },
  });
  const licence = (path: string) => readFile(join(root, path, 'LICENSE'), 'utf8');
  expect(await licence('src/cli/create-nousviz-widget')).toBe(await licence('.'));
});
