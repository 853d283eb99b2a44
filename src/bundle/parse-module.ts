import { Parser, type Program } from 'acorn';

/** The number of names up to which a search in the array is faster than a set, which most scopes never need. */
const FEW_NAMES = 24;

/** The names of a scope. The parser looks up each new name among them, so that many names need a set. */
class Names extends Array<string> {
  #set: Set<string> | undefined;

  override push(...names: string[]): number {
    if (this.#set) for (const name of names) this.#set.add(name);
    return super.push(...names);
  }

  override indexOf(name: string): number {
    if (this.length <= FEW_NAMES) return super.indexOf(name);
    this.#set ??= new Set(this);
    return this.#set.has(name) ? 0 : -1;
  }
}

/** The members that the parser's plugins may change; the parser's types omit them. */
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
 * Parses the source of a bundle in linear time.
 *
 * @throws {SyntaxError} with the place as `loc` if the source is not a module; any error if it nests too deep.
 */
export const parseModule = (text: string): Program =>
  FastParser.parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
