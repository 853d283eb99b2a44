import { parseModule } from '../bundle/parsed.ts';
import { createProblem, type Problem } from './problems.ts';
import { lineAt } from './line-of.ts';
import { NodeUses } from './node-globals.ts';
import type { SourceModule } from './react.ts';
import { walk } from './walk.ts';

/** The lines of a module that use Node's names, by name. A module that tests a name with `typeof` is careful with it. */
function usesIn(text: string, wanted: readonly string[]): Map<string, number> {
  const lines = new Map<string, number>();
  const uses = new NodeUses();
  try {
    walk(parseModule(text), (node, parent, _, scope, inner) => uses.visit(node, parent, scope, inner));
    for (const { name, node } of uses.free())
      if (!uses.tested.has(node.name) && !lines.has(name)) lines.set(name, lineAt(text, node.start));
  } catch {
    // TypeScript and JSX, which the parser does not know.
    for (const name of wanted) {
      const [base = ''] = name.split('.');
      const at = text.search(
        new RegExp(String.raw`(?<![\w$.'"/])${name.replace('.', String.raw`\s{0,9}\.\s{0,9}`)}(?![\w$'"])`),
      );
      if (at >= 0 && !new RegExp(String.raw`\btypeof ${base}\b`).test(text))
        lines.set(name, lineAt(text, at));
    }
  }
  return lines;
}

/**
 * Finds the modules that use Node's names which are left in a bundle: these throw only when the code runs, at a click perhaps.
 *
 * @param names The names in the bundle, such as `process.nextTick`.
 */
export function findLeftovers(names: readonly string[], modules: readonly SourceModule[]): Problem[] {
  const problems: Problem[] = [];
  const left = new Set(names);
  for (const { path, text } of modules) {
    const wanted = [...left].filter((name) => text.includes(name.split('.')[0]!));
    if (wanted.length === 0) continue;
    const lines = usesIn(text, wanted);
    for (const name of wanted) {
      const line = lines.get(name);
      if (line === undefined) continue;
      left.delete(name);
      problems.push(createProblem('warning', 'NODE_GLOBAL', { file: `${path}:${line}`, name }));
    }
  }
  return problems;
}
