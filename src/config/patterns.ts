/** Whether a pattern matches somewhere in a text. */
export type Matches = (pattern: string, text: string) => boolean;

/** The patterns of schemas, in the syntax of JavaScript and with the time of RE2, which is linear in the length of the text. */
export interface Patterns {
  /** Whether RE2 accepts a pattern: it has no look-around and no back-references. */
  isPattern(text: string): boolean;
  matches: Matches;
}

/** The number of compiled patterns that are kept. */
const MAX_COMPILED = 500;

/**
 * Loads the matcher of patterns. An author writes them, and operators have not read them yet when a server does: with `RegExp`, one
 * pattern could stop the server.
 */
export async function loadPatterns(): Promise<Patterns> {
  const { RE2JS } = await import('re2js');
  const compiled = new Map<string, ReturnType<typeof RE2JS.compile> | undefined>();
  function compile(pattern: string) {
    if (compiled.has(pattern)) return compiled.get(pattern);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    let made: ReturnType<typeof RE2JS.compile> | undefined;
    try {
      made = RE2JS.compile(RE2JS.translateRegExp(pattern));
    } catch {
      made = undefined;
    }
    compiled.set(pattern, made);
    return made;
  }
  return {
    isPattern: (text) => compile(text) !== undefined,
    matches: (pattern, text) => compile(pattern)?.matcher(text).find() ?? false,
  };
}
