import type { AnyNode, Identifier, MemberExpression, ObjectExpression, Program } from 'acorn';
import { addBindings, keyName, keysOf, literalValue, type Bindings, type Guard } from './bindings.ts';
import { NodeUses } from './node-globals.ts';
import { ShimMembers } from './shim-members.ts';
import { walk } from './walk.ts';

/** What a single pass over a program collects. */
export interface Contents {
  bindings: Bindings;
  /** Calls of a variable with a literal. */
  calls: { callee: string; specifier: string; guard: Guard }[];
  /** Objects with the keys of elements. */
  elements: { node: ObjectExpression; mark: AnyNode }[];
  /** Members of shims that some React lacks. */
  members: ShimMembers;
  classicJsx?: AnyNode;
  renderer18?: AnyNode;
  testsReact: boolean;
  /** Members of variables that hooks are called on: `x.H` in `x.H.useState()`. */
  dispatchers: Map<string, string>;
  nodeUses: NodeUses;
}

/** Reads everything that the facts about a program need, in one pass. */
export function readContents(program: Program): Contents {
  const contents: Contents = {
    bindings: { imported: new Map(), count: new Map(), values: new Map() },
    calls: [],
    elements: [],
    members: new ShimMembers(program),
    testsReact: false,
    dispatchers: new Map(),
    nodeUses: new NodeUses(),
  };
  walk(program, (node, parent, guard, scope, inner) => {
    contents.nodeUses.visit(node, parent, scope, inner);
    contents.members.visit(node, parent, guard, scope, inner);
    addBindings(contents.bindings, node);
    switch (node.type) {
      case 'CallExpression': {
        const [argument] = node.arguments;
        const specifier = node.callee.type === 'Identifier' && argument && literalValue(argument);
        if (typeof specifier === 'string')
          contents.calls.push({ callee: (node.callee as Identifier).name, specifier, guard });
        break;
      }
      case 'ObjectExpression': {
        const mark = elementMark(node);
        if (mark) contents.elements.push({ node, mark });
        break;
      }
      case 'MemberExpression':
        readMember(contents, node);
        break;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && keyName(node.argument) === 'React') contents.testsReact = true;
        break;
      default:
    }
  });
  return contents;
}

/** The value of `$$typeof` in an object that has the keys of elements. */
function elementMark(node: ObjectExpression): AnyNode | undefined {
  if (node.properties.length < 3) return undefined;
  const keys = keysOf(node);
  if (!['$$typeof', 'type', 'props'].every((key) => keys.includes(key))) return undefined;
  const property = node.properties[keys.indexOf('$$typeof')]!;
  return property.type === 'Property' ? property.value : undefined;
}

function readMember(contents: Contents, node: MemberExpression) {
  const name = (node.computed ? literalValue : keyName)(node.property);
  if (name === undefined) return;
  if (name === 'ReactCurrentBatchConfig') contents.renderer18 ??= node;
  if (node.object.type === 'MemberExpression' && /^use[A-Z]/.test(name)) {
    const { object, property } = node.object;
    const member = keyName(property);
    if (object.type === 'Identifier' && (member === 'H' || member === 'current'))
      contents.dispatchers.set(object.name, member);
  }
  if (node.object.type !== 'Identifier') return;
  if (node.object.name === 'React' && /^(createElement|Fragment)$/.test(name)) contents.classicJsx ??= node;
}
