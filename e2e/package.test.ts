import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { init, parse, type DynamicImport } from 'es-module-lexer';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseModule } from '../src/bundle/parsed.ts';
import { NodeUses } from '../src/bundling/node-globals.ts';
import { walk } from '../src/bundling/walk.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
let folder = '';
let tarball = '';
let files: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename, files: packed }] = JSON.parse(stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  files = packed.map(({ path }) => path);
  tarball = join(folder, filename);
  await writeFile(join(folder, 'package.json'), '{"type": "module", "private": true}');
  const packages = ['react@19', 'react-dom@19', '@types/react@19', '@types/react-dom@19', '@types/node@20'];
  await run('npm', ['install', ...quiet, `./${filename}`, ...packages], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Checks a TypeScript project. @throws {Error} with the compiler's output. */
async function runTsc(project: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', project]).catch(({ stdout }: { stdout: string }) => {
    throw new Error(stdout);
  });
}

const node = async (code: string) =>
  (await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder })).stdout;

test('contains only the needed files', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/index.js',
      'dist/index.d.ts',
      'dist/ui/index.js',
      'dist/ui/index.d.ts',
      'dist/ui/sheet.d.ts',
      'dist/ui.css',
      'dist/sandbox/index.js',
      'dist/sandbox/index.d.ts',
      'dist/sandbox/guest-18.js',
      'dist/sandbox/guest-18.licenses.md',
      'dist/sandbox/guest-19.js',
      'dist/sandbox/guest-19.licenses.md',
      'dist/server/index.js',
      'dist/server/index.d.ts',
      'dist/esbuild/index.d.ts',
      'dist/testing/index.d.ts',
      'dist/vite/index.js',
      'dist/cli/bin.js',
      'dist/cli/cli.js',
      'dist/dev/index.js',
      'dist/dev/postgres-worker.js',
      'dist/demo-18/index.html',
      'dist/demo-19/index.html',
      'src/cli/template/plugin.yaml',
      'src/cli/template-history.json',
      'shims/react.js',
      'shims/react-jsx-runtime.js',
      'shims/react-dom.js',
      'types/nousviz_widget_types.d.ts',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'llms.txt',
    ]),
  );
  // The package contains the template of `nousviz-widget create` with its test, and the guides, which link to each other.
  const packaged =
    /^(dist\/testing\/|src\/cli\/template\/|fixtures\/host\/(demo|pictures\/[a-z-]+)\.png$)|(?:README|API)\.md$/;
  expect(
    files.filter(
      (path) =>
        /test|setup|fixtures|e2e|host-1|failures\/|\.kit\.|generate|tsconfig/.test(path) &&
        !packaged.test(path),
    ),
  ).toEqual([]);
});

test('is a package without publint messages', async () => {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg as Record<string, unknown>))).toEqual([]);
});

test.each(['sandbox/guest-18.', 'sandbox/guest-19.', 'demo-18/', 'demo-19/'])(
  'has the licences of packages in dist/%s beside it',
  async (path) => {
    const licences = await readFile(join(root, `dist/${path}licenses.md`), 'utf8');
    const names = ['react', 'react-dom', 'scheduler', 'clsx', 'tailwind-merge', 'es-module-lexer'];
    for (const name of names) expect(licences).toMatch(new RegExp(`^## ${name} - [\\d.]+ \\(MIT\\)$`, 'm'));
  },
);

// A function in parentheses is compiled with the code around it. Browsers parse another one twice: first to skip it.
test.each(['18', '19'])(
  'is strict and marks the functions of packages as called at once, in the script of frames with React %s',
  async (react) => {
    const code = await readFile(join(root, `dist/sandbox/guest-${react}.js`), 'utf8');
    expect(code).toMatch(/^"use strict";/);
    const large: string[] = [];
    walk(parseModule(code), (it) => {
      if (it.type !== 'CallExpression') return;
      for (const { type, start, end } of it.arguments)
        if (type === 'ArrowFunctionExpression' && end - start > 3000)
          large.push(code.slice(start - 2, start));
    });
    expect(large.length).toBeGreaterThan(2);
    expect(new Set(large)).toEqual(new Set(['((']));
  },
);

/** The comments that stop bundlers from resolving a computed import, which would break the loading of widgets. */
const BUNDLER_COMMENTS = ['/* @vite-ignore */', '/* webpackIgnore: true */', '/* turbopackIgnore: true */'];

test('has these comments on all imports of computed URLs', async () => {
  await init;
  // The demo hosts and the scripts of frames are complete programs that are already bundled.
  const modules = files.filter(
    (path) => path.endsWith('.js') && !/^dist\/(demo-|sandbox\/guest-)/.test(path),
  );
  const texts = await Promise.all(
    modules.map(async (path) => {
      const code = await readFile(join(folder, 'node_modules/@nousviz/widget-runtime', path), 'utf8');
      const [imports] = parse(code, path);
      return imports
        .filter((one): one is DynamicImport => one.type === 'dynamic')
        .filter(({ specifier, glob }) => specifier === undefined || glob)
        .map(({ importStart, importEnd }) => code.slice(importStart, importEnd));
    }),
  );
  const computed = modules.flatMap((path, index) => texts[index]!.map((text) => ({ path, text })));
  expect(computed).not.toEqual([]);
  const bare = computed.filter(({ text }) => BUNDLER_COMMENTS.some((comment) => !text.includes(comment)));
  expect(bare).toEqual([]);
});

test('uses no name of Node in a page, for which some bundlers want a polyfill', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'dist/client.js')],
    bundle: true,
    splitting: true,
    // Bundlers look at modules before they remove what is not used.
    treeShaking: false,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom'],
    outdir: 'out',
    write: false,
  });
  const uses = new NodeUses();
  for (const { text } of outputFiles)
    walk(parseModule(text), (it, parent, _, scope, inner) => uses.visit(it, parent, scope, inner));
  // A test with `typeof` is enough for a bundler to add a polyfill.
  expect([...uses.free().map(({ name }) => name), ...uses.tested]).toEqual([]);
});

test('imports in Node without a side effect', async () => {
  const out = await node(`
    const before = Object.keys(globalThis).length;
    const { createHost } = await import('@nousviz/widget-runtime');
    const { createServer } = await import('@nousviz/widget-runtime/server');
    await import('@nousviz/widget-runtime/esbuild');
    await import('@nousviz/widget-runtime/sandbox');
    console.log(typeof createHost, typeof createServer, Object.keys(globalThis).length - before, 'NousViz' in globalThis);
  `);
  expect(out.trim()).toBe('function function 0 false');
});

test('is a client module for server components, and has no directive elsewhere', async () => {
  const at = join(folder, 'node_modules/@nousviz/widget-runtime');
  const modules = files.filter((path) => /^dist\/.*\.js$/.test(path) && !path.startsWith('dist/demo-'));
  const texts = await Promise.all(modules.map(async (path) => readFile(join(at, path), 'utf8')));
  const marked = modules.filter((_, index) => /^\s*['"]use client['"]/m.test(texts[index]!));
  expect(marked).toEqual(['dist/index.js']);
  expect(texts[modules.indexOf('dist/index.js')]).toMatch(/^'use client';\nexport \{ /);

  const resolve = `console.log(import.meta.resolve('@nousviz/widget-runtime'))`;
  const flags = ['--input-type=module', '-e', resolve];
  const { stdout } = await run(process.execPath, ['--conditions=react-server', ...flags], { cwd: folder });
  expect(stdout.trim()).toMatch(/\/dist\/index\.js$/);
  expect((await node(resolve)).trim()).toMatch(/\/dist\/client\.js$/);
  // Both are one copy of the library.
  const same = `
    const [client, marked] = await Promise.all(['client', 'index'].map((name) => import('${at}/dist/' + name + '.js')));
    console.log(Object.keys(client).join() === Object.keys(marked).join(), client.createHost === marked.createHost);
  `;
  expect((await node(same)).trim()).toBe('true true');
});

test('creates a host in Node without a side effect', async () => {
  const out = await node(`
    const before = Object.getOwnPropertyNames(globalThis).length;
    const { createHost } = await import('@nousviz/widget-runtime');
    const hosts = [createHost(), createHost({ apiBase: '/other', unstable_require: true })];
    await Promise.all(hosts.map((host) => host.plugins.refresh()));
    console.log(hosts[0].plugins.getSnapshot().status, Object.getOwnPropertyNames(globalThis).length - before);
  `);
  expect(out.trim()).toBe('loading 0');
});

test('serves its shims from its installation folder', async () => {
  const out = await node(`
    import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
    const handle = createServer({ plugins: '.', trust: fileTrustStore('trust.jsonl') }).fetch;
    const response = await handle(new Request('http://localhost/api/widget-runtime/react.js'));
    console.log(response.status, response.headers.get('content-type'), (await response.text()).includes('useState'));
  `);
  expect(out.trim()).toBe('200 text/javascript; charset=utf-8 true');
});

test('serves its shims after esbuild has bundled the server into one file elsewhere', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'nousviz-bundled-'));
  onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
  await writeFile(
    join(folder, 'route.js'),
    `import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
const { fetch } = createServer({ plugins: '.', trust: fileTrustStore('trust.jsonl') });
const response = await fetch(new Request('http://localhost/api/widget-runtime/react.js'));
console.log(response.status, await response.text());`,
  );
  const outfile = join(elsewhere, 'route.js');
  const banner = {
    js: `import { createRequire as from } from 'node:module'; const require = from('file:///');`,
  };
  const common = { bundle: true, platform: 'node', format: 'esm', outfile, banner } as const;
  await build({ ...common, absWorkingDir: folder, entryPoints: ['route.js'], logLevel: 'error' });
  await writeFile(join(elsewhere, 'package.json'), '{"type": "module"}');
  const { stdout } = await run(process.execPath, [outfile], { cwd: elsewhere });
  expect(stdout.trim()).toBe(`200 ${(await readFile(join(root, 'shims/react.js'), 'utf8')).trim()}`);
});

test('has types for a strict app', async () => {
  await writeFile(
    join(folder, 'app.tsx'),
    `import { createHost, Dashboard, HostProvider, usePlugins, type Panel } from '@nousviz/widget-runtime';
import { createServer, fileTrustStore } from '@nousviz/widget-runtime/server';
export const handle = createServer({ plugins: 'plugins', trust: fileTrustStore('trust.jsonl') }).fetch;
const host = createHost({ apiBase: '/api', getSessionToken: () => null });
const draw = (panel: Panel) => <p>{panel.type}</p>;
export const App = () => <HostProvider host={host}><Dashboard pluginId="sales" name="main" renderPanel={draw} /></HostProvider>;
export const useIds = () => usePlugins().plugins.map(({ id }) => id);
// @ts-expect-error a dashboard needs a name
export const wrong = <Dashboard pluginId="sales" />;
`,
  );
  const options = {
    strict: true,
    noEmit: true,
    jsx: 'react-jsx',
    module: 'ESNext',
    moduleResolution: 'bundler',
  };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options, lib: ['ES2023', 'DOM', 'DOM.Iterable'] },
      include: ['app.tsx'],
    }),
  );
  await runTsc(folder);
});

test.each([
  ['.', ['@types/react@19', '@types/react-dom@19']],
  ['./sandbox', ['@types/react@19', '@types/react-dom@19']],
  ['./server', []],
  ['./server', ['@types/node@20']],
  ['./vite', ['@types/node@20', 'vite@8']],
  ['./vite', ['@types/node@20', 'vite@5']],
  ['./esbuild', ['@types/node@20', 'esbuild@0.28']],
  [
    './testing',
    ['@types/react@19', '@types/react-dom@19', '@testing-library/react@16', '@testing-library/dom@10'],
  ],
])(
  'has types for %s, without skipLibCheck, where only %j are installed',
  { tags: 'all' },
  async (entry, packages) => {
    const app = await mkdtemp(join(tmpdir(), 'nousviz-types-'));
    onTestFinished(() => rm(app, { recursive: true, force: true }));
    await writeFile(join(app, 'package.json'), '{"type": "module", "private": true}');
    const own = ['react@19', 'react-dom@19', ...packages];
    await run('npm', ['install', ...quiet, '--ignore-scripts', tarball, ...own], { cwd: app });
    const name = `@nousviz/widget-runtime${entry.slice(1)}`;
    await writeFile(join(app, 'app.ts'), `import * as entry from '${name}';\nexport const used = entry;\n`);
    await writeFile(
      join(app, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: 'ES2023',
          module: 'ESNext',
          moduleResolution: 'bundler',
          skipLibCheck: false,
          lib: ['ES2023', 'DOM', 'DOM.Iterable'],
          types: packages.includes('@types/node@20') ? ['node'] : [],
        },
        include: ['app.ts'],
      }),
    );
    await runTsc(app);
  },
);

test('has ./testing for CommonJS: in Node the same copy, in Jest its own file, and types', async () => {
  const app = await mkdtemp(join(tmpdir(), 'nousviz-commonjs-'));
  onTestFinished(() => rm(app, { recursive: true, force: true }));
  await writeFile(join(app, 'package.json'), '{"private": true}');
  const packages = [
    'react@19',
    'react-dom@19',
    '@testing-library/react@16',
    '@testing-library/dom@10',
    '@types/react@19',
    '@types/react-dom@19',
  ];
  await run('npm', ['install', ...quiet, '--ignore-scripts', tarball, ...packages], { cwd: app });
  await writeFile(
    join(app, 'same.cjs'),
    `const path = '@nousviz/widget-runtime/testing';
import(path).then((loaded) => {
  const file = require('node:path').join(__dirname, 'node_modules/@nousviz/widget-runtime/dist/testing/index.cjs');
  const names = (module) => Object.keys(module).filter((name) => name !== 'default').sort().join();
  console.log(require(path).renderWidget === loaded.renderWidget, names(require(file)) === names(loaded));
});`,
  );
  const { stdout } = await run(process.execPath, ['same.cjs'], { cwd: app });
  expect(stdout.trim()).toBe('true true');
  await writeFile(
    join(app, 'app.test.cts'),
    `import { renderWidget, TestingError, type Api } from '@nousviz/widget-runtime/testing';
const api: Api = { '/items': [] };
export const rendered = renderWidget(() => null, { pluginId: 'sales', api });
export const isOurs = (error: unknown): error is TestingError => error instanceof TestingError;
// @ts-expect-error a widget has a plugin
export const wrong = renderWidget(() => null, {});
`,
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2023',
    module: 'Node16',
    skipLibCheck: false,
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: [],
  };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['app.test.cts'] }));
  await runTsc(app);
});
