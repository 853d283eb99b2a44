import { getLineInfo } from 'acorn';
import type { AnyNode, CallExpression, Program } from 'acorn';
import type { BundleFacts } from '../bundle/index.ts';
import { parseModule } from '../bundle/parsed.ts';
import type { Shim } from '../contract/index.ts';
import { keysOf, literalOf, nameOf, readBindings, walk, type Bindings } from './bindings.ts';
import { createMarkReader, type Mark } from './marks.ts';
import { SHIM_NAMES } from './shim-names.ts';

/** A place in a text; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** What a parser sees of a bundle beyond the facts that browsers read, too (src/bundle.ts). */
export interface CodeFacts {
  /** What no engine takes, although a lexer may. */
  syntaxError?: Place & { message: string };
  /** Where the default export is made, if what is made there is certainly no component. */
  notComponent?: Place;
  /** The first element that is made without React, and how it is marked; not one whose mark is asked of a React. */
  element?: Place & { mark: Mark };
  /** The first use of a `React` that stands for itself, as classic JSX has it. */
  classicJsx?: Place;
  /** Members of a shim's whole module that some React lacks, that are called without a condition, and that nothing asks for before. */
  called: (Place & { shim: Shim; name: string })[];
  /** Where a renderer that is made for React 18, such as a react-reconciler, reads what React 19 does not have. */
  renderer18?: Place;
  /** What is required only where the absence of it is caught. */
  caught: Set<string>;
}

/** Texts over this many characters are not parsed: what a parser makes of them takes a hundred times the memory. */
const PARSED = 8_000_000;

/** Whether a name is in the shim and not in every React. */
const isLacking = (shim: Shim, name: string) =>
  Object.hasOwn(SHIM_NAMES[shim], name) && SHIM_NAMES[shim][name] !== '18.3 or 19';

/** What the module exports by default: an expression, or the name of a local. */
function defaultOf({ body }: Program): AnyNode | undefined {
  for (const node of body) {
    if (node.type === 'ExportDefaultDeclaration') return node.declaration;
    if (node.type !== 'ExportNamedDeclaration' || node.source) continue;
    const named = node.specifiers.find(({ exported }) => nameOf(exported) === 'default');
    if (named) return named.local;
  }
  return undefined;
}

function makesElement({ callee }: CallExpression, { imported }: Bindings): boolean {
  const whole = callee.type === 'MemberExpression' ? callee.object : callee;
  const from = whole.type === 'Identifier' ? imported.get(whole.name) : undefined;
  const name = callee.type === 'MemberExpression' ? nameOf(callee.property) : from?.name;
  return from !== undefined && /^(jsxs?|jsxDEV|createElement|cloneElement)$/.test(name ?? '');
}

/** Where a value is made that is certainly no component: neither a function nor what `memo` and its like return. */
function madeOtherwise(node: AnyNode, bindings: Bindings, depth = 0): AnyNode | undefined {
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'ArrayExpression':
    case 'UnaryExpression':
      return node;
    case 'ObjectExpression': {
      const keys = keysOf(node);
      return keys.includes('$$typeof') || keys.includes(undefined) ? undefined : node;
    }
    case 'CallExpression':
      return makesElement(node, bindings) ? node : undefined;
    case 'Identifier': {
      const values = bindings.values.get(node.name);
      const isPlain = values?.length === 1 && bindings.count.get(node.name) === 1 && depth < 10;
      return isPlain ? madeOtherwise(values[0]!, bindings, depth + 1) : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Reads a bundle's source text with a parser; runs none of it and never throws. Of what is too large or too deep for the
 * parser it says nothing.
 *
 * @param requires the calls of `require` that are known of it.
 */
export function readCode(text: string, requires: BundleFacts['requires']): CodeFacts {
  const facts: CodeFacts = { called: [], caught: new Set() };
  if (text.length > PARSED) return facts;
  const at = ({ start }: AnyNode): Place => {
    const { line, column } = getLineInfo(text, start);
    return { line, column: column + 1 };
  };
  let program: Program;
  try {
    program = parseModule(text);
  } catch (thrown) {
    const { loc, message } = thrown as SyntaxError & { loc?: Place };
    // What is too deep for this parser need not be so for an engine.
    if (!loc || /stack/.test(message)) return facts;
    facts.syntaxError = {
      message: message.replace(/ \(\d+:\d+\)$/, '.'),
      line: loc.line,
      column: loc.column + 1,
    };
    return facts;
  }

  const bindings = readBindings(program);
  const exported = defaultOf(program);
  const otherwise = exported && madeOtherwise(exported, bindings);
  if (otherwise) facts.notComponent = at(otherwise);

  /** The shim whose whole module a name stands for, wherever it is used. */
  const wholeOf = (node: AnyNode): Shim | undefined => {
    if (node.type !== 'Identifier' || bindings.count.get(node.name) !== 1) return undefined;
    const from = bindings.imported.get(node.name);
    return from?.name === '*' ? from.shim : undefined;
  };
  const markOf = createMarkReader(bindings);
  const required = new Set(requires.map(({ specifier }) => specifier));
  const asked = new Set<string>();
  const uncaught = new Set<string>();
  const calls = new Map<string, { node: AnyNode; shim: Shim; name: string }>();

  walk(program, (node, parent, guard) => {
    switch (node.type) {
      case 'CallExpression': {
        const [argument] = node.arguments;
        const specifier = argument && literalOf(argument);
        if (specifier !== undefined && node.callee.type === 'Identifier' && required.has(specifier))
          (guard === 'caught' ? facts.caught : uncaught).add(specifier);
        break;
      }
      case 'ObjectExpression': {
        const keys = keysOf(node);
        if (facts.element || !['$$typeof', 'type', 'props'].every((key) => keys.includes(key))) break;
        const property = node.properties[keys.indexOf('$$typeof')]!;
        const mark = property.type === 'Property' ? markOf(property.value) : undefined;
        if (mark) facts.element = { ...at(node), mark };
        break;
      }
      case 'MemberExpression': {
        const name = (node.computed ? literalOf : nameOf)(node.property);
        if (name === undefined) break;
        if (nameOf(node.object) === 'React' && /^(createElement|Fragment)$/.test(name))
          facts.classicJsx ??= at(node);
        if (name === 'ReactCurrentBatchConfig') facts.renderer18 ??= at(node);
        const shim = wholeOf(node.object);
        // Where every host has it, or none knows it, nothing is to be said of it.
        if (!shim || !isLacking(shim, name)) break;
        const isCall = parent.type === 'CallExpression' && parent.callee === node;
        const key = `${shim} ${name}`;
        if (!isCall || guard || parent.optional || node.optional) asked.add(key);
        else if (!calls.has(key)) calls.set(key, { node, shim, name });
        break;
      }
      case 'BinaryExpression':
        if (node.operator === 'in') asked.add(`${wholeOf(node.right)} ${literalOf(node.left)}`);
        break;
      default:
    }
  });
  for (const key of asked) calls.delete(key);
  facts.called = [...calls.values()].map(({ node, shim, name }) => ({ ...at(node), shim, name }));
  for (const specifier of uncaught) facts.caught.delete(specifier);
  return facts;
}
