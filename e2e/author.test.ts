import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
const vendored = 'vendor/nousviz-widget-runtime-';
let folder = '';
/** Where the author makes the plugin, and where somebody else works on it. */
let made = '';
let plugin = '';
let created = { stdout: '', stderr: '' };

/** A machine of that name: its own home and its own cache of npm, both empty at first. */
const machine = (name: string) => {
  const HOME = join(folder, name);
  return {
    env: {
      ...process.env,
      HOME,
      XDG_CONFIG_HOME: join(HOME, '.config'),
      npm_config_cache: join(HOME, 'cache'),
    },
  };
};

/** What a shell would see of the command that the plugin installed, run in the plugin unless told otherwise. */
async function widget(args: string[], cwd = plugin) {
  const command = join(plugin, 'node_modules/.bin/nousviz-widget');
  const { stdout, stderr, code } = await run(command, args, { cwd }).then(
    (out) => ({ ...out, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return { code, out: stdout, error: stderr };
}

async function commit(cwd: string) {
  const name = ['-c', 'user.name=Author', '-c', 'user.email=author@example.com'];
  await run('git', ['add', '.'], { cwd, ...machine('author') });
  await run('git', [...name, 'commit', '--quiet', '--message', 'Change the plugin'], { cwd });
}

// What a new author does, with a packed tarball and npx; then the plugin is cloned where neither is to be had.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-author-'));
  made = join(folder, 'author/stock-board');
  plugin = join(folder, 'other/work/stock-board');
  await mkdir(join(folder, 'author/.config/git'), { recursive: true });
  await mkdir(join(folder, 'other/work'), { recursive: true });
  await writeFile(join(folder, 'author/.config/git/ignore'), '*.tgz\n');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = join(folder, filename);
  created = await run('npx', ['--yes', '--package', tarball, 'nousviz-widget', 'create', 'stock-board'], {
    cwd: join(folder, 'author'),
    ...machine('author'),
  });
  await run('git', ['init', '--quiet'], { cwd: made });
  await commit(made);
  await run('git', ['clone', '--quiet', made, plugin]);
  await rm(tarball);
  await rm(join(folder, 'author/cache'), { recursive: true });
  await run('npm', ['install', ...quiet], { cwd: plugin, ...machine('other') });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('create writes a plugin of its folder’s name, and says what it put into it', async () => {
  expect(created.stdout).toContain('cd stock-board');
  expect(created.stdout).toContain(vendored);
  const manifest = await readFile(join(made, 'plugin.yaml'), 'utf8');
  expect(manifest).toContain('id: stock-board');
  expect(manifest).toContain('name: StockBoard');
  expect(manifest).toContain('path: widget/dist/StockBoard.js');
});

test('a plugin from a tarball names no place outside itself', async () => {
  const { stdout } = await run('git', ['ls-files'], { cwd: made });
  const files = stdout.trim().split('\n');
  expect(files.filter((file) => file.startsWith(vendored))).toHaveLength(1);
  for (const file of files.filter((one) => !one.endsWith('.tgz'))) {
    const text = await readFile(join(made, file), 'utf8');
    expect(
      [folder, '_npx', 'file:..', 'file:/'].filter((place) => text.includes(place)),
      file,
    ).toEqual([]);
  }
});

test('a clone with its lockfile installs by npm ci, and builds', async () => {
  await commit(plugin);
  const clone = join(folder, 'other/clone');
  await run('git', ['clone', '--quiet', plugin, clone]);
  await run('npm', ['ci', ...quiet], { cwd: clone, ...machine('other') });
  await run('npm', ['run', 'build'], { cwd: clone });
  const { stdout } = await run('npx', ['nousviz-widget', 'check', '--json'], { cwd: clone });
  expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
});

test.each([
  ['an installed tarball', () => join(plugin, 'node_modules/.bin/nousviz-widget'), [], vendored, 'Commit it'],
  ['a checkout', () => join(root, 'dist/author/cli.js'), [], '../', 'only on this machine'],
  ['what --runtime says', () => join(root, 'dist/author/cli.js'), ['--runtime', '^9.0.0'], '^9.0.0', ''],
])('create from %s says so', async (name, command, options, spec, note) => {
  const id = name.replaceAll(/\W+/g, '-');
  const { stdout } = await run(process.execPath, [command(), 'create', id, ...options], { cwd: folder });
  expect(stdout).toContain(note);
  const { devDependencies } = JSON.parse(await readFile(join(folder, id, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const taken = devDependencies['@nousviz/widget-runtime']!;
  expect(taken.replace('file:', '').slice(0, spec.length)).toBe(spec);
  expect(taken).not.toContain('node_modules');
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
  const child = spawn(join(plugin, 'node_modules/.bin/nousviz-widget'), ['dev', '--port', '0'], {
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
    const textAt = async (target: string) => (await fetch(new URL(target, url))).text();
    const bundle = await textAt('/api/plugins/stock-board/widget/StockBoard.js');
    // The author's modules are files of their own, so that what did not change keeps its state.
    const modules = [...bundle.matchAll(/from "(\/dev\/[^"]+)"/g)].map(([, target]) => textAt(target!));
    expect([bundle, ...(await Promise.all(modules))].join('\n')).toContain('None at all.');
    expect(await (await fetch(`${url}api/plugins/stock-board/items`)).json()).toHaveLength(3);
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  }
});
