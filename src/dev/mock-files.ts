import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findNodeAtLocation, parse, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { isRecord } from '../contract/index.ts';
import { mockIssue, type Mock } from './mock-routes.ts';

/** A mistake in a mock file. */
export interface MockProblem {
  /** Relative to the plugin's folder. */
  file: string;
  /** From 1, like `column`. */
  line: number;
  column: number;
  message: string;
}

/** The mock files of a plugin. */
export interface MockFiles {
  /** By key. If two files have the same key, the later file wins. */
  mocks: ReadonlyMap<string, Mock>;
  problems: readonly MockProblem[];
}

/** What is wrong at the place of an error, by the parser's name of it. */
const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no JSON value: texts and keys stand in double quotes',
  InvalidNumberFormat: 'this is no JSON number',
  PropertyNameExpected: 'a key in double quotes must stand here; after the last entry there is no comma',
  ValueExpected: 'a value must stand here; after the last entry there is no comma',
  ColonExpected: 'a colon must stand here',
  CommaExpected: 'a comma must stand here',
  CloseBraceExpected: 'a closing brace } must stand here',
  CloseBracketExpected: 'a closing bracket ] must stand here',
  EndOfFileExpected: 'the file must end here',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the text has no closing double quote in its line',
  InvalidCharacter: 'a text must not contain this character',
  InvalidEscapeCharacter: 'JSON has no such escape',
  InvalidUnicode: 'a \\u must be followed by four hexadecimal digits',
};

function placeAt(text: string, offset: number) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** Reads the routes of one file. */
function readRoutes(
  file: string,
  text: string,
): { routes: Record<string, unknown>; problems: MockProblem[] } {
  const none = { routes: {} };
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first) {
    const code = printParseErrorCode(first.error);
    const message = `This is not JSON: ${WORDS[code] ?? code}.`;
    return { ...none, problems: [{ file, ...placeAt(text, first.offset), message }] };
  }
  if (!isRecord(value))
    return {
      ...none,
      problems: [{ file, line: 1, column: 1, message: 'The file must be an object of routes.' }],
    };
  const tree = parseTree(text);
  const problems = Object.entries(value).flatMap(([key, mock]): MockProblem[] => {
    const issue = mockIssue(key, mock);
    if (!issue) return [];
    // The node is the value, whose parent has the key.
    const { parent } = (tree && findNodeAtLocation(tree, [key])) ?? {};
    return [{ file, ...placeAt(text, parent?.offset ?? 0), message: `${JSON.stringify(key)} ${issue}.` }];
  });
  return { routes: value, problems };
}

/** Reads `mock/*.json` of a plugin's folder. */
export async function readMocks(folder: string): Promise<MockFiles> {
  const names = await readdir(join(folder, 'mock')).catch(() => []);
  const mocks = new Map<string, Mock>();
  const problems: MockProblem[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).toSorted()) {
    const file = `mock/${name}`;
    // A file that is gone has no routes.
    const text = await readFile(join(folder, file), 'utf8').catch(() => '{}');
    const read = readRoutes(file, text);
    problems.push(...read.problems);
    if (read.problems.length === 0)
      for (const [key, mock] of Object.entries(read.routes)) mocks.set(key, mock as Mock);
  }
  return { mocks, problems };
}

/** Spells a problem as compilers do. */
export const formatMockProblem = ({ file, line, column, message }: MockProblem) =>
  `${file}:${line}:${column}: ${message}`;
