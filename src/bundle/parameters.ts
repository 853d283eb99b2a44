import type { AnyNode } from 'acorn';
import { give, membersOf, readMembers, readWhole, type Call, type Follower } from './held.ts';
import { keyOf, textsOf, type Key } from './texts.ts';
import type { Cell, FunctionNode } from './walk.ts';

/** How often what a parameter holds is followed to another variable. */
const MAX_ALIASES = 3;

/** One call of a function that is called often. */
interface OneCall {
  call: Call;
  called: FunctionNode;
  /** The place of the first parameter among the arguments: 1 in `f.call(that, …)`. */
  first: number;
}

/** The name of a member; that of `object[key]` is what this call gives for the parameter `key`. */
function nameOf(f: Follower, { call, called, first }: OneCall, property: AnyNode, isComputed: boolean): Key {
  const cell = isComputed ? f.cells.get(property) : undefined;
  const place = cell ? called.params.findIndex((one) => f.cells.get(one) === cell) : -1;
  if (place < 0) return keyOf(f, property, isComputed);
  const given = call.arguments[place + first];
  return given ? textsOf(f, given) : { names: [], open: [] };
}

function readCell(f: Follower, one: OneCall, held: string, cell: Cell, aliases = 0) {
  for (const use of cell.uses) {
    const parent = f.parents.get(use)!;
    if (parent.type === 'MemberExpression' && parent.object === use) {
      const key = nameOf(f, one, parent.property, parent.computed);
      readMembers(f, held, key, one.call);
      for (const member of membersOf(held, key)) give(f, one.call, member);
    } else if (parent.type === 'VariableDeclarator' && parent.init === use) {
      const alias = f.cells.get(parent.id);
      if (alias && aliases < MAX_ALIASES) readCell(f, one, held, alias, aliases + 1);
      else readPattern(f, one, held, parent.id);
    } else if (parent.type === 'SpreadElement') readWhole(f, held, one.call);
    else if (parent.type === 'ReturnStatement' || parent.type === 'ArrowFunctionExpression')
      give(f, one.call, held);
  }
}

function readPattern(f: Follower, one: OneCall, held: string, pattern: AnyNode) {
  if (pattern.type !== 'ObjectPattern') return;
  for (const part of pattern.properties)
    if (part.type === 'RestElement') readWhole(f, held, one.call);
    else readMembers(f, held, nameOf(f, one, part.key, part.computed), one.call);
}

/**
 * Reads what a function does with an argument of one call. The function is called often, for values of all kinds, so that its parameter
 * and what it returns say nothing about one of them: they are read for this call alone.
 */
export function readParameter(f: Follower, one: OneCall, held: string, parameter: AnyNode) {
  const bound = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  const cell = f.cells.get(bound);
  if (cell) readCell(f, one, held, cell);
  else readPattern(f, one, held, bound);
}
