import type { AnyNode } from 'acorn';
import { NUMBERS } from './names.ts';
import type { Cell, Code } from './walk.ts';

/** The names that a key may have, or the strings of another expression; none at all for a number. */
export interface Key {
  names: readonly string[];
  /** Names with `…` for what is not known before the code runs. */
  open: readonly string[];
}

const UNKNOWN: Key = { names: [], open: ['…'] };
const NUMBER: Key = { names: [], open: [] };

/** The depth to which an expression is followed. */
const MAX_DEPTH = 60;
/** The number of strings that one place may be. */
const MAX_TEXTS = 8;
/** The length at which a string is cut, in characters. */
export const MAX_TEXT_LENGTH = 5000;

/** The constants of a program. */
export interface Texts extends Code {
  /** Those of the variables that were read. */
  texts: Map<Cell, Key>;
}

/** The operands of a chain of `+`, from left to right. Such a chain nests to the left, and can be long. */
export function operandsOf(node: AnyNode): AnyNode[] {
  const operands: AnyNode[] = [];
  let rest: AnyNode = node;
  while (rest.type === 'BinaryExpression' && rest.operator === '+') {
    operands.push(rest.right);
    rest = rest.left;
  }
  return [rest, ...operands.toReversed()];
}

/** What an expression is behind sequences and chains: `a.b` in `(0, a.b)`. */
export function bare(node: AnyNode): AnyNode {
  let one = node;
  for (;;) {
    if (one.type === 'ChainExpression' || one.type === 'ParenthesizedExpression') one = one.expression;
    else if (one.type === 'SequenceExpression') one = one.expressions.at(-1)!;
    else return one;
  }
}

function union(keys: readonly Key[]): Key {
  const names = [...new Set(keys.flatMap((key) => key.names))];
  const open = [...new Set(keys.flatMap((key) => key.open))];
  return names.length + open.length > MAX_TEXTS ? { names: [], open: ['…'] } : { names, open };
}

function sumOf(t: Texts, parts: readonly (AnyNode | string)[], depth: number): Key {
  let texts = [''];
  let isText = false;
  for (const part of parts) {
    const { names, open } = typeof part === 'string' ? { names: [part], open: [] } : textsOf(t, part, depth);
    isText ||= names.length > 0 || open.some((one) => one !== '…');
    const options = names.length + open.length > 0 ? [...names, ...open] : ['…'];
    const next = texts.flatMap((text) => options.map((option) => text + option));
    texts = next.length <= MAX_TEXTS ? next : texts.map((text) => `${text}…`);
    if (texts.some(({ length }) => length > MAX_TEXT_LENGTH))
      texts = texts.map((text) => `${text.slice(0, MAX_TEXT_LENGTH)}…`);
  }
  if (!isText) return UNKNOWN;
  const all = texts.map((text) => text.replace(/…+/g, '…'));
  return { names: all.filter((text) => !text.includes('…')), open: all.filter((text) => text.includes('…')) };
}

function textsOfVariable(t: Texts, cell: Cell, depth: number): Key {
  const known = t.texts.get(cell);
  if (known) return known;
  if (cell.isOpen || cell.values.length === 0 || cell.values.length > MAX_TEXTS) return UNKNOWN;
  // While it is being read, for variables that are assigned to each other.
  t.texts.set(cell, UNKNOWN);
  const texts = union(cell.values.map((value) => textsOf(t, value, depth)));
  t.texts.set(cell, texts);
  return texts;
}

/** The strings that an expression may be, as far as they are constants. */
export function textsOf(t: Texts, node: AnyNode, depth = 0): Key {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const inner = (one: AnyNode) => textsOf(t, one, depth + 1);
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? { names: [node.value], open: [] } : NUMBER;
    case 'TemplateLiteral':
      return sumOf(
        t,
        node.quasis.flatMap(({ value }, at) => [
          value.cooked ?? value.raw,
          ...node.expressions.slice(at, at + 1),
        ]),
        depth + 1,
      );
    case 'BinaryExpression':
      return node.operator === '+' ? sumOf(t, operandsOf(node), depth + 1) : NUMBER;
    case 'UnaryExpression':
    case 'UpdateExpression':
      return NUMBER;
    case 'ConditionalExpression':
      return union([inner(node.consequent), inner(node.alternate)]);
    case 'LogicalExpression':
      return union([inner(node.left), inner(node.right)]);
    case 'AssignmentExpression':
      if (/^(?:=|\|\|=|&&=|\?\?=)$/.test(node.operator)) return inner(node.right);
      return node.operator === '+=' && inner(node.right) !== NUMBER ? UNKNOWN : NUMBER;
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'SequenceExpression':
      return inner(bare(node));
    case 'CallExpression':
      return textsOfCall(t, bare(node.callee));
    case 'MemberExpression':
      // The well-known symbols.
      return node.object.type === 'Identifier' && node.object.name === 'Symbol' ? NUMBER : UNKNOWN;
    case 'Identifier': {
      const cell = t.cells.get(node);
      return cell ? textsOfVariable(t, cell, depth + 1) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function textsOfCall(t: Texts, callee: AnyNode): Key {
  const owner = callee.type === 'MemberExpression' ? callee.object : callee;
  const name = callee.type === 'MemberExpression' && !callee.computed && callee.property;
  const method = name && name.type === 'Identifier' ? name.name : '';
  if (method === 'toDataURL') return { names: ['data:'], open: [] };
  if (owner.type !== 'Identifier' || t.cells.has(owner)) return UNKNOWN;
  if (owner.name === 'URL' && method === 'createObjectURL') return { names: ['blob:'], open: [] };
  return NUMBERS.test(owner.name) ? NUMBER : UNKNOWN;
}

/** The names of a property, a member or a method. */
export function keyOf(t: Texts, key: AnyNode, isComputed: boolean): Key {
  if (isComputed) return textsOf(t, key);
  if (key.type === 'Identifier') return { names: [key.name], open: [] };
  if (key.type === 'PrivateIdentifier') return { names: [`#${key.name}`], open: [] };
  return { names: [key.type === 'Literal' ? String(key.value) : ''], open: [] };
}
