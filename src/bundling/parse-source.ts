import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser, type Program } from 'acorn';
import { parseModule } from '../bundle/parsed.ts';

const TypeScriptParser = Parser.extend(tsPlugin());
const JsxParser = Parser.extend(tsPlugin({ jsx: true }));

/**
 * Parses the source of a module: JavaScript, TypeScript and JSX, as the extension of its path permits.
 *
 * @param path The path of the module, perhaps with a query. Other files may contain JavaScript, too.
 * @returns `undefined` for a source that the parsers do not know.
 */
export function parseSource(text: string, path: string): Program | undefined {
  const [, extension = ''] = /\.([cm]?[jt]sx?)(?:\?|$)/.exec(path) ?? [];
  const isTypeScript = extension.includes('t');
  const parsers = [
    ...(isTypeScript ? [] : [parseModule]),
    ...(extension
      ? [
          (one: string) =>
            parseWith(/^[cm]t/.test(extension) || extension === 'ts' ? TypeScriptParser : JsxParser, one),
        ]
      : []),
  ];
  for (const parse of parsers)
    try {
      return parse(text);
    } catch {
      // The next one may know it.
    }
  return undefined;
}

const parseWith = (Parsing: typeof Parser, text: string): Program =>
  // The parser of TypeScript needs the locations.
  Parsing.parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
