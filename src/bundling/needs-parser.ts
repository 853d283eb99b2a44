import type { BundleFacts } from '../bundle/index.ts';
import { shimOf } from '../contract/index.ts';
import { LACKING } from './lacking.ts';

const escaped = (name: string) => name.replaceAll('$', String.raw`\$`);
const anyOf = (names: Iterable<string>) => `(?:${[...names].map(escaped).join('|')})`;

/** Elements of the bundle's own, and internals of React 18. */
const OWN_ELEMENTS = /(?<![\w$.])\$\$typeof["'`]?\s{0,9}:|ReactCurrentBatchConfig/;

/** Whether the code uses a member that some React lacks, of a variable that it imports from a shim. */
function usesLacking(text: string): boolean {
  const locals = new Set<string>();
  for (const [, clause = '', specifier = ''] of text.matchAll(
    /\bimport\b\s{0,9}([^"'`()]{1,5000}?)\bfrom\s{0,9}["'`]([^"'`\n]{1,500})["'`]/g,
  ))
    if (shimOf(specifier)) for (const [name] of clause.matchAll(/[\w$]+/g)) locals.add(name);
  if (locals.size === 0) return false;
  return new RegExp(String.raw`(?<![\w$.])${anyOf(locals)}\??\.${anyOf(LACKING)}(?![\w$])`).test(text);
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
