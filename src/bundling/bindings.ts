import type { AnyNode, Expression, ObjectExpression, Pattern } from 'acorn';
import { shimOf, type Shim } from '../contract/index.ts';

/** The guard of a node within its function: a `try` with a `catch`, or else a condition. */
export type Guard = 'try' | 'condition' | undefined;

/** The names that a pattern binds. */
export function boundNames(pattern: Pattern): string[] {
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
      // A parameter of TypeScript that is also a member: `constructor(private name: string)`.
      return 'parameter' in pattern ? boundNames(pattern.parameter as Pattern) : [];
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

const bind = ({ count }: Bindings, ...patterns: (Pattern | null | undefined)[]) => {
  for (const pattern of patterns)
    if (pattern?.type === 'Identifier') count.set(pattern.name, (count.get(pattern.name) ?? 0) + 1);
    else if (pattern) for (const name of boundNames(pattern)) count.set(name, (count.get(name) ?? 0) + 1);
};

const assign = ({ values }: Bindings, name: string, value: Expression) => {
  const known = values.get(name);
  if (known) known.push(value);
  else values.set(name, [value]);
};

/** Adds the bindings that a node itself makes. */
export function addBindings(bindings: Bindings, node: AnyNode) {
  switch (node.type) {
    case 'ImportDeclaration': {
      const shim = shimOf(String(node.source.value));
      for (const one of node.specifiers) {
        bind(bindings, one.local);
        const isMember = one.type === 'ImportSpecifier' && keyName(one.imported) !== 'default';
        if (shim)
          bindings.imported.set(one.local.name, { shim, name: isMember ? keyName(one.imported)! : '*' });
      }
      break;
    }
    case 'VariableDeclarator':
      bind(bindings, node.id);
      if (node.id.type === 'Identifier' && node.init) assign(bindings, node.id.name, node.init);
      break;
    case 'AssignmentExpression':
      if (node.left.type === 'Identifier') assign(bindings, node.left.name, node.right);
      break;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      bind(bindings, ...node.params, node.id);
      break;
    case 'ArrowFunctionExpression':
      bind(bindings, ...node.params);
      break;
    case 'ClassDeclaration':
    case 'ClassExpression':
      bind(bindings, node.id);
      break;
    case 'CatchClause':
      bind(bindings, node.param);
      break;
    default:
  }
}
