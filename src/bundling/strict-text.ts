import type { AnyNode, FunctionDeclaration, FunctionExpression, Program } from 'acorn';
import { placesOf } from './places.ts';
import { walk } from './walk.ts';

/** The text of a variable, which is a function perhaps. */
const TEXT_OF_NAME = /(?<![\w$.])[\w$]{1,99}\.toString\(\)|(?<![\w$.])String\([\w$]{1,99}\)/;
/** The distance of that text from the URL that is made of it, in characters. */
const NEAR = 1000;

/** Whether code may make a worker's or worklet's script of the text of a function. To parse it takes much longer. */
export function makesScripts(text: string): boolean {
  if (!/Work(?:er|let)/.test(text)) return false;
  for (const at of placesOf(text, 'createObjectURL'))
    if (TEXT_OF_NAME.test(text.slice(Math.max(0, at - NEAR), at + NEAR))) return true;
  return false;
}

type FunctionNode = FunctionDeclaration | FunctionExpression;

/** Whether a function may have the directive "use strict", and its text has it where the first brace is. */
const isPlain = (node: AnyNode | null | undefined): node is FunctionNode =>
  (node?.type === 'FunctionDeclaration' || node?.type === 'FunctionExpression') &&
  node.params.every(({ type }) => type === 'Identifier');

/** The names of functions. In minified code, other variables have the same names. */
function functionNames(program: Program): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    if (isPlain(node) && node.id) names.add(node.id.name);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && isPlain(node.init))
      names.add(node.id.name);
  });
  return names;
}

/** The name of the variable whose text an expression takes: `name.toString()` or `String(name)`. */
function textedName(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const {
    callee,
    arguments: [first],
  } = node;
  const isMethod =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'toString' &&
    !first;
  const isCall = callee.type === 'Identifier' && callee.name === 'String';
  const subject = isMethod ? callee.object : isCall ? first : undefined;
  return subject?.type === 'Identifier' ? subject.name : undefined;
}

/**
 * Adds the directive "use strict" to the text of functions that code makes scripts of, for a worker for instance. A module is strict,
 * so that bundlers remove the directive from its functions, and rename the variables of all functions as strict code allows. Without the directive,
 * the same function is another one in a script: a function in a block then hides a variable around it.
 *
 * @returns the code with its lines where they were, or `undefined` if it has no such function.
 */
export function keepStrict(text: string, program: Program): string | undefined {
  const names = functionNames(program);
  const texts: { end: number; name: string }[] = [];
  walk(program, (node) => {
    const name = textedName(node);
    if (name !== undefined && names.has(name)) texts.push({ end: node.end, name });
  });
  if (texts.length === 0) return undefined;
  let [whole, from] = ['', 0];
  for (const { end, name } of texts.toSorted((one, other) => one.end - other.end)) {
    whole += `${text.slice(from, end)}.replace("{", typeof ${name} == "function" ? '{"use strict";' : "{")`;
    from = end;
  }
  return whole + text.slice(from);
}
