import { expect, test } from 'vitest';
import { findOwnGlobals } from './own-globals.ts';
import { formatProblem } from './problems.ts';

const find = (text: string, ...defined: string[]) =>
  findOwnGlobals([{ path: 'widget/W.tsx', text, importers: [] }], new Set(defined)).map(formatProblem);

test.each([
  ['const a: string = process.version;', 'uses process.version, .* replaces it with ""'],
  ['process.platform as string', 'uses process.platform, .* replaces it with "browser"'],
  ['process.versions.node.split(".")', 'uses process.versions.node, .* replaces it with undefined'],
  ['<p>{process.env.API_URL}</p>', 'uses process.env.API_URL, .* replaces it with undefined'],
  ['send(process.env)', 'uses process.env, .* replaces it with {}'],
  ['`${process.version}`', 'uses process.version, '],
  ['process.env["API_URL"]', 'uses process.env.API_URL, '],
  ['declare const process: { version: string }; process.version', 'uses process.version, '],
  [
    'type Own = { process: string }; const f = <T,>(a: T, b = process.version) => a',
    'uses process.version, ',
  ],
  ['(process.env as Own).API_URL!', 'uses process.env, .* replaces it with {}'],
  ['<p>process.title{process.version}</p>', 'uses process.version, '],
  ['globalThis.process.cwd()', 'uses globalThis.process, .* throws when this code runs'],
  ['window.Buffer.from(a)', 'uses window.Buffer, .* throws when this code runs'],
])('reports the replaced global in %s', (code, message) =>
  expect(find(`/* process.title\n */ ${code}`)).toEqual([
    expect.stringMatching(new RegExp(`^widget/W\\.tsx:2 ${message}`)),
  ]),
);

test.each([
  'process.env.NODE_ENV === "production"',
  'process.browser',
  'typeof process === "undefined" ? "" : process.version',
  'globalThis.process?.version',
  'a.process.version; my$process.version',
  "// process.version\n\"process.version\"; 'it\\'s process.version'",
  'window.setTimeout(f)',
  '<p title="process.version">process.env.API_URL is not set, and globalThis.process.version is empty</p>',
  '<p>{/* process.version */}</p>',
  '`process.version`; /process.version/',
  'let a: typeof process.env; interface Own { process: typeof process.version }',
  'enum Own { process = 1 } Own.process.version',
  'class Own { constructor(private process: { version: string }) { process.version } }',
  'globalThis.process && globalThis.process.version',
  'const process = { version: 1 }; process.version',
  'import process from "./process.ts"; process.version',
  'function f(process: Own) { return process.version; }',
  'typeof globalThis.Buffer === "function" && globalThis.Buffer.from(a)',
])('reports nothing in %s', (code) => expect(find(code)).toEqual([]));

test('reports each name once, with its first line', () =>
  expect(find('process.version;\nprocess.version;\nprocess.title;')).toEqual([
    expect.stringContaining('W.tsx:1 uses process.version'),
    expect.stringContaining('W.tsx:3 uses process.title'),
  ]));

test('leaves what the author defines to the author', () =>
  expect(find('process.env.API_URL; process.version', 'process.env.API_URL', 'process.version')).toEqual([]));
