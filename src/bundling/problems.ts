import { isBare, readBundle, type BundleFacts } from '../bundle/index.ts';
import { API_BASE, REACT_INTERNALS, shimOf, shimPath, type Shim } from '../contract/index.ts';
import { misspelledShim } from '../contract/words.ts';
import { NO_CODE_FACTS, readCode, type CodeFacts, type Position } from './code.ts';
import { needsParser } from './needs-parser.ts';
import { SHIM_NAMES, type ExportedBy } from '../contract/shim-names.ts';
import { describeProblem, type AuthorCode, type ProblemDetails } from './build-messages.ts';

/** A problem in a file of a plugin, with the message of its card in the browser. */
export interface Problem {
  /** `error`: the widget fails, on some hosts at least. `warning`: it depends on the host, or it only costs time or space. */
  level: 'error' | 'warning';
  code: AuthorCode;
  /** The component with the problem, if it concerns only one. */
  component?: string;
  /** Relative to the plugin's folder. */
  file: string;
  /** Counts from 1, like `column`. Absent if the problem concerns the whole file. */
  line?: number;
  column?: number;
  /** The major versions of React on which it occurs; absent if it does not depend on React. */
  reacts?: readonly (18 | 19)[];
  /** The fact, one sentence. */
  message: string;
  /** The remedy. */
  fix: string;
  /** Flags or a line of code to copy. */
  copy?: string;
}

/** Creates a problem from the arguments of its message. */
export function createProblem<C extends AuthorCode>(
  level: Problem['level'],
  code: C,
  details: ProblemDetails<C>,
  { line, column, reacts }: Partial<Position> & Pick<Problem, 'reacts'> = {},
): Problem {
  const { fact, fix, copy } = describeProblem(code, details);
  const { component, file } = details;
  return {
    level,
    code,
    ...(component && { component }),
    file,
    ...(line && { line }),
    ...(column && { column }),
    ...(reacts && { reacts }),
    message: fact,
    fix,
    ...(copy && { copy }),
  };
}

/** Formats a problem in one line, without its position: fact, remedy, text to copy, code. */
export const formatProblem = ({ message, fix, copy, code }: Problem): string =>
  `${message} ${fix}${copy && fix.endsWith(':') ? ` ${copy}` : ''} [${code}]`;

/** The surroundings of a bundle. */
export interface BundleContext {
  /** The component that the bundle exports. @default derived from the file's name */
  component?: string | undefined;
  /** The file names of the plugin's other bundles, which have URLs in the same folder. */
  siblings?: readonly string[];
  /** Whether a bundler has just written the bundle, so that it is a module without syntax errors. */
  isNew?: boolean;
}

/** A union whose members lack some keys. */
type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** Where a problem occurs, in the file and on which versions of React. */
type Place = Partial<Position> & Pick<Problem, 'reacts'>;

type Report = <C extends AuthorCode>(
  level: Problem['level'],
  code: C,
  details: Without<ProblemDetails<C>, 'file' | 'component'>,
  place?: Place | undefined,
) => void;

/** All supported versions of React. The tools report problems for each of them, not for one page (CONTRACT S4). */
const SUPPORTED = '18.3 or 19' satisfies ExportedBy;

const isReact = (specifier: string) => /^react(-dom)?($|\/)/.test(specifier);

/** Whether the server has a bundle at a path: it serves declared file names only, all in one folder. */
const isSibling = (specifier: string, siblings: readonly string[]) =>
  /^\.\/[^/?#]+$/.test(specifier) && siblings.includes(specifier.slice(2));

function reportImports(
  { imports, dynamicImports }: BundleFacts,
  siblings: readonly string[],
  report: Report,
) {
  const seen = new Set<string>();
  const reportOne = (specifier: string, place: Partial<Position>, isDynamic: boolean) => {
    // Packages import React thousands of times.
    if (seen.has(specifier)) return;
    seen.add(specifier);
    if (shimOf(specifier)) return;
    const meant = misspelledShim(specifier);
    if (!meant && /^(https?|data|blob):/.test(specifier)) return;
    // A dynamic import may never run, and the bundle may handle its failure.
    const level = isDynamic ? 'warning' : 'error';
    if (meant) return report(level, 'WRONG_SHIM', { specifier, url: API_BASE + shimPath(meant) }, place);
    if (isBare(specifier))
      return report(level, isReact(specifier) ? 'BARE_REACT' : 'BARE_IMPORT', { specifier }, place);
    if (isSibling(specifier, siblings)) return undefined;
    // The host may serve other paths of its own. It does not serve files next to the bundle that are not declared.
    const isHosts = specifier.startsWith('/') && !specifier.includes(shimPath(''));
    return report(isHosts ? 'warning' : level, 'IMPORT_FAILED', { specifier }, place);
  };
  for (const { specifier, line } of imports) reportOne(specifier, { line }, false);
  for (const specifier of dynamicImports) reportOne(specifier, {}, !/^\.{0,2}\//.test(specifier));
}

function reportRequires({ requires }: BundleFacts, { caught }: CodeFacts, report: Report) {
  const first = new Map(requires.toReversed().map((one) => [one.specifier, one]));
  for (const { specifier, line } of [...first.values()].toReversed())
    report(caught.has(specifier) ? 'warning' : 'error', 'DYNAMIC_REQUIRE', { specifier }, { line });
}

function reportReacts(
  text: string,
  { react, reactDom, jsxRuntime }: BundleFacts,
  { element, hasDispatcher }: CodeFacts,
  report: Report,
) {
  const own = [react, reactDom && `react-dom ${reactDom}`].filter(Boolean).join(' and ');
  // A library may call something of its own like a dispatcher.
  const isCertain = Boolean(reactDom) || hasDispatcher || REACT_INTERNALS.test(text);
  if (own)
    report(
      isCertain ? 'error' : 'warning',
      'BUNDLES_REACT',
      {
        react: own,
        host: SUPPORTED,
        message: react
          ? 'its hooks and elements are not the page’s'
          : 'it works only with its own version of React',
      },
      { reacts: [18, 19] },
    );
  const runtime = element?.mark ?? jsxRuntime;
  if (runtime && !react)
    report(
      // The mark may be chosen at run time.
      element?.isCertain ? 'error' : 'warning',
      'OLD_JSX_RUNTIME',
      {
        runtime,
        host: SUPPORTED,
        message: `React ${runtime === 'react.element' ? '19' : '18.3'} does not accept its elements`,
      },
      { ...element, reacts: [runtime === 'react.element' ? 19 : 18] },
    );
}

/** The versions of React that lack a name, and the remedy, by the versions that export it. */
const LACKING: Record<
  Exclude<ExportedBy, typeof SUPPORTED> | 'none',
  { host: string; since: string; reacts: readonly (18 | 19)[] }
> = {
  '18.3': { host: '19', since: 'React 18.3 has it: use a host on React 18.3', reacts: [19] },
  '19': { host: '18.3', since: 'React 19 has it: use a host on React 19', reacts: [18] },
  development: {
    host: 'in production',
    since: 'Only its development build has it: remove it',
    reacts: [18, 19],
  },
  none: {
    host: SUPPORTED,
    since: 'No supported React has it: correct the import and rebuild.',
    reacts: [18, 19],
  },
};

function reportNames(
  { imports, react, reactDom }: BundleFacts,
  { called, renderer18 }: CodeFacts,
  report: Report,
) {
  const missing = new Map<keyof typeof LACKING, { names: Set<string>; place: Partial<Position> }>();
  const add = (shim: Shim, name: string, place: Partial<Position>, fallback: ExportedBy | 'none') => {
    const versions = Object.hasOwn(SHIM_NAMES[shim], name) ? SHIM_NAMES[shim][name]! : fallback;
    if (versions === SUPPORTED) return;
    const known = missing.get(versions) ?? { names: new Set(), place };
    missing.set(versions, known);
    known.names.add(name);
  };
  for (const { specifier, names, line } of imports) {
    const shim = shimOf(specifier);
    for (const name of names)
      if (shim && name !== '*' && name !== 'default') add(shim, name, { line }, 'none');
  }
  for (const { shim, name, ...place } of called) add(shim, name, place, SUPPORTED);
  const isForeign = renderer18 && !react && !reactDom;
  if (isForeign) add('react.js', '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED', renderer18, SUPPORTED);
  for (const [versions, { names, place }] of missing) {
    const { host, since, reacts } = LACKING[versions];
    const isNone = versions === 'none';
    report(
      isNone ? 'error' : 'warning',
      'MISSING_SHIM_EXPORT',
      {
        missing: [...names].join(', '),
        host,
        since: isNone ? since : `${since}, or check that it exists before you use it.`,
      },
      { ...place, reacts },
    );
  }
}

/** The problems of a bundle, and all of Node's names in it. */
export interface ReadProblems {
  problems: Problem[];
  nodeGlobals: string[];
}

/**
 * Finds all problems of a built bundle without running it (CONTRACT F). Never throws.
 *
 * @param text The bundle's source text.
 * @param file The bundle's path in the plugin, `widget/dist/MyWidget.js`.
 */
export const problemsOf = (text: string, file: string, context: BundleContext = {}): Problem[] =>
  readProblems(text, file, context).problems;

/** Finds the same problems as {@link problemsOf}, and the names for a search in the sources. */
export function readProblems(text: string, file: string, context: BundleContext = {}): ReadProblems {
  const [, named] = /([A-Z][A-Za-z0-9]*)\.[cm]?js$/.exec(file) ?? [];
  const { component = named, siblings = [], isNew = false } = context;
  const problems: Problem[] = [];
  const report: Report = (level, code, details, place) =>
    problems.push(
      createProblem(level, code, { component, ...details, file } as ProblemDetails<typeof code>, place),
    );

  const facts = readBundle(text);
  const code = isNew && !needsParser(text, facts) ? NO_CODE_FACTS : readCode(text, facts.requires);
  const syntaxError = facts.syntaxError ?? code.syntaxError;
  if (syntaxError) {
    const { line, column, message } = syntaxError;
    report('error', 'BUNDLE_SYNTAX', { message, line: ` at line ${line}, column ${column}` }, syntaxError);
    return { problems, nodeGlobals: [] };
  }
  reportImports(facts, siblings, report);
  reportRequires(facts, code, report);
  reportReacts(text, facts, code, report);
  reportNames(facts, code, report);
  if (facts.classicJsx) report(code.testsReact ? 'warning' : 'error', 'CLASSIC_JSX', {}, code.classicJsx);
  if (code.asyncComponent) report('error', 'ASYNC_COMPONENT', {}, code.asyncComponent);
  if (!facts.exports.includes('default') || code.notComponent)
    problems.push(
      createProblem(
        'error',
        'NO_DEFAULT_EXPORT',
        { component: component ?? 'MyWidget', file },
        code.notComponent,
      ),
    );
  for (const { name, isTested, ...place } of code.nodeGlobals)
    if (!isTested) report('warning', 'NODE_GLOBAL', { name }, place);
  return { problems, nodeGlobals: code.nodeGlobals.map(({ name }) => name) };
}
