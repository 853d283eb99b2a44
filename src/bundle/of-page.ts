import type { AnyNode } from 'acorn';
import type { Follower } from './held.ts';
import { INTERCEPTED, isStorage, memberPath } from './names.ts';
import { bare, keyOf, textsOf } from './texts.ts';

// What code does to the whole page: to the requests of others, to what the user types, and to what signs the user in.

/**
 * Whether a key of a storage is one under which apps keep what signs their users in: `token`, `acme_auth_token`, `jwt`, `my.auth`. Words
 * such as `author` and `design-tokens` are none.
 */
export const isTokenKey = (key: string): boolean => {
  const words = key.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return /(?<![a-z])(?:token|jwt|auth)(?![a-z])/.test(words);
};

/** The name of a global of the page that requests go through, if a node is that global. */
function interceptedIn(f: Follower, node: AnyNode): string | undefined {
  const owner = bare(node);
  const names =
    owner.type === 'MemberExpression'
      ? keyOf(f, owner.property, owner.computed).names
      : owner.type === 'Identifier' && !f.cells.has(owner)
        ? [owner.name]
        : [];
  return names.find((name) => INTERCEPTED.has(name));
}

/**
 * Adds a change of what requests go through, `XMLHttpRequest.prototype.send = …`, and a prototype that is given to something, which may
 * change it. A member of a prototype may be called.
 */
function readPrototype(f: Follower, node: AnyNode & { type: 'MemberExpression' }) {
  if (!keyOf(f, node.property, node.computed).names.includes('prototype')) return;
  const name = interceptedIn(f, node.object);
  if (name === undefined) return;
  const parent = f.parents.get(node)!;
  const isRead = parent.type === 'MemberExpression' && parent.object === node;
  const outer = f.parents.get(parent);
  const isChanged = isRead && outer?.type === 'AssignmentExpression' && outer.left === parent;
  if (!isRead || isChanged) f.report(`${name}.prototype`, node);
}

/** Whether an object is the window, the document or its body by name. Libraries name that of an element, to close what is open. */
function isWholePage(f: Follower, object: AnyNode): boolean {
  const owner = bare(object);
  if (owner.type === 'Identifier')
    return !f.cells.has(owner) && (owner.name === 'document' || memberPath('', owner.name) === '');
  if (owner.type !== 'MemberExpression' || !isWholePage(f, owner.object)) return false;
  return keyOf(f, owner.property, owner.computed).names.some((name) =>
    /^(?:document|body|documentElement)$/.test(name),
  );
}

/** The events from which a listener knows what the user types. */
const KEY_EVENT = /^(?:on)?(?:key(?:down|up|press)|beforeinput|input)$/;

/** Adds a listener for all that is typed on the page, `addEventListener("keydown", …)` and `onkeydown = …`. */
function readKeys(f: Follower, node: AnyNode) {
  const isCall = node.type === 'CallExpression';
  const member = isCall ? bare(node.callee) : node.type === 'AssignmentExpression' ? node.left : undefined;
  if (member?.type !== 'MemberExpression') return;
  const own = keyOf(f, member.property, member.computed).names;
  const [event] = isCall ? node.arguments : [];
  const names = !isCall ? own : event && own.includes('addEventListener') ? textsOf(f, event).names : [];
  if (names.some((name) => KEY_EVENT.test(name)) && isWholePage(f, member.object))
    f.report('every key press', member);
}

/** Adds a member of a storage that is a key, `localStorage.token`. Those that are called are read with the call. */
function readStored(f: Follower, node: AnyNode & { type: 'MemberExpression' }) {
  const held = [...(f.holds.get(node.object) ?? [])];
  const isOfStorage = held.some((one) => one.startsWith('@') && isStorage(one.slice(1)));
  if (isOfStorage && keyOf(f, node.property, node.computed).names.some(isTokenKey))
    f.report('session token', node.property);
}

/** Adds what a node does to the whole page. */
export function readOfPage(f: Follower, node: AnyNode) {
  readKeys(f, node);
  if (node.type !== 'MemberExpression') return;
  readPrototype(f, node);
  readStored(f, node);
}
