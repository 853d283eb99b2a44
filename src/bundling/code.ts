import { getLineInfo } from 'acorn';
import type { AnyNode, CallExpression, Program } from 'acorn';
import type { BundleFacts } from '../bundle/index.ts';
import { parseModule } from '../bundle/parsed.ts';
import type { Shim } from '../contract/index.ts';
import { findAsync } from './async-component.ts';
import { keyName, keysOf, literalValue, readBindings, walk, type Bindings } from './bindings.ts';
import { createMarkReader, type Mark } from './marks.ts';
import { SHIM_NAMES } from '../contract/shim-names.ts';

/** A position in a file. Lines and columns count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The facts about a bundle that need a parser, which browsers do not load. */
export interface CodeFacts {
  /** A syntax error that engines report. The lexer of `readBundle` may miss it. */
  syntaxError?: (Position & { message: string }) | undefined;
  /** The position of the default export's value, if that is certainly not a component. */
  notComponent?: Position;
  /** The position of the default export's function, if that is async. */
  asyncComponent?: Position;
  /** The first element that is created without React and has a mark of the bundle's own. */
  element?: Position & { mark: Mark };
  /** The first use of `React.createElement` or `React.Fragment`, which classic JSX compiles to. */
  classicJsx?: Position;
  /** Calls of shim members that some React lacks, where the code has neither a guard nor a test for the member. */
  called: (Position & { shim: Shim; name: string })[];
  /** The position where a renderer for React 18, such as a react-reconciler, reads internals that React 19 lacks. */
  renderer18?: Position;
  /** Specifiers that are required only within a `try` that has a `catch`. */
  caught: Set<string>;
}

/** The longest source text that is parsed, in characters: its syntax tree takes about a hundred times the memory. */
const MAX_PARSED_LENGTH = 8_000_000;

/** Whether a shim exports a name that some supported React lacks. */
const isLacking = (shim: Shim, name: string) =>
  Object.hasOwn(SHIM_NAMES[shim], name) && SHIM_NAMES[shim][name] !== '18.3 or 19';

/** The default export of the module: a declaration, an expression, or the name of a local binding. */
function defaultExport({ body }: Program): AnyNode | undefined {
  for (const node of body) {
    if (node.type === 'ExportDefaultDeclaration') return node.declaration;
    if (node.type !== 'ExportNamedDeclaration' || node.source) continue;
    const named = node.specifiers.find(({ exported }) => keyName(exported) === 'default');
    if (named) return named.local;
  }
  return undefined;
}

function createsElement({ callee }: CallExpression, { imported }: Bindings): boolean {
  const whole = callee.type === 'MemberExpression' ? callee.object : callee;
  const source = whole.type === 'Identifier' ? imported.get(whole.name) : undefined;
  const name = callee.type === 'MemberExpression' ? keyName(callee.property) : source?.name;
  return source !== undefined && /^(jsxs?|jsxDEV|createElement|cloneElement)$/.test(name ?? '');
}

/** Finds the expression behind a value that is certainly not a component: not a function, and not the result of a call such as `memo`. */
function findNonComponent(node: AnyNode, bindings: Bindings, depth = 0): AnyNode | undefined {
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
      return createsElement(node, bindings) ? node : undefined;
    case 'Identifier': {
      const values = bindings.values.get(node.name);
      const isPlain = values?.length === 1 && bindings.count.get(node.name) === 1 && depth < 10;
      return isPlain ? findNonComponent(values[0]!, bindings, depth + 1) : undefined;
    }
    default:
      return undefined;
  }
}

/** Reads the parser's error; `undefined` for nesting that is too deep for the parser, which may be fine for an engine. */
function syntaxErrorOf({ loc, message }: SyntaxError & { loc?: Position }): CodeFacts['syntaxError'] {
  if (!loc || /stack/.test(message)) return undefined;
  return { message: message.replace(/ \(\d+:\d+\)$/, '.'), line: loc.line, column: loc.column + 1 };
}

/**
 * Reads a bundle's source text with a parser. It does not run the bundle and never throws. It returns no facts for a text that
 * is too long or nested too deeply for the parser.
 *
 * @param requires The calls of `require` that `readBundle` found.
 */
export function readCode(text: string, requires: BundleFacts['requires']): CodeFacts {
  const facts: CodeFacts = { called: [], caught: new Set() };
  if (text.length > MAX_PARSED_LENGTH) return facts;
  const at = ({ start }: AnyNode): Position => {
    const { line, column } = getLineInfo(text, start);
    return { line, column: column + 1 };
  };
  let program: Program;
  try {
    program = parseModule(text);
  } catch (thrown) {
    facts.syntaxError = syntaxErrorOf(thrown as SyntaxError);
    return facts;
  }

  const bindings = readBindings(program);
  const exported = defaultExport(program);
  const nonComponent = exported && findNonComponent(exported, bindings);
  if (nonComponent) facts.notComponent = at(nonComponent);
  const asynchronous = findAsync(exported, program, bindings);
  if (asynchronous) facts.asyncComponent = at(asynchronous);

  /** The shim whose whole module an identifier refers to. */
  const wholeOf = (node: AnyNode): Shim | undefined => {
    if (node.type !== 'Identifier' || bindings.count.get(node.name) !== 1) return undefined;
    const source = bindings.imported.get(node.name);
    return source?.name === '*' ? source.shim : undefined;
  };
  const markOf = createMarkReader(bindings);
  const required = new Set(requires.map(({ specifier }) => specifier));
  const tested = new Set<string>();
  const uncaught = new Set<string>();
  const calls = new Map<string, { node: AnyNode; shim: Shim; name: string }>();

  walk(program, (node, parent, guard) => {
    switch (node.type) {
      case 'CallExpression': {
        const [argument] = node.arguments;
        const specifier = argument && literalValue(argument);
        if (specifier !== undefined && node.callee.type === 'Identifier' && required.has(specifier))
          (guard === 'try' ? facts.caught : uncaught).add(specifier);
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
        const name = (node.computed ? literalValue : keyName)(node.property);
        if (name === undefined) break;
        if (keyName(node.object) === 'React' && /^(createElement|Fragment)$/.test(name))
          facts.classicJsx ??= at(node);
        if (name === 'ReactCurrentBatchConfig') facts.renderer18 ??= at(node);
        const shim = wholeOf(node.object);
        // A member of every React cannot be missing, and an unknown one may be the bundle's own addition.
        if (!shim || !isLacking(shim, name)) break;
        const isCall = parent.type === 'CallExpression' && parent.callee === node;
        const key = `${shim} ${name}`;
        if (!isCall || guard || parent.optional || node.optional) tested.add(key);
        else if (!calls.has(key)) calls.set(key, { node, shim, name });
        break;
      }
      case 'BinaryExpression':
        if (node.operator === 'in') tested.add(`${wholeOf(node.right)} ${literalValue(node.left)}`);
        break;
      default:
    }
  });
  for (const key of tested) calls.delete(key);
  facts.called = [...calls.values()].map(({ node, shim, name }) => ({ ...at(node), shim, name }));
  for (const specifier of uncaught) facts.caught.delete(specifier);
  return facts;
}
