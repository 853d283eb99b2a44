import type { AnyNode, Program } from 'acorn';
import type { Guard } from './bindings.ts';

/** A function of the program, or the program. */
export interface Scope {
  outer: Scope | undefined;
  /** The names that it binds, in any block, of those that the visitor looks for. */
  bound?: Set<string>;
}

type Visit = (node: AnyNode, parent: AnyNode, guard: Guard, scope: Scope, inner: Scope) => void;

/** The nodes of TypeScript that have code in them. All others are types. */
const WITH_CODE = new Set(
  'AsExpression SatisfiesExpression NonNullExpression TypeAssertion InstantiationExpression EnumDeclaration EnumMember ModuleDeclaration ModuleBlock ExportAssignment ParameterProperty'
    .split(' ')
    .map((name) => `TS${name}`),
);

/** Whether a node is only a type, or declares something that is elsewhere. */
const isType = (node: AnyNode & { declare?: boolean }) =>
  node.declare === true || (node.type.startsWith('TS') && !WITH_CODE.has(node.type));

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function guardOf(node: AnyNode, key: string, outer: Guard): Guard {
  if (outer === 'try') return outer;
  switch (node.type) {
    case 'TryStatement':
      return node.handler && key === 'block' ? 'try' : outer;
    case 'IfStatement':
    case 'ConditionalExpression':
      return key === 'consequent' || key === 'alternate' ? 'condition' : outer;
    case 'LogicalExpression':
      return key === 'right' ? 'condition' : outer;
    default:
      return outer;
  }
}

/**
 * Visits every node once, without the types of TypeScript, in source order, with its parent, its guard, its scope, and the scope of its
 * children. It needs no recursion, since programs nest deep.
 */
export function walk(program: Program, visit: Visit) {
  const nodes: AnyNode[] = [program];
  const parents: AnyNode[] = [program];
  const guards: Guard[] = [undefined];
  const scopes: Scope[] = [{ outer: undefined }];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const [parent, guard, scope] = [parents.pop()!, guards.pop(), scopes.pop()!];
    const isFunction = FUNCTIONS.has(node.type);
    const inner = isFunction ? { outer: scope } : scope;
    visit(node, parent, guard, scope, inner);
    if (node.type === 'Identifier' || node.type === 'Literal') continue;
    const first = nodes.length;
    const push = (child: unknown, key: string) => {
      if (typeof child !== 'object' || child === null || typeof (child as AnyNode).type !== 'string') return;
      if (isType(child as AnyNode)) return;
      nodes.push(child as AnyNode);
      parents.push(node);
      // A guard does not extend into a function, which may be called elsewhere.
      guards.push(isFunction ? undefined : guardOf(node, key, guard));
      scopes.push(inner);
    };
    for (const key in node) {
      const value = node[key as keyof AnyNode] as unknown;
      if (Array.isArray(value)) for (const child of value) push(child, key);
      else push(value, key);
    }
    // The last node on the stack is visited first.
    reverseFrom(nodes, first);
    reverseFrom(guards, first);
  }
}

function reverseFrom<T>(list: T[], first: number) {
  for (let low = first, high = list.length - 1; low < high; low++, high--)
    [list[low], list[high]] = [list[high]!, list[low]!];
}
