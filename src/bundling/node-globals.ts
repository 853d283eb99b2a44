import type { AnyNode, Identifier, Pattern } from 'acorn';
import { boundNames, keyName, literalValue } from './bindings.ts';
import type { Scope } from './walk.ts';

/** The globals of Node, and of its CommonJS modules, that browsers do not have. */
export const NODE_NAMES: ReadonlySet<string> = new Set([
  'process',
  'Buffer',
  'setImmediate',
  'clearImmediate',
  'require',
  '__dirname',
  '__filename',
]);

/** A use of one of Node's names. */
export interface NodeUse {
  /** The name, with the member that is used: `process.nextTick`. */
  name: string;
  node: Identifier;
  scope: Scope;
}

/** Collects the uses of Node's names while a program is walked. */
export class NodeUses {
  readonly #uses: NodeUse[] = [];
  /** Names that the program tests with `typeof`. */
  readonly tested = new Set<string>();

  visit(node: AnyNode, parent: AnyNode, scope: Scope, inner: Scope) {
    if (node.type !== 'Identifier') bindNames(node, scope, inner, NODE_NAMES);
    else if (NODE_NAMES.has(node.name)) this.#add(node, parent, scope);
  }

  #add(node: Identifier, parent: AnyNode, scope: Scope) {
    if (isKey(node, parent)) return;
    if (parent.type === 'UnaryExpression' && parent.operator === 'typeof') {
      this.tested.add(node.name);
      return;
    }
    const member =
      parent.type === 'MemberExpression' && parent.object === node && !parent.computed
        ? keyName(parent.property)
        : undefined;
    // A bundler has replaced the calls with a literal.
    const isLiteral =
      parent.type === 'CallExpression' &&
      parent.callee === node &&
      parent.arguments.length === 1 &&
      literalValue(parent.arguments[0]!) !== undefined;
    if (node.name === 'require' && isLiteral) return;
    this.#uses.push({ name: member ? `${node.name}.${member}` : node.name, node, scope });
  }

  /** The uses of names that are Node's, since no scope binds them. */
  free(): NodeUse[] {
    return this.#uses.filter(({ node, scope }) => isFree(node.name, scope));
  }
}

/** Whether no scope binds a name, once the whole program was walked. */
export function isFree(name: string, scope: Scope): boolean {
  for (let one: Scope | undefined = scope; one; one = one.outer) if (one.bound?.has(name)) return false;
  return true;
}

/** The nodes of TypeScript that give a name to something. */
const NAMED: ReadonlySet<string> = new Set(['TSEnumDeclaration', 'TSEnumMember', 'TSModuleDeclaration']);

/** Whether an identifier is the name of a member, not of a variable. */
export function isKey(node: Identifier, parent: AnyNode): boolean {
  if (NAMED.has(parent.type)) return (parent as { id?: AnyNode }).id === node;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed;
    case 'Property':
      return parent.key === node && !parent.shorthand && !parent.computed;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.key === node && !parent.computed;
    case 'ExportSpecifier':
    case 'ImportSpecifier':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    default:
      return false;
  }
}

/** Notes which of some names a node binds, in the scope that has the binding. */
export function bindNames(node: AnyNode, scope: Scope, inner: Scope, wanted: ReadonlySet<string>) {
  const bind = (pattern: Pattern | null | undefined, owner: Scope) => {
    if (!pattern) return;
    const names = pattern.type === 'Identifier' ? [pattern.name] : boundNames(pattern);
    for (const name of names) if (wanted.has(name)) (owner.bound ??= new Set()).add(name);
  };
  switch (node.type) {
    case 'ImportDeclaration':
      for (const { local } of node.specifiers) bind(local, scope);
      break;
    case 'VariableDeclarator':
      bind(node.id, scope);
      break;
    case 'ClassDeclaration':
      bind(node.id, scope);
      break;
    case 'CatchClause':
      bind(node.param, scope);
      break;
    case 'FunctionDeclaration':
      bind(node.id, scope);
      for (const one of node.params) bind(one, inner);
      break;
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      if ('id' in node) bind(node.id, inner);
      for (const one of node.params) bind(one, inner);
      break;
    default:
  }
}
