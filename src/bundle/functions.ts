import type { AnyNode } from 'acorn';
import { bare, keyOf, type Texts } from './texts.ts';
import { isClass, isFunction, type Cell, type FunctionNode } from './walk.ts';

/** The depth to which an expression is followed. */
const MAX_DEPTH = 20;
/** The number of functions with one name that a call of a method may mean. */
const MAX_METHODS = 3;

/** The functions of a program. */
export interface Functions extends Texts {
  /** Those of methods and properties, by name. */
  methods: Map<string, FunctionNode[]>;
  /** Those of the variables that were read. */
  functionsOf: Map<Cell, FunctionNode[]>;
}

/** Adds a function that is a method, or the value of a property. */
export function addMethod({ methods }: Functions, name: string, value: AnyNode | null | undefined) {
  if (!value || !isFunction(value)) return;
  const known = methods.get(name) ?? [];
  methods.set(name, known);
  known.push(value);
}

const constructorOf = (node: AnyNode): FunctionNode[] =>
  isClass(node)
    ? node.body.body.flatMap((one) =>
        one.type === 'MethodDefinition' && one.kind === 'constructor' ? [one.value] : [],
      )
    : [];

/** The functions of the program that an expression may be, with the constructors of classes. */
export function functionsIn(f: Functions, node: AnyNode, depth = 0): FunctionNode[] {
  if (depth > MAX_DEPTH) return [];
  const inner = (one: AnyNode) => functionsIn(f, one, depth + 1);
  if (isFunction(node)) return [node];
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return constructorOf(node);
    case 'Identifier': {
      const cell = f.cells.get(node);
      if (!cell) return [];
      const known = f.functionsOf.get(cell);
      if (known) return known;
      // While it is being read, for variables that are assigned to each other.
      f.functionsOf.set(cell, []);
      const functions = [...new Set(cell.values.slice(0, 8).flatMap(inner))];
      f.functionsOf.set(cell, functions);
      return functions;
    }
    case 'ConditionalExpression':
      return [...inner(node.consequent), ...inner(node.alternate)];
    case 'LogicalExpression':
      return [...inner(node.left), ...inner(node.right)];
    case 'AssignmentExpression':
      return inner(node.right);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'SequenceExpression':
      return inner(bare(node));
    case 'MemberExpression': {
      const { names } = keyOf(f, node.property, node.computed);
      if (names.length !== 1) return [];
      if (/^(?:call|apply|bind)$/.test(names[0]!)) return inner(node.object);
      const methods = f.methods.get(names[0]!) ?? [];
      return methods.length > MAX_METHODS ? [] : methods;
    }
    default:
      return [];
  }
}

/** Whether a member is a constructor, which is a function. */
const isConstructor = (f: Functions, node: AnyNode) =>
  node.type === 'MemberExpression' && keyOf(f, node.property, node.computed).names.includes('constructor');

/** Whether an expression is surely a function, whose constructor makes functions from strings. */
export function isSurelyFunction(f: Functions, node: AnyNode): boolean {
  const one = bare(node);
  if (isFunction(one) || isClass(one)) return true;
  if (one.type === 'Identifier') return (f.cells.get(one)?.values ?? []).some(isFunction);
  if (isConstructor(f, one)) return true;
  // A method of a literal, or the prototype of a function.
  if (one.type === 'MemberExpression')
    return /^(?:Literal|TemplateLiteral|ArrayExpression|ObjectExpression)$/.test(bare(one.object).type);
  if (one.type !== 'CallExpression') return false;
  const callee = bare(one.callee);
  return (
    callee.type === 'MemberExpression' &&
    keyOf(f, callee.property, callee.computed).names.includes('getPrototypeOf') &&
    one.arguments.length > 0 &&
    isSurelyFunction(f, one.arguments[0]!)
  );
}

/** Whether what is called is imported: React, for instance. */
export function isImported(f: Functions, callee: AnyNode): boolean {
  let root = bare(callee);
  while (root.type === 'MemberExpression') root = bare(root.object);
  return f.cells.get(root)?.isImport === true;
}
