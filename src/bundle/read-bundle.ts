// The asm.js build is smaller than the WebAssembly build, synchronous, and allowed by every page's CSP.
import {
  parse,
  type ExportSpecifier,
  type ImportSpecifier,
  type ParseError,
} from 'es-module-lexer/minimal/js';
import { REACT_INTERNALS, shimOf } from '../contract/index.ts';

/** Facts found in the source of a bundle. Lines and columns count from 1. */
export interface BundleFacts {
  /** Static imports and re-exports; `names` are the names imported from the other module, `*` for the namespace. */
  imports: { specifier: string; names: string[]; line: number }[];
  /** The specifiers of `import()` with a literal. */
  dynamicImports: string[];
  /** Exported names, including `default`, without the names that `export * from` adds. */
  exports: string[];
  /** Static imports that a browser cannot resolve without an import map, each once (CONTRACT F1, F2). */
  bare: string[];
  /** The specifiers in calls of `require`, or of a bundler's substitute for it; browsers have no `require` (CONTRACT F12). */
  requires: { specifier: string; line: number }[];
  /** The version of an inlined React, such as `18.3.1`, or `unknown` (CONTRACT F3). */
  react: string | undefined;
  /** The version of an inlined react-dom, or `unknown`. */
  reactDom: string | undefined;
  /** The symbol with which an inlined JSX runtime marks elements, `react.element` up to React 18; only if React itself is not inlined (CONTRACT F12). */
  jsxRuntime: 'react.element' | 'react.transitional.element' | undefined;
  /** Whether the bundle uses `React.createElement` or `React.Fragment` and does not bind `React` (CONTRACT F5). */
  classicJsx: boolean;
  /** The names imported from each shim, under any base. */
  shimNames: { specifier: string; names: string[] }[];
  /** The first syntax error that the lexer finds; browsers find more. All other fields are then empty. */
  syntaxError?: { message: string; line: number; column: number };
}

/** Whether a specifier is bare: neither a path nor a URL. */
export const isBare = (specifier: string) => !/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier);

const INTERNALS = new RegExp(REACT_INTERNALS, 'g');
// Some bundlers drop the unused exports of a CommonJS module. The part of React that remains calls the dispatcher.
const DISPATCHER_CALL =
  /\.(?:current|H)(?<=(?<![\w$.])[\w$]{1,30}\.\w+)\.use(?:State|Reducer|Effect|LayoutEffect|Memo|Callback|Ref|Context|Id)(?=\()/g;
// In production the development runtime is only `jsxDEV = void 0`.
const ELEMENT_FACTORY = /\.(?:jsx|jsxs|jsxDEV|createElement)(?=\s*=(?!=))(?!\s*=\s*(?:void 0|undefined))/g;
const ELEMENT_MARK =
  /(?<![\w$.])([\w$]{1,30})\s*=\s*(?:\/\*[^*]*\*\/\s*)?[\w$.]{1,30}\(\s*["'`](react\.(?:transitional\.)?element)["'`]/g;
// A mark that is read from an element of the page's React. The fallback after it is not the mark of an inlined runtime.
const READ_MARK =
  /\.\$\$typeof(?<=(?<![\w$.])([\w$]{1,30})\s*=(?!=)[^;,]{0,300})\s*(?::|\|\||\?\?)\s*[\w$.]{1,30}\(\s*["'`]react\./g;
const CLASSIC_JSX = /(?<![\w$.])React\.(?:createElement|Fragment)\b/g;
// The beginning of the function that esbuild and Rolldown substitute for `require`, minified or not.
const REQUIRE_HELPER =
  /(?<![\w$.])([\w$]{1,30})(?=\s*=\s*(?:\/\*[^*]*\*\/\s*)?\(+(?:function\s*\([\w$]+\)\s*\{\s*return|[\w$]+\s*(?:\)\s*)?=>)\s*typeof require\b)/g;
// The comments of a clause, and the string names that may look like comments.
const CLAUSE_PARTS = /"[^"]*"?|'[^']*'?|\/\*[^]*?(?:\*\/|$)|\/\/.*/g;

const escaped = (name: string) => name.replaceAll('$', String.raw`\$`);

/** A module that the lexer has read. */
interface Module {
  text: string;
  /** Its static imports and `export … from`. */
  statics: readonly ImportSpecifier[];
  exports: readonly ExportSpecifier[];
}

/**
 * Finds the matches of a pattern in code, not in a string, comment, regular expression or template. It puts an `import()` in the
 * place of each match, and returns the matches whose `import()` the lexer reports.
 */
function inCode(text: string, pattern: RegExp): RegExpExecArray[] {
  const matches = [...text.matchAll(pattern)];
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

/** Whether the module imports, declares or assigns a name, or has a parameter of that name. */
function binds({ text, statics, exports }: Module, name: string): boolean {
  const reference = String.raw`(?<![\w$.])(?:(?:window|globalThis|self)\.)?${name}(?![\w$])`;
  const places = [
    String.raw`(?=\s*=(?!=))`,
    String.raw`(?<=\b(?:function|class|var|let)\s+${name})`,
    String.raw`(?<=[{,(:]\s*${name})(?=\s*[,});])`,
  ];
  const named = new RegExp(reference);
  return (
    exports.some(({ ln }) => ln === name) ||
    statics.some(({ ss, s }) => named.test(text.slice(ss, s))) ||
    inCode(text, new RegExp(`${reference}(?:${places.join('|')})`, 'g')).length > 0
  );
}

/** Makes a function that returns the line of a place; the places must ascend from call to call. */
function lineCounter(text: string): (place: number) => number {
  let [at, line] = [0, 1];
  return (place) => {
    for (; at < place; at++) if (text[at] === '\n') line++;
    return line;
  };
}

/** The names that a clause such as `import a, { b as c } from` imports. */
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
  for (const { specifier, names } of imports.filter((entry) => shimOf(entry.specifier))) {
    const imported = shims.get(specifier) ?? new Set();
    shims.set(specifier, imported);
    for (const name of names) imported.add(name);
  }
  return [...shims].map(([specifier, names]) => ({ specifier, names: [...names] }));
}

function requiresOf(module: Module): BundleFacts['requires'] {
  const { text } = module;
  if (!/\brequire\b/.test(text)) return [];
  const helpers = /typeof require/.test(text) ? inCode(text, REQUIRE_HELPER) : [];
  const callees = new Set(helpers.map(([name]) => escaped(name)));
  if (!binds(module, 'require')) callees.add('require');
  if (!callees.size) return [];
  const call = String.raw`(?<![\w$.])(?:${[...callees].join('|')})\(\s*(["'\`])([^"'\`\\\n]+)\1\s*\)`;
  const lineOf = lineCounter(text);
  return inCode(text, new RegExp(call, 'g')).map(({ index, 2: specifier = '' }) => ({
    specifier,
    line: lineOf(index),
  }));
}

/** The version that a React assigns after its internals, as a literal or from a variable. */
function versionIn(react: string, before: string): string {
  const [, literal, variable = ''] = /\.version\s*=\s*(?:["'`](\d+\.\d+\.\d+)|([\w$]+))/.exec(react) ?? [];
  // Without a variable, the pattern would start at every space.
  if (literal || !variable) return literal ?? 'unknown';
  const declared = String.raw`(?<![\w$.])${escaped(variable)}\s*=\s*["'\`](\d+\.\d+\.\d+)`;
  return [...before.matchAll(new RegExp(declared, 'g'))].at(-1)?.[1] ?? 'unknown';
}

function reactsOf({ text }: Module): Pick<BundleFacts, 'react' | 'reactDom' | 'jsxRuntime'> {
  const found: ReturnType<typeof reactsOf> = { react: undefined, reactDom: undefined, jsxRuntime: undefined };
  const internals = inCode(text, INTERNALS);
  for (const [at, { index, 0: name }] of internals.entries()) {
    const rest = text.slice(index, internals[at + 1]?.index);
    // Up to React 18 both use the same name. Exports are assigned in alphabetical order, the version last.
    const [next = ''] = /\.createPortal\s*=|\.version\s*=/.exec(rest) ?? [];
    const isDom = name.startsWith('.__DOM') || next.startsWith('.createPortal');
    found[isDom ? 'reactDom' : 'react'] ??= versionIn(rest, text.slice(0, index));
  }
  if (!found.react && inCode(text, DISPATCHER_CALL).length) found.react = 'unknown';
  const [factory] = found.react ? [] : inCode(text, ELEMENT_FACTORY);
  if (!factory) return found;
  const readMarks = new Set([...text.matchAll(READ_MARK)].map(([, name]) => name));
  const marks = [...text.slice(0, factory.index).matchAll(ELEMENT_MARK)].filter(
    ([, name]) => !readMarks.has(name),
  );
  const [, name = '', mark] = marks.at(-1) ?? [];
  if (mark && new RegExp(String.raw`\$\$typeof\s*:\s*${escaped(name)}(?![\w$])`).test(text))
    found.jsxRuntime = mark as BundleFacts['jsxRuntime'];
  return found;
}

function readFacts(text: string): BundleFacts {
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

const NO_FACTS: BundleFacts = {
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

/** Describes a syntax error at an offset. The lexer reports offset 0 for brackets and templates that are never closed. */
function syntaxErrorAt(text: string, idx: number): BundleFacts {
  const isUnclosed = idx === 0 && !/^[<)\]}]/.test(text);
  const before = text.slice(0, isUnclosed ? text.length : idx);
  const message =
    isUnclosed || idx >= text.length - 1 ? 'The file ends in the middle.' : `Unexpected "${text[idx]}".`;
  return {
    ...NO_FACTS,
    syntaxError: {
      message,
      line: before.split('\n').length,
      column: before.length - before.lastIndexOf('\n'),
    },
  };
}

/** Reads the source of a bundle in linear time, without running it. Never throws. */
export function readBundle(text: string): BundleFacts {
  // The lexer would read an HTML page as a comparison.
  const page = /^\s*<[!?a-z]/i.exec(text);
  if (page) return syntaxErrorAt(text, page[0].indexOf('<'));
  try {
    return readFacts(text);
  } catch (thrown) {
    return syntaxErrorAt(text, (thrown as ParseError).idx);
  }
}
