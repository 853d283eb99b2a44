import { Parser, type Program } from 'acorn';

/** Names of a scope. The parser looks each new name up among them, which an array does one by one. */
class Names extends Array<string> {
  readonly #known = new Set<string>();

  override push(...names: string[]): number {
    for (const name of names) this.#known.add(name);
    return super.push(...names);
  }

  override indexOf(name: string): number {
    return this.#known.has(name) ? 0 : -1;
  }
}

/** What the parser's own plugins may change of it, which its types leave out. */
interface ScopedParser extends Parser {
  scopeStack: object[];
  enterScope(flags: number): void;
}
type ParserClass = new (...given: never[]) => ScopedParser;

const withFastScopes = (Base: typeof Parser) =>
  class extends (Base as unknown as ParserClass) {
    override enterScope(flags: number) {
      super.enterScope(flags);
      Object.assign(this.scopeStack.at(-1)!, {
        var: new Names(),
        lexical: new Names(),
        functions: new Names(),
      });
    }
  } as unknown as typeof Parser;

const FastParser = Parser.extend(withFastScopes);

/**
 * Parses a bundle's source text, in time that grows with its length.
 *
 * @throws {SyntaxError} with `loc`, the place, for what is no module, and any error for what is too deep.
 */
export const parseModule = (text: string): Program =>
  FastParser.parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
