import type { AnyNode } from 'acorn';
import type { Functions } from './functions.ts';
import {
  CALLED_FUNCTIONS,
  canBeSensitive,
  hasSensitive,
  isFinding,
  isFollowed,
  isStorage,
  memberPath,
} from './names.ts';
import type { Key } from './texts.ts';
import type { Cell } from './walk.ts';

// What a place holds is a string:
//   '@document.cookie'  a global object by its path; '@' is the window
//   '~@'                something that contains it under any name, such as an array, a ref or a promise
//   '.w:@'              an object whose property `w` it is
//   '()@'               a function that returns it
//   '<img'              an element that the code has made

/** How deep objects in objects are followed, and how much one place can hold. */
const MAX_DEPTH = 3;
const MAX_HELD = 24;

export type Call = Extract<AnyNode, { type: 'CallExpression' | 'NewExpression' }>;

/** A program, and what its places hold. */
export interface Follower extends Functions {
  holds: Map<AnyNode, Set<string>>;
  /** What the variables and the properties of `this` hold. */
  variables: Map<Cell | string, Set<string>>;
  /** The members of `this`, by name. */
  members: Map<string, AnyNode[]>;
  /** The number of calls of each function. */
  callers: Map<AnyNode, number>;
  queue: [node: AnyNode, held: string][];
  /** Reports that something is reached for. */
  report: (name: string, node: AnyNode) => void;
  /** Reports a call of a global. */
  onCall: (path: string, call: Call) => void;
}

/** Whether objects and functions with it are followed too. */
function isWorthIt(held: string): boolean {
  const [wrappers = ''] = /^(?:~|\.[^:]*:|\(\))*/.exec(held) ?? [];
  if (wrappers === '') return true;
  const inner = held.slice(wrappers.length);
  const path = inner.slice(1);
  return (
    inner.startsWith('@') &&
    (hasSensitive(path) || isFinding(path)) &&
    wrappers.split(/~|:|\(\)/).length - 1 <= MAX_DEPTH
  );
}

/** Lets a node hold something. */
export function give(f: Follower, node: AnyNode, held: string) {
  if (!isWorthIt(held)) return;
  const known = f.holds.get(node) ?? new Set<string>();
  f.holds.set(node, known);
  if (known.has(held) || known.size >= MAX_HELD) return;
  known.add(held);
  f.queue.push([node, held]);
}

/** Lets a variable, or a property of `this`, hold something. */
export function giveAll(f: Follower, variable: Cell | string, uses: readonly AnyNode[], held: string) {
  const known = f.variables.get(variable) ?? new Set<string>();
  f.variables.set(variable, known);
  if (!isWorthIt(held) || known.has(held) || known.size >= MAX_HELD) return;
  known.add(held);
  for (const use of uses) give(f, use, held);
}

/** The members with what refs, descriptors, arrays and promises contain. */
const CONTENTS =
  /^(?:\d+|current|value|get|at|pop|shift|splice|slice|find|findLast|filter|map|flatMap|forEach|reduce|some|every|concat|flat|values|entries|next|reverse|then|catch|finally)$/;

/** What the members of something hold. */
export function membersOf(held: string, { names, open }: Key): string[] {
  if (held.startsWith('~')) {
    const isIt = names.length === 0 || open.length > 0 || names.some((name) => CONTENTS.test(name));
    return isIt ? [held, held.slice(1)] : [];
  }
  if (held.startsWith('.')) {
    const end = held.indexOf(':');
    const own = held.slice(1, end);
    const isIt = own === '…' || names.length === 0 || open.length > 0 || names.includes(own);
    return isIt ? [held.slice(end + 1)] : [];
  }
  if (!held.startsWith('@')) return [];
  return names.flatMap((name) => {
    const path = held.slice(1);
    if (name === 'constructor') return CALLED_FUNCTIONS.has(path) ? ['@Function'] : [];
    const member = memberPath(path, name);
    return isFollowed(member) ? [`@${member}`] : [];
  });
}

/** Reports the members of a global object that matter, and those whose names are not known. */
export function readMembers(f: Follower, held: string, { names, open }: Key, node: AnyNode) {
  if (!held.startsWith('@')) return;
  const path = held.slice(1);
  for (const name of names) if (isFinding(memberPath(path, name))) f.report(memberPath(path, name), node);
  if (isStorage(path) && names.includes('key')) f.report(`${path}[*]`, node);
  if (open.some((pattern) => canBeSensitive(path, pattern))) f.report(`${path || 'window'}[…]`, node);
}

/** Reports that code has all that a global object has. */
export function readWhole(f: Follower, held: string, node: AnyNode) {
  const path = held.slice(1);
  if (!held.startsWith('@') || !hasSensitive(path)) return;
  f.report(isStorage(path) ? `${path}[*]` : `${path || 'window'}[…]`, node);
}
