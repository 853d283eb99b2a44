import type { AnyNode } from 'acorn';
import { parseModule } from '../bundle/parsed.ts';
import { keyName, literalValue } from './bindings.ts';
import { declaredIn } from './manifest.ts';
import { readText } from './read-text.ts';
import { isForWebpack, packageOf } from './unresolved.ts';
import { walk } from './walk.ts';

/** The folder of the package that a module belongs to. */
const PACKAGE_FOLDER = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+(?=[/\\])/;

/** Whether the package of a module declares another package. */
const isDeclared = (name: string, importer: string) =>
  declaredIn(PACKAGE_FOLDER.exec(importer)![0]).has(name);

/** The specifier that a node requires or imports when it runs. */
function requested(node: AnyNode): string | undefined {
  if (node.type === 'ImportExpression') return literalValue(node.source);
  const isRequire =
    node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'require';
  return isRequire && node.arguments[0] ? literalValue(node.arguments[0]) : undefined;
}

/**
 * Whether code uses a module somewhere without handling its absence, by `try` or by the rejection of a promise. The answer for code
 * that is no module is no.
 */
export function isUnguarded(text: string, specifier: string): boolean {
  /** Promises whose rejection is handled, by their expressions. */
  const handled = new Set<AnyNode>();
  let isFound = false;
  try {
    walk(parseModule(text), (node, _, guard) => {
      if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
        const { object, property } = node.callee;
        const name = keyName(property) ?? '';
        const handles = name === 'catch' || (name === 'then' && node.arguments.length > 1);
        if (handles || (handled.has(node) && /^(?:then|finally)$/.test(name))) handled.add(object);
      }
      isFound ||= guard !== 'try' && !handled.has(node) && requested(node) === specifier;
    });
  } catch {
    return false;
  }
  return isFound;
}

/**
 * Whether a build has to fail because a module does not exist. Code that asks for a module only when it runs may handle its absence,
 * and so may the users of a package that declares it. The author's own code gets a warning and an error at run time.
 *
 * @param kind The kind of the import, as esbuild and Rolldown name it.
 */
export function isFatal(kind: string, specifier: string, importer: string): boolean {
  if (kind === 'import-statement') return true;
  const name = packageOf(specifier) ?? (isForWebpack(specifier) ? specifier : undefined);
  const isChecked = /^(?:require-call|dynamic-import)$/.test(kind) && PACKAGE_FOLDER.test(importer);
  if (!isChecked || !name || isDeclared(name, importer)) return false;
  return isUnguarded(readText(importer.split('?')[0]!), specifier);
}
