import { expect, test } from 'vitest';
import { rewriteImports, ownExport } from './dev-bundle.ts';
import { registerDefault } from './refresh.ts';
import { readBundle } from '../bundle/index.ts';
import { diagnoseCrash } from '../diagnosis/index.ts';
import { readFindings } from '../bundle/parsed.ts';
import { nousvizHost } from '../vite/nousviz-host.ts';
import { problemsOf } from '../bundling/problems.ts';
import { findCopies } from '../bundling/react.ts';
import { splitSourceMap } from '../bundling/source-map-comment.ts';
import { attachStyles } from '../bundling/styles.ts';

const REACT = '/api/widget-runtime/react.js';

const crashing = (text: string, cause: unknown) =>
  diagnoseCrash({
    pluginId: 'sales',
    component: 'W',
    cause,
    declared: { name: 'W', path: 'W.js', filename: 'W.js' },
    apiBase: '/api',
    fetch: async () => new Response(text, { headers: { 'Content-Type': 'text/javascript' } }),
    importModule: async () => ({}),
  });

const { transformIndexHtml } = nousvizHost({ dashboards: false });
const { handler } = transformIndexHtml as { handler(html: string, context: { path: string }): unknown };

/** All functions that parse a bundle, an error of a bundle, or a page. */
const readers: Record<string, (text: string) => unknown> = {
  readBundle,
  readFindings,
  problemsOf: (text) => problemsOf(text, 'widget/dist/W.js'),
  attachStyles: (text) => attachStyles(text, '.a {}'),
  'a style sheet': (text) => attachStyles('var W = 1;\nexport { W as default };\n', text),
  splitSourceMap,
  findCopies: (text) => findCopies([{ path: 'a.js', text, importers: [] }]),
  rewriteImports: (text) => rewriteImports(text, new Map([['a', 'b']]), '/modules/'),
  ownExport,
  registerDefault: (text) => registerDefault(text, 'W', '__nvWidget'),
  'a crash’s bundle': (text) =>
    crashing(text, new Error('Objects are not valid as a React child (found: object with keys {$$typeof})')),
  'a crash’s message': (text) => crashing('', new Error(text)),
  'a page': (text) => handler(text, { path: '/' }),
};

/** Single characters and the beginnings of the syntax that the readers match. */
const UNITS = [
  ...'a1 \n\t"\'`/\\{([}$<.…',
  ...'/*|//|${|import |import{|import "a";|import("./a");|export |export { a } from "|as |require|require("a");'.split(
    '|',
  ),
  ...'React.|a=|a=(b|a.jsx=1;|=>|https://a.|async |$$typeof:|undefined |null useA|<script |<meta charset '.split(
    '|',
  ),
  ...'@import |@import "a";|@import url(|@layer a'.split('|'),
  '<script type=importmap>',
  '\n//# sourceMappingURL=',
];

const END = '\nvar W = 1;\nexport { W as default };\n';

const repeat = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length));
/** Numbered lines of about the given total size. */
const lines = (size: number, line: (index: number) => string) =>
  Array.from({ length: Math.ceil(size / line(9999).length) }, (_, index) => line(index)).join('');

/** Inputs of any size. */
const shapes: Record<string, (size: number) => string> = {
  ...Object.fromEntries(
    UNITS.map((unit) => [JSON.stringify(unit), (size: number) => repeat(unit, size) + END]),
  ),
  'space in an import': (size) => `import { a ${repeat(' ', size)} b } from "${REACT}";${END}`,
  'comments in a name': (size) => `import { "${repeat('/*', size)}" as a } from "${REACT}";${END}`,
  'space before an arrow': (size) => `require; a = (b${repeat(' ', size)}+1);${END}`,
  'space after a source map': (size) => `${END}\n//# sourceMappingURL=${repeat(' ', size)}\nx`,
  'a hook’s long name': (size) => `useA${repeat('a', size)}`,
  'names of a shim': (size) =>
    `import * as React from "${REACT}";${lines(size, (at) => `React.x${at}();\n`)}${END}`,
  constants: (size) => lines(size, (at) => `let v${at};\n`) + END,
  functions: (size) => lines(size, (at) => `function v${at}() {}\n`) + END,
  'helpers for require': (size) =>
    lines(size, (at) => `var v${at} = (a) => typeof require; f("x"); f("y"); f("z");\n`) + END,
  'elements of a mark': (size) => repeat('k = 1; f({ $$typeof: k, type: t, props: p });\n', size) + END,
  'elements of a long mark': (size) =>
    `var k = [${repeat('1,', size / 2)}];${repeat('f({ $$typeof: k, type: t, props: p });\n', size / 2)}${END}`,
};

/** The processor time of a reader in milliseconds, without other processes. The reader may refuse an input that is not a module. */
async function cost(read: (text: string) => unknown, text: string): Promise<number> {
  const start = process.cpuUsage();
  try {
    await read(text);
  } catch (thrown) {
    if (!(thrown as { idx?: number }).idx && !/Parse error/.test(String(thrown))) throw thrown;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** A linear reader needs ten times as long for ten times the input, a quadratic one a hundred times. */
const MOST = 40;
/** Milliseconds; a smaller difference is noise. */
const LEAST = 10;

/** Compares each size with a tenth of it, small sizes first, so that the test fails before a reader hangs. */
async function isSteady(read: (text: string) => unknown, shape: (size: number) => string): Promise<boolean> {
  let before = Infinity;
  for (const size of [1e4, 1e5, 1e6]) {
    const text = shape(size);
    let now = await cost(read, text);
    const limit = MOST * Math.max(before, LEAST);
    if (now > limit) now = Math.min(now, await cost(read, text));
    if (now > limit) return false;
    before = now;
  }
  return true;
}

test.each(Object.keys(readers))(
  '%s takes linear time for every input',
  { timeout: 300_000, tags: 'all' },
  async (name) => {
    for (const [text, shape] of Object.entries(shapes))
      expect(await isSteady(readers[name]!, shape), `${name} of 1 MB of ${text} is steady`).toBe(true);
  },
);
