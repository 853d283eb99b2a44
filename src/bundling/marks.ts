import type { AnyNode } from 'acorn';
import { keyName, literalValue, type Bindings } from './bindings.ts';

/** The key of the symbol in an element's `$$typeof`: the first up to React 18, the second since React 19. */
export type Mark = 'react.element' | 'react.transitional.element';

const MARKS: ReadonlySet<string | undefined> = new Set<Mark>(['react.element', 'react.transitional.element']);

/** The largest number of expressions that are followed to evaluate one. */
const MAX_EXPRESSIONS = 200;

/** The possible results of an expression, through its branches and through the names in it that are bound once. */
function resultsOf(expression: AnyNode, { values, count }: Bindings): AnyNode[] {
  const stack = [expression];
  const results: AnyNode[] = [];
  for (let next = stack.pop(), left = MAX_EXPRESSIONS; next && left > 0; next = stack.pop(), left--) {
    if (next.type === 'ConditionalExpression') stack.push(next.consequent, next.alternate);
    else if (next.type === 'LogicalExpression' && next.operator === '&&') stack.push(next.right);
    else if (next.type === 'LogicalExpression') stack.push(next.left, next.right);
    else if (next.type === 'AssignmentExpression') stack.push(next.right);
    else if (next.type === 'SequenceExpression') stack.push(next.expressions.at(-1)!);
    else if (next.type === 'ChainExpression') stack.push(next.expression);
    else if (next.type !== 'Identifier') results.push(next);
    else if (count.get(next.name) === 1)
      stack.push(...(values.get(next.name)?.slice(0, MAX_EXPRESSIONS) ?? []));
  }
  return results;
}

/** Whether an expression reads the mark of an existing element. */
const isRead = (node: AnyNode) =>
  node.type === 'MemberExpression' && (node.computed ? literalValue : keyName)(node.property) === '$$typeof';

/** The mark that a call such as `Symbol.for("react.element")` returns. */
function markIn(node: AnyNode): Mark | undefined {
  const name = node.type === 'CallExpression' && node.arguments[0] && literalValue(node.arguments[0]);
  return name && MARKS.has(name) ? (name as Mark) : undefined;
}

/** The mark of a bundle's own elements. It is certain if the code has no other value for it. */
export interface OwnMark {
  mark: Mark;
  isCertain: boolean;
}

/**
 * Creates a function that finds the mark of a bundle's own elements. It returns `undefined` where the mark is read from an
 * element of the page's React, even with a constant as a fallback: such a bundle works on every page.
 *
 * @returns a function of the value of a `$$typeof`.
 */
export function createMarkReader(bindings: Bindings): (value: AnyNode) => OwnMark | undefined {
  function markOf(values: readonly AnyNode[], isShared: boolean): OwnMark | undefined {
    const results = values.map((value) => resultsOf(value, bindings));
    // Where several scopes use one name, a read may belong to another scope, unless the same expression has a constant too.
    const isPages = results.some((one) => one.some(isRead) && (!isShared || one.some(markIn)));
    // Before there were symbols, the mark was a number.
    const marks = results
      .flat()
      .filter(({ type }) => type !== 'Literal')
      .map(markIn);
    const mark = marks.find(Boolean);
    if (isPages || !mark) return undefined;
    // A value of another kind may belong to another scope, or it may be chosen at run time.
    const isCertain = marks.every((one) => one === mark || (isShared && one === undefined));
    return { mark, isCertain };
  }
  const known = new Map<string, OwnMark | undefined>();
  return (value) => {
    if (value.type !== 'Identifier') return markOf([value], false);
    const { name } = value;
    if (!known.has(name))
      known.set(name, markOf(bindings.values.get(name) ?? [], bindings.count.get(name) !== 1));
    return known.get(name);
  };
}
