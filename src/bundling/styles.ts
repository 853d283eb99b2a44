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
  const before = code.slice(0, exported.s);
  const [clause, local = ''] = /([\w$]+)\s+as\s+$/.exec(before) ?? [];
  if (!clause) return code;
  const renamed = `${before.slice(0, -clause.length)}__nvDefault as ${code.slice(exported.s)}`;
  const [whole, body = '', map = ''] = /^([^]*?)(\n\/\/# sourceMappingURL=\S+\s*)?$/.exec(renamed)!;
  return whole && `${body.trimEnd()}\n${runtime(local, css).trimStart()}${map}`;
}
