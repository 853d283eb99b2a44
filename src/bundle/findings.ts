import type { AnyNode, BinaryExpression } from 'acorn';
import type { Findings } from '../contract/index.ts';
import type { Follower } from './held.ts';
import { addFound, namesOf, newFound, readString, type Found, type FoundPlace } from './found.ts';
import { GLOBALS, HELPERS } from './names.ts';
import { parseModule } from './parse-module.ts';
import { prepare, readReaches } from './reach.ts';
import { keyOf, MAX_TEXT_LENGTH, operandsOf, textsOf } from './texts.ts';

/** Longer bundles are not parsed, since that would delay the server's other answers; in characters. */
const MAX_PARSED_LENGTH = 2_000_000;

/** The string that a node makes, with `…` for values that are inserted at run time; `undefined` for other nodes. */
export function stringOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral')
    return node.quasis.map((quasi) => quasi.value.cooked ?? quasi.value.raw).join('…');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const parts = operandsOf(node).map((part) =>
    part.type === 'BinaryExpression' ? undefined : stringOf(part),
  );
  return parts.some((part) => part !== undefined) ? parts.map((part) => part ?? '…').join('') : undefined;
}

const isSum = (node: AnyNode): node is BinaryExpression =>
  node.type === 'BinaryExpression' && node.operator === '+';

/** Adds what a string names, also one that is put together of constants. */
function readStrings(found: Found, f: Follower, node: AnyNode) {
  const parent = f.parents.get(node)!;
  // A string in a sum is read with the whole of it, and an import is read as such.
  const isPart =
    isSum(parent) &&
    (node.type === 'Literal' || node.type === 'TemplateLiteral' || (isSum(node) && parent.left === node));
  if (isPart || ('source' in parent && parent.source === node)) return;
  const string = stringOf(node);
  const { names, open } =
    isSum(node) || node.type === 'TemplateLiteral' ? textsOf(f, node) : { names: [], open: [] };
  const texts = [...names, ...open.filter((text) => text !== '…')];
  for (const text of texts) readString(found, text, node);
  // What is put together of very many constants is cut.
  if (string !== undefined && (texts.length === 0 || string.length >= MAX_TEXT_LENGTH))
    readString(found, string, node);
}

/** Adds the helpers of the host. */
function readHelpers(found: Found, f: Follower, node: AnyNode) {
  if (node.type === 'MemberExpression') {
    const { object } = node;
    const owner = object.type === 'MemberExpression' ? object.property : object;
    const isHost = owner.type === 'Identifier' && /^(?:widgets|host)$/.test(owner.name);
    for (const name of keyOf(f, node.property, node.computed).names)
      if (HELPERS.has(name) && (name !== 'cn' || isHost)) addFound(found, 'helpers', name, node);
  } else if (node.type === 'ObjectPattern') {
    for (const one of node.properties)
      if (one.type === 'Property')
        for (const name of keyOf(f, one.key, one.computed).names)
          if (HELPERS.has(name)) addFound(found, 'helpers', name, one);
  }
}

/** Adds the modules that a node imports. */
function readImports(found: Found, f: Follower, node: AnyNode) {
  if (node.type === 'ImportExpression') {
    const { names, open } = textsOf(f, node.source);
    const texts = [...names, ...open];
    for (const text of texts.length > 0 ? texts : ['…']) addFound(found, 'imports', text, node);
  } else if (
    (node.type === 'ImportDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      node.type === 'ExportNamedDeclaration') &&
    node.source
  )
    addFound(found, 'imports', String(node.source.value), node);
}

/** Reads the program. @throws if the source cannot be parsed, or takes too long to follow. */
function readProgram(found: Found, source: string) {
  const f = prepare(found, parseModule(source));
  for (const node of f.nodes) {
    readImports(found, f, node);
    readHelpers(found, f, node);
    readStrings(found, f, node);
    if (node.type === 'Property' && !node.computed)
      for (const name of keyOf(f, node.key, false).names)
        if (/nousviz_auth_token|x-session-token/i.test(name)) readString(found, name, node);
  }
  readReaches(f);
}

/** Searches the source with patterns, in comments too. */
function searchSource(found: Found, source: string) {
  if (/nousviz_auth_token|x-session-token/i.test(source)) addFound(found, 'reaches', 'session token');
  // Every quote may begin a string.
  for (const [, value = ''] of source.matchAll(/["'`](?=([^"'`\n]{1,500}))/g))
    readString(found, value.replaceAll('\\/', '/'));
  for (const [, , specifier = ''] of source.matchAll(
    /\b(?:from|import)\s{0,9}\(?\s{0,9}(["'`])([^"'`\n]{1,500})\1/g,
  ))
    addFound(found, 'imports', specifier);
  for (const [name] of source.matchAll(/\b[A-Za-z]{2,25}\b/g)) {
    if (GLOBALS.has(name)) addFound(found, 'reaches', name);
    if (HELPERS.has(name) && name !== 'cn') addFound(found, 'helpers', name);
  }
  for (const [, name = ''] of source.matchAll(/\b(fetch|eval|Function|importScripts)\s{0,9}\(/g))
    addFound(found, 'reaches', name);
  // Other names of the window are not followed, so that any member may be read.
  if (/\b(?:window|globalThis|self|frames|defaultView|contentWindow)\b(?!\s{0,9}\??\.)/.test(source))
    addFound(found, 'reaches', 'window[…]');
}

/** Reads a source as a program, or else with patterns. @returns What was found, and whether it was read as a program. */
function readSource(source: string): [found: Found, isProgram: boolean] {
  try {
    if (source.length <= MAX_PARSED_LENGTH) {
      const found = newFound();
      readProgram(found, source);
      return [found, true];
    }
  } catch {
    // The source is not a module, or uses syntax that the parser does not know, or nests too deep, or takes too long.
  }
  const found = newFound();
  searchSource(found, source);
  return [found, false];
}

/**
 * Reads the source of a bundle in linear time, without running it. Never throws. A source that is not a module, or is longer than
 * 2,000,000 characters, is searched with patterns, which find too much rather than too little.
 */
export const readFindings = (source: string): Required<Findings> => namesOf(readSource(source)[0]);

/** Finds the places of what {@link readFindings} finds; `undefined` if the source cannot be read as a program. Never throws. */
export function findingPlaces(source: string): FoundPlace[] | undefined {
  const [found, isProgram] = readSource(source);
  if (!isProgram) return undefined;
  return Object.values(found).flatMap((names) => [...names.values()].flat());
}
