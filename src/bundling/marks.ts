import type { AnyNode } from 'acorn';
import { literalOf, nameOf, type Bindings } from './bindings.ts';

/** What the elements of a React have as `$$typeof`: up to React 18, and since 19. */
export type Mark = 'react.element' | 'react.transitional.element';

const MARKS: ReadonlySet<string | undefined> = new Set<Mark>(['react.element', 'react.transitional.element']);

/** At most so many expressions are looked at to learn what one comes to. */
const LOOKED_AT = 200;

/** What an expression may come to, as far as its branches show, and the names in it that are bound once. */
function resultsOf(expression: AnyNode, { values, count }: Bindings): AnyNode[] {
  const open = [expression];
  const results: AnyNode[] = [];
  for (let next = open.pop(), left = LOOKED_AT; next && left > 0; next = open.pop(), left--) {
    if (next.type === 'ConditionalExpression') open.push(next.consequent, next.alternate);
    else if (next.type === 'LogicalExpression') open.push(next.left, next.right);
    else if (next.type === 'AssignmentExpression') open.push(next.right);
    else if (next.type === 'SequenceExpression') open.push(next.expressions.at(-1)!);
    else if (next.type === 'ChainExpression') open.push(next.expression);
    else if (next.type !== 'Identifier') results.push(next);
    else if (count.get(next.name) === 1) open.push(...(values.get(next.name)?.slice(0, LOOKED_AT) ?? []));
  }
  return results;
}

/** Whether a value is read from an element that some React has made. */
const isRead = (node: AnyNode) =>
  node.type === 'MemberExpression' && (node.computed ? literalOf : nameOf)(node.property) === '$$typeof';

/** The mark that a call such as `Symbol.for("react.element")` gives. */
function markIn(node: AnyNode): Mark | undefined {
  const name = node.type === 'CallExpression' && node.arguments[0] && literalOf(node.arguments[0]);
  return name && MARKS.has(name) ? (name as Mark) : undefined;
}

/**
 * Makes the reader of what a bundle's own elements are marked with. It finds nothing where the mark is read from an element of
 * the page's React, so that it is right on every page; another mark may stand there for the case that the reading fails.
 *
 * @returns a function that takes the value of a `$$typeof`.
 */
export function createMarkReader(bindings: Bindings): (value: AnyNode) => Mark | undefined {
  function markOf(values: readonly AnyNode[], isShared: boolean): Mark | undefined {
    const results = values.map((value) => resultsOf(value, bindings));
    // Where scopes share a name, what is read may be another one's, unless a mark stands in the same expression.
    const isPages = results.some((one) => one.some(isRead) && (!isShared || one.some(markIn)));
    return isPages ? undefined : results.flat().map(markIn).find(Boolean);
  }
  const known = new Map<string, Mark | undefined>();
  return (value) => {
    if (value.type !== 'Identifier') return markOf([value], false);
    const { name } = value;
    if (!known.has(name))
      known.set(name, markOf(bindings.values.get(name) ?? [], bindings.count.get(name) !== 1));
    return known.get(name);
  };
}
