import type { BundleFacts } from '../bundle/index.ts';
import { shimOf } from '../contract/index.ts';
import { LACKING } from './lacking.ts';

const escaped = (name: string) => name.replaceAll('$', String.raw`\$`);
const anyOf = (names: Iterable<string>) => `(?:${[...names].map(escaped).join('|')})`;

/** Objects with the keys of elements, and internals of React 18. Other objects with `$$typeof` are contexts and lists of names. */
const OWN_ELEMENTS =
  /(?<![\w$.])\$\$typeof["'`]?\s{0,9}:(?=[^{}]{0,300}\bprops\b|(?<=\bprops\b[^{}]{0,300}))|ReactCurrentBatchConfig/;

/** The local names of whole modules that a clause such as `import a, { default as b } from` imports. */
const wholeNames = (clause: string): string[] =>
  [...clause.matchAll(/^\s{0,9}([\w$]{1,99})|(?:\*|\bdefault)\s{0,9}as\s{1,9}([\w$]{1,99})/g)].flatMap(
    ([, first, renamed]) => first ?? renamed ?? [],
  );

/** Whether a function has a parameter of a name. The parser's facts leave out a name that is bound twice. */
const isParameter = (text: string, name: string) =>
  new RegExp(
    String.raw`(?<![\w$.])${escaped(name)}\s?=>|\([^()]{0,300}(?<![\w$])${escaped(name)}(?![\w$])[^()]{0,300}\)\s?=>|\bfunction\b[^(){}]{0,99}\([^()]{0,300}(?<![\w$])${escaped(name)}(?![\w$])`,
  ).test(text);

/** Whether the code uses a member that some React lacks, of a whole module that it imports from a shim. */
function usesLacking(text: string): boolean {
  const locals = new Set<string>();
  for (const [, clause = '', specifier = ''] of text.matchAll(
    /\bimport\b\s{0,9}([^"'`()]{1,5000}?)\bfrom\s{0,9}["'`]([^"'`\n]{1,500})["'`]/g,
  ))
    if (shimOf(specifier)) for (const name of wholeNames(clause)) locals.add(name);
  return [...locals].some(
    (name) =>
      new RegExp(String.raw`(?<![\w$.])${escaped(name)}\??\.${anyOf(LACKING)}(?![\w$])`).test(text) &&
      !isParameter(text, name),
  );
}

/** Whether the default export is certainly a plain function or a class: its name has one binding, which is its declaration. */
function isPlainComponent(text: string): boolean {
  // Comments with licences may follow.
  const clause = text.slice(Math.max(text.lastIndexOf('export{'), text.lastIndexOf('export {')));
  const [, name] = /^export\s{0,9}\{[^}]{0,5000}?([\w$]{1,99})\s{1,9}as\s{1,9}default\b/.exec(clause) ?? [];
  if (!name) return false;
  const own = escaped(name);
  const uses = [
    ...text.matchAll(
      new RegExp(
        String.raw`(?<![\w$.])${own}(?=\s{0,9}=(?!=))|(.{0,9})\b(?:function|class)\s{1,9}${own}(?![\w$])`,
        'g',
      ),
    ),
  ];
  const [, before] = uses[0] ?? [];
  return uses.length === 1 && before !== undefined && !/async\s*$/.test(before);
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
  OWN_ELEMENTS.test(text) ||
  !isPlainComponent(text) ||
  usesLacking(text);
