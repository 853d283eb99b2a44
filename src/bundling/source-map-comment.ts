const SOURCE_MAP = '\n//# sourceMappingURL=';

/** Splits a bundle before the source map comment at its end. The second part is empty if there is no such comment. */
export function splitSourceMap(code: string): [body: string, map: string] {
  const at = code.lastIndexOf(SOURCE_MAP);
  const isAtEnd = at >= 0 && !/\s/.test(code.slice(at + SOURCE_MAP.length).trimEnd());
  return isAtEnd ? [code.slice(0, at), code.slice(at)] : [code, ''];
}

/** Appends code to a bundle, before the source map comment at its end. */
export function appendTo(bundle: string, code: string): string {
  const [body, map] = splitSourceMap(bundle);
  return `${body.trimEnd()}\n${code}${map}`;
}
