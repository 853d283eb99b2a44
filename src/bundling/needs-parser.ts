import type { BundleFacts } from '../bundle/index.ts';
import { shimOf, type Shim } from '../contract/index.ts';
import { isLacking, LACKING } from './lacking.ts';
import { placesOf } from './places.ts';

const escaped = (name: string) => name.replaceAll('$', String.raw`\$`);

/** The text around a place. */
const around = (text: string, at: number, length: number) =>
  text.slice(Math.max(0, at - length), at + length);

/** An object with the keys of elements. Other objects with `$$typeof` are contexts and lists of names. */
const OWN_ELEMENT = /(?<![\w$.])\$\$typeof["'`]?\s{0,9}:(?=[^{}]{0,300}\bprops\b|(?<=\bprops\b[^{}]{0,300}))/;

/** Whether the code has elements of its own, or internals of React 18. */
function hasOwnElements(text: string): boolean {
  if (text.includes('ReactCurrentBatchConfig')) return true;
  for (const at of placesOf(text, '$$typeof')) if (OWN_ELEMENT.test(around(text, at, 330))) return true;
  return false;
}

const IMPORT = /(?<!\w)import\b\s{0,9}([^"'`()]{1,5000}?)\bfrom\s{0,9}["'`]([^"'`\n]{1,500})["'`]/y;

/** The local names of whole modules that a clause such as `import a, { default as b } from` imports. */
const wholeNames = (clause: string): string[] =>
  [...clause.matchAll(/^\s{0,9}([\w$]{1,99})|(?:\*|\bdefault)\s{0,9}as\s{1,9}([\w$]{1,99})/g)].flatMap(
    ([, first, renamed]) => first ?? renamed ?? [],
  );

/** The whole shims that the code imports, by local name. */
function wholeShims(text: string): Map<string, Shim> {
  const locals = new Map<string, Shim>();
  for (const at of placesOf(text, 'import')) {
    IMPORT.lastIndex = at;
    const [, clause = '', specifier = ''] = IMPORT.exec(text) ?? [];
    const shim = shimOf(specifier);
    if (shim) for (const name of wholeNames(clause)) locals.set(name, shim);
  }
  return locals;
}

/** Whether a function has a parameter of a name. The parser's facts leave out a name that is bound twice. */
const isParameter = (text: string, name: string) =>
  new RegExp(
    String.raw`(?<![\w$.])${escaped(name)}\s?=>|\([^()]{0,300}(?<![\w$])${escaped(name)}(?![\w$])[^()]{0,300}\)\s?=>|\bfunction\b[^(){}]{0,99}\([^()]{0,300}(?<![\w$])${escaped(name)}(?![\w$])`,
  ).test(text);

const MEMBER = new RegExp(String.raw`\.(?:${[...LACKING].join('|')})(?![\w$])`, 'g');

/** Whether the code uses a member that some React lacks, of a whole shim that it imports. */
function usesLacking(text: string): boolean {
  const shims = wholeShims(text);
  for (const { index, 0: member } of shims.size > 0 ? text.matchAll(MEMBER) : []) {
    const before = text.slice(Math.max(0, index - 102), index);
    const [, name = ''] = /(?<![\w$.])([\w$]{1,99})\??$/.exec(before) ?? [];
    const shim = shims.get(name);
    if (shim && isLacking(shim, member.slice(1)) && !isParameter(text, name)) return true;
  }
  return false;
}

/** The number of declarations of a name from which on it is certainly bound twice, even if one of them is in a string. */
const MANY = 3;

/**
 * Whether the parser would say nothing about the default export: its name has one binding, a plain function or a class, or it has
 * several.
 */
function isPlainComponent(text: string): boolean {
  // Comments with licences may follow.
  const clause = text.slice(Math.max(text.lastIndexOf('export{'), text.lastIndexOf('export {')));
  const [, name] = /^export\s{0,9}\{[^}]{0,5000}?([\w$]{1,99})\s{1,9}as\s{1,9}default\b/.exec(clause) ?? [];
  if (!name) return false;
  const assigned = new RegExp(String.raw`(?<![\w$.])${escaped(name)}\s{0,9}=(?!=)`, 'y');
  let [declarations, values, isPlain] = [0, 0, true];
  for (const at of placesOf(text, name)) {
    const next = text.charAt(at + name.length);
    // Most places are parts of other names, or uses.
    if (/[\w$]/.test(next)) continue;
    const [, before, keyword] =
      (/\s/.test(text.charAt(at - 1)) &&
        /(.{0,9})\b(function|class|var|let|const)\s{1,9}$/.exec(text.slice(Math.max(0, at - 30), at))) ||
      [];
    assigned.lastIndex = at;
    if (keyword && ++declarations === MANY) return true;
    if (keyword === 'function' || keyword === 'class') isPlain &&= !/async\s*$/.test(before!);
    else if (/[\s=]/.test(next) && assigned.test(text)) values++;
  }
  return declarations === 1 && values === 0 && isPlain;
}

/**
 * Whether a bundle that a bundler has just written needs a parser, which takes much longer than the bundler. It does not if a
 * search finds nothing of what the parser's facts are about.
 */
export const needsParser = (
  text: string,
  { requires, react, reactDom, jsxRuntime, classicJsx }: BundleFacts,
) =>
  requires.length > 0 ||
  Boolean(react ?? reactDom ?? jsxRuntime) ||
  classicJsx ||
  hasOwnElements(text) ||
  !isPlainComponent(text) ||
  usesLacking(text);
