import type { AnyNode, MemberExpression } from 'acorn';
import { functionsIn, isImported } from './functions.ts';
import { give, giveAll, membersOf, readMembers, readWhole, type Call, type Follower } from './held.ts';
import { hasSensitive, isStorage, PASSES } from './names.ts';
import { readParameter } from './parameters.ts';
import { bare, keyOf, textsOf } from './texts.ts';
import type { FunctionNode } from './walk.ts';

/** A function with more calls is one for values of all kinds: {@link readParameter}. */
const MAX_CALLERS = 4;

/** Lets what a member is given be held by its object: `a.b.c = window`. */
function bindMember(f: Follower, member: MemberExpression, held: string) {
  const { names, open } = keyOf(f, member.property, member.computed);
  for (const name of open.length > 0 || names.length === 0 ? ['…'] : names) {
    const object = bare(member.object);
    const inner = `.${name}:${held}`;
    if (object.type === 'ThisExpression') giveAll(f, name, f.members.get(name) ?? [], held);
    else if (object.type === 'MemberExpression') bindMember(f, object, inner);
    else bind(f, object, inner);
  }
}

/** Lets what a pattern is given be held by what the pattern names. */
function bind(f: Follower, pattern: AnyNode, held: string) {
  switch (pattern.type) {
    case 'Identifier': {
      const cell = f.cells.get(pattern);
      if (cell) giveAll(f, cell, cell.uses, held);
      break;
    }
    case 'MemberExpression':
      bindMember(f, pattern, held);
      break;
    case 'ObjectPattern':
      for (const one of pattern.properties) {
        if (one.type === 'RestElement') {
          readWhole(f, held, one);
          bind(f, one.argument, held);
          continue;
        }
        const key = keyOf(f, one.key, one.computed);
        readMembers(f, held, key, one);
        for (const member of membersOf(held, key)) bind(f, one.value, member);
      }
      break;
    case 'ArrayPattern':
      for (const one of pattern.elements)
        if (one) for (const member of membersOf(held, { names: [], open: [] })) bind(f, one, member);
      break;
    case 'AssignmentPattern':
      bind(f, pattern.left, held);
      break;
    case 'RestElement':
      bind(f, pattern.argument, held.startsWith('~') ? held : `~${held}`);
      break;
    default:
  }
}

/** What a member holds, and what it is used for. */
function followMember(f: Follower, held: string, node: MemberExpression, parent: AnyNode) {
  const key = keyOf(f, node.property, node.computed);
  // Whether a feature is there, or its end.
  const isTest = parent.type === 'UnaryExpression' && /^(?:typeof|delete|!)$/.test(parent.operator);
  const isUsed =
    (parent.type === 'CallExpression' && parent.callee === node) ||
    (parent.type === 'AssignmentExpression' && parent.left === node);
  // To read any part of the page's address is harmless.
  const isHarmless = held === '@location' && !isUsed;
  if (!isTest) readMembers(f, held, isHarmless ? { ...key, open: [] } : key, node);
  for (const member of membersOf(held, key)) give(f, node, member);
}

/** What a function returns. */
function followResult(f: Follower, held: string, owner: FunctionNode) {
  const parent = f.parents.get(owner)!;
  if (owner.type === 'FunctionDeclaration') {
    if (owner.id) bind(f, owner.id, `()${held}`);
  } else if (parent.type === 'MethodDefinition') {
    for (const name of keyOf(f, parent.key, parent.computed).names)
      giveAll(f, name, f.members.get(name) ?? [], parent.kind === 'get' ? held : `()${held}`);
  } else if (parent.type === 'Property' && parent.kind === 'get') followProperty(f, held, parent);
  else {
    if (owner.type === 'FunctionExpression' && owner.id) bind(f, owner.id, `()${held}`);
    give(f, owner, `()${held}`);
  }
}

/** What a property of an object holds. */
function followProperty(f: Follower, held: string, property: AnyNode & { type: 'Property' }) {
  const object = f.parents.get(property)!;
  if (object.type !== 'ObjectExpression') return;
  const { names, open } = keyOf(f, property.key, property.computed);
  if (open.length > 0) give(f, object, `.…:${held}`);
  for (const name of names) {
    give(f, object, `.${name}:${held}`);
    giveAll(f, name, f.members.get(name) ?? [], held);
  }
}

/** What an argument holds: it is a parameter of a function of the program, or other code returns it. */
function followArgument(f: Follower, held: string, call: Call, at: number) {
  const callee = bare(call.callee);
  const isBound =
    callee.type === 'MemberExpression' &&
    keyOf(f, callee.property, callee.computed).names.some((name) => name === 'call' || name === 'bind');
  for (const called of functionsIn(f, callee)) {
    const { params } = called;
    const place = isBound ? at - 1 : at;
    const rest = params.at(-1);
    const parameter = params[place] ?? (rest?.type === 'RestElement' && place >= 0 ? rest : undefined);
    if (!parameter) continue;
    if ((f.callers.get(called) ?? 0) <= MAX_CALLERS) bind(f, parameter, held);
    else readParameter(f, { call, called, first: isBound ? 1 : 0 }, held, parameter);
  }
  for (const called of f.holds.get(callee) ?? []) followGlobalArgument(f, called, held, call, at);
  if (isImported(f, callee)) {
    // An element with the properties of a component.
    if (at === 1)
      for (const { params } of functionsIn(f, call.arguments[0]!)) if (params[0]) bind(f, params[0], held);
    // A ref or a state; a memo.
    if (held.startsWith('()')) give(f, call, held.slice(2));
    if (at === 0) give(f, call, `~${held.replace(/^\(\)/, '')}`);
  }
}

/** What an argument of a global function holds. */
function followGlobalArgument(f: Follower, called: string, held: string, call: Call, at: number) {
  if (!called.startsWith('@')) return;
  const path = called.slice(1);
  if (/^(?:Reflect\.get|(?:Reflect|Object)\.getOwnPropertyDescriptor)$/.test(path)) {
    const key = call.arguments.length > 1 ? textsOf(f, call.arguments[1]!) : { names: [], open: [] };
    if (at === 0) readMembers(f, held, key, call);
    if (at === 0)
      for (const member of membersOf(held, key))
        give(f, call, path === 'Reflect.get' ? member : `~${member}`);
  } else if (path === 'Reflect.apply' || path === 'Reflect.construct') {
    if (at === 0) followCall(f, held, call);
  } else if (/^Object\.(?:values|entries|assign|getOwnPropertyDescriptors)$|^structuredClone$/.test(path)) {
    if (at > 0 || path !== 'Object.assign') readWhole(f, held, call);
  } else if (/^(?:Object\.(?:keys|getOwnPropertyNames)|Reflect\.ownKeys|JSON\.stringify)$/.test(path)) {
    // The names of the window's members are no secret.
    if (at === 0 && isStorage(held.slice(1))) readWhole(f, held, call);
  }
  const inner = held.replace(/^(?:~|\(\))/, '');
  if (!PASSES.test(path) || !inner.startsWith('@') || !hasSensitive(inner.slice(1))) return;
  give(f, call, held);
  give(f, call, `~${held}`);
}

/** What a call returns of what is called. */
function followCall(f: Follower, held: string, call: Call) {
  if (held.startsWith('()')) give(f, call, held.slice(2));
  if (held.startsWith('~')) {
    give(f, call, held);
    give(f, call, held.slice(1));
    // The callbacks of arrays and promises.
    for (const argument of call.arguments.slice(0, 1))
      for (const { params } of functionsIn(f, argument))
        for (const parameter of params.slice(0, 2)) bind(f, parameter, held.slice(1));
  }
  if (!held.startsWith('@')) return;
  const path = held.slice(1).replace(/\.?\b(?:call|apply|bind)$/, '');
  if (held.endsWith('bind')) give(f, call, `@${path}`);
  if (path === 'Function') give(f, call, '()@');
  if (path === 'eval') give(f, call, '@');
  if (path === 'Image') give(f, call, '<img');
  if (/(?:^|\.)valueOf$/.test(path)) give(f, call, `@${path.replace(/\.?valueOf$/, '')}`);
  if (path.startsWith('document.createElement'))
    for (const tag of textsOf(f, call.arguments[path.endsWith('NS') ? 1 : 0] ?? call).names)
      give(f, call, `<${tag.toLowerCase()}`);
  for (const [at, argument] of call.arguments.entries())
    for (const given of f.holds.get(argument) ?? []) followGlobalArgument(f, held, given, call, at);
  f.onCall(path, call);
}

/** Lets what a node holds be held by the object, the call or the function that it is a part of. */
function followIntoParts(f: Follower, node: AnyNode, held: string, parent: AnyNode) {
  switch (parent.type) {
    case 'SpreadElement': {
      const outer = f.parents.get(parent)!;
      if (outer.type === 'ObjectExpression') readWhole(f, held, parent);
      give(f, outer, held);
      break;
    }
    case 'Property':
      if (parent.value === node) followProperty(f, held, parent);
      break;
    case 'ArrayExpression':
      give(f, parent, `~${held}`);
      break;
    case 'CallExpression':
    case 'NewExpression':
      if (parent.callee === node || bare(parent.callee) === node) followCall(f, held, parent);
      else followArgument(f, held, parent, parent.arguments.indexOf(node as never));
      break;
    case 'ReturnStatement': {
      const owner = f.functions.get(parent);
      if (owner) followResult(f, held, owner);
      break;
    }
    case 'ArrowFunctionExpression':
      if (parent.body === node) followResult(f, held, parent);
      break;
    case 'ForInStatement':
      if (parent.right === node && isStorage(held.slice(1))) readWhole(f, held, parent.right);
      break;
    case 'ForOfStatement': {
      const left = parent.left.type === 'VariableDeclaration' ? parent.left.declarations[0]!.id : parent.left;
      if (parent.right === node)
        for (const one of membersOf(held, { names: [], open: [] })) bind(f, left, one);
      break;
    }
    case 'PropertyDefinition':
      if (parent.value === node)
        for (const name of keyOf(f, parent.key, parent.computed).names)
          giveAll(f, name, f.members.get(name) ?? [], held);
      break;
    default:
  }
}

/** Lets what a node holds be held by what the node is used for. */
export function follow(f: Follower, node: AnyNode, held: string) {
  const parent = f.parents.get(node)!;
  switch (parent.type) {
    case 'VariableDeclarator':
      if (parent.init === node) bind(f, parent.id, held);
      break;
    case 'AssignmentExpression':
      if (parent.right !== node || !/^(?:=|\|\|=|&&=|\?\?=)$/.test(parent.operator)) break;
      bind(f, parent.left, held);
      give(f, parent, held);
      break;
    case 'AssignmentPattern':
      if (parent.right === node) bind(f, parent.left, held);
      break;
    case 'ConditionalExpression':
      if (parent.test !== node) give(f, parent, held);
      break;
    case 'SequenceExpression':
      if (parent.expressions.at(-1) === node) give(f, parent, held);
      break;
    case 'LogicalExpression':
      // On the left of `&&` it is a test.
      if (parent.operator !== '&&' || parent.right === node) give(f, parent, held);
      break;
    case 'ChainExpression':
    case 'ParenthesizedExpression':
      give(f, parent, held);
      break;
    case 'AwaitExpression':
      give(f, parent, held);
      if (held.startsWith('~')) give(f, parent, held.slice(1));
      break;
    case 'MemberExpression':
      if (parent.object === node) followMember(f, held, parent, f.parents.get(parent)!);
      break;
    default:
      followIntoParts(f, node, held, parent);
  }
}
