import type { AnyNode, Expression, ObjectExpression, Pattern, Program } from 'acorn';
import { shimOf, type Shim } from '../contract/index.ts';

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';

/** The guard of a node within its function: a `try` with a `catch`, or else a condition. */
export type Guard = 'try' | 'condition' | undefined;

const CONDITIONAL: Record<string, string[]> = {
  IfStatement: ['consequent', 'alternate'],
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['right'],
};

function guardOf(node: AnyNode, key: string, outer: Guard): Guard {
  // A guard does not extend into a function, which may be called elsewhere.
  if (/Function/.test(node.type)) return undefined;
  if (outer === 'try') return outer;
  if (node.type === 'TryStatement' && node.handler && key === 'block') return 'try';
  return CONDITIONAL[node.type]?.includes(key) ? 'condition' : outer;
}

/** Visits every node once, in source order, with its parent and its guard. */
export function walk(program: Program, visit: (node: AnyNode, parent: AnyNode, guard: Guard) => void) {
  const stack: [node: AnyNode, parent: AnyNode, guard: Guard][] = [[program, program, undefined]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [node, parent, guard] = next;
    visit(node, parent, guard);
    // In reverse, because the last node on the stack is visited first.
    for (const [key, value] of Object.entries(node).toReversed()) {
      const children = Array.isArray(value) ? value.toReversed() : [value];
      for (const child of children) if (isNode(child)) stack.push([child, node, guardOf(node, key, guard)]);
    }
  }
}

/** The names that a pattern binds. */
function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) =>
        boundNames(one.type === 'Property' ? one.value : one.argument),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one ? boundNames(one) : []));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/** The value of a literal as a string. A template without expressions counts as a literal. */
export function literalValue(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return String(node.value);
  return node.type === 'TemplateLiteral' && node.expressions.length === 0
    ? (node.quasis[0]?.value.cooked ?? undefined)
    : undefined;
}

/** The name of an identifier, or the value of a literal, that is the key of a property. */
export const keyName = (node: AnyNode): string | undefined =>
  node.type === 'Identifier' ? node.name : literalValue(node);

/** The keys of an object, with `undefined` for each computed key and each spread. */
export const keysOf = ({ properties }: ObjectExpression) =>
  properties.map((one) => (one.type === 'Property' && !one.computed ? keyName(one.key) : undefined));

/** The bindings of a module, read without an analysis of its scopes. */
export interface Bindings {
  /** Imports from shims, by local name. The imported name `*` is the whole module. */
  imported: Map<string, { shim: Shim; name: string }>;
  /** The number of bindings of each name, in all scopes. */
  count: Map<string, number>;
  /** The expressions that are assigned to each name, including initial values. */
  values: Map<string, Expression[]>;
}

export function readBindings(program: Program): Bindings {
  const bindings: Bindings = { imported: new Map(), count: new Map(), values: new Map() };
  const bind = (...patterns: (Pattern | null | undefined)[]) => {
    for (const name of patterns.flatMap((pattern) => (pattern ? boundNames(pattern) : [])))
      bindings.count.set(name, (bindings.count.get(name) ?? 0) + 1);
  };
  const assign = (name: string, value: Expression) => {
    const values = bindings.values.get(name);
    if (values) values.push(value);
    else bindings.values.set(name, [value]);
  };
  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration': {
        const shim = shimOf(String(node.source.value));
        for (const one of node.specifiers) {
          bind(one.local);
          const isMember = one.type === 'ImportSpecifier' && keyName(one.imported) !== 'default';
          if (shim)
            bindings.imported.set(one.local.name, { shim, name: isMember ? keyName(one.imported)! : '*' });
        }
        break;
      }
      case 'VariableDeclarator':
        bind(node.id);
        if (node.id.type === 'Identifier' && node.init) assign(node.id.name, node.init);
        break;
      case 'AssignmentExpression':
        if (node.left.type === 'Identifier') assign(node.left.name, node.right);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        bind(...node.params, 'id' in node ? node.id : undefined);
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        bind(node.id);
        break;
      case 'CatchClause':
        bind(node.param);
        break;
      default:
    }
  });
  return bindings;
}
