// The asm.js build: smaller than the WebAssembly one, synchronous, and no page's CSP forbids it.
import {
  parse,
  type ExportSpecifier,
  type ImportSpecifier,
  type ParseError,
} from 'es-module-lexer/minimal/js';
import { REACT_INTERNALS, shimOf } from '../contract/index.ts';

/** What a bundle's text says of itself. Lines and columns count from 1. */
export interface BundleFacts {
  /** Static imports and re-exports; `names` are those asked of the other module, `*` for all of it. */
  imports: { specifier: string; names: string[]; line: number }[];
  /** `import()` of a literal. */
  dynamicImports: string[];
  /** Exported names, `default` included; what `export * from` adds is not known. */
  exports: string[];
  /** Static imports that a browser cannot resolve without an import map, each once (CONTRACT F1, F2). */
  bare: string[];
  /** What `require`, or a bundler's stand-in for it, is called with: browsers have none (CONTRACT F12). */
  requires: { specifier: string; line: number }[];
  /** The version of an inlined React, such as `18.3.1`, or `unknown` (CONTRACT F3). */
  react: string | undefined;
  /** The version of an inlined react-dom, likewise. */
  reactDom: string | undefined;
  /** How an inlined JSX runtime marks elements, `react.element` up to React 18; only where React itself is not inlined (CONTRACT F12). */
  jsxRuntime: 'react.element' | 'react.transitional.element' | undefined;
  /** Whether `React.createElement` or `React.Fragment` is used and nothing binds `React` (CONTRACT F5). */
  classicJsx: boolean;
  /** The names asked of each shim, whatever its base. */
  shimNames: { specifier: string; names: string[] }[];
  /** Where the text stops being a module, as far as the lexer sees; engines see more. All else is empty then. */
  syntaxError?: { message: string; line: number; column: number };
}

/** Whether a specifier is bare: neither a path nor a URL. */
export const isBare = (specifier: string) => !/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier);

const INTERNALS = new RegExp(REACT_INTERNALS, 'g');
// Bundlers that drop a CommonJS module's unused exports leave of React what its hooks do: ask the dispatcher.
const DISPATCHED =
  /(?<![\w$.])[\w$]{1,30}\.(?:current|H)\.use(?:State|Reducer|Effect|LayoutEffect|Memo|Callback|Ref|Context|Id)(?=\()/g;
// In production the development runtime is nothing but `jsxDEV = void 0`.
const ELEMENT_MAKER = /\.(?:jsx|jsxs|jsxDEV|createElement)(?=\s*=(?!=))(?!\s*=\s*(?:void 0|undefined))/g;
const ELEMENT_MARK =
  /(?<![\w$.])([\w$]{1,30})\s*=\s*(?:\/\*[^*]*\*\/\s*)?[\w$.]{1,30}\(\s*["'`](react\.(?:transitional\.)?element)["'`]/g;
// A mark that is read from an element of the page's React; what stands there for the case that there is none does not count.
const ASKED_MARK =
  /\.\$\$typeof(?<=(?<![\w$.])([\w$]{1,30})\s*=(?!=)[^;,]{0,300})\s*(?::|\|\||\?\?)\s*[\w$.]{1,30}\(\s*["'`]react\./g;
const CLASSIC_JSX = /(?<![\w$.])React\.(?:createElement|Fragment)\b/g;
// How esbuild and Rolldown begin what they put in the place of `require`, minified or not.
const REQUIRE_HELPER =
  /(?<![\w$.])([\w$]{1,30})(?=\s*=\s*(?:\/\*[^*]*\*\/\s*)?\(+(?:function\s*\([\w$]+\)\s*\{\s*return|[\w$]+\s*(?:\)\s*)?=>)\s*typeof require\b)/g;
const REQUIRE_CALL = /(?<![\w$.])([\w$]{1,30})\(\s*(["'`])([^"'`\\\n]+)\2\s*\)/g;
// A clause's comments, as far as they are not in a name that is a string.
const CLAUSE_PARTS = /"[^"]*"?|'[^']*'?|\/\*[^]*?(?:\*\/|$)|\/\/.*/g;

const escaped = (name: string) => name.replaceAll('$', String.raw`\$`);

/** A module that the lexer has read. */
interface Module {
  text: string;
  /** Its static imports and `export … from`. */
  statics: readonly ImportSpecifier[];
  exports: readonly ExportSpecifier[];
}

/** A pattern's matches that are code, not in a string, comment, regular expression or template: where an `import()` would be seen. */
function inCode(
  text: string,
  pattern: RegExp,
  isMeant: (match: RegExpExecArray) => boolean = () => true,
): RegExpExecArray[] {
  const matches = [...text.matchAll(pattern)].filter(isMeant);
  if (!matches.length) return [];
  const places: number[] = [];
  let [probe, end] = ['', 0];
  for (const match of matches) {
    probe += `${text.slice(end, match.index)} `;
    places.push(probe.length);
    probe += 'import(0)';
    end = match.index + match[0].length;
  }
  const seen = new Set(parse(probe + text.slice(end))[0].map(({ ss }) => ss));
  return matches.filter((_, index) => seen.has(places[index]!));
}

/** Whether the module imports, declares, assigns or takes a name. */
function binds({ text, statics, exports }: Module, name: string): boolean {
  const word = String.raw`(?<![\w$.])(?:(?:window|globalThis|self)\.)?${name}(?![\w$])`;
  const places = [
    String.raw`(?=\s*=(?!=))`,
    String.raw`(?<=\b(?:function|class|var|let)\s+${name})`,
    String.raw`(?<=[{,(:]\s*${name})(?=\s*[,});])`,
  ];
  const named = new RegExp(word);
  return (
    exports.some(({ ln }) => ln === name) ||
    statics.some(({ ss, s }) => named.test(text.slice(ss, s))) ||
    inCode(text, new RegExp(`${word}(?:${places.join('|')})`, 'g')).length > 0
  );
}

/** Tells the lines of places that are asked for in ascending order. */
function lineCounter(text: string): (place: number) => number {
  let [at, line] = [0, 1];
  return (place) => {
    for (; at < place; at++) if (text[at] === '\n') line++;
    return line;
  };
}

/** The names that `import a, { b as c } from` and its like ask for. */
function namesOf(clause: string): string[] {
  const [head = '', list = ''] = clause
    .replace(CLAUSE_PARTS, (part) => (part.startsWith('/') ? ' ' : part))
    .split(/[{}]/);
  const whole = /^import\s+[^\s{*"',]+\s*(?:,|from\b|$)/.test(head) ? ['default'] : [];
  const named = list.split(',').map((name) =>
    name
      .trim()
      .replace(/(?<!\s)\s+as\s[^]*/, '')
      .replace(/^(["'])(.*)\1$/, '$2'),
  );
  return [...whole, ...(head.includes('*') ? ['*'] : []), ...named.filter(Boolean)];
}

function importsOf({ text, statics }: Module): BundleFacts['imports'] {
  const lineOf = lineCounter(text);
  return statics.map(({ n = '', ss, s }) => ({
    specifier: n,
    names: namesOf(text.slice(ss, s)),
    line: lineOf(ss),
  }));
}

function shimNamesOf(imports: BundleFacts['imports']): BundleFacts['shimNames'] {
  const shims = new Map<string, Set<string>>();
  for (const { specifier, names } of imports.filter(({ specifier }) => shimOf(specifier))) {
    const known = shims.get(specifier) ?? new Set();
    shims.set(specifier, known);
    for (const name of names) known.add(name);
  }
  return [...shims].map(([specifier, names]) => ({ specifier, names: [...names] }));
}

function requiresOf(module: Module): BundleFacts['requires'] {
  const { text } = module;
  if (!/\brequire\b/.test(text)) return [];
  const callees = new Set(inCode(text, REQUIRE_HELPER).map(([, helper]) => helper));
  if (!binds(module, 'require')) callees.add('require');
  if (callees.size === 0) return [];
  const lineOf = lineCounter(text);
  return inCode(text, REQUIRE_CALL, ([, callee]) => callees.has(callee)).map(
    ({ index, 3: specifier = '' }) => ({
      specifier,
      line: lineOf(index),
    }),
  );
}

/** The version that a React assigns after its internals, as a literal or by a variable of its own. */
function versionIn(react: string, before: string): string {
  const [, literal, variable = ''] = /\.version\s*=\s*(?:["'`](\d+\.\d+\.\d+)|([\w$]+))/.exec(react) ?? [];
  const declared = String.raw`(?<![\w$.])${escaped(variable)}\s*=\s*["'\`](\d+\.\d+\.\d+)`;
  return literal ?? [...before.matchAll(new RegExp(declared, 'g'))].at(-1)?.[1] ?? 'unknown';
}

function reactsOf({ text }: Module): Pick<BundleFacts, 'react' | 'reactDom' | 'jsxRuntime'> {
  const found: ReturnType<typeof reactsOf> = { react: undefined, reactDom: undefined, jsxRuntime: undefined };
  const internals = inCode(text, INTERNALS);
  for (const [at, { index, 0: name }] of internals.entries()) {
    const rest = text.slice(index, internals[at + 1]?.index);
    // Up to React 18 both have one name for them. Exports are assigned in the order of the alphabet, the version at the end.
    const [next = ''] = /\.createPortal\s*=|\.version\s*=/.exec(rest) ?? [];
    const isDom = name.startsWith('.__DOM') || next.startsWith('.createPortal');
    found[isDom ? 'reactDom' : 'react'] ??= versionIn(rest, text.slice(0, index));
  }
  if (!found.react && inCode(text, DISPATCHED).length) found.react = 'unknown';
  const [maker] = found.react ? [] : inCode(text, ELEMENT_MAKER);
  if (!maker) return found;
  const asked = new Set([...text.matchAll(ASKED_MARK)].map(([, name]) => name));
  const marks = [...text.slice(0, maker.index).matchAll(ELEMENT_MARK)].filter(([, name]) => !asked.has(name));
  const [, name = '', mark] = marks.at(-1) ?? [];
  if (mark && new RegExp(String.raw`\$\$typeof\s*:\s*${escaped(name)}(?![\w$])`).test(text))
    found.jsxRuntime = mark as BundleFacts['jsxRuntime'];
  return found;
}

function read(text: string): BundleFacts {
  const [found, exports] = parse(text);
  const module = { text, statics: found.filter(({ d }) => d === -1), exports };
  const imports = importsOf(module);
  return {
    imports,
    dynamicImports: found.flatMap(({ d, n }) => (d >= 0 && n !== undefined ? [n] : [])),
    exports: exports.map(({ n }) => n),
    bare: [...new Set(imports.map(({ specifier }) => specifier).filter(isBare))],
    requires: requiresOf(module),
    ...reactsOf(module),
    classicJsx: inCode(text, CLASSIC_JSX).length > 0 && !binds(module, 'React'),
    shimNames: shimNamesOf(imports),
  };
}

const NOTHING: BundleFacts = {
  imports: [],
  dynamicImports: [],
  exports: [],
  bare: [],
  requires: [],
  react: undefined,
  reactDom: undefined,
  jsxRuntime: undefined,
  classicJsx: false,
  shimNames: [],
};

/** What is wrong at a place; the lexer gives 0 for brackets and templates that the end of the text leaves open. */
function syntaxErrorAt(text: string, idx: number): BundleFacts {
  const open = idx === 0 && !/^[<)\]}]/.test(text);
  const before = text.slice(0, open ? text.length : idx);
  const message =
    open || idx >= text.length - 1 ? 'The file ends in the middle.' : `Unexpected "${text[idx]}".`;
  return {
    ...NOTHING,
    syntaxError: {
      message,
      line: before.split('\n').length,
      column: before.length - before.lastIndexOf('\n'),
    },
  };
}

/** Reads a bundle's source text, in time that grows with its length; runs none of it and never throws. */
export function readBundle(text: string): BundleFacts {
  // The lexer would take a page for a comparison.
  const page = /^\s*<[!?a-z]/i.exec(text);
  if (page) return syntaxErrorAt(text, page[0].indexOf('<'));
  try {
    return read(text);
  } catch (thrown) {
    return syntaxErrorAt(text, (thrown as ParseError).idx);
  }
}
