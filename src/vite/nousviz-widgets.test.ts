import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import * as esbuild from 'esbuild';
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import * as ReactDOMClient from 'react-dom/client';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { rolldown } from 'rolldown';
import * as vite from 'vite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SHIMS } from '../contract/index.ts';
import { nousvizWidgets as esbuildWidgets } from '../esbuild/index.ts';
import { nousvizWidgets as viteWidgets } from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nousviz-build-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files in the folder, by path. */
async function write(files: Record<string, string | Uint8Array>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

interface Built {
  code: string;
  warnings: string;
  files: string[];
}

interface BuildSettings {
  minify?: boolean;
  external?: string[];
  jsxDev?: boolean;
}

const adapters: Record<string, (entry: string, settings?: BuildSettings) => Promise<Built>> = {
  async esbuild(entry, { jsxDev = false, ...settings } = {}) {
    const { warnings } = await esbuild.build({
      entryPoints: [join(folder, entry)],
      outfile: join(folder, 'dist/Widget.js'),
      bundle: true,
      logLevel: 'silent',
      plugins: [esbuildWidgets()],
      jsxDev,
      ...settings,
    });
    return read(warnings.map(({ text }) => text));
  },
  async vite(entry, { minify = false, external = [], jsxDev = false } = {}) {
    const warnings: string[] = [];
    await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [viteWidgets()],
      oxc: { jsx: { development: jsxDev } },
      build: {
        minify,
        lib: { entry: join(folder, entry), formats: ['es'], fileName: 'Widget' },
        rolldownOptions: { external, onwarn: ({ message }) => void warnings.push(message) },
      },
    });
    return read(warnings);
  },
};

async function read(warnings: string[]): Promise<Built> {
  const { readdir } = await import('node:fs/promises');
  return {
    code: await readFile(join(folder, 'dist/Widget.js'), 'utf8'),
    warnings: warnings.join('\n'),
    files: await readdir(join(folder, 'dist')),
  };
}

let copies = 0;
/** Evaluates a bundle in Node, with the page's global and with its imports of shims resolved to the files on disk. */
async function run(code: string): Promise<Record<string, unknown>> {
  const whole = (module: object) => ({ ...((module as { default?: object }).default ?? module) });
  vi.stubGlobal('NousViz', {
    React: whole(React),
    ReactJSXRuntime: whole(ReactJSXRuntime),
    ReactDOM: whole(ReactDOM),
    ReactDOMClient: whole(ReactDOMClient),
  });
  copies += 1;
  const shims = pathToFileURL(join(import.meta.dirname, '../../shims/')).href;
  // Each test has a global of its own, so it needs its own copies of the shims.
  const local = code.replaceAll(/(["'`])\/api\/widget-runtime\/([\w-]+\.js)\1/g, `$1${shims}$2?${copies}$1`);
  const path = join(folder, `run-${copies}.mjs`);
  await writeFile(path, local);
  return import(/* @vite-ignore */ pathToFileURL(path).href);
}

const page = () => (globalThis as unknown as { NousViz: Record<string, Record<string, unknown>> }).NousViz;

const CJS = (id: string, text: string) => ({
  [`node_modules/${id}/package.json`]: JSON.stringify({ name: id, main: 'index.js' }),
  [`node_modules/${id}/index.js`]: text,
});

describe.each(Object.keys(adapters))('%s', (name) => {
  const build = adapters[name]!;

  test.each([false, true])('replaces every module of React with its shim (minified: %s)', async (minify) => {
    await write({
      'Widget.tsx': `
        import React, { useState } from 'react';
        import * as Whole from 'react';
        import { createPortal } from 'react-dom';
        import ReactDOM from 'react-dom';
        import { createRoot } from 'react-dom/client';
        import { c } from 'react/compiler-runtime';
        import { jsxDEV } from 'react/jsx-dev-runtime';
        export const seen = { React, useState, whole: Whole.useMemo, createPortal, ReactDOM, createRoot, c, jsxDEV };
        export default function Widget() { return <p>{useState('a')[0]}</p>; }`,
    });
    const { code, files } = await build('Widget.tsx', { minify });
    for (const shim of SHIMS) expect(code).toMatch(new RegExp(`from\\s*["']/api/widget-runtime/${shim}["']`));
    expect(files).toEqual(['Widget.js']);
    expect(code.length).toBeLessThan(2000);
    const { seen } = (await run(code)) as { seen: Record<string, unknown> };
    expect(seen.React).toBe(page().React);
    expect(seen.useState).toBe(page().React!.useState);
    expect(seen.whole).toBe(page().React!.useMemo);
    expect(seen.ReactDOM).toBe(page().ReactDOM);
    expect(seen.createPortal).toBe(page().ReactDOM!.createPortal);
    expect(seen.createRoot).toBe(page().ReactDOMClient!.createRoot);
    expect(seen.c).toBeTypeOf('function');
    expect(seen.jsxDEV).toBeTypeOf('function');
  });

  test('gives CommonJS packages the page’s own modules, and preserves their exports', async () => {
    await write({
      ...CJS(
        'old',
        `var React = require('react');
         var interop = (m) => (m && m.__esModule ? m : { default: m });
         var wildcard = (m) => (m && m.__esModule ? m : Object.assign({}, m, { default: m }));
         exports.React = React;
         exports.byDefault = interop(require('react')).default;
         exports.hook = wildcard(require('react')).useState;
         exports.dom = require('react-dom');
         exports.client = require('react-dom/client');
         exports.jsx = require('react/jsx-runtime').jsx;
         exports.twice = require('react') === React;`,
      ),
      ...CJS('babel', `exports.__esModule = true; exports.default = require('react').memo; exports.x = 1;`),
      'Widget.tsx': `
        import old, { React, hook } from 'old';
        import babel, { x } from 'babel';
        import * as all from 'old';
        export const seen = { ...old, React, hook, babel, x, all: all.dom };
        export default function Widget() { return <p />; }`,
    });
    const { code } = await build('Widget.tsx');
    const { seen } = (await run(code)) as { seen: Record<string, unknown> };
    const { React: react, ReactDOM: dom, ReactDOMClient: client, ReactJSXRuntime: runtime } = page();
    expect(seen.React).toBe(react);
    expect(seen.byDefault).toBe(react);
    expect(seen.hook).toBe(react!.useState);
    expect(seen.dom).toBe(dom);
    expect(seen.all).toBe(dom);
    expect(seen.client).toBe(client);
    expect(seen.jsx).toBe(runtime!.jsx);
    expect(seen.twice).toBe(true);
    expect(seen.x).toBe(1);
    // Bundlers differ in the default import of a CommonJS package from an ES module.
    expect([seen.babel, (seen.babel as { default?: unknown }).default]).toContain(react!.memo);
  });

  test('does not use an AMD loader of the page', async () => {
    await write({
      ...CJS(
        'umd',
        `(function (root, make) {
        if (typeof define === 'function' && define.amd) define([], make);
        else module.exports = make();
      })(this, function () { return 'made'; });`,
      ),
      'Widget.tsx': `import umd from 'umd'; export const seen = umd; export default function Widget() { return null; }`,
    });
    const define = Object.assign(() => {}, { amd: {} });
    vi.stubGlobal('define', define);
    expect((await run((await build('Widget.tsx')).code)).seen).toBe('made');
  });

  test('builds development JSX', async () => {
    await write({ 'Widget.tsx': 'export default function Widget() { return <p>a</p>; }' });
    const { code } = await build('Widget.tsx', { jsxDev: true });
    expect(code).toContain('/api/widget-runtime/react-jsx-dev-runtime.js');
    const { default: Widget } = (await run(code)) as { default: () => { type: string } };
    expect(Widget().type).toBe('p');
  });

  test('never builds classic JSX silently because of a tsconfig.json', async () => {
    await write({
      'tsconfig.json': '{"compilerOptions": {"jsx": "react"}}',
      'Widget.tsx': 'export default function Widget() { return <p>a</p>; }',
    });
    const made = build('Widget.tsx').then(({ code }) => code);
    // For esbuild, tsconfig.json overrides every flag.
    if (name === 'esbuild') await expect(made).rejects.toThrow(/"jsx".*"react-jsx"[^]*\[CLASSIC_JSX\]/);
    else expect(await made).not.toContain('createElement');
  });

  test('replaces process.env and global', async () => {
    await write({
      'Widget.ts': `
        export const seen = [process.env.NODE_ENV, process.env.ANYTHING, process.platform, global === globalThis];
        export default function Widget() { return null; }`,
    });
    const { seen } = await run((await build('Widget.ts')).code);
    expect(seen).toEqual(['production', undefined, 'browser', true]);
  });

  test('inlines small files', async () => {
    await write({
      'dot.png': new Uint8Array([137, 80, 78, 71]),
      'Widget.ts': `import dot from './dot.png'; export const seen = dot; export default function Widget() { return null; }`,
    });
    const { code, files } = await build('Widget.ts');
    expect(files).toEqual(['Widget.js']);
    expect((await run(code)).seen).toBe('data:image/png;base64,iVBORw==');
  });

  test('rejects a file that is too large to inline, and reports its size', async () => {
    await write({
      'film.png': new Uint8Array(400 * 1024),
      'Widget.ts': `import film from './film.png'; export default function Widget() { return film; }`,
    });
    await expect(build('Widget.ts')).rejects.toThrow(
      /film\.png is 400 kB, and only files up to 256 kB are inlined.*\[ASSET_TOO_LARGE\]/,
    );
  });

  test('puts stylesheets into the bundle, with their imports and images', async () => {
    await write({
      'node_modules/lib/package.json': '{"name": "lib", "sideEffects": ["*.css"]}',
      'node_modules/lib/theme.css':
        '@import "./base.css"; .theme { color: red; background: url(./dot.png); }',
      'node_modules/lib/base.css': '.base { color: blue; }',
      'node_modules/lib/dot.png': new Uint8Array([137, 80, 78, 71]),
      'Widget.tsx': `import 'lib/theme.css'; export default function Widget() { return <p className="theme" />; }`,
    });
    const { code, files } = await build('Widget.tsx');
    expect(files).toEqual(['Widget.js']);
    expect(code).toMatch(/\.base\s*\{[^]*\.theme\s*\{/);
    expect(code).toContain('data:image/png');
    expect(Object.keys(await run(code))).toEqual(['default']);
  });

  test.each([false, true])('gives the classes of CSS modules unique names (minified: %s)', async (minify) => {
    const names: unknown[] = [];
    for (const [id, colour] of [
      ['one', 'red'],
      ['two', 'blue'],
    ]) {
      await write({
        [`${id}/box.module.css`]: `.box { color: ${colour}; }`,
        [`${id}/Widget.tsx`]: `import styles from './box.module.css'; export const seen = styles.box; export default function Widget() { return <p />; }`,
      });
      const { code } = await build(`${id}/Widget.tsx`, { minify });
      const { seen } = await run(code);
      expect(code).toContain(`.${String(seen)}`);
      names.push(seen);
    }
    expect(names.every((one) => typeof one === 'string' && one.length > 3)).toBe(true);
    expect(new Set(names).size).toBe(2);
  });

  test('adds nothing to a bundle without stylesheets', async () => {
    await write({ 'Widget.tsx': 'export default function Widget() { return <p />; }' });
    expect((await build('Widget.tsx')).code).not.toContain('document');
  });

  test('rejects a module of Node and names its importer', async () => {
    await write({
      'deep/read.ts': `import { readFile } from 'node:fs/promises'; export const read = readFile;`,
      'Widget.tsx': `import { read } from './deep/read.ts'; export default function Widget() { return String(read); }`,
    });
    await expect(build('Widget.tsx')).rejects.toThrow(
      /deep\/read\.ts:1 uses "node:fs\/promises", a Node module[^]*\[NODE_BUILT_IN\]/,
    );
  });

  test('warns of a module of Node that a CommonJS package requires, and throws when it is required', async () => {
    await write({
      ...CJS(
        'careful',
        `var fs; try { fs = require('fs'); } catch (error) { exports.message = error.message; }`,
      ),
      'Widget.tsx': `import careful from 'careful'; export const seen = careful.message; export default function Widget() { return null; }`,
    });
    const { code, warnings } = await build('Widget.tsx');
    expect(warnings).toMatch(/careful\/index\.js:1 uses "fs"/);
    expect((await run(code)).seen).toMatch(/careful\/index\.js:1 uses "fs", a Node module/);
  });

  test('replaces a module of Node with an installed package or by a package’s browser field', async () => {
    await write({
      ...CJS('events', 'exports.EventEmitter = "installed";'),
      'node_modules/light/package.json': JSON.stringify({
        name: 'light',
        main: 'i.js',
        browser: { fs: false },
      }),
      'node_modules/light/i.js': `exports.fs = require('fs');`,
      'Widget.tsx': `
        import { EventEmitter } from 'events';
        import { fs } from 'light';
        export const seen = [EventEmitter, fs];
        export default function Widget() { return null; }`,
    });
    const { code, warnings } = await build('Widget.tsx');
    expect(warnings).not.toContain('NODE_BUILT_IN');
    expect((await run(code)).seen).toEqual(['installed', {}]);
  });

  test('rejects a copy of React in the author’s files and names its importer', async () => {
    const react = await readFile(
      join(import.meta.dirname, '../../node_modules/react/cjs/react.production.js'),
      'utf8',
    );
    await write({
      'vendor/ui.js': react,
      'parts/button.ts': `import ui from '../vendor/ui.js'; export const useOwn = ui.useState;`,
      'Widget.tsx': `import { useOwn } from './parts/button.ts'; export default function Widget() { return useOwn('a')[0]; }`,
    });
    await expect(build('Widget.tsx')).rejects.toThrow(
      /vendor\/ui\.js is another copy of React, imported by [^ ]*parts\/button\.ts\.[^]*\[VENDORED_REACT\]/,
    );
  });

  test('rejects a separate renderer', async () => {
    await write({
      'Widget.tsx': `import { renderToString } from 'react-dom/server'; export default function Widget() { return renderToString(null); }`,
    });
    await expect(build('Widget.tsx')).rejects.toThrow(
      /Widget\.tsx:1 imports "react-dom\/server"[^]*\[RENDERER_OF_ITS_OWN\]/,
    );
  });

  test('reports a package that is not installed', async () => {
    await write({ 'Widget.tsx': `import 'nowhere'; export default function Widget() { return null; }` });
    await expect(build('Widget.tsx')).rejects.toThrow(/nowhere/);
  });

  test('rejects a bundle with an external package', async () => {
    await write({
      'Widget.tsx': `import { nice } from 'outside'; export default function Widget() { return nice; }`,
    });
    await expect(build('Widget.tsx', { external: ['outside'] })).rejects.toThrow(
      /"outside"[^]*\[BARE_IMPORT\]/,
    );
  });

  test('rejects a bundle without a default export', async () => {
    await write({ 'Widget.tsx': `export function Widget() { return null; }` });
    await expect(build('Widget.tsx')).rejects.toThrow(
      /did not export a default React component[^]*\[NO_DEFAULT_EXPORT\]/,
    );
  });

  test('rejects an async component with a stylesheet', async () => {
    await write({
      'a.css': '.a { color: red; }',
      'Widget.tsx': `import './a.css'; export default async function Widget() { return <p />; }`,
    });
    await expect(build('Widget.tsx')).rejects.toThrow(/\[ASYNC_COMPONENT\]/);
  });

  test('does not write a rejected bundle', async () => {
    await write({ 'Widget.tsx': `export function Widget() { return null; }` });
    await expect(build('Widget.tsx')).rejects.toThrow();
    await expect(readFile(join(folder, 'dist/Widget.js'))).rejects.toThrow('ENOENT');
  });
});

test('esbuild leaves the source map comment in the last line of a bundle with a stylesheet', async () => {
  await write({
    'a.css': '.a { color: red; }',
    'Widget.tsx': `import './a.css'; export default function Widget() { return <p />; }`,
  });
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(folder, 'Widget.tsx')],
    outfile: join(folder, 'dist/Widget.js'),
    sourcemap: true,
    write: false,
    plugins: [esbuildWidgets()],
  });
  expect(outputFiles.map(({ path }) => path.slice(folder.length)).toSorted()).toEqual([
    '/dist/Widget.js',
    '/dist/Widget.js.map',
  ]);
  const bundle = outputFiles.find(({ path }) => path.endsWith('.js'))!;
  expect(bundle.text.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=Widget.js.map');
  expect(bundle.text).toContain('__nvDefault as default');
});

test('esbuild puts stylesheets into the bundle of a process that has left its first folder', async () => {
  await write({
    'a.css': '.a { color: red; }',
    'Widget.tsx': `import './a.css'; export default function Widget() { return <p />; }`,
  });
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect((await adapters.esbuild!('Widget.tsx')).code).toContain('.a {');
  } finally {
    process.chdir(before);
  }
});

test('Vite writes the source map that its own setting asks for', async () => {
  await write({
    'a.css': '.a { color: red; }',
    'Widget.tsx': `import './a.css';\nexport default function Widget() {\n  throw new Error('no total'); return <p />;\n}`,
  });
  await vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [viteWidgets()],
    build: { sourcemap: true, lib: { entry: join(folder, 'Widget.tsx'), formats: ['es'] } },
  });
  const { code, files } = await read([]);
  expect(files.toSorted()).toEqual(['Widget.js', 'Widget.js.map']);
  expect(code.trimEnd().split('\n').at(-1)).toBe('//# sourceMappingURL=Widget.js.map');
  const map = new TraceMap(await readFile(join(folder, 'dist/Widget.js.map'), 'utf8'));
  const line = code.split('\n').findIndex((text) => text.includes('throw')) + 1;
  const column = code.split('\n')[line - 1]!.indexOf('throw');
  expect(originalPositionFor(map, { line, column })).toMatchObject({
    source: '../Widget.tsx',
    line: 3,
    column: 2,
  });
});

test('esbuild rejects other formats than ES modules', async () => {
  await write({ 'Widget.tsx': 'export default function Widget() { return <p />; }' });
  const built = esbuild.build({
    entryPoints: [join(folder, 'Widget.tsx')],
    format: 'iife',
    write: false,
    logLevel: 'silent',
    plugins: [esbuildWidgets()],
  });
  await expect(built).rejects.toThrow('build with format "esm"');
});

test('Vite rejects a build of more than one file', async () => {
  await write({ 'Widget.tsx': 'export default function Widget() { return <p />; }' });
  const built = vite.build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      viteWidgets(),
      {
        name: 'other',
        generateBundle() {
          this.emitFile({ type: 'asset', fileName: 'other.json', source: '{}' });
        },
      },
    ],
    build: { write: false, lib: { entry: join(folder, 'Widget.tsx') } },
  });
  await expect(built).rejects.toThrow(/The build writes other\.json[^]*\[MANY_FILES\]/);
});

test('Rolldown alone builds everything but stylesheets, which it rejects', async () => {
  await write({
    ...CJS('old', `exports.same = require('react');`),
    'dot.png': new Uint8Array([137, 80, 78, 71]),
    'Widget.tsx': `
      import { same } from 'old';
      import dot from './dot.png';
      export const seen = [same, dot, process.env.NODE_ENV];
      export default function Widget() { return <p />; }`,
    'Styled.tsx': `import './a.css'; export default function Widget() { return <p />; }`,
    'a.css': '.a { color: red; }',
  });
  const bundle = await rolldown({ input: join(folder, 'Widget.tsx'), plugins: [viteWidgets() as never] });
  const { output } = await bundle.generate({ format: 'es' });
  const { seen } = await run(output[0].code);
  expect(seen).toEqual([page().React, 'data:image/png;base64,iVBORw==', 'production']);
  const styled = rolldown({ input: join(folder, 'Styled.tsx'), plugins: [viteWidgets() as never] }).then(
    (one) => one.generate({ format: 'es' }),
  );
  await expect(styled).rejects.toThrow(/a\.css is a stylesheet[^]*\[STYLES_NEED_VITE\]/);
});
