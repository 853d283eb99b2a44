import { getLineInfo } from 'acorn';
import type { AnyNode, CallExpression, Program } from 'acorn';
import type { BundleFacts } from '../bundle/index.ts';
import { parseModule } from '../bundle/parsed.ts';
import type { Shim } from '../contract/index.ts';
import { findAsync } from './async-component.ts';
import { keyName, keysOf, type Bindings } from './bindings.ts';
import { readContents, type Contents } from './contents.ts';
import { createMarkReader, type OwnMark } from './marks.ts';

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
  element?: Position & OwnMark;
  /** The first use of `React.createElement` or `React.Fragment`, which classic JSX compiles to. */
  classicJsx?: Position;
  /** Whether the code tests with `typeof` that there is a global React. */
  testsReact: boolean;
  /** Whether the code has the object through which a React calls its hooks, so that it certainly has a React. */
  hasDispatcher: boolean;
  /** Calls of shim members that some React lacks, where the code has neither a guard nor a test for the member. */
  called: (Position & { shim: Shim; name: string })[];
  /** The position where a renderer for React 18, such as a react-reconciler, reads internals that React 19 lacks. */
  renderer18?: Position;
  /** Names of Node that the code uses, and whether it tests them with `typeof` anywhere. */
  nodeGlobals: (Position & { name: string; isTested: boolean })[];
  /** Specifiers that are required only within a `try` that has a `catch`. */
  caught: Set<string>;
}

/** The longest source text that is parsed, in characters: its syntax tree takes about a hundred times the memory. */
const MAX_PARSED_LENGTH = 8_000_000;

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

/** Whether an object has the member that hooks are called on, as React's internals have: `{ H: null }` or `{ current: null }`. */
const hasDispatcher = ({ dispatchers, bindings }: Contents) =>
  [...dispatchers].some(([name, member]) =>
    bindings.values
      .get(name)
      ?.some((value) => value.type === 'ObjectExpression' && keysOf(value).includes(member)),
  );

/** The specifiers of `require` that are required only within a `try`. */
function caughtIn({ calls }: Contents, requires: BundleFacts['requires']): Set<string> {
  const wanted = new Set(requires.map(({ specifier }) => specifier));
  const required = calls.filter(({ specifier }) => wanted.has(specifier));
  const uncaught = new Set(required.filter(({ guard }) => guard !== 'try').map(({ specifier }) => specifier));
  return new Set(required.map(({ specifier }) => specifier).filter((one) => !uncaught.has(one)));
}

/** The facts about code that nothing is to be said about. */
export const NO_CODE_FACTS: CodeFacts = {
  called: [],
  caught: new Set(),
  nodeGlobals: [],
  testsReact: false,
  hasDispatcher: false,
};

/**
 * Reads a bundle's source text with a parser. It does not run the bundle and never throws. It returns no facts for a text that
 * is too long or nested too deeply for the parser.
 *
 * @param requires The calls of `require` that `readBundle` found.
 */
export function readCode(text: string, requires: BundleFacts['requires']): CodeFacts {
  const facts: CodeFacts = { ...NO_CODE_FACTS, caught: new Set() };
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
  const contents = readContents(program);
  const { bindings, classicJsx, renderer18, elements, nodeUses } = contents;
  const exported = defaultExport(program);
  const nonComponent = exported && findNonComponent(exported, bindings);
  if (nonComponent) facts.notComponent = at(nonComponent);
  const asynchronous = findAsync(exported, program, bindings);
  if (asynchronous) facts.asyncComponent = at(asynchronous);
  if (classicJsx) facts.classicJsx = at(classicJsx);
  if (renderer18) facts.renderer18 = at(renderer18);
  facts.testsReact = contents.testsReact;
  facts.hasDispatcher = hasDispatcher(contents);
  const markOf = createMarkReader(bindings);
  const marks = elements.flatMap(({ node, mark }) => {
    const own = markOf(mark);
    return own ? [{ node, ...own }] : [];
  });
  const [first] = marks;
  // Code with elements of both kinds chooses between them at run time.
  const isCertain = marks.every((one) => one.isCertain && one.mark === first?.mark);
  if (first) facts.element = { ...at(first.node), mark: first.mark, isCertain };
  facts.called = contents.members.called().map(({ node, shim, name }) => ({ ...at(node), shim, name }));
  facts.caught = caughtIn(contents, requires);
  const names = new Map(
    nodeUses
      .free()
      .toReversed()
      .map((use) => [use.name, use]),
  );
  facts.nodeGlobals = [...names.values()].toReversed().map(({ name, node }) => ({
    ...at(node),
    name,
    isTested: nodeUses.tested.has(node.name),
  }));
  return facts;
}
