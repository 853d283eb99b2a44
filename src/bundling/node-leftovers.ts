import { createProblem, type Problem } from './problems.ts';
import { lineAt } from './line-of.ts';
import { NODE_GLOBALS } from './node-builtins.ts';
import { NODE_NAMES, NodeUses } from './node-globals.ts';
import { parseSource } from './parse-source.ts';
import { placesOf } from './places.ts';
import type { SourceModule } from './react.ts';
import { walk } from './walk.ts';

/** The lines of a module that use Node's names, by name. A module that tests a name with `typeof` is careful with it. */
function usesIn({ path, text }: SourceModule, wanted: readonly string[]): Map<string, number> {
  const lines = new Map<string, number>();
  const program = parseSource(text, path);
  if (program) {
    const uses = new NodeUses();
    walk(program, (node, parent, _, scope, inner) => uses.visit(node, parent, scope, inner));
    for (const { name, node } of uses.free())
      if (!uses.tested.has(node.name) && !lines.has(name)) lines.set(name, lineAt(text, node.start));
    return lines;
  }
  // Data contain no code.
  if (/\.json(?:\?|$)/.test(path)) return lines;
  // Another plugin makes the code of this file.
  for (const name of wanted) {
    const [base = ''] = name.split('.');
    const at = text.search(
      new RegExp(String.raw`(?<![\w$.'"/])${name.replace('.', String.raw`\s{0,9}\.\s{0,9}`)}(?![\w$'"])`),
    );
    if (at >= 0 && !new RegExp(String.raw`\btypeof ${base}\b`).test(text)) lines.set(name, lineAt(text, at));
  }
  return lines;
}

/** What follows a name: a member perhaps, and no further part of the name. */
const MEMBER = /(?:\.[\w$]{1,99})?(?![\w$])/y;
/** What a name of Node does not follow. */
const BEFORE = /[\w$.]$|typeof $/;

/** What only prose has after a name: the end of a sentence or of a string, or a word. */
const PROSE_AFTER = /^(?:["'`]|\.(?![\w$])| (?!(?:in|of|instanceof)\b)[a-z])/i;
/** What only prose has before a name: a word that is no keyword. */
const PROSE_BEFORE =
  /[a-z](?<!\b(?:return|new|in|of|case|void|delete|await|yield|throw|else|do|extends|instanceof|default)) $/i;
/** The distance of a test from the use that it protects, in characters of a minified bundle. */
const NEAR = 100;

/** Whether a name at a place is in prose, or close after its test with `typeof`. */
function isHarmless(text: string, name: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - NEAR), start);
  return (
    PROSE_AFTER.test(text.slice(end, end + 12)) ||
    PROSE_BEFORE.test(before) ||
    // A bundler's substitute for `require` contains its test.
    (name !== 'require' && before.includes(`typeof ${name}`))
  );
}

/** What looks like Node's names in a new bundle, without a parser: `process.nextTick`, also in a string or of a local variable. */
export function nodeNamesIn(text: string): string[] {
  const names = new Set<string>();
  for (const name of NODE_NAMES)
    for (const at of placesOf(text, name)) {
      MEMBER.lastIndex = at + name.length;
      const [whole] = MEMBER.exec(text) ?? [];
      if (whole === undefined || BEFORE.test(text.slice(Math.max(0, at - 7), at))) continue;
      const found = name + whole;
      const isKnown = names.has(found) || Object.hasOwn(NODE_GLOBALS, found);
      if (!isKnown && !isHarmless(text, name, at, MEMBER.lastIndex)) names.add(found);
    }
  return [...names];
}

/** A use of one of Node's names that is left in a bundle. It throws only when the code runs, at a click perhaps. */
export interface Leftover {
  name: string;
  problem: Problem;
}

/**
 * Finds the modules that use Node's names.
 *
 * @param names The names in the bundle, such as `process.nextTick`.
 */
export function findLeftovers(names: readonly string[], modules: readonly SourceModule[]): Leftover[] {
  const found: Leftover[] = [];
  const left = new Set(names);
  for (const module of modules) {
    // The text of each module is read from the disk.
    if (left.size === 0) break;
    const { path, text } = module;
    const wanted = [...left].filter((name) => {
      const [base = ''] = name.split('.');
      return text.includes(base) && !text.includes(`typeof ${base}`);
    });
    if (wanted.length === 0) continue;
    const lines = usesIn(module, wanted);
    for (const name of wanted) {
      const line = lines.get(name);
      if (line === undefined) continue;
      left.delete(name);
      found.push({
        name,
        problem: createProblem('warning', 'NODE_GLOBAL', { file: `${path}:${line}`, name }),
      });
    }
  }
  return found;
}
