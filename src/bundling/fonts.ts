/** Finds the end of a block or of a declaration: the first of these characters outside strings and brackets. */
function endOf(css: string, start: number, ends: string): number {
  let depth = 0;
  for (let at = start; at < css.length; at++) {
    const one = css.charAt(at);
    if (depth === 0 && ends.includes(one)) return at;
    if (one === '\\') at++;
    else if (one === '(') depth++;
    else if (one === ')') depth = Math.max(0, depth - 1);
    else if (one === '"' || one === "'") {
      const end = css.indexOf(one, at + 1);
      if (end < 0) return css.length;
      at = end;
    }
  }
  return css.length;
}

/** The parts of a list between commas. */
function partsOf(list: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at <= list.length;) {
    const end = endOf(list, at, ',');
    parts.push(list.slice(at, end).trim());
    at = end + 1;
  }
  return parts;
}

const isWoff2 = (source: string) =>
  /^url\(\s{0,9}["']?data:[\w/-]{0,40}woff2|format\(["']?woff2/i.test(source);

/** Removes the sources of a font that no browser loads, since it loads the woff2 beside them. */
function modernSources(block: string): string {
  const declarations: string[] = [];
  for (let at = 0; at < block.length;) {
    const end = endOf(block, at, ';');
    declarations.push(block.slice(at, end));
    at = end + 1;
  }
  const isSource = (one: string) => /^\s*src\s*:/i.test(one);
  const sourcesOf = (one: string) => partsOf(one.slice(one.indexOf(':') + 1));
  const isModern = (one: string) => sourcesOf(one).some(isWoff2);
  if (!declarations.some((one) => isSource(one) && isModern(one))) return block;
  return declarations
    .filter((one) => !isSource(one) || isModern(one))
    .map((one) => {
      if (!isSource(one)) return one;
      const wanted = sourcesOf(one).filter((source) => isWoff2(source) || /^local\(/i.test(source));
      return `src:${wanted.join(',')}`;
    })
    .join(';');
}

/** Removes the formats of fonts that have a woff2 from a built style sheet, in linear time: each is inlined, and none is loaded. */
export function dropOldFonts(css: string): string {
  let [whole, from] = ['', 0];
  for (const { index } of css.matchAll(/@font-face\s{0,99}\{/gi)) {
    const start = css.indexOf('{', index) + 1;
    if (start <= from) continue;
    const end = endOf(css, start, '}');
    whole += css.slice(from, start) + modernSources(css.slice(start, end));
    from = end;
  }
  return whole + css.slice(from);
}
