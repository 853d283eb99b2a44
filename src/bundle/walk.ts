import type { AnyNode, Pattern, Program } from 'acorn';

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;
export type ClassNode = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;

/** A variable. */
export interface Cell {
  /** The identifiers that name it. */
  uses: AnyNode[];
  /** The expressions that are assigned to it as a whole. */
  values: AnyNode[];
  /** Whether it can have other values. */
  isOpen: boolean;
  isImport: boolean;
}

const newCell = (): Cell => ({ uses: [], values: [], isOpen: false, isImport: false });

interface Scope {
  outer: Scope | undefined;
  cells: Map<string, Cell | undefined>;
  isFunction: boolean;
}

/** A program with its variables. */
export interface Code {
  /** All nodes but keys and labels, each after the node that it is in. */
  nodes: AnyNode[];
  /** The node that each of these is in. */
  parents: Map<AnyNode, AnyNode>;
  /** The variables of the identifiers; those without one are global. */
  cells: Map<AnyNode, Cell>;
  /** The function of each `return`. */
  functions: Map<AnyNode, FunctionNode>;
}

export const isFunction = (node: AnyNode): node is FunctionNode =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

export const isClass = (node: AnyNode): node is ClassNode =>
  node.type === 'ClassDeclaration' || node.type === 'ClassExpression';

const BLOCKS = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'ClassDeclaration',
  'ClassExpression',
  'StaticBlock',
]);

/** The keys and labels of a node, which are no variables. */
function keyOf(node: AnyNode): AnyNode | null | undefined {
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? undefined : node.property;
    case 'Property':
      return node.computed ? undefined : node.key;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return node.computed ? undefined : node.key;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return node.label;
    case 'ImportSpecifier':
      return node.imported === node.local ? undefined : node.imported;
    default:
      return undefined;
  }
}

const NO_VARIABLES = new Set(['ExportSpecifier', 'MetaProperty', 'ImportAttribute']);

/** The patterns in a pattern. */
function partsOf(pattern: AnyNode): (AnyNode | null)[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.map((one) => (one.type === 'Property' ? one.value : one));
    case 'ArrayPattern':
      return pattern.elements;
    case 'AssignmentPattern':
      return [pattern.left];
    case 'RestElement':
      return [pattern.argument];
    default:
      return [];
  }
}

function declare(scope: Scope, pattern: Pattern) {
  const patterns: (AnyNode | null)[] = [pattern];
  for (let one = patterns.pop(); one !== undefined; one = patterns.pop()) {
    if (one?.type === 'Identifier') {
      if (!scope.cells.has(one.name)) scope.cells.set(one.name, newCell());
    } else if (one) patterns.push(...partsOf(one));
  }
}

/** Declares the variables of a node. @param inner The scope of its children. */
function declareNode(node: AnyNode, scope: Scope, inner: Scope) {
  switch (node.type) {
    case 'VariableDeclaration': {
      let target = scope;
      while (node.kind === 'var' && !target.isFunction) target = target.outer!;
      for (const { id } of node.declarations) declare(target, id);
      break;
    }
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      declare(scope, node.local);
      break;
    case 'CatchClause':
      if (node.param) declare(inner, node.param);
      break;
    default:
  }
  if (isFunction(node)) for (const parameter of node.params) declare(inner, parameter);
  if ((isFunction(node) || isClass(node)) && node.id) {
    const target = node.type.endsWith('Declaration') ? scope : inner;
    const isShadowed = target === inner && inner.cells.has(node.id.name);
    declare(target, node.id);
    if (!isShadowed) target.cells.get(node.id.name)!.values.push(node);
  }
}

/** Finds the variable of a name, and remembers it in the scopes on the way. @throws if that takes too long. */
function lookUp(name: string, from: Scope, budget: { left: number }): Cell | undefined {
  let scope: Scope | undefined = from;
  while (scope && !scope.cells.has(name)) scope = scope.outer;
  const cell = scope?.cells.get(name);
  for (let one: Scope | undefined = from; one && one !== scope; one = one.outer) {
    one.cells.set(name, cell);
    if (budget.left-- < 0) throw new RangeError('The scopes nest too deep.');
  }
  return cell;
}

/** The identifiers that a pattern binds. */
function boundIn(pattern: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  const patterns: (AnyNode | null)[] = [pattern];
  for (let one = patterns.pop(); one !== undefined; one = patterns.pop()) {
    if (one?.type === 'Identifier') found.push(one);
    else if (one) patterns.push(...partsOf(one));
  }
  return found;
}

/** Adds what a node assigns to variables. */
function addValues({ cells }: Code, node: AnyNode) {
  const assign = (left: AnyNode, value?: AnyNode | null) => {
    const cell = cells.get(left);
    if (cell && value) cell.values.push(value);
    else for (const one of boundIn(left)) open(one);
  };
  const open = (name: AnyNode) => {
    const cell = cells.get(name);
    if (cell) cell.isOpen = true;
  };
  if (node.type === 'VariableDeclarator') {
    if (node.init || node.id.type !== 'Identifier') assign(node.id, node.init);
  } else if (node.type === 'AssignmentExpression')
    assign(node.left, /^(?:=|\|\|=|&&=|\?\?=)$/.test(node.operator) ? node.right : node);
  else if (node.type === 'UpdateExpression') assign(node.argument, node);
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement')
    assign(node.left.type === 'VariableDeclaration' ? node.left.declarations[0]!.id : node.left);
  else if (node.type === 'CatchClause' && node.param) assign(node.param);
  else if (isFunction(node)) for (const parameter of node.params) assign(parameter);
  else if (node.type.startsWith('Import') && 'local' in node) {
    const cell = cells.get(node.local as AnyNode);
    if (cell) cell.isImport = cell.isOpen = true;
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';

/** Reads a program's nodes and variables, without recursion, since programs nest deep. @throws if that takes too long. */
export function readCode(program: Program): Code {
  const code: Code = { nodes: [], parents: new Map(), cells: new Map(), functions: new Map() };
  const names: { node: AnyNode & { type: 'Identifier' }; scope: Scope }[] = [];
  const stack: [node: AnyNode, parent: AnyNode, scope: Scope, owner: FunctionNode | undefined][] = [
    [program, program, { outer: undefined, cells: new Map(), isFunction: true }, undefined],
  ];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, parent, scope, owner] = entry;
    const isScope = isFunction(node) || BLOCKS.has(node.type);
    const inner = isScope ? { outer: scope, cells: new Map(), isFunction: isFunction(node) } : scope;
    declareNode(node, scope, inner);
    code.nodes.push(node);
    code.parents.set(node, parent);
    if (node.type === 'Identifier') names.push({ node, scope });
    if (node.type === 'ReturnStatement' && owner) code.functions.set(node, owner);
    if (NO_VARIABLES.has(node.type) || node.type === 'Identifier' || node.type === 'Literal') continue;
    const innerOwner = isFunction(node) ? node : owner;
    const key = keyOf(node);
    for (const value of Object.values(node) as unknown[]) {
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) stack.push([item, node, inner, innerOwner]);
      } else if (isNode(value) && value !== key) stack.push([value, node, inner, innerOwner]);
    }
  }
  const budget = { left: 20 * code.nodes.length + 100_000 };
  for (const { node, scope } of names) {
    const cell = lookUp(node.name, scope, budget);
    if (!cell) continue;
    code.cells.set(node, cell);
    cell.uses.push(node);
  }
  for (const node of code.nodes) addValues(code, node);
  return code;
}
