import type { AnyNode, CallExpression, Program } from 'acorn';
import { keyName, type Bindings } from './bindings.ts';

/** The component that `memo` or `forwardRef` wraps. */
function wrapped(
  { callee, arguments: [inner] }: CallExpression,
  { imported }: Bindings,
): AnyNode | undefined {
  const member = callee.type === 'MemberExpression' ? callee : undefined;
  const whole = member?.object ?? callee;
  const source = whole.type === 'Identifier' ? imported.get(whole.name) : undefined;
  const name = member ? keyName(member.property) : source?.name;
  return source && /^(memo|forwardRef)$/.test(name ?? '') ? inner : undefined;
}

/** Finds the async function that a component is, also within `memo` and `forwardRef`. React cannot render it in a browser. */
export function findAsync(
  node: AnyNode | undefined,
  program: Program,
  bindings: Bindings,
  depth = 0,
): AnyNode | undefined {
  switch (node?.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async ? node : undefined;
    case 'CallExpression':
      return findAsync(wrapped(node, bindings), program, bindings, depth + 1);
    case 'Identifier': {
      if (bindings.count.get(node.name) !== 1 || depth > 10) return undefined;
      const declared = program.body
        .map((one) => (one.type === 'ExportNamedDeclaration' ? one.declaration : one))
        .find((one) => one?.type === 'FunctionDeclaration' && one.id?.name === node.name);
      const values = bindings.values.get(node.name) ?? [];
      const value = declared ?? (values.length === 1 ? values[0] : undefined);
      return findAsync(value ?? undefined, program, bindings, depth + 1);
    }
    default:
      return undefined;
  }
}
