import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { describeFailure, diagnose, diagnoseCrash } from './diagnose.ts';

const SHIM = '/api/widget-runtime/react.js';
const url = '/api/plugins/sales/widget/Chart.js';
const details = { pluginId: 'sales', component: 'Chart', file: 'widget/dist/Chart.js' };
const notFetched = new TypeError(`Failed to fetch dynamically imported module: ${url}`);

const hostRuns = (version: string) => vi.stubGlobal('NousViz', { React: { version } });
beforeEach(() => hostRuns('18.3.1'));
afterEach(() => vi.unstubAllGlobals());

const serving = (text: string) => async () =>
  new Response(text, { headers: { 'Content-Type': 'text/javascript' } });

/** Diagnoses the failed import of a bundle with the given source; `shim` is the module of every shim. */
const importing = (
  text: string,
  cause: unknown,
  shim: () => Promise<object> = async () => ({ useState() {}, use: undefined, __INTERNALS: undefined }),
) =>
  diagnose<{ default?: unknown }>({
    url,
    cause,
    details,
    fetch: serving(text),
    importModule: (wanted) => (wanted.includes(SHIM) ? shim() : Promise.reject(cause)),
  });

test.each([
  ['import React from "react"; export default 1', notFetched, 'BARE_REACT', { specifier: 'react' }],
  ['import "react/jsx-runtime"; export default 1', new TypeError('any engine’s words'), 'BARE_REACT', {}],
  [
    'import "date-fns"; import "react-dom/client"',
    notFetched,
    'BARE_REACT',
    { specifier: 'react-dom/client' },
  ],
  [
    'import { format } from "date-fns"; export default format',
    notFetched,
    'BARE_IMPORT',
    { specifier: 'date-fns' },
  ],
  [
    'import React from "/api/widget-runtime/react"; export default React',
    notFetched,
    'WRONG_SHIM',
    { specifier: '/api/widget-runtime/react', url: SHIM },
  ],
  [
    'import "https://cdn.example/x.js"',
    notFetched,
    'IMPORT_FAILED',
    { specifier: 'https://cdn.example/x.js' },
  ],
  ['export default 1', notFetched, 'UNREACHABLE', { variant: 'blocked' }],
  ['export default function (', new SyntaxError('Unexpected end of input'), 'BUNDLE_SYNTAX', {}],
  [
    `import { useNothing } from "${SHIM}"; export default useNothing`,
    new SyntaxError('…'),
    'MISSING_SHIM_EXPORT',
    { missing: 'useNothing' },
  ],
  [
    `import * as React from "${SHIM}"; export default React.__INTERNALS.S`,
    new TypeError("Cannot read properties of undefined (reading 'S')"),
    'MISSING_SHIM_EXPORT',
    { missing: '__INTERNALS' },
  ],
  [
    `import * as React from "${SHIM}"; export default React.__INTERNALS.ReactCurrentBatchConfig`,
    new TypeError('can\'t access property "ReactCurrentBatchConfig", t.__INTERNALS is undefined'),
    'MISSING_SHIM_EXPORT',
    { missing: '__INTERNALS' },
  ],
  [
    `import * as React from "${SHIM}"; console.log(React.__INTERNALS); export default rows.length`,
    new TypeError("Cannot read properties of undefined (reading 'length')"),
    'BUNDLE_THREW',
    {},
  ],
  [
    `import { use } from "${SHIM}"; export default use()`,
    new TypeError('use is not a function'),
    'MISSING_SHIM_EXPORT',
    { missing: 'use' },
  ],
  [
    'export default 1',
    new Error(`Dynamic require of "${SHIM}" is not supported`),
    'DYNAMIC_REQUIRE',
    { specifier: SHIM },
  ],
  [
    'export default 1',
    new Error('Calling `require` for "react" in an environment that doesn\'t expose the `require` function.'),
    'DYNAMIC_REQUIRE',
    { specifier: 'react' },
  ],
  ['export default React.createElement("p")', new ReferenceError('React is not defined'), 'CLASSIC_JSX', {}],
  ['export default 1', new ReferenceError("Can't find variable: React"), 'CLASSIC_JSX', {}],
  [
    'export default 1',
    new Error('window.NousViz.React is missing [HOST_NOT_PUBLISHED]'),
    'HOST_NOT_PUBLISHED',
    {},
  ],
  [
    'export default 1',
    new TypeError("Cannot read properties of undefined (reading 'apiFetch')"),
    'HOST_NOT_PUBLISHED',
    {},
  ],
  ['throw null', null, 'BUNDLE_THREW', {}],
  ['throw new Error("boom")', new Error('boom'), 'BUNDLE_THREW', {}],
])('diagnoses a failed import of %j and %s as %s', async (text, cause, code, more) => {
  await expect(importing(text, cause)).rejects.toMatchObject({
    code,
    details: { ...details, cause, ...more },
  });
});

test('distinguishes a shim that failed to load from one that found no host', async () => {
  const text = `import { useState } from "${SHIM}"; export default useState`;
  await expect(importing(text, notFetched, () => Promise.reject(notFetched))).rejects.toMatchObject({
    code: 'SHIM_FAILED',
    details: { specifier: SHIM },
  });
  const early = new Error('HOST_NOT_PUBLISHED');
  await expect(importing(text, notFetched, () => Promise.reject(early))).rejects.toMatchObject({
    code: 'HOST_NOT_PUBLISHED',
  });
});

test('fetches the shims where the import map leads, and imports the bundle again', async () => {
  const map = document.createElement('script');
  map.type = 'importmap';
  map.textContent = JSON.stringify({ imports: { [SHIM]: `${SHIM}?v=1`, react: '/other.js' } });
  document.head.append(map);
  onTestFinished(() => map.remove());
  const text = `import { useState } from "${SHIM}"; export default useState`;
  const fetched: string[] = [];
  const answer = serving(text);
  const shims = new URL(`${SHIM}?v=1`, location.href).href;
  const found = await diagnose<{ default?: unknown }>({
    url,
    cause: notFetched,
    details,
    fetch: (wanted) => (fetched.push(wanted), answer()),
    importModule: async () => {
      if (!fetched.includes(shims)) throw notFetched;
      return { default: 'Widget' };
    },
  });
  expect(found.default).toBe('Widget');
});

const unset = [
  "Cannot access 'useState' before initialization",
  "can't access lexical declaration 'useState' before initialization",
  'Cannot access uninitialized variable.',
].map((message) => new ReferenceError(message));

test.each(unset)('names a shim whose variables have no value: %s', async (error) => {
  const text = `import { useState } from "${SHIM}"; export default () => useState()`;
  const shim = {
    get useState() {
      throw error;
    },
  };
  await expect(importing(text, error, async () => shim)).rejects.toMatchObject({
    code: 'HOST_NOT_PUBLISHED',
  });
  const crash = (importModule: () => Promise<object>) =>
    diagnoseCrash({
      ...details,
      cause: error,
      declared: { name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' },
      apiBase: '/api',
      fetch: serving(text),
      importModule,
    });
  expect(await crash(async () => shim)).toMatchObject({ code: 'HOST_NOT_PUBLISHED' });
  // A variable of the widget itself.
  expect(await crash(async () => ({ useState() {} }))).toMatchObject({ code: 'WIDGET_CRASHED' });
});

test.each([
  'Failed to fetch dynamically imported module: x',
  'error loading dynamically imported module: x',
  'Importing a module script failed.',
  "'text/html' is not a valid JavaScript MIME type.",
  'Cannot load script due to integrity mismatch',
])('a bundle that was not loaded can have a syntax error, and can load now: %s', async (message) => {
  const cause = new TypeError(message);
  await expect(importing('export default function (', cause)).rejects.toMatchObject({
    code: 'BUNDLE_SYNTAX',
  });
  const loaded = { default: 1 };
  const fetch = serving('export default 1');
  const importModule = async () => loaded;
  expect(await diagnose({ url, cause, details, fetch, importModule })).toBe(loaded);
});

/** The `import()` of host apps whose bundler replaced it, with the bundler's own words. */
const replacements: [bundler: string, replaced: (wanted: string) => Promise<never>][] = [
  ['webpack', (wanted) => rejectAsAbsent(`Cannot find module '${wanted}'`)],
  ['Turbopack', () => rejectAsAbsent('Cannot find module as expression is too dynamic')],
  ['esbuild', (wanted) => Promise.reject(new Error(`Dynamic require of "${wanted}" is not supported`))],
  ['Rollup', () => Promise.reject(new ReferenceError('require is not defined'))],
];
const rejectAsAbsent = (message: string) =>
  Promise.reject(Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' }));

test.each(replacements)('blames the host app’s bundler if %s replaced import()', async (_, importModule) => {
  const cause: Error = await importModule(url).catch((thrown: Error) => thrown);
  const failed = { url, cause, details, fetch: serving('export default 1') };
  await expect(diagnose({ ...failed, importModule })).rejects.toMatchObject({
    code: 'IMPORT_REPLACED',
    details: { ...details, cause, message: cause.message },
  });
  // The bundle threw the same error, and import() works.
  const works = async () => ({ useState() {} });
  await expect(diagnose({ ...failed, importModule: works })).rejects.not.toMatchObject({
    code: 'IMPORT_REPLACED',
  });
});

test('lets the server’s refusal precede a replaced import()', async () => {
  const importModule = () => rejectAsAbsent('Cannot find module');
  const cause = await importModule().catch((thrown: unknown) => thrown);
  const fetch = async () => new Response('', { status: 404 });
  await expect(diagnose({ url, cause, details, fetch, importModule })).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
  });
});

/** Diagnoses the crash of a widget whose bundle has the given source, or cannot be read. */
const crashing = (text: string | undefined, cause: unknown) =>
  diagnoseCrash({
    pluginId: 'sales',
    component: 'Chart',
    cause,
    declared: { name: 'Chart', path: 'widget/dist/Chart.js', filename: 'Chart.js' },
    apiBase: '/api',
    fetch: text === undefined ? () => Promise.reject(new TypeError('down')) : serving(text),
    importModule: async () => ({ useState() {}, use: undefined, Activity: undefined, default: {} }),
  });

const nullDispatcher = new TypeError("Cannot read properties of null (reading 'useState')");

test.each([
  ['export default 1', new Error('boom'), 'WIDGET_CRASHED'],
  ['export default 1', null, 'WIDGET_CRASHED'],
  ['export default 1', nullDispatcher, 'WIDGET_CRASHED'],
  [undefined, nullDispatcher, 'BUNDLES_REACT'],
  [undefined, new TypeError('null is not an object (evaluating "n.H.useState")'), 'BUNDLES_REACT'],
  [undefined, new Error('boom'), 'WIDGET_CRASHED'],
  ['export default 1', new ReferenceError('React is not defined'), 'CLASSIC_JSX'],
  ['export default 1', new Error('Dynamic require of "react" is not supported'), 'DYNAMIC_REQUIRE'],
  // The message of an AMD loader.
  ['export default 1', new Error('Module name "react" has not been loaded yet'), 'DYNAMIC_REQUIRE'],
  [
    `import { use } from "${SHIM}"; export default () => use()`,
    new TypeError('(0, e) is not a function'),
    'MISSING_SHIM_EXPORT',
  ],
  [
    `import * as React from "${SHIM}"; export default () => React.use()`,
    new TypeError('React.use is not a function'),
    'MISSING_SHIM_EXPORT',
  ],
  [
    `import { useState } from "${SHIM}"; export default () => x()`,
    new TypeError('x is not a function'),
    'WIDGET_CRASHED',
  ],
])('diagnoses a crash of %j with %s as %s', async (text, cause, code) => {
  expect(await crashing(text, cause)).toMatchObject({
    code,
    pluginId: 'sales',
    component: 'Chart',
    details: { cause },
  });
});

const NO_CHILD = 'Objects are not valid as a React child (found: object with keys';
const MINIFIED =
  'Minified React error #31; visit https://reactjs.org/docs/error-decoder.html?invariant=31&args[]=';
test.each([
  [`${NO_CHILD} {$$typeof, type, key, props, _owner, _store}).`, 'OLD_JSX_RUNTIME'],
  [`${MINIFIED}object%20with%20keys%20%7B%24%24typeof%2C%20type%2C%20key%2C%20props%7D`, 'OLD_JSX_RUNTIME'],
  [`${NO_CHILD.replace(/found.*/, 'found: [object Promise]).')}`, 'ASYNC_COMPONENT'],
  [`${MINIFIED}%5Bobject%20Promise%5D`, 'ASYNC_COMPONENT'],
  [`${NO_CHILD} {id, name}).`, 'WIDGET_CRASHED'],
  [`${MINIFIED}object%20with%20keys%20%7Bid%2C%20name%7D`, 'WIDGET_CRASHED'],
])('diagnoses the elements of another React, %j, as %s', async (message, code) => {
  const text = 'var k = e ? e.$$typeof : Symbol.for("react.transitional.element"); export default 1';
  expect(await crashing(text, new Error(message))).toMatchObject({ code });
});

test('names the React version that has a missing export', async () => {
  const text = `import { use } from "${SHIM}"; export default () => use()`;
  const cause = new TypeError('use is not a function');
  expect((await crashing(text, cause)).details.since).toMatch(/^React 19 has it/);
  hostRuns('19.3.1');
  expect((await crashing(text, cause)).details.since).toMatch(/^React 18\.3 has it/);
});

test('does not read the bundle of a component that the list does not have', async () => {
  const fetch = vi.fn();
  const error = await diagnoseCrash({
    pluginId: 'gone',
    component: 'Chart',
    cause: new Error('x'),
    apiBase: '/api',
    fetch,
    importModule: vi.fn(),
  });
  expect(error.code).toBe('WIDGET_CRASHED');
  expect(fetch).not.toHaveBeenCalled();
});

const sha256 = 'a'.repeat(64);

test.each([
  [409, 'BUNDLE_CHANGED'],
  [403, 'BUNDLE_REFUSED'],
])('diagnoses HTTP %i as %s, and reads the list again', async (status, code) => {
  const refresh = vi.fn();
  const fetch = vi.fn(async () => Response.json({ detail: 'no' }, { status }));
  const importModule = vi.fn();
  const versioned = `${url}?v=${sha256}`;
  const failed = { url: versioned, cause: notFetched, details, fetch, importModule, refresh };
  await expect(diagnose(failed)).rejects.toMatchObject({ code, details: { ...details, status } });
  expect(refresh).toHaveBeenCalledOnce();
  expect(fetch).toHaveBeenCalledExactlyOnceWith(versioned, { cache: 'no-store' });
  expect(importModule).not.toHaveBeenCalled();
});

test('explains a crash with a value that throws when it is read', async () => {
  const hostile = {
    get name() {
      throw new Error('no');
    },
  };
  expect(await crashing('export default 1', hostile)).toMatchObject({ code: 'WIDGET_CRASHED' });
});

const down = () => Promise.reject(new TypeError('Failed to fetch'));
/** A browser that blocks the requests to some URLs, of a server that answers all others. */
const blocking = (pattern: RegExp) => async (wanted: string) =>
  pattern.test(wanted) ? down() : new Response('{}', { status: 404 });

test('tells a blocked request from a server that is down', async () => {
  const failed = { url, cause: notFetched, details, importModule: () => Promise.reject(notFetched) };
  const blocked = diagnose({ ...failed, fetch: blocking(/Chart\.js/) });
  await expect(blocked).rejects.toMatchObject({
    code: 'UNREACHABLE',
    title: 'Request blocked',
    message: expect.stringMatching(/widget\/dist\/Chart\.js, while the server answers.*ad blocker/) as string,
  });
  await expect(diagnose({ ...failed, fetch: down })).rejects.toThrow(/the network or the server is down/);

  const api = {
    code: 'API_FAILED',
    details: { url: '/nous/api/plugins?dashboard=a/b', cause: await down().catch((e) => e) },
  } as const;
  const asked: string[] = [];
  const answer = async (wanted: string) => {
    asked.push(wanted);
    return blocking(/plugins/)(wanted);
  };
  expect(await describeFailure(api, answer)).toMatchObject({ code: 'API_FAILED', title: 'Request blocked' });
  expect(asked).toEqual(['/nous/api/widget-runtime/react.js']);
  expect((await describeFailure(api, down)).title).toBe('Host API failed');
  const refused = { ...api, details: { ...api.details, cause: new Error('HTTP 500') } };
  expect((await describeFailure(refused, answer)).title).toBe('Host API failed');
  expect(asked).toHaveLength(1);
});

test('the card of a crash addresses the author on the author’s page', async () => {
  const crash = {
    pluginId: 'sales',
    component: 'Chart',
    cause: new Error('no'),
    apiBase: '/api',
    fetch: down,
    importModule: down,
  };
  expect((await diagnoseCrash(crash)).fix).toMatch(/report it to the plugin’s author/);
  const { fix, code } = await diagnoseCrash({ ...crash, audience: 'author' });
  expect([fix, code]).toEqual([expect.not.stringMatching(/author|report/), 'WIDGET_CRASHED']);
});
