import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
let folder = '';
let plugin = '';

/** What a shell would see of the command, run in the new plugin unless told otherwise. */
async function widget(args: string[], cwd = plugin) {
  const command = join(folder, 'node_modules/.bin/nousviz-widget');
  const { stdout, stderr, code } = await run(command, args, { cwd }).then(
    (out) => ({ ...out, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return { code, out: stdout, error: stderr };
}

// What a new author does, from a packed tarball in an empty folder.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-author-'));
  plugin = join(folder, 'stock-board');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run('npm', ['install', ...quiet, `./${filename}`], { cwd: folder });
  const created = await widget(['create', 'stock-board', '--runtime', `./${filename}`], folder);
  expect(created).toMatchObject({ code: 0, error: '' });
  expect(created.out).toContain('cd stock-board');
  await run('npm', ['install', ...quiet], { cwd: plugin });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('create writes a plugin of its folder’s name', async () => {
  const manifest = await readFile(join(plugin, 'plugin.yaml'), 'utf8');
  expect(manifest).toContain('id: stock-board');
  expect(manifest).toContain('name: StockBoard');
  expect(manifest).toContain('path: widget/dist/StockBoard.js');
  const { devDependencies } = JSON.parse(await readFile(join(plugin, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies['@nousviz/widget-runtime']).toMatch(/^file:\.\.\/nousviz-widget-runtime-.*\.tgz$/);
});

test('build, check, the created test and its types pass at once', async () => {
  const before = await widget(['check']);
  expect(before.code).toBe(1);
  expect(before.out).toContain('[BUNDLE_MISSING]');
  const built = await widget(['build']);
  expect(built).toMatchObject({ code: 0, error: '' });
  expect(built.out).toMatch(/widget\/dist\/StockBoard\.js {2}[\d.]+ kB/);
  const checked = await widget(['check']);
  expect(checked).toMatchObject({ code: 0, error: '' });
  const scripts = await Promise.all(
    ['build', 'check', 'test', 'types'].map((script) => run('npm', ['run', script], { cwd: plugin })),
  );
  expect(scripts[2]!.stdout).toMatch(/\d+ passed/);
});

test('check tells machines what it tells people', async () => {
  const report = JSON.parse((await widget(['check', '--json'])).out) as { problems: unknown[] };
  expect(report.problems).toEqual([]);
});

test('a source that does not build is said with its place, and exits with 1', async () => {
  const path = join(plugin, 'widget/StockBoard.tsx');
  const source = await readFile(path, 'utf8');
  await writeFile(path, source.replace('</label>', '</lable>'));
  const { code, error } = await widget(['build']);
  await writeFile(path, source);
  expect(code).toBe(1);
  expect(error).toMatch(/widget\/StockBoard\.tsx:\d+:\d+/);
  expect(error).not.toMatch(/\n\s+at /);
});

test.each([
  ['no such command', ['paint'], /unknown command 'paint'/],
  ['no such option', ['build', '--nice'], /unknown option '--nice'/],
  ['a name that is no id', ['create', 'Not An Id'], /"Not An Id" cannot be a plugin's id/],
  ['a folder that is not empty', ['create', '.'], /is not empty/],
  ['a React that is not to be had', ['dev', '--react', '17'], /18 or 19/],
  ['an address that is none', ['dev', '--api', 'nowhere'], /is not the address of a server/],
])('refuses %s, exits with 2 and shows no stack', async (_, args, message) => {
  const { code, error } = await widget(args);
  expect(code).toBe(2);
  expect(error).toMatch(message);
  expect(error).not.toMatch(/\n\s+at /);
});

test.each([[[]], [['create']], [['build']], [['check']], [['dev']]])(
  '%j --help says what it does',
  async (args) => {
    const { code, out } = await widget([...args, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: nousviz-widget/);
  },
);

test('dev serves the plugin from the package, and what is saved', async () => {
  const child = spawn(join(folder, 'node_modules/.bin/nousviz-widget'), ['dev', '--port', '0'], {
    cwd: plugin,
  });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (said += bytes));
  try {
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
    expect(await (await fetch(url)).text()).toContain('<title>');
    const versionOf = async () => {
      const { plugins } = (await (await fetch(`${url}api/plugins`)).json()) as {
        plugins: {
          id: string;
          frontend: { trusted: boolean; components: { name: string; sha256: string }[] };
        }[];
      };
      expect(plugins).toMatchObject([{ id: 'stock-board', frontend: { trusted: true } }]);
      return plugins[0]!.frontend.components[0]!.sha256;
    };
    const before = await versionOf();
    const path = join(plugin, 'widget/StockBoard.tsx');
    await writeFile(path, (await readFile(path, 'utf8')).replace('No items.', 'None at all.'));
    await expect.poll(versionOf, { timeout: 30_000 }).not.toBe(before);
    const textAt = async (path: string) => (await fetch(new URL(path, url))).text();
    const bundle = await textAt('/api/plugins/stock-board/widget/StockBoard.js');
    // The author's modules are files of their own, so that what did not change keeps its state.
    const modules = [...bundle.matchAll(/from "(\/dev\/[^"]+)"/g)].map(([, path]) => textAt(path!));
    expect([bundle, ...(await Promise.all(modules))].join('\n')).toContain('None at all.');
    expect(await (await fetch(`${url}api/plugins/stock-board/items`)).json()).toHaveLength(3);
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  }
});
