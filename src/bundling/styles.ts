import { parse } from 'es-module-lexer/minimal/js';
import { shimUrl } from './react.ts';

// `__nvStyled` becomes the default export. It counts its users, because one bundle may be in several panels.
const runtime = (local: string, css: string) => `
import { createElement as __nvElement, useInsertionEffect as __nvEffect } from ${JSON.stringify(shimUrl('react'))};
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

/** Splits a bundle before the source map comment at its end. The second part is empty if there is no such comment. */
export function splitSourceMap(code: string): [body: string, map: string] {
  const at = code.lastIndexOf(SOURCE_MAP);
  const isAtEnd = at >= 0 && !/\s/.test(code.slice(at + SOURCE_MAP.length).trimEnd());
  return isAtEnd ? [code.slice(0, at), code.slice(at)] : [code, ''];
}

/**
 * Puts a stylesheet into a built bundle. The default export adds it to the page with the first panel and removes it with the
 * last, without help from the host (CONTRACT B2).
 *
 * @param code A bundle as bundlers write it, with all exports in one clause.
 * @returns the code unchanged if it has no default export.
 */
export function attachStyles(code: string, css: string): string {
  const [, exports] = parse(code);
  const exported = exports.find(({ n }) => n === 'default');
  if (!exported || !css.trim()) return code;
  const { ln: local, ls, s } = exported;
  // In a default export without a clause, the local name is missing or comes later.
  if (local === undefined || ls > s) return code;
  const [body, map] = splitSourceMap(`${code.slice(0, ls)}__nvDefault as ${code.slice(s)}`);
  return `${body.trimEnd()}\n${runtime(local, css).trimStart()}${map}`;
}
