/** A rule of a style sheet. */
export interface Rule {
  /** The selector, or the at-rule with its name. */
  prelude: string;
  /** Declarations such as `color: red`, and inner rules. */
  body: (Rule | string)[];
}

/** What ends a part of a style sheet, and what may contain such signs without ending it. */
const TOKEN = /\/\*[^]*?\*\/|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\\[^]|[{};()[\]]/g;

/** Reads a style sheet into rules. Statements without a block, such as `@import`, and comments are left out. */
export function readRules(css: string): Rule[] {
  const root: Rule = { prelude: '', body: [] };
  const open = [root];
  let [from, depth, text] = [0, 0, ''];
  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    const isComment = token.startsWith('/*');
    if (isComment || (depth === 0 && /^[{};]$/.test(token))) {
      text += css.slice(from, index);
      from = index + token.length;
      if (isComment) continue;
      const part = text.trim();
      text = '';
      if (token === '{') {
        const rule = { prelude: part, body: [] };
        open.at(-1)!.body.push(rule);
        open.push(rule);
      } else {
        if (part) open.at(-1)!.body.push(part);
        if (token === '}' && open.length > 1) open.pop();
      }
    } else if ('(['.includes(token)) depth++;
    else if (')]'.includes(token)) depth--;
  }
  return root.body.filter((part) => typeof part !== 'string');
}

/** Splits at commas, or at another sign, that are in no brackets. */
export function splitOutside(text: string, sign = ','): string[] {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (const { 0: token, index } of text.matchAll(
    new RegExp(`${TOKEN.source}|${sign === ' ' ? String.raw`\s` : sign}`, 'g'),
  )) {
    if ('(['.includes(token)) depth++;
    else if (')]'.includes(token)) depth--;
    else if (depth === 0 && token.length === 1 && !/[{};]/.test(token)) {
      parts.push(text.slice(from, index).trim());
      from = index + 1;
    }
  }
  return [...parts, text.slice(from).trim()].filter(Boolean);
}

/** At-rules whose body is not rules of elements. */
const OPAQUE = /^@(?:property|keyframes|font-face)\b/;

const compact = (declaration: string) => declaration.replace(/^([\w-]+)\s*:\s*/, '$1:').replace(/\s+/g, ' ');

/**
 * Writes rules without nesting, since the style sheet parsers of test environments do not know it.
 *
 * @param select Returns the selectors of a rule of elements, or an empty list to leave it out.
 */
export function writeRules(rules: readonly Rule[], select: (selectors: string[]) => string[]): string {
  const write = ({ prelude, body }: Rule, outer: string): string => {
    if (OPAQUE.test(prelude))
      return `${prelude}{${body.map((part) => (typeof part === 'string' ? `${compact(part)};` : write(part, part.prelude))).join('')}}`;
    const isAt = prelude.startsWith('@');
    const selector = isAt || outer ? outer : select(splitOutside(prelude)).join(',');
    if (!isAt && !selector) return '';
    let [text, declarations] = ['', ''];
    const flush = () => {
      if (declarations) text += `${selector}{${declarations.slice(0, -1)}}`;
      declarations = '';
    };
    for (const part of body) {
      if (typeof part === 'string') declarations += `${compact(part)};`;
      else {
        flush();
        text += write(part, selector);
      }
    }
    flush();
    return isAt ? text && `${prelude}{${text}}` : text;
  };
  return rules.map((rule) => write(rule, '')).join('\n');
}
