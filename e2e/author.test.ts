import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createMachine,
  expectPortable,
  launchBrowser,
  openServer,
  readSteps,
  useInHost,
  type Machine,
} from './machine.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const vendored = 'vendor/nousviz-widget-runtime-';
const id = 'stock-board';
let folder = '';
let browser: Browser;
let author: Machine;
let other: Machine;
/** The author's folder of the plugin; `plugin` is its clone on another machine. */
let made = '';
let plugin = '';
let printed = '';

/** Runs the command that the plugin has installed. @returns its output and exit code */
async function widget(args: string[], cwd = plugin) {
  const command = join(plugin, 'node_modules/.bin/nousviz-widget');
  const { stdout, stderr, code } = await run(command, args, { cwd }).then(
    (out) => ({ ...out, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return { code, out: stdout, error: stderr };
}

/** Writes configs that are not the plugin's into the folder above it, as that of an app has them. */
async function writeConfigsOfApp(app: string) {
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
  for (const [file, text] of Object.entries(configs)) await writeFile(join(app, file), text);
}

// A new author uses a packed tarball and npx. Then the plugin is cloned on a machine without both.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-author-'));
  browser = await launchBrowser();
  author = await createMachine(join(folder, 'author'));
  other = await createMachine(join(folder, 'other'));
  made = join(folder, 'author', id);
  plugin = join(folder, 'other/plugins', id);
  await mkdir(join(folder, 'author/.config/git'), { recursive: true });
  await writeFile(join(folder, 'author/.config/git/ignore'), '*.tgz\n');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = join(folder, filename);
  const create = ['--yes', '--package', tarball, 'nousviz-widget', 'create', id];
  printed = await author.run(join(folder, 'author'), 'npx', ...create);
  for (const args of [['install'], ['run', 'build']]) await author.run(made, 'npm', ...args);
  await author.run(made, 'git', 'init', '--quiet');
  await author.commit(made);
  await rm(tarball);
  await rm(join(folder, 'author/cache'), { recursive: true });
  await mkdir(join(plugin, '..'));
  await other.run(folder, 'git', 'clone', '--quiet', made, plugin);
  await writeConfigsOfApp(join(plugin, '..'));
  await other.run(plugin, 'npm', 'ci');
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test('create names the plugin after its folder and lists the created files', async () => {
  const [, , steps = ''] = /^## Quick start\n+```sh\n(.*)\n([\s\S]*?)^```/m.exec(
    await readFile(join(root, 'types/README.md'), 'utf8'),
  )!;
  expect(steps).toContain('npm install');
  expect(printed.replaceAll(/^ {2}/gm, '')).toContain(steps.replace('my-plugin', id));
  expect(printed).toContain(vendored);
  const manifest = await readFile(join(made, 'plugin.yaml'), 'utf8');
  expect(manifest).toContain('id: stock-board');
  expect(manifest).toContain('name: StockBoard');
  expect(manifest).toContain('path: widget/dist/StockBoard.js');
});

test('a plugin from a tarball has no path outside its folder', async () => {
  const files = await expectPortable(author, made, [folder, '_npx', 'file:..', 'file:/']);
  expect(files.filter((file) => file.startsWith(vendored))).toHaveLength(1);
});

// Its path is another one, and its bytes are not.
test(
  'the CI of the plugin passes on a clone, and a host shows its widget after it was trusted',
  { tags: 'all' },
  async () => {
    const [install, ...steps] = await readSteps(plugin);
    expect(install).toBe('npm ci');
    expect(steps).toEqual(expect.arrayContaining(['npm test', 'npm run check', 'npm run build']));
    for (const step of steps) await other.run(plugin, 'bash', '-e', '-c', step);
    await useInHost(browser, join(plugin, '..'), id, folder);
  },
);

test.each([
  ['an installed tarball', () => join(plugin, 'node_modules/.bin/nousviz-widget'), [], vendored, 'Commit it'],
  ['a checkout', () => join(root, 'dist/cli/cli.js'), [], '../', 'only on this machine'],
  ['the version of --runtime', () => join(root, 'dist/cli/cli.js'), ['--runtime', '^9.0.0'], '^9.0.0', ''],
])('create uses %s', async (name, command, options, expected, note) => {
  const another = name.replaceAll(/\W+/g, '-');
  const { stdout } = await run(process.execPath, [command(), 'create', another, ...options], { cwd: folder });
  expect(stdout).toContain(note);
  const { devDependencies } = JSON.parse(await readFile(join(folder, another, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const installed = devDependencies['@nousviz/widget-runtime']!;
  expect(installed.replace('file:', '').slice(0, expected.length)).toBe(expected);
  expect(installed).not.toContain('node_modules');
});

test('create uses the clone of an empty repository', async () => {
  const clone = join(folder, 'cloned');
  await run('git', ['init', '--quiet', clone]);
  const { stdout } = await run(process.execPath, [join(root, 'dist/cli/cli.js'), 'create', '.'], {
    cwd: clone,
  });
  expect(stdout).toMatch(/files in this folder\. Next:\n\n {2}npm install\n/);
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
  const files = [
    `import './a.css';`,
    `import look from './a.module.css';`,
    `import logo from './a.svg';`,
    `import note from './a.md?raw';`,
    `import Work from './a.ts?worker';`,
  ];
  const use = `export const used: [string | undefined, string, string, Worker] = [look.box, logo, note, new Work()];`;
  await writeFile(join(plugin, 'widget/used.ts'), [...files, use].join('\n'));
  const scripts = await Promise.all(
    ['build', 'check', 'test', 'types'].map((script) => run('npm', ['run', script], { cwd: plugin })),
  );
  expect(scripts[2]!.stdout).toMatch(/\d+ passed/);
});

test(
  'upgrade brings a plugin of the first template up to date, and its tests pass',
  { tags: 'all' },
  async () => {
    const at = (path: string) => join(plugin, path);
    const read = (path: string) => readFile(path, 'utf8');
    const [first] = JSON.parse(await read(join(root, 'src/cli/template-history.json'))) as [
      { files: Record<string, string> },
    ];
    const { devDependencies } = JSON.parse(await read(at('package.json'))) as {
      devDependencies: Record<string, string>;
    };
    const names: Record<string, string> = {
      'my-plugin': id,
      MyWidget: 'StockBoard',
      'My Plugin': 'Stock Board',
      RUNTIME: devDependencies['@nousviz/widget-runtime']!,
    };
    for (const [path, text] of Object.entries(first.files)) {
      if (/^(?:plugin|dashboards|mock|widget\/My)/.test(path)) continue;
      const named = text.replaceAll(/my-plugin|MyWidget|My Plugin|RUNTIME/g, (name) => names[name]!);
      await writeFile(at(path.replace(/^(gitignore|npmrc)$/, '.$1')), path.endsWith('.d.ts') ? text : named);
    }
    await rm(at('widget/used.ts'), { force: true });
    await writeFile(at('AGENTS.md'), `${await read(at('AGENTS.md'))}- Mine.\n`);
    const { code, out } = await widget(['upgrade']);
    expect([code, out]).toEqual([0, expect.stringMatching(/ {2}merged {3}AGENTS\.md\n/)]);
    expect(out).toContain('+  "nousviz-widget": {');
    expect(await read(at('AGENTS.md'))).toMatch(/^- `plugin\.yaml` names under `engines`[^]*\n- Mine\.\n$/m);
    for (const script of ['lint', 'types', 'test']) await run('npm', ['run', script], { cwd: plugin });
    expect((await widget(['upgrade'])).out).toBe('This plugin is up to date.\n');
  },
);

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

test.each([[[]], [['create']], [['build']], [['check']], [['upgrade']], [['dev']]])(
  '%j --help says what it does',
  async (args) => {
    const { code, out } = await widget([...args, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: nousviz-widget/);
  },
);

test('dev shows the plugin and applies saved changes', async () => {
  const { page, url, end } = await openServer(
    browser,
    join(plugin, 'node_modules/.bin/nousviz-widget'),
    ['dev', '--port', '0'],
    { cwd: plugin, env: other.env },
  );
  await page.goto(url);
  await page.getByRole('listitem').filter({ hasText: 'Desk lamp' }).waitFor();
  await page.getByLabel('Search').fill('no such item');
  await page.getByText('No items.').waitFor();
  const path = join(plugin, 'widget/StockBoard.tsx');
  await writeFile(path, (await readFile(path, 'utf8')).replace('No items.', 'None at all.'));
  await page.getByText('None at all.').waitFor();
  expect(await page.getByLabel('Search').inputValue()).toBe('no such item');
  expect(await (await fetch(new URL(`/api/plugins/${id}/items`, url))).json()).toHaveLength(3);
  expect(await end()).toBe(0);
});
