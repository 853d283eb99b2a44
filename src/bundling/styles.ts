import { parse } from 'es-module-lexer/minimal/js';
import { buildMessage } from './build-messages.ts';
import { dropOldFonts } from './fonts.ts';
import { shimUrl } from './react.ts';
import { appendTo } from './source-map-comment.ts';
import type { WidgetSheet } from './tailwind/sheet.ts';

/** A style sheet that another server serves. */
interface LinkedSheet {
  href: string;
  /** The media query of the import, or an empty string. */
  media: string;
}

/** The rules that may precede an `@import`, except imports. */
const BEFORE_IMPORT = /(?:\s|\/\*[^]*?\*\/|@charset[^;]*;|@layer[^;{}]*;)*/iy;
const IMPORT =
  /@import\s*(?:url\(\s*)?(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s"')]+))\s*\)?\s*(?<condition>[^;]*)(?:;|$)/iy;

/**
 * Separates a built style sheet from its remaining imports. Constructed style sheets ignore `@import`, and bundlers have inlined
 * all files.
 *
 * @throws {Error} `STYLE_IMPORT` for an import with `layer` or `supports`, which a link cannot express.
 */
function separateImports(css: string): { rules: string; links: LinkedSheet[] } {
  const links: LinkedSheet[] = [];
  let [rules, at] = ['', 0];
  for (;;) {
    BEFORE_IMPORT.lastIndex = at;
    const [before = ''] = BEFORE_IMPORT.exec(css) ?? [];
    IMPORT.lastIndex = at + before.length;
    const found = IMPORT.exec(css);
    if (!found) return { rules: rules + css.slice(at), links };
    const { double, single, bare, condition = '' } = found.groups!;
    const href = double ?? single ?? bare!;
    const media = condition.trim();
    if (/\b(?:layer|supports\()/i.test(media))
      throw new Error(buildMessage('STYLE_IMPORT', { url: href, condition: media }));
    links.push({ href, media });
    rules += before;
    at = IMPORT.lastIndex;
  }
}

/**
 * The code that adds a style sheet to the page. `__nvStyled` becomes the default export.
 *
 * The sheet is a constructed one, because a Content-Security-Policy with a strict `style-src` blocks style elements. Only test
 * environments need the element. The document counts the users of each sheet: one bundle may be in several panels, two bundles may
 * have the same sheet, and a retry loads a bundle under another URL.
 */
const runtime = (local: string, { rules, links }: { rules: string; links: LinkedSheet[] }) => `
import { createElement as __nvElement, useInsertionEffect as __nvEffect } from ${JSON.stringify(shimUrl('react'))};
var __nvRules = ${JSON.stringify(rules)}, __nvLinks = ${JSON.stringify(links)};
function __nvAddElement(tag, properties) {
  var element = Object.assign(document.createElement(tag), properties);
  element.dataset.nousviz = "widget";
  document.head.append(element);
  return function () { element.remove(); };
}
function __nvAddRules() {
  if (!document.adoptedStyleSheets) return __nvAddElement("style", { textContent: __nvRules });
  var sheet = new CSSStyleSheet();
  sheet.replaceSync(__nvRules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return function () {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(function (one) { return one !== sheet; });
  };
}
function __nvAdd() {
  var removes = __nvLinks.map(function (link) {
    return __nvAddElement("link", Object.assign({ rel: "stylesheet" }, link));
  });
  removes.push(__nvAddRules());
  return function () { removes.forEach(function (remove) { remove(); }); };
}
function __nvAttach() {
  var key = Symbol.for("nousviz.styles");
  var sheets = document[key] || (document[key] = new Map());
  var id = JSON.stringify(__nvLinks) + __nvRules;
  var sheet = sheets.get(id) || { users: 0, remove: __nvAdd() };
  sheets.set(id, sheet);
  sheet.users++;
  return function () {
    if (--sheet.users > 0) return;
    sheets.delete(id);
    sheet.remove();
  };
}
function __nvStyled(props) {
  __nvEffect(__nvAttach, []);
  return __nvElement(${local}, props);
}
var __nvDefault = typeof ${local} === "function" || (${local} && ${local}.$$typeof) ? __nvStyled : ${local};
if (${local}) __nvStyled.displayName = ${local}.displayName || ${local}.name;
`;

/** The options of {@link attachStyles}. */
interface StyleOptions {
  /** Whether to put in an empty stylesheet too, so that a later version of the bundle can have rules. @default false */
  isAlways?: boolean;
  /** The styles of the bundle's Tailwind classes. */
  classes?: WidgetSheet | undefined;
}

/**
 * Puts a stylesheet into a built bundle. The default export adds it to the page with the first panel and removes it with the
 * last, without help from the host (CONTRACT B2). It works under a Content-Security-Policy with `style-src 'self'`.
 *
 * @param code A bundle as bundlers write it, with all exports in one clause.
 * @returns the code unchanged if it has no default export.
 * @throws {Error} `STYLE_IMPORT` if the stylesheet imports one of another server with `layer` or `supports`.
 */
export function attachStyles(code: string, css: string, { isAlways, classes }: StyleOptions = {}): string {
  if (!isAlways && !classes && !css.trim()) return code;
  const [, exports] = parse(code);
  const exported = exports.find(({ n }) => n === 'default');
  if (!exported) return code;
  const { ln: local, ls, s } = exported;
  // In a default export without a clause, the local name is missing or comes later.
  if (local === undefined || ls > s) return code;
  const { rules, links } = separateImports(dropOldFonts(css));
  const all = classes ? [classes.reset, rules.trim(), classes.utilities].filter(Boolean).join('\n') : rules;
  const body = `${code.slice(0, ls)}__nvDefault as ${code.slice(s)}`;
  return appendTo(body, runtime(local, { rules: all, links }).trimStart());
}
