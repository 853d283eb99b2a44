import type { AnyNode, AssignmentExpression, Program } from 'acorn';
import { follow } from './follow.ts';
import { addFound, type Found } from './found.ts';
import { addMethod, functionsIn, isSurelyFunction } from './functions.ts';
import { give, type Call, type Follower } from './held.ts';
import {
  CALLED_FUNCTIONS,
  canBeSensitive,
  GLOBALS,
  INTERCEPTED,
  isFollowed,
  JSX_ELEMENTS,
  loads,
  memberPath,
  PASSED_FUNCTIONS,
} from './names.ts';
import { isTokenKey, readOfPage } from './of-page.ts';
import { bare, keyOf, textsOf, type Key } from './texts.ts';
import { readCode, type Cell } from './walk.ts';

/** Prepares a program for being followed. @throws if that takes too long. */
export function prepare(found: Found, program: Program): Follower {
  const f: Follower = {
    ...readCode(program),
    texts: new Map(),
    methods: new Map(),
    functionsOf: new Map(),
    holds: new Map(),
    variables: new Map(),
    members: new Map(),
    callers: new Map(),
    queue: [],
    report: (name, node) => addFound(found, 'reaches', name, node),
    onCall: (path, call) => readGlobalCall(f, path, call),
  };
  for (const node of f.nodes) {
    if (node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition')
      for (const name of keyOf(f, node.key, node.computed).names) addMethod(f, name, node.value);
    if (node.type === 'MemberExpression' && node.object.type === 'ThisExpression')
      for (const name of keyOf(f, node.property, node.computed).names)
        f.members
          .set(name, f.members.get(name) ?? [])
          .get(name)!
          .push(node);
  }
  for (const node of f.nodes)
    if (node.type === 'CallExpression' || node.type === 'NewExpression')
      for (const called of functionsIn(f, bare(node.callee)))
        f.callers.set(called, (f.callers.get(called) ?? 0) + 1);
  return f;
}

/** The places where something global comes from: its name, or a member that leads to it from any object. */
function giveSource(f: Follower, node: AnyNode) {
  if (node.type === 'Identifier' && !f.cells.has(node)) {
    const path = memberPath('', node.name);
    if (isFollowed(path)) give(f, node, `@${path}`);
  }
  if (node.type !== 'MemberExpression') return;
  for (const name of keyOf(f, node.property, node.computed).names) {
    const path = memberPath('?', name);
    if (path === '' || path === 'document') give(f, node, `@${path}`);
    if (name === 'constructor' && isSurelyFunction(f, node.object)) give(f, node, '@Function');
  }
}

/** Adds a global that is named by itself. */
function readIdentifier(f: Follower, node: AnyNode & { type: 'Identifier' }) {
  const parent = f.parents.get(node)!;
  if (f.cells.has(node) || (parent.type === 'UnaryExpression' && parent.operator === 'typeof')) return;
  const isOperand =
    parent.type === 'BinaryExpression' || (parent.type === 'MemberExpression' && parent.object === node);
  if (GLOBALS.has(node.name) || (PASSED_FUNCTIONS.has(node.name) && !isOperand)) f.report(node.name, node);
}

/** Whether an address is a constant, which is read as a string, or one of the page's own host. */
const isKnownAddress = (text: string) => /^(?:data:|blob:|#|\.{1,2}\/|\/(?![/\\…]))/i.test(text);

/** Whether an object is one of the program, which loads nothing. */
function isOfProgram(f: Follower, object: AnyNode): boolean {
  if (object.type === 'ThisExpression') return true;
  const values = f.cells.get(object)?.values ?? [];
  return values.length > 0 && values.every(({ type }) => /^(?:Object|Array|Function|Arrow|Class)/.test(type));
}

/** Adds what a new value of a member does: an element requests an address, or the page leaves. */
function readChange(f: Follower, object: AnyNode, { names }: Key, value: AnyNode | undefined, node: AnyNode) {
  const held = [...(f.holds.get(object) ?? [])];
  const tags = held.flatMap((one) => (one.startsWith('<') ? [one.slice(1)] : []));
  for (const name of names) {
    for (const one of held) {
      const path = one.startsWith('@') ? memberPath(one.slice(1), name) : '';
      if (/^location(?:$|\.(?!hash$))/.test(path)) f.report(path, node);
      if (one === '@' && INTERCEPTED.has(name)) f.report(`new ${name}`, node);
    }
    if (!isOfProgram(f, object) && (loads(name) || tags.some((tag) => loads(name, tag))))
      readAddress(f, name, value, node);
  }
}

function readAddress(f: Follower, name: string, value: AnyNode | undefined, node: AnyNode) {
  const texts = value && textsOf(f, value);
  if (!texts || !texts.open.every(isKnownAddress)) f.report(name, node);
}

function readAssignment(f: Follower, { left, right, operator }: AssignmentExpression) {
  if (left.type === 'Identifier' && !f.cells.has(left)) {
    if (left.name === 'location') f.report('location', left);
    if (INTERCEPTED.has(left.name)) f.report(`new ${left.name}`, left);
  }
  if (left.type !== 'MemberExpression') return;
  const key = keyOf(f, left.property, left.computed);
  readChange(f, left.object, key, operator === '=' ? right : undefined, left);
}

/** Adds the properties of an object that is given to a function, such as `Object.assign`, as changes of another object. */
function readChanges(f: Follower, object: AnyNode, changes: AnyNode | undefined, node: AnyNode) {
  if (changes?.type !== 'ObjectExpression') return;
  for (const one of changes.properties)
    if (one.type === 'Property') readChange(f, object, keyOf(f, one.key, one.computed), one.value, node);
}

/** Adds what the call of a global does with its arguments. */
function readGlobalCall(f: Follower, path: string, call: Call) {
  const [first, second, third] = call.arguments;
  if (CALLED_FUNCTIONS.has(path)) f.report(path, call.callee);
  else if (path === 'setTimeout' || path === 'setInterval') {
    const { names, open } = first ? textsOf(f, first) : { names: [], open: [] };
    if (names.length > 0 || open.some((one) => one !== '…')) f.report(`${path}("…")`, call);
  } else if (path === 'document.createElement') {
    if (first && textsOf(f, first).names.includes('script')) f.report('createElement("script")', call);
  } else if (path.endsWith('Storage.getItem') && first) {
    const storage = path.replace('.getItem', '');
    const { names, open } = textsOf(f, first);
    if (names.some(isTokenKey)) f.report('session token', first);
    if (open.some((name) => canBeSensitive(storage, name))) f.report(`${storage}[…]`, call);
  } else if (path === 'Reflect.set' && first && second) readChange(f, first, textsOf(f, second), third, call);
  else if (path === 'Object.assign' && first) readChanges(f, first, second, call);
  else if (path === 'Object.defineProperties' && first) readChanges(f, first, second, call);
  else if (path === 'Object.defineProperty' && first && second)
    readChange(f, first, textsOf(f, second), undefined, call);
}

/** Adds the addresses in the properties of an element of JSX. */
function readElement(f: Follower, call: Call) {
  const [element, properties] = call.arguments;
  if (element?.type !== 'Literal' || properties?.type !== 'ObjectExpression') return;
  const tag = String(element.value);
  if (!JSX_ELEMENTS.has(tag)) return;
  if (tag === 'script') f.report('createElement("script")', call);
  for (const one of properties.properties)
    if (one.type === 'Property')
      for (const name of keyOf(f, one.key, one.computed).names)
        if (loads(name, tag)) readAddress(f, name, one.value, one);
}

/** Whether the constructor of something, which is called, is that of functions: it has a string, or it is of a global. */
function makesCode(f: Follower, object: AnyNode, { arguments: [first] }: Call): boolean {
  if (object.type === 'Identifier' && !f.cells.has(object)) return true;
  const { names, open } = first ? textsOf(f, first) : { names: [], open: [] };
  return object.type !== 'ThisExpression' && (names.length > 0 || open.some((text) => text !== '…'));
}

/** Whether an expression is a member that has worklets, such as `context.audioWorklet`. */
const isWorklet = (f: Follower, node: AnyNode) =>
  node.type === 'MemberExpression' &&
  keyOf(f, node.property, node.computed).names.some((name) => name.endsWith('Worklet'));

/** What stands for an object: its variable or name, or `<a` for a link that the code has made. */
const linkOf = (f: Follower, object: AnyNode): Cell | string | undefined => {
  let root = bare(object);
  // A ref: `link.current`.
  while (root.type === 'MemberExpression') root = bare(root.object);
  if (f.holds.get(object)?.has('<a')) return '<a';
  return f.cells.get(root) ?? (root.type === 'Identifier' ? root.name : undefined);
};

/** Adds the addresses of links that the code presses itself, `a.href = address; a.click()`. */
function readPressedLinks(f: Follower) {
  const pressed = new Set<Cell | string | undefined>();
  for (const node of f.nodes) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    const { names } = keyOf(f, node.callee.property, node.callee.computed);
    if (names.includes('click') || names.includes('dispatchEvent'))
      pressed.add(linkOf(f, node.callee.object));
  }
  pressed.delete(undefined);
  if (pressed.size === 0) return;
  for (const node of f.nodes) {
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') continue;
    const { names } = keyOf(f, node.left.property, node.left.computed);
    if (names.includes('href') && pressed.has(linkOf(f, node.left.object)))
      readAddress(f, 'click()', node.right, node);
  }
}

/** Adds what a method does, whatever has it. */
function readMethod(f: Follower, call: Call) {
  const callee = bare(call.callee);
  if (callee.type !== 'MemberExpression') return;
  for (const name of keyOf(f, callee.property, callee.computed).names) {
    if (name === 'constructor' && call.type === 'CallExpression' && makesCode(f, callee.object, call))
      f.report('Function', callee);
    else if (name === 'addModule' && isWorklet(f, callee.object)) f.report('addModule', callee);
    else if (name === 'setAttribute' || name === 'setAttributeNS') {
      const [attribute, value] = call.arguments.slice(name === 'setAttribute' ? 0 : 1);
      const key = attribute ? textsOf(f, attribute) : { names: [], open: [] };
      if (key.names.some((one) => /^on[a-z]/i.test(one))) f.report('setAttribute("on…")', call);
      readChange(f, callee.object, key, value, call);
    }
  }
}

/** Follows what places hold until nothing is new. @throws if that takes too long. */
function followAll(f: Follower) {
  const limit = 20 * f.nodes.length + 100_000;
  for (let at = 0; at < f.queue.length; at++) {
    if (at > limit) throw new RangeError('The values take too long.');
    follow(f, ...f.queue[at]!);
  }
}

/** Adds the browser features that a program reaches for, by whatever name the code has for them. @throws if that takes too long. */
export function readReaches(f: Follower) {
  for (const node of f.nodes) giveSource(f, node);
  followAll(f);
  readPressedLinks(f);
  for (const node of f.nodes) {
    readOfPage(f, node);
    if (node.type === 'Identifier') readIdentifier(f, node);
    else if (node.type === 'AssignmentExpression') readAssignment(f, node);
    else if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      readElement(f, node);
      readMethod(f, node);
    }
  }
}
