import { lineAt } from './line-of.ts';
import { NODE_GLOBALS } from './node-builtins.ts';
import { NODE_NAMES } from './node-globals.ts';
import { createProblem, type Problem } from './problems.ts';
import type { SourceModule } from './react.ts';

/** Comments and strings of a source in TypeScript, for which there is no parser here. */
const PROSE = /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\.){0,500}"|'(?:[^'\\\n]|\\.){0,500}'/g;

/** A text whose comments and strings are blank, and whose places are the same. */
const withoutProse = (text: string) => text.replace(PROSE, (prose) => prose.replace(/[^\n]/g, ' '));

/** What browsers have, too, or what code asks for to know that it is in a browser. */
const EXPECTED = new Set(['process.env.NODE_ENV', 'process.browser']);

const REPLACED = /(?<![\w$.])(process\.[\w$]{1,99})(?:\.([\w$]{1,99}))?(?![\w$])/g;
const OF_WINDOW = new RegExp(
  String.raw`(?<![\w$.])(?:globalThis|window|self|global)\.(${[...NODE_NAMES].join('|')})(?=\s{0,9}[.(])`,
  'g',
);

/** What the build makes of a name: the name as it is in the source, and its value. */
function replacementOf(
  base: string,
  member: string | undefined,
): { name: string; value: string } | undefined {
  const value = Object.hasOwn(NODE_GLOBALS, base) && NODE_GLOBALS[base as keyof typeof NODE_GLOBALS];
  if (value === false) return undefined;
  return value === '{}' && member ? { name: `${base}.${member}`, value: 'undefined' } : { name: base, value };
}

/** Whether code tests for a name with `typeof`, or has a variable, an import or a parameter of that name. */
const isTestedOrBound = (code: string, name: string) =>
  new RegExp(
    String.raw`\b(?:typeof\s{1,9}[\w$.]{0,99}\b|(?:const|let|var|function|class)\s{1,9}|import\b[^;]{0,300}?\b)${name}\b|[(,]\s{0,9}${name}\s{0,9}[:,)=]`,
  ).test(code);

/**
 * Finds the uses of Node's globals in the author's own sources that the build replaces, or that it does not see. They end in another
 * value, or in an error at run time, and nothing in the bundle shows it. A module that tests for a name with `typeof` is careful, and
 * one that declares it has its own.
 *
 * @param defined The expressions that the author replaces.
 */
export function findOwnGlobals(
  modules: readonly SourceModule[],
  defined: ReadonlySet<string> = new Set(),
): Problem[] {
  const problems: Problem[] = [];
  for (const { path, text } of modules) {
    if (!/\b(?:process|globalThis|window|self|global)\s{0,9}\./.test(text)) continue;
    const code = withoutProse(text);
    const seen = new Set<string>();
    const report = (name: string, at: number, value?: string) => {
      if (seen.has(name)) return;
      seen.add(name);
      const file = `${path}:${lineAt(text, at)}`;
      problems.push(
        value === undefined
          ? createProblem('warning', 'NODE_GLOBAL', { file, name })
          : createProblem('warning', 'NODE_REPLACED', { file, name, value }),
      );
    };
    const isCareful = (name: string) => isTestedOrBound(code, name);
    if (!isCareful('process'))
      for (const { index, 1: base = '', 2: member } of code.matchAll(REPLACED)) {
        const { name = '', value } = replacementOf(base, member) ?? {};
        const isOwn = [base, name].some((one) => EXPECTED.has(one) || defined.has(one));
        if (value !== undefined && !isOwn) report(name, index, value);
      }
    for (const { index, 0: whole, 1: name = '' } of code.matchAll(OF_WINDOW))
      if (!isCareful(name)) report(whole, index);
  }
  return problems;
}
