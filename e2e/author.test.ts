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
/** The author's folder of the plugin; `plugin` is another developer's clone. */
let made = '';
let plugin = '';
let created = { stdout: '', stderr: '' };

/** The environment of another machine, with its own empty home folder and npm cache. */
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

/** Runs the command that the plugin has installed. @returns its output and exit code */
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

// A new author uses a packed tarball and npx. Then the plugin is cloned on a machine without both.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-author-'));
  made = join(folder, 'author/stock-board');
  plugin = join(folder, 'other/folder/stock-board');
  await mkdir(join(folder, 'author/.config/git'), { recursive: true });
  await mkdir(join(folder, 'other/folder'), { recursive: true });
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
  // The clone is inside an app, whose configs are not the plugin's.
  const own = 'throw new Error("the config of the app");';
  const configs = {
    'vite.config.ts': own,
    'vitest.config.ts': own,
    'package.json': '{ "workspaces": ["none"] }',
    'postcss.config.cjs': own,
    'tsconfig.json': '{ "extends": "./none.json" }',
    '.prettierrc.json': '{ "semi": false }',
    '.editorconfig': '[*]\nindent_style = tab\n',
    '.oxlintrc.json': '{ "rules": { "no-unused-expressions": "none" } }',
  };
  for (const [file, text] of Object.entries(configs)) await writeFile(join(plugin, '..', file), text);
  await rm(tarball);
  await rm(join(folder, 'author/cache'), { recursive: true });
  await run('npm', ['install', ...quiet], { cwd: plugin, ...machine('other') });
  await run('npm', ['run', 'build'], { cwd: plugin });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('create names the plugin after its folder and lists the created files', async () => {
  const [, , steps = ''] = /^## Quick start\n+```sh\n(.*)\n([\s\S]*?)^```/m.exec(
    await readFile(join(root, 'types/README.md'), 'utf8'),
  )!;
  expect(steps).toContain('npm install');
  const printed = created.stdout.replaceAll(/^ {2}/gm, '');
  expect(printed).toContain(steps.replace('my-plugin', 'stock-board'));
  expect(created.stdout).toContain(vendored);
  const manifest = await readFile(join(made, 'plugin.yaml'), 'utf8');
  expect(manifest).toContain('id: stock-board');
  expect(manifest).toContain('name: StockBoard');
  expect(manifest).toContain('path: widget/dist/StockBoard.js');
});

test('a plugin from a tarball has no path outside its folder', async () => {
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

test('a clone installs with npm ci, and builds', async () => {
  await commit(plugin);
  const clone = join(folder, 'other/clone');
  await run('git', ['clone', '--quiet', plugin, clone]);
  await run('npm', ['ci', ...quiet], { cwd: clone, ...machine('other') });
  await run('npm', ['run', 'build'], { cwd: clone });
  // Its path is another one, and its bytes are not.
  await run('git', ['diff', '--exit-code', '--', 'widget/dist'], { cwd: clone });
  const { stdout } = await run('npx', ['nousviz-widget', 'check', '--json'], { cwd: clone });
  expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
});

test.each([
  ['an installed tarball', () => join(plugin, 'node_modules/.bin/nousviz-widget'), [], vendored, 'Commit it'],
  ['a checkout', () => join(root, 'dist/cli/cli.js'), [], '../', 'only on this machine'],
  ['the version of --runtime', () => join(root, 'dist/cli/cli.js'), ['--runtime', '^9.0.0'], '^9.0.0', ''],
])('create uses %s', async (name, command, options, expected, note) => {
  const id = name.replaceAll(/\W+/g, '-');
  const { stdout } = await run(process.execPath, [command(), 'create', id, ...options], { cwd: folder });
  expect(stdout).toContain(note);
  const { devDependencies } = JSON.parse(await readFile(join(folder, id, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const installed = devDependencies['@nousviz/widget-runtime']!;
  expect(installed.replace('file:', '').slice(0, expected.length)).toBe(expected);
  expect(installed).not.toContain('node_modules');
});

test('build, check, the created test and its types pass', async () => {
  await rm(join(plugin, 'widget/dist'), { recursive: true });
  const before = await widget(['check']);
  expect(before.code).toBe(1);
  expect(before.out).toContain('[BUNDLE_MISSING]');
  const built = await widget(['build']);
  expect(built).toMatchObject({ code: 0, error: '' });
  expect(built.out).toMatch(/widget\/dist\/StockBoard\.js {2}[\d.]+ kB/);
  const checked = await widget(['check']);
  expect(checked).toMatchObject({ code: 0, error: '' });
  await run('npm', ['run', 'lint'], { cwd: plugin });
  const files = [`import './a.css';`, `import look from './a.module.css';`, `import logo from './a.svg';`];
  const use = `export const used: [string | undefined, string] = [look.box, logo];`;
  await writeFile(join(plugin, 'widget/used.ts'), [...files, use].join('\n'));
  const scripts = await Promise.all(
    ['build', 'check', 'test', 'types'].map((script) => run('npm', ['run', script], { cwd: plugin })),
  );
  expect(scripts[2]!.stdout).toMatch(/\d+ passed/);
});

test('check --json prints the same result', async () => {
  const report = JSON.parse((await widget(['check', '--json'])).out) as { problems: unknown[] };
  expect(report.problems).toEqual([]);
});

test('reports the place of a mistake in a source and exits with 1', async () => {
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
  ['a name that is not an id', ['create', 'Not An Id'], /"Not An Id" cannot be a plugin's id/],
  ['a folder that is not empty', ['create', '.'], /is not empty/],
  ['an unsupported React', ['dev', '--react', '17'], /18 or 19/],
  ['an invalid address', ['dev', '--api', 'nowhere'], /is not the address of a server/],
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

test('dev serves the plugin and applies saved changes', async () => {
  const child = spawn(join(plugin, 'node_modules/.bin/nousviz-widget'), ['dev', '--port', '0'], {
    cwd: plugin,
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (output += bytes));
  try {
    await expect.poll(() => output, { timeout: 60_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(output) ?? [];
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
    // The author's modules are separate files, so that unchanged modules keep their state.
    const modules = [...bundle.matchAll(/from "(\/dev\/[^"]+)"/g)].map(([, target]) => textAt(target!));
    expect([bundle, ...(await Promise.all(modules))].join('\n')).toContain('None at all.');
    expect(await (await fetch(`${url}api/plugins/stock-board/items`)).json()).toHaveLength(3);
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  }
});
