// @vitest-environment node
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { makeShims, readNames } from '../../shims/generate.js';
import { SHIM_SOURCES, shimOf, shimPath, SHIMS, shimText } from './shims.ts';

const committed = (shim: string) => readFile(new URL(`../../shims/${shim}`, import.meta.url), 'utf8');

test.each(SHIMS)('finds the shim %s in a URL, whatever its base, query and hash', (shim) => {
  for (const base of ['/api', '/nous/api', 'https://api.example/v2', '..'])
    for (const end of ['', '?v=1', '#a', '?v=/b.js#c'])
      expect(shimOf(base + shimPath(shim) + end)).toBe(shim);
});

test.each([
  'react',
  '/api/widget-runtime/',
  '/api/widget-runtime/reakt.js',
  '/api/widget-runtime/react.js/x',
  '/api/my-widget-runtime/react.js',
  '/x.js?/widget-runtime/react.js',
  '/api/widget-runtime//react.js',
  '/api//widget-runtime/react.js',
  '//api/widget-runtime/react.js',
  '/api/widget-runtime/react.js/',
])('finds no shim in %s', (url) => {
  expect(shimOf(url)).toBeUndefined();
});

let copies = 0;
/** Evaluates another copy of a shim. */
async function evaluate(text: string): Promise<Record<string, unknown>> {
  copies += 1;
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`${text}// ${copies}`)}`);
}

test('commits the shims that the installed Reacts generate', async () => {
  const made = await makeShims();
  expect(Object.keys(made).toSorted()).toEqual([...SHIMS].toSorted());
  for (const shim of SHIMS) expect(await committed(shim), `${shim}: run "npm run shims"`).toBe(made[shim]);
});

test.each(SHIMS)(
  '%s exports every own name of React 18.3 and 19, in development and production',
  async (shim) => {
    const { module, member } = SHIM_SOURCES[shim];
    const builds = await readNames(module);
    const reacts = module === 'react/compiler-runtime' ? 1 : 2;
    expect(builds.map(({ mode }) => mode)).toEqual(
      ['development', 'production', 'development', 'production'].slice(0, 2 * reacts),
    );
    expect(new Set(builds.map(({ file }) => file)).size).toBe(reacts);
    vi.stubGlobal('NousViz', { [member]: {} });
    const exported = Object.keys(await evaluate(await committed(shim)));
    for (const { file, mode, names } of builds) {
      expect(names.length).toBeGreaterThan(0);
      expect(exported, `${file} in ${mode}`).toEqual(expect.arrayContaining(names));
    }
  },
);

test('exports the members of the host’s React by identity', async () => {
  const React = await import('react');
  const ReactJSXRuntime = await import('react/jsx-runtime');
  const { default: ReactDOM } = await import('react-dom');
  const { default: ReactDOMClient } = await import('react-dom/client');
  vi.stubGlobal('NousViz', { React: React.default, ReactJSXRuntime, ReactDOM, ReactDOMClient });
  const react = await evaluate(await committed('react.js'));
  expect(react.default).toBe(React.default);
  for (const [name, member] of Object.entries(React.default)) expect(react[name], name).toBe(member);
  const runtime = await evaluate(await committed('react-jsx-runtime.js'));
  expect(runtime.default).toBe(ReactJSXRuntime);
  expect(runtime.jsx).toBe(ReactJSXRuntime.jsx);
  expect(runtime.jsxs).toBe(ReactJSXRuntime.jsxs);
  expect(runtime.Fragment).toBe(React.Fragment);
  for (const [shim, module] of [
    ['react-dom.js', ReactDOM],
    ['react-dom-client.js', ReactDOMClient],
  ] as const) {
    const text = await evaluate(await committed(shim));
    expect(text.default, shim).toBe(module);
    for (const [name, member] of Object.entries(module)) expect(text[name], name).toBe(member);
  }
});

test('makes the development JSX runtime from the host’s production runtime', async () => {
  const ReactJSXRuntime = await import('react/jsx-runtime');
  vi.stubGlobal('NousViz', { ReactJSXRuntime });
  const { jsxDEV, Fragment } = (await evaluate(await committed('react-jsx-dev-runtime.js'))) as {
    jsxDEV: (...all: unknown[]) => unknown;
    Fragment: unknown;
  };
  expect(Fragment).toBe(ReactJSXRuntime.Fragment);
  expect(jsxDEV('p', { children: 'a' }, 'k', false)).toMatchObject({
    type: 'p',
    key: 'k',
    props: { children: 'a' },
  });
  // React does not warn of static children without keys; a console line would fail this test.
  jsxDEV('p', { children: [jsxDEV('i', {}), jsxDEV('b', {})] }, undefined, true);
});

test('exports the compiler’s cache of React 19, and makes one on React 18', async () => {
  const sentinel = Symbol.for('react.memo_cache_sentinel');
  const c = (size: number) => Array(size).fill('own');
  vi.stubGlobal('NousViz', { React: { __COMPILER_RUNTIME: { c } } });
  expect((await evaluate(await committed('react-compiler-runtime.js'))).c).toBe(c);
  const inputs: unknown[] = [];
  const useMemo = (make: () => unknown, keys: unknown) => (inputs.push(keys), make());
  vi.stubGlobal('NousViz', { React: { useMemo } });
  const made = (await evaluate(await committed('react-compiler-runtime.js'))).c as typeof c;
  expect(made(2)).toEqual([sentinel, sentinel]);
  // The shim makes it once.
  expect(inputs).toEqual([[]]);
});

test('exports what the host’s React lacks as undefined', async () => {
  vi.stubGlobal('NousViz', { React: { useState: () => undefined } });
  const react = await evaluate(await committed('react.js'));
  expect(Object.keys(react)).toContain('use');
  expect(react.use).toBeUndefined();
  expect(react.useState).toBe(
    (globalThis as unknown as { NousViz: { React: object } }).NousViz.React['useState' as never],
  );
});

test.each([
  ['no global', undefined],
  ['an element of that name', { tagName: 'DIV' }],
])('throws an error with fact and remedy: %s', async (_, NousViz) => {
  vi.stubGlobal('NousViz', NousViz);
  for (const shim of SHIMS)
    await expect(evaluate(await committed(shim))).rejects.toThrow(
      `window.NousViz.${SHIM_SOURCES[shim].member} is missing: a widget was imported before the host published itself. ` +
        'Call createHost() before anything imports a widget. [HOST_NOT_PUBLISHED]',
    );
});

test('throws in a plain Node process', async () => {
  const url = new URL('../../shims/react.js', import.meta.url).href;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', `await import('${url}')`]);
  await expect(run).rejects.toThrow('HOST_NOT_PUBLISHED');
});

test('exports the default once', async () => {
  vi.stubGlobal('NousViz', { React: { b: 1, a: 2 } });
  const react = await evaluate(shimText('react.js', ['b', 'default', 'a']));
  expect(react).toMatchObject({ a: 2, b: 1, default: { a: 2, b: 1 } });
});
