import { isBare, readBundle, type BundleFacts } from '../bundle/index.ts';
import type { Shim } from '../contract/index.ts';
import { shimOf } from './bindings.ts';
import { readCode, type CodeFacts, type Place } from './code.ts';
import { SHIM_NAMES, type HadBy } from './shim-names.ts';
import { describeProblem, type AuthorCode, type ProblemDetails } from './build-messages.ts';

/** What is wrong with a file of a plugin, in the words that a card in the browser has for it. */
export interface Problem {
  /** `error`: it fails, or fails on some host and nobody wants that. `warning`: it depends on the host, or is only a pity. */
  level: 'error' | 'warning';
  code: AuthorCode;
  /** The component that it concerns, where it concerns one. */
  component?: string;
  /** Relative to the plugin's folder. */
  file: string;
  /** From 1, as `column`; absent where the whole file is meant. */
  line?: number;
  column?: number;
  /** The fact, one sentence. */
  message: string;
  /** What ends the problem. */
  fix: string;
  /** Flags or a line to be copied. */
  copy?: string;
}

/** Makes a problem of what its words want. */
export function createProblem<C extends AuthorCode>(
  level: Problem['level'],
  code: C,
  details: ProblemDetails<C>,
  { line, column }: Partial<Place> = {},
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
    message: fact,
    fix,
    ...(copy && { copy }),
  };
}

/** A problem in one line, but for its place: fact, remedy, what to copy, code. */
export const textOf = ({ message, fix, copy, code }: Problem): string =>
  `${message} ${fix}${copy && fix.endsWith(':') ? ` ${copy}` : ''} [${code}]`;

/** What is known of a bundle besides its text. */
export interface BundleContext {
  /** The component that it is. @default made of the file's name */
  component?: string | undefined;
  /** File names of the plugin's other bundles, which are served beside it. */
  siblings?: readonly string[];
}

/** Of a union, each member without some of its keys. */
type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

type Report = <C extends AuthorCode>(
  level: Problem['level'],
  code: C,
  details: Without<ProblemDetails<C>, 'file' | 'component'>,
  place?: Partial<Place> | undefined,
) => void;

/** The Reacts that hosts have: there is no page here whose version could be named (CONTRACT S4). */
const HOSTS = '18.3 or 19' satisfies HadBy;

const isReact = (specifier: string) => /^react(-dom)?($|\/)/.test(specifier);

/** Whether the server of bundles has what a path leads to: it knows declared file names, in one folder. */
const isSibling = (specifier: string, siblings: readonly string[]) =>
  /^\.\/[^/?#]+$/.test(specifier) && siblings.includes(specifier.slice(2));

function reportImports(
  { imports, dynamicImports }: BundleFacts,
  siblings: readonly string[],
  report: Report,
) {
  const seen = new Set<string>();
  const reportOne = (specifier: string, place: Partial<Place>, isDynamic: boolean) => {
    if (seen.has(specifier) || shimOf(specifier) || /^(https?|data|blob):/.test(specifier)) return;
    seen.add(specifier);
    // What is imported as it runs may never be, or its absence may be provided for.
    const level = isDynamic ? 'warning' : 'error';
    if (isBare(specifier))
      return report(level, isReact(specifier) ? 'BARE_REACT' : 'BARE_IMPORT', { specifier }, place);
    if (isSibling(specifier, siblings)) return undefined;
    const isHosts = specifier.startsWith('/') && !specifier.includes('/widget-runtime/');
    // Another path of the host may have it; a file beside the bundle is not served unless it is declared.
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

function reportReacts({ react, reactDom, jsxRuntime }: BundleFacts, { element }: CodeFacts, report: Report) {
  const own = [react, reactDom && `react-dom ${reactDom}`].filter(Boolean).join(' and ');
  if (own)
    report('error', 'BUNDLES_REACT', {
      react: own,
      host: HOSTS,
      message: react
        ? 'its hooks and elements are not the page’s'
        : 'it works with a React of its own version alone',
    });
  const runtime = jsxRuntime ?? element?.mark;
  if (runtime && !react)
    report(
      'error',
      'OLD_JSX_RUNTIME',
      {
        runtime,
        host: HOSTS,
        message: `React ${runtime === 'react.element' ? '19' : '18.3'} takes no elements of it`,
      },
      element,
    );
}

/** Of which names a host's React has nothing, and what to do about it; by who has them. */
const LACKING: Record<Exclude<HadBy, typeof HOSTS> | 'none', { host: string; since: string }> = {
  '18.3': { host: '19', since: 'React 18.3 has it: ask for a host on React 18.3' },
  '19': { host: '18.3', since: 'React 19 has it: ask for a host on React 19' },
  development: { host: 'in production', since: 'Only its development build has it: take it out' },
  none: { host: HOSTS, since: 'No supported React has it: correct the import and rebuild.' },
};

function reportNames(
  { imports, react, reactDom }: BundleFacts,
  { called, renderer18 }: CodeFacts,
  report: Report,
) {
  const wanted = new Map<keyof typeof LACKING, { names: Set<string>; place: Partial<Place> }>();
  const want = (shim: Shim, name: string, place: Partial<Place>, otherwise: HadBy | 'none') => {
    const had = Object.hasOwn(SHIM_NAMES[shim], name) ? SHIM_NAMES[shim][name]! : otherwise;
    if (had === HOSTS) return;
    const known = wanted.get(had) ?? { names: new Set(), place };
    wanted.set(had, known);
    known.names.add(name);
  };
  for (const { specifier, names, line } of imports) {
    const shim = shimOf(specifier);
    for (const name of names)
      if (shim && name !== '*' && name !== 'default') want(shim, name, { line }, 'none');
  }
  for (const { shim, name, ...place } of called) want(shim, name, place, HOSTS);
  const isForeign = renderer18 && !react && !reactDom;
  if (isForeign) want('react.js', '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED', renderer18, HOSTS);
  for (const [had, { names, place }] of wanted) {
    const { host, since } = LACKING[had];
    const isNone = had === 'none';
    report(
      isNone ? 'error' : 'warning',
      'MISSING_SHIM_EXPORT',
      {
        missing: [...names].join(', '),
        host,
        since: isNone ? since : `${since}, or use it only where it is there.`,
      },
      place,
    );
  }
}

/**
 * Finds what is wrong with a built bundle without running it, everything at once (CONTRACT F). Never throws.
 *
 * @param text the bundle's source text.
 * @param file its path as its author knows it, `widget/dist/MyWidget.js`.
 */
export function problemsOf(text: string, file: string, context: BundleContext = {}): Problem[] {
  const [, named] = /([A-Z][A-Za-z0-9]*)\.[cm]?js$/.exec(file) ?? [];
  const { component = named, siblings = [] } = context;
  const problems: Problem[] = [];
  const report: Report = (level, code, details, place) =>
    problems.push(
      createProblem(level, code, { component, ...details, file } as ProblemDetails<typeof code>, place),
    );

  const facts = readBundle(text);
  const code = readCode(text, facts.requires);
  const syntaxError = facts.syntaxError ?? code.syntaxError;
  if (syntaxError) {
    const { line, column, message } = syntaxError;
    report('error', 'BUNDLE_SYNTAX', { message, line: ` at line ${line}, column ${column}` }, syntaxError);
    return problems;
  }
  reportImports(facts, siblings, report);
  reportRequires(facts, code, report);
  reportReacts(facts, code, report);
  reportNames(facts, code, report);
  if (facts.classicJsx) report('error', 'CLASSIC_JSX', {}, code.classicJsx);
  if (!facts.exports.includes('default') || code.notComponent)
    problems.push(
      createProblem(
        'error',
        'NO_DEFAULT_EXPORT',
        { component: component ?? 'MyWidget', file },
        code.notComponent,
      ),
    );
  return problems;
}
