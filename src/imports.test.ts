// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname, join as joinUrl } from 'node:path/posix';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

/** The rooms of the library, in one line: an import leads to the same room or to one further left. */
const LIBRARY = [
  'contract',
  'config',
  'bundle',
  'helpers',
  'diagnosis',
  'host',
  'react',
  'ui',
  'sandbox',
  'index',
];

/** The rooms of servers, builds and authors go on with the line, and leave out what belongs to the page. */
const TOOLS = ['server', 'archive', 'bundling', 'esbuild', 'vite', 'dev', 'cli', 'testing'];

const LINE = [...LIBRARY, ...TOOLS];

/** What a room of {@link TOOLS} may import of {@link LIBRARY}. */
const SHARED = ['contract', 'config', 'bundle'];

/** What a room may import besides: tests of a widget show it as a page does. */
const MORE: Record<string, string[]> = { testing: ['host', 'react', 'sandbox'] };

/** The doors of a room that has others than its `index.ts`. */
const DOORS: Record<string, string[]> = {
  // The words of all failures: pages load them with the first failure. The names in shims: only servers and tools need them.
  contract: ['index.ts', 'words.ts', 'shim-names.ts'],
  // What a report leaves out: pages load it with the first report.
  diagnosis: ['index.ts', 'report.ts'],
  // What only frames and drawings need of the page's look.
  host: ['index.ts', 'observe-look.ts'],
  // A whole parser weighs a hundred times what a page may load.
  bundle: ['index.ts', 'parsed.ts'],
  // Tests of widgets have both ends of the wire, and no frame.
  sandbox: ['index.ts', 'in-memory.ts'],
  // The `index.ts` is a public door, and these are for the package's own tools.
  server: ['index.ts', 'tools.ts'],
  // The mock routes use nothing of Node, for tests of widgets; the error is all that most commands need.
  dev: ['index.ts', 'mock-routes.ts', 'usage-error.ts'],
};

/** The packages that each room imports. */
const PACKAGES: Record<string, string[]> = {
  config: ['re2js'],
  bundle: ['acorn', 'es-module-lexer'],
  helpers: ['clsx', 'tailwind-merge'],
  diagnosis: ['react', 'vlq'],
  host: ['react', 'react-dom'],
  react: ['react', 'react-dom'],
  ui: [
    '@codemirror/lang-javascript',
    '@codemirror/language',
    '@codemirror/search',
    '@codemirror/state',
    '@codemirror/view',
    '@lezer/highlight',
    'diff',
    'esrap',
    'react',
    'react-dom',
  ],
  sandbox: ['react', 'react-dom'],
  server: ['@hono/node-server', 'hono', 'lru-cache', 'p-limit', 'semver', 'yaml'],
  archive: ['fflate', 'yauzl'],
  bundling: ['@sveltejs/acorn-typescript', 'acorn', 'es-module-lexer'],
  esbuild: ['esbuild'],
  vite: ['regexparam', 'vite'],
  dev: [
    '@electric-sql/pglite',
    '@hono/node-server',
    'chokidar',
    'es-module-lexer',
    'hono',
    'jsonc-parser',
    'launch-editor',
    'magic-string',
    'vite',
    'yaml',
  ],
  cli: ['commander', 'diff', 'yaml'],
  testing: ['@testing-library/react', 'react'],
};

/** The rooms that run in Node alone. */
const NODE = ['server', 'archive', 'bundling', 'esbuild', 'vite', 'dev', 'cli'];

type Sources = Record<string, string>;

/** Every specifier that a file imports: values, types, what it passes on, and `import()`, also of a type. */
function specifiersIn(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const found: string[] = [];
  (function visit(node: unknown) {
    if (typeof node !== 'object' || node === null) return;
    const { type, source } = node as { type?: string; source?: { value?: unknown } | null };
    if (/^(Import|Export|TSImport)/.test(String(type)) && typeof source?.value === 'string')
      found.push(source.value);
    for (const child of Object.values(node)) visit(child);
  })(program);
  return found;
}

const roomOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'index');

const isDoor = (file: string) => {
  const room = roomOf(file);
  return !file.includes('/') || (DOORS[room] ?? ['index.ts']).some((door) => file === `${room}/${door}`);
};

/** The package of a specifier: `node:`, `react-dom`, `@testing-library/react`. */
const packageOf = (specifier: string) => /^(?:node:|(?:@[^/]+\/)?[^/]+)/.exec(specifier)![0];

/** What is wrong with one import of a file of ours; nothing where all is well. */
function faultOf(from: string, to: string): string | undefined {
  const [room, other] = [from, to].map(roomOf) as [string, string];
  if (room === other) return undefined;
  if (!LINE.includes(other) || !LINE.includes(room)) return 'leads to a room that the line does not have';
  if (LINE.indexOf(other) > LINE.indexOf(room)) return 'leads to the right';
  const shared = [...SHARED, ...(MORE[room] ?? [])];
  if (TOOLS.includes(room) && LIBRARY.includes(other) && !shared.includes(other))
    return 'takes of the page what only the page needs';
  return isDoor(to) ? undefined : 'goes around the door';
}

/** The files of each circle of imports, which is none where all is well (Tarjan's algorithm). */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  function visit(file: string): number {
    const index = order.size;
    order.set(file, index);
    let low = index;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (path.includes(next)) low = Math.min(low, order.get(next)!);
    }
    lowest.set(file, low);
    if (low < index) return low;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle.toSorted());
    return low;
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Every fault of a tree of sources, and the packages that each room imports. */
function inspect(sources: Sources) {
  const faults: string[] = [];
  const imports = new Map<string, string[]>();
  const packages = new Map<string, Set<string>>();
  for (const [file, text] of Object.entries(sources)) {
    const specifiers = specifiersIn(file, text);
    const own = specifiers.filter((one) => one.startsWith('.')).map((one) => joinUrl(dirname(file), one));
    imports.set(file, own);
    for (const to of new Set(own)) {
      const fault = to in sources ? faultOf(file, to) : 'leads to no file';
      if (fault) faults.push(`${file} → ${to} ${fault}`);
    }
    const room = roomOf(file);
    for (const one of specifiers.filter((specifier) => !specifier.startsWith('.')).map(packageOf)) {
      if (one !== 'node:') packages.set(room, (packages.get(room) ?? new Set()).add(one));
      else if (!NODE.includes(room)) faults.push(`${file} → node: is for ${NODE.join(', ')} alone`);
    }
  }
  for (const circle of circlesIn(imports)) faults.push(`a circle: ${circle.join(', ')}`);
  const perRoom = [...packages].map(([room, names]) => [room, [...names].toSorted()] as const);
  return { faults, packages: Object.fromEntries(perRoom) };
}

const root = import.meta.dirname;
const tree: Sources = Object.fromEntries(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/template\//.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);

test('imports lead to the left, through doors, and never in a circle', () => {
  expect(inspect(tree).faults).toEqual([]);
});

test('every room imports the packages in the table, and no others', () => {
  expect(inspect(tree).packages).toEqual(PACKAGES);
});

test('the guide names each file that pages load on demand', () => {
  const found = Object.entries(tree).flatMap(([file, text]) =>
    ['config', 'helpers', 'diagnosis', 'host', 'react'].includes(roomOf(file))
      ? // `typeof import()` is a type.
        [...text.matchAll(/(?<!typeof )import\('(\.[^']+)'\)/g)].map(([, to]) => joinUrl(dirname(file), to!))
      : [],
  );
  const guide = readFileSync(join(root, 'README.md'), 'utf8');
  const [, table = ''] = guide.split('\n## Files that load on demand\n');
  const named = table.split('\n## ')[0]!.matchAll(/^\| `([^`]+)`/gm);
  expect([...named].map(([, file]) => file).toSorted()).toEqual([...new Set(found)].toSorted());
});

/** A tree without a fault, into which each case puts one. */
const sound: Sources = {
  'contract/index.ts': "export * from './urls.ts';",
  'contract/urls.ts': 'export const API = 1;',
  'host/index.ts': "export { host } from './host.ts';",
  'host/host.ts': "import { API } from '../contract/index.ts'; export const host = API;",
  'index.ts': "export { host } from './host/index.ts';",
  'server/index.ts': "import { API } from '../contract/index.ts'; import 'node:fs'; export const a = API;",
  'testing/index.ts': "import { host } from '../host/index.ts'; export const mount = host;",
};

test.each<[string, Sources, RegExp]>([
  ['an import to the right', { 'contract/data.ts': "import '../host/index.ts';" }, /to the right/],
  [
    'one of a type alone',
    { 'contract/data.ts': "import type { H } from '../host/index.ts'; export type A = H;" },
    /contract\/data\.ts → host\/index\.ts leads to the right/,
  ],
  [
    'one of a type among values',
    { 'contract/data.ts': "import { type H } from '../host/index.ts'; export type A = H;" },
    /to the right/,
  ],
  ['one of import()', { 'contract/data.ts': "export const a = () => import('../host/index.ts');" }, /right/],
  ['one of import() of a type', { 'contract/data.ts': "export type A = import('../index.ts').H;" }, /right/],
  ['what is passed on', { 'contract/data.ts': "export type { H } from '../host/index.ts';" }, /to the right/],
  ['all that is passed on', { 'contract/data.ts': "export * from '../host/index.ts';" }, /to the right/],
  [
    'a way around a door',
    { 'index.ts': "export { host } from './host/host.ts';" },
    /index\.ts → host\/host\.ts goes around the door/,
  ],
  [
    'a server that takes the page’s host',
    { 'server/index.ts': "import '../host/index.ts';" },
    /of the page what only the page needs/,
  ],
  ['a part of Node in the page', { 'host/host.ts': "import 'node:fs';" }, /node: is for/],
  ['a file that is not there', { 'host/host.ts': "import './gone.ts';" }, /leads to no file/],
  [
    'a room that the line does not have',
    { 'utils/index.ts': '', 'index.ts': "import './utils/index.ts';" },
    /line/,
  ],
  [
    'a circle of two files, by a type alone',
    { 'contract/urls.ts': "import type { A } from './index.ts'; export type B = A;" },
    /^a circle: contract\/index\.ts, contract\/urls\.ts$/,
  ],
  [
    'a circle of three files, by import()',
    {
      'host/host.ts': "import './loader.ts';",
      'host/loader.ts': "export const load = () => import('./index.ts');",
    },
    /^a circle: host\/host\.ts, host\/index\.ts, host\/loader\.ts$/,
  ],
])('finds %s', (_, change, fault) => {
  expect(inspect(sound).faults).toEqual([]);
  expect(inspect({ ...sound, ...change }).faults).toEqual([expect.stringMatching(fault)]);
});

test('importing any entry in Node has no side effect', async () => {
  const before = Object.keys(globalThis);
  await import('./index.ts');
  await import('./ui/index.ts');
  await import('./sandbox/index.ts');
  await import('./server/index.ts');
  expect(Object.keys(globalThis)).toEqual(before);
});
