/** The line, from 1, of the first place after an import's keyword, or else of the first place, where a text has a string. */
export function lineOf(text: string, string: string): number | undefined {
  let first: number | undefined;
  for (const quote of ['"', "'", '`']) {
    const quoted = quote + string + quote;
    for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
      first = first === undefined ? at : Math.min(first, at);
      if (/(?:\bfrom|\bimport|\brequire\s?\(|\bimport\s?\()\s?$/.test(text.slice(Math.max(0, at - 12), at)))
        return lineAt(text, at);
    }
  }
  return first === undefined ? undefined : lineAt(text, first);
}

/** The line of a place, from 1. */
export function lineAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
