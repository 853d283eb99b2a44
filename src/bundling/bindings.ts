import type { AnyNode, Expression, ObjectExpression, Pattern, Program } from 'acorn';
import { shimPath, SHIMS, type Shim } from '../contract/index.ts';

/** The shim that a specifier is the address of, whatever the API's base. */
export const shimOf = (specifier: string): Shim | undefined =>
  SHIMS.find((file) => specifier.replace(/[?#].*/, '').endsWith(shimPath(file)));

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';

/** What stands around a node within its function: a `try` with a `catch`, or else a condition. */
export type Guard = 'caught' | 'asked' | undefined;

const CONDITIONAL: Record<string, string[]> = {
  IfStatement: ['consequent', 'alternate'],
  ConditionalExpression: ['consequent', 'alternate'],
  LogicalExpression: ['right'],
};

function guardOf(node: AnyNode, key: string, outer: Guard): Guard {
  // Functions are called elsewhere.
  if (/Function/.test(node.type)) return undefined;
  if (outer === 'caught') return outer;
  if (node.type === 'TryStatement' && node.handler && key === 'block') return 'caught';
  return CONDITIONAL[node.type]?.includes(key) ? 'asked' : outer;
}

/** Shows every node once, in the order of the text, with its parent and what guards it. */
export function walk(program: Program, visit: (node: AnyNode, parent: AnyNode, guard: Guard) => void) {
  const open: [node: AnyNode, parent: AnyNode, guard: Guard][] = [[program, program, undefined]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, parent, guard] = next;
    visit(node, parent, guard);
    // What is put on last comes first.
    for (const [key, value] of Object.entries(node).toReversed()) {
      const children = Array.isArray(value) ? value.toReversed() : [value];
      for (const child of children) if (isNode(child)) open.push([child, node, guardOf(node, key, guard)]);
    }
  }
}

/** The names that a declaration binds. */
function boundBy(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => boundBy(one.type === 'Property' ? one.value : one.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one ? boundBy(one) : []));
    case 'AssignmentPattern':
      return boundBy(pattern.left);
    case 'RestElement':
      return boundBy(pattern.argument);
    default:
      return [];
  }
}

/** What a literal says, as a text; a template that nothing is put into counts as one. */
export function literalOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return String(node.value);
  return node.type === 'TemplateLiteral' && node.expressions.length === 0
    ? (node.quasis[0]?.value.cooked ?? undefined)
    : undefined;
}

/** What an identifier or a literal is called, as the key of a property. */
export const nameOf = (node: AnyNode): string | undefined =>
  node.type === 'Identifier' ? node.name : literalOf(node);

/** The keys of an object, `undefined` for those that are not plain. */
export const keysOf = ({ properties }: ObjectExpression) =>
  properties.map((one) => (one.type === 'Property' && !one.computed ? nameOf(one.key) : undefined));

/** What the module binds to what, as far as it says so plainly. */
export interface Bindings {
  /** Names imported from shims; `*` is the whole module. */
  imported: Map<string, { shim: Shim; name: string }>;
  /** How often a name is bound, in any scope. */
  count: Map<string, number>;
  /** What names are made to be, one entry for each time. */
  values: Map<string, Expression[]>;
}

export function readBindings(program: Program): Bindings {
  const bindings: Bindings = { imported: new Map(), count: new Map(), values: new Map() };
  const bind = (...patterns: (Pattern | null | undefined)[]) => {
    for (const name of patterns.flatMap((pattern) => (pattern ? boundBy(pattern) : [])))
      bindings.count.set(name, (bindings.count.get(name) ?? 0) + 1);
  };
  const make = (name: string, value: Expression) => {
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
          const isOne = one.type === 'ImportSpecifier' && nameOf(one.imported) !== 'default';
          if (shim)
            bindings.imported.set(one.local.name, { shim, name: isOne ? nameOf(one.imported)! : '*' });
        }
        break;
      }
      case 'VariableDeclarator':
        bind(node.id);
        if (node.id.type === 'Identifier' && node.init) make(node.id.name, node.init);
        break;
      case 'AssignmentExpression':
        if (node.left.type === 'Identifier') make(node.left.name, node.right);
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
