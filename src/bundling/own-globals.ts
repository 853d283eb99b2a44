import type { AnyNode, Identifier, MemberExpression, Program } from 'acorn';
import { keyName, literalValue } from './bindings.ts';
import { lineAt } from './line-of.ts';
import { NODE_GLOBALS } from './node-builtins.ts';
import { bindNames, isFree, isKey, NODE_NAMES } from './node-globals.ts';
import { parseSource } from './parse-source.ts';
import { createProblem, type Problem } from './problems.ts';
import type { SourceModule } from './react.ts';
import { walk, type Scope } from './walk.ts';

/** What browsers have, too, or what code asks for to know that it is in a browser. */
const EXPECTED = new Set(['process.env.NODE_ENV', 'process.browser']);

/** The names of the object whose members are the globals. */
const WINDOWS = new Set(['globalThis', 'window', 'self', 'global']);
const WANTED = new Set([...NODE_NAMES, ...WINDOWS]);
const MENTIONED = new RegExp(String.raw`(?<![\w$])(?:${[...NODE_NAMES].join('|')})(?![\w$])`);

/** What the build makes of a name: the name as it is in the source, and its value. */
function replacementOf(
  base: string,
  member: string | undefined,
): { name: string; value: string } | undefined {
  const value = Object.hasOwn(NODE_GLOBALS, base) && NODE_GLOBALS[base as keyof typeof NODE_GLOBALS];
  if (value === false) return undefined;
  return value === '{}' && member ? { name: `${base}.${member}`, value: 'undefined' } : { name: base, value };
}

/** The name of a member. */
const memberName = ({ property, computed }: MemberExpression) =>
  (computed ? literalValue : keyName)(property);

/** The names in a chain of members such as `globalThis.process.env`. */
function chainOf(node: AnyNode): string[] {
  const names: string[] = [];
  let one = node;
  for (; one.type === 'MemberExpression'; one = one.object) names.unshift(memberName(one) ?? '');
  return one.type === 'Identifier' ? [one.name, ...names] : names;
}

/** What a source does with the names of Node. */
interface Uses {
  names: { node: Identifier; scope: Scope }[];
  /** The members that code reads, by the object. */
  members: Map<AnyNode, MemberExpression>;
  /** The functions of calls. */
  called: Set<AnyNode>;
  /** The names that code tests with `typeof`. */
  tested: Set<string>;
}

function readUses(program: Program): Uses {
  const uses: Uses = { names: [], members: new Map(), called: new Set(), tested: new Set() };
  walk(program, (node, parent, _, scope, inner) => {
    if (node.type === 'Identifier') {
      if (WANTED.has(node.name) && !isKey(node, parent)) uses.names.push({ node, scope });
      return;
    }
    bindNames(node, scope, inner, WANTED);
    if (node.type === 'MemberExpression') uses.members.set(node.object, node);
    else if (node.type === 'CallExpression' || node.type === 'NewExpression') uses.called.add(node.callee);
    else if (node.type === 'UnaryExpression' && node.operator === 'typeof')
      for (const name of chainOf(node.argument)) uses.tested.add(name);
  });
  return uses;
}

/** A use of a global that the build replaces with a value, or that it does not see. */
interface Found {
  name: string;
  at: number;
  value?: string;
}

/** The uses of Node's globals that a source is not careful with. */
function* findUses({ names, members, called, tested }: Uses): Generator<Found> {
  const free = names.filter(({ node, scope }) => isFree(node.name, scope));
  const isUsed = (node: AnyNode) => members.has(node) || called.has(node);
  // Code that reads a member of the window without using it asks whether the page has it.
  for (const { node } of free) {
    const member = WINDOWS.has(node.name) && members.get(node);
    if (member && (!isUsed(member) || members.get(member)?.optional)) tested.add(memberName(member) ?? '');
  }
  for (const { node } of free) {
    const member = members.get(node);
    const name = member && memberName(member);
    if (!member || name === undefined || member.optional) continue;
    const whole = `${node.name}.${name}`;
    if (WINDOWS.has(node.name)) {
      if (NODE_NAMES.has(name) && isUsed(member) && !tested.has(name)) yield { name: whole, at: node.start };
    } else if (!tested.has(node.name)) {
      const deeper = members.get(member);
      const replaced = replacementOf(whole, deeper && memberName(deeper));
      if (replaced) yield { ...replaced, at: node.start };
    }
  }
}

/**
 * Finds the uses of Node's globals in the author's own sources that the build replaces, or that it does not see. They end in another
 * value, or in an error at run time, and nothing in the bundle shows it. A module that tests for a name with `typeof` is careful, and
 * one that declares it has its own.
 *
 * @param defined The expressions that the author replaces.
 */
export function findOwnGlobals(
  modules: readonly SourceModule[],
  defined: ReadonlySet<string> = new Set(),
): Problem[] {
  const problems: Problem[] = [];
  for (const { path, text } of modules) {
    const program = MENTIONED.test(text) ? parseSource(text, path) : undefined;
    if (!program) continue;
    const seen = new Set<string>();
    for (const { name, at, value } of findUses(readUses(program))) {
      const [first, second] = name.split('.');
      const isOwn = [name, `${first}.${second}`].some((one) => EXPECTED.has(one) || defined.has(one));
      if (isOwn || seen.has(name)) continue;
      seen.add(name);
      const file = `${path}:${lineAt(text, at)}`;
      problems.push(
        value === undefined
          ? createProblem('warning', 'NODE_GLOBAL', { file, name })
          : createProblem('warning', 'NODE_REPLACED', { file, name, value }),
      );
    }
  }
  return problems;
}
