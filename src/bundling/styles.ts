import { parse } from 'es-module-lexer/minimal/js';
import { urlOf } from './react.ts';

// `Styled` is what the panel gets. Users are counted, since one bundle may stand in many panels.
const runtime = (local: string, css: string) => `
import { createElement as __nvElement, useInsertionEffect as __nvEffect } from ${JSON.stringify(urlOf('react'))};
var __nvStyle, __nvUsers = 0;
function __nvAttach() {
  if (__nvUsers++ === 0) {
    __nvStyle = document.createElement("style");
    __nvStyle.dataset.nousviz = "widget";
    __nvStyle.textContent = ${JSON.stringify(css)};
    document.head.append(__nvStyle);
  }
  return function () {
    if (--__nvUsers === 0) __nvStyle.remove();
  };
}
function __nvStyled(props) {
  __nvEffect(__nvAttach, []);
  return __nvElement(${local}, props);
}
var __nvDefault = typeof ${local} === "function" || (${local} && ${local}.$$typeof) ? __nvStyled : ${local};
if (${local}) __nvStyled.displayName = ${local}.displayName || ${local}.name;
`;

const SOURCE_MAP = '\n//# sourceMappingURL=';

/** Splits a built text before the comment at its end that names its source map; the second part is empty where there is none. */
export function splitSourceMap(code: string): [body: string, map: string] {
  const at = code.lastIndexOf(SOURCE_MAP);
  const isAtEnd = at >= 0 && !/\s/.test(code.slice(at + SOURCE_MAP.length).trimEnd());
  return isAtEnd ? [code.slice(0, at), code.slice(at)] : [code, ''];
}

/**
 * Puts a style sheet into a built bundle: its default export attaches it to the page with its first panel and takes it away
 * with its last, so it needs nothing of the host and leaves nothing behind (CONTRACT B2).
 *
 * @param code a bundle as bundlers write it, with its exports in one clause.
 * @returns the code as it was where it has no default export to attach to.
 */
export function attachStyles(code: string, css: string): string {
  const [, exports] = parse(code);
  const exported = exports.find(({ n }) => n === 'default');
  if (!exported || !css.trim()) return code;
  const { ln: local, ls, s } = exported;
  // Of a default export that is no clause, the local name is missing or comes after.
  if (local === undefined || ls > s) return code;
  const [body, map] = splitSourceMap(`${code.slice(0, ls)}__nvDefault as ${code.slice(s)}`);
  return `${body.trimEnd()}\n${runtime(local, css).trimStart()}${map}`;
}
