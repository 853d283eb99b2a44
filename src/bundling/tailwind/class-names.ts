/** A string in code that may be a class name. */
export interface ClassName {
  name: string;
  /** Its index in the text of the code, near enough for messages: escapes before it in the same string are not counted. */
  start: number;
  /** Whether it certainly is a class, because it is in `className` or in an argument of `cn`. */
  isClass: boolean;
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** The functions that join class names. */
const JOINS = /^(?:cn|cx|clsx|classnames|twMerge|twJoin)$/i;
const ATTRIBUTE = /^class$|^className$|ClassName$/;
/** Parts of TypeScript and imports, which are no values. */
const NO_VALUE = /^(?:Import|ExportAll|JSXText|TS(?!As|NonNull|Satisfies|Instantiation|Export|Enum|Module))/;

const nameOf = (node: unknown): string => {
  const { type, name, value, property } = (node ?? {}) as Partial<Node>;
  if (type === 'MemberExpression') return nameOf(property);
  return String(name ?? value ?? '');
};

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Whether the part `key` of a node in a class name is a class name too. */
function staysClass({ type, operator, callee, property }: Node, key: string): boolean {
  switch (type) {
    case 'ConditionalExpression':
      return key !== 'test';
    case 'LogicalExpression':
      return operator !== '&&' || key === 'right';
    case 'BinaryExpression':
      return operator === '+';
    case 'MemberExpression':
      return key === 'object' && nameOf(property) === 'join';
    case 'Property':
      return key === 'key';
    case 'CallExpression':
      return key === 'arguments' ? JOINS.test(nameOf(callee)) : nameOf(callee) === 'join';
    default:
      return true;
  }
}

/** Whether the part `key` of a node outside of class names is one. */
function startsClass({ type, name, key: property, computed, callee }: Node, key: string): boolean {
  if (type === 'JSXAttribute') return key === 'value' && ATTRIBUTE.test(nameOf(name));
  if (type === 'Property') return key === 'value' && !computed && ATTRIBUTE.test(nameOf(property));
  return type === 'CallExpression' && key === 'arguments' && JOINS.test(nameOf(callee));
}

/** The whole words of a text; a word that an expression continues is none. */
function wordsOf(text: string, start: number, isClass: boolean, isOpenBefore = false, isOpenAfter = false) {
  return [...text.matchAll(/\S+/g)]
    .filter(
      ({ 0: { length }, index }) =>
        !(isOpenBefore && index === 0) && !(isOpenAfter && index + length === text.length),
    )
    .map(({ 0: name, index }) => ({ name, start: start + index, isClass }));
}

function namesIn(node: Node, parentKey: string, isClass: boolean): ClassName[] {
  if (node.type === 'Literal' && typeof node.value === 'string')
    return wordsOf(node.value, node.start + 1, isClass);
  if (node.type === 'Identifier' && isClass && parentKey === 'key')
    return [{ name: nameOf(node), start: node.start, isClass }];
  if (node.type !== 'TemplateLiteral') return [];
  const quasis = node.quasis as {
    start: number;
    end: number;
    value: { cooked?: string | null; raw: string };
  }[];
  return quasis.flatMap(({ value: { cooked, raw }, start, end }, index) =>
    // In TypeScript, its range includes the signs around it.
    wordsOf(
      cooked ?? raw,
      end - start > raw.length ? start + 1 : start,
      isClass,
      index > 0,
      index < quasis.length - 1,
    ),
  );
}

/**
 * The class names in a program, and all other words of its strings, since a class may be in any of them. The program may have JSX
 * and TypeScript.
 */
export function classNamesIn(program: object): ClassName[] {
  const found: ClassName[] = [];
  const stack: [node: Node, key: string, isClass: boolean][] = [[program as Node, '', false]];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, parentKey, isClass] = entry;
    found.push(...namesIn(node, parentKey, isClass));
    if (NO_VALUE.test(node.type)) continue;
    for (const [key, value] of Object.entries(node)) {
      const isInner = isClass ? staysClass(node, key) : startsClass(node, key);
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) stack.push([child, key, isInner]);
    }
  }
  return found.toSorted((one, other) => one.start - other.start);
}
