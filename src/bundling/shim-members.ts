import type { AnyNode, Identifier, MemberExpression, Program } from 'acorn';
import { shimOf, type Shim } from '../contract/index.ts';
import { keyName, literalValue, type Guard } from './bindings.ts';
import { isLacking, LACKING } from './lacking.ts';
import { bindNames, isKey } from './node-globals.ts';
import type { Scope } from './walk.ts';

/** A member of a shim that some React lacks. */
export interface ShimMember {
  shim: Shim;
  name: string;
}

/** A call of such a member. */
export interface MemberCall extends ShimMember {
  node: AnyNode;
}

const memberName = ({ computed, property }: MemberExpression) =>
  (computed ? literalValue : keyName)(property);

/** Whether a variable of the whole module is meant, and not one of an inner function. */
function isOuter(name: string, scope: Scope): boolean {
  for (let one = scope; one.outer; one = one.outer) if (one.bound?.has(name)) return false;
  return true;
}

/**
 * Collects the calls of shim members that some React lacks while a program is walked: those of a whole shim, `React.use(x)`, and those
 * of a variable that is one, `var use = React.use`, as a bundle with Tailwind has them.
 */
export class ShimMembers {
  /** The shims that are imported as a whole, by local name. */
  readonly #shims = new Map<string, Shim>();
  /** The variables of the module that are such a member. */
  readonly #members = new Map<string, ShimMember>();
  readonly #calls = new Map<string, MemberCall>();
  /** The members that the code uses in another way: it may test for them. */
  readonly #tested = new Set<string>();
  /** All names above, and each use of one, which counts unless a function binds the name anywhere. */
  readonly #names: ReadonlySet<string>;
  readonly #uses: { name: string; scope: Scope; count: () => void }[] = [];

  constructor({ body }: Program) {
    for (const node of body) {
      const shim = node.type === 'ImportDeclaration' && shimOf(String(node.source.value));
      for (const one of shim ? node.specifiers : [])
        if (one.type !== 'ImportSpecifier' || keyName(one.imported) === 'default')
          this.#shims.set(one.local.name, shim as Shim);
    }
    for (const node of this.#shims.size > 0 ? body : [])
      for (const { id, init } of node.type === 'VariableDeclaration' ? node.declarations : []) {
        const member = init?.type === 'MemberExpression' && this.#memberOf(init);
        if (member && id.type === 'Identifier') this.#members.set(id.name, member);
      }
    this.#names = new Set([...this.#shims.keys(), ...this.#members.keys()]);
  }

  /** The member that an expression such as `React.use` reads. A member of every React cannot be missing. */
  #memberOf(node: MemberExpression): ShimMember | undefined {
    const name = memberName(node);
    const shim = node.object.type === 'Identifier' && this.#shims.get(node.object.name);
    return shim && name !== undefined && isLacking(shim, name) ? { shim, name } : undefined;
  }

  visit(node: AnyNode, parent: AnyNode, guard: Guard, scope: Scope, inner: Scope) {
    if (this.#names.size === 0) return;
    if (node.type !== 'Identifier') bindNames(node, scope, inner, this.#names);
    else if (this.#members.has(node.name)) this.#addVariable(node, parent, guard, scope);
    if (node.type === 'MemberExpression' && LACKING.has(memberName(node) ?? '')) {
      const member = this.#memberOf(node);
      const isVariable = parent.type === 'VariableDeclarator' && keyName(parent.id) !== undefined;
      if (member && !(isVariable && this.#members.has(keyName(parent.id)!)))
        this.#add((node.object as Identifier).name, scope, member, node, parent, guard);
    }
    if (node.type === 'BinaryExpression' && node.operator === 'in' && node.right.type === 'Identifier') {
      const [name, shim] = [literalValue(node.left), this.#shims.get(node.right.name)];
      if (shim) this.#tested.add(`${shim} ${name}`);
    }
  }

  #addVariable(node: Identifier, parent: AnyNode, guard: Guard, scope: Scope) {
    const isOwn = parent.type === 'VariableDeclarator' && parent.id === node;
    if (!isOwn && !isKey(node, parent))
      this.#add(node.name, scope, this.#members.get(node.name)!, node, parent, guard);
  }

  #add(name: string, scope: Scope, member: ShimMember, node: AnyNode, parent: AnyNode, guard: Guard) {
    const key = `${member.shim} ${member.name}`;
    const isCall = parent.type === 'CallExpression' && parent.callee === node && !parent.optional;
    const isSure = isCall && !guard && !(node.type === 'MemberExpression' && node.optional);
    const count = () => {
      if (!isSure) this.#tested.add(key);
      else if (!this.#calls.has(key)) this.#calls.set(key, { ...member, node });
    };
    this.#uses.push({ name, scope, count });
  }

  /** The first call of each member that the code does not test for, once the whole program was walked. */
  called(): MemberCall[] {
    for (const { name, scope, count } of this.#uses.splice(0)) if (isOuter(name, scope)) count();
    return [...this.#calls].flatMap(([key, call]) => (this.#tested.has(key) ? [] : call));
  }
}
