import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildMessage } from './build-messages.ts';
import type { Finding } from './assets.ts';
import { lineAt } from './line-of.ts';
import { isPackage } from './assets.ts';
import { parseSource } from './parse-source.ts';
import { isInstalled, packageOf } from './unresolved.ts';
import { walk } from './walk.ts';

/** A comment, which may name files too, or a reference to a file: a worker or a URL relative to the module. */
const REFERENCE =
  /(?<comment>^[^\S\n]*(?:\/\/|\*).*$|\/\*[^]*?\*\/)|(?:\bnew\s{1,9}(?<worker>Worker|SharedWorker)\s{0,9}\(\s{0,99})?\bnew\s{1,9}URL\s{0,9}\(\s{0,99}(?:(?<quote>["'`])(?<path>[^"'`$\n]{1,500})\k<quote>|(?<expression>(?!["'`][^"'`$\n]{1,500}["'`])[^()\n;,]{1,500}))\s{0,99},\s{0,99}import\.meta\.url\s{0,99},?\s{0,99}\)(?<comma>\s{0,99},)?|\b(?<glob>import\.meta\.glob)\b/gm;

/** The file that a URL leads to, as an import names it. TypeScript's authors write `.js` for a `.ts` file. */
function findFile(path: string, importer: string): string | undefined {
  const relativePath = /^\.{1,2}\//.test(path) ? path : `./${path}`;
  const ends = [/$/, /\.js$/, /\.mjs$/].map((from, index) => [from, ['', '.ts', '.mts'][index]!] as const);
  const own = ends
    .filter(([from]) => from.test(relativePath))
    .map(([from, to]) => relativePath.replace(from, to))
    .find((one) => existsSync(join(dirname(importer), one)));
  return own ?? (isPackageFile(path, importer) ? path : undefined);
}

/** Whether a path begins with the name of an installed package, in which the bundler then looks for the file. */
function isPackageFile(path: string, importer: string): boolean {
  const name = packageOf(path);
  return name !== undefined && name !== path && isInstalled(name, importer);
}

/** The places of a module where code creates something or asks for `import.meta`; `undefined` if the parser does not know the module. */
function codePlaces(text: string, path: string): Set<number> | undefined {
  const program = parseSource(text, path);
  if (!program) return undefined;
  const places = new Set<number>();
  walk(program, ({ type, start }) => {
    if (type === 'NewExpression' || type === 'MetaProperty') places.add(start);
  });
  return places;
}

/** A module whose references to files have become imports, which both bundlers follow. */
export interface Rewritten {
  text: string;
  findings: Finding[];
}

/**
 * Turns references to files into imports: `new Worker(new URL('./w.ts', import.meta.url))` into one with `?worker`, and
 * `new URL('./f.bin', import.meta.url)` into one with `?url`. A bundle is one file, so that no URL leads to another.
 *
 * @param path The absolute path of the module.
 * @param folder The folder that paths in messages are relative to.
 * @returns `undefined` if the module has no reference.
 */
export function rewriteReferences(text: string, path: string, folder: string): Rewritten | undefined {
  if (!text.includes('import.meta')) return undefined;
  const findings: Finding[] = [];
  const imports: string[] = [];
  const refuse = (at: number, message: (file: string) => string) =>
    findings.push({
      // The code of a package may never run.
      level: isPackage(path) ? 'warning' : 'error',
      text: message(`${relative(folder, path)}:${lineAt(text, at)}`),
    });
  let code: Set<number> | undefined | null = null;
  const rewritten = text.replace(REFERENCE, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const at = rest.at(-3) as number;
    const { comment, worker, quote, path: url = '', expression, comma, glob } = groups;
    if (comment !== undefined) return whole;
    // Strings and the prose of elements may name files, too.
    if (code === null) code = codePlaces(text, path);
    if (code && !code.has(at)) return whole;
    if (glob) refuse(at, (file) => buildMessage('GLOB_IMPORT', { file }));
    if (glob || /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url)) return whole;
    const found = expression === undefined ? findFile(url, path) : undefined;
    if (!found) {
      const reference = expression === undefined ? `"${url}"` : `a file by ${expression.trim()}`;
      refuse(at, (file) => buildMessage('FILE_REFERENCE', { file, reference }));
      return whole;
    }
    const name = `__nvFile${imports.length}`;
    const query = worker ? (worker === 'Worker' ? '?worker' : '?sharedworker') : '?url';
    imports.push(`import ${name} from ${JSON.stringify(found + query)};`);
    // A line in the middle of a module must not move.
    const lines = '\n'.repeat(whole.split('\n').length - 1);
    void quote;
    return worker ? `new ${name}(${lines}` : `new URL(${name}${lines})${comma ?? ''}`;
  });
  if (imports.length === 0 && findings.length === 0) return undefined;
  return { text: imports.length > 0 ? `${rewritten}\n${imports.join(' ')}\n` : text, findings };
}
