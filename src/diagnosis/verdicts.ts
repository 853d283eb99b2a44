import type { BundleFacts } from '../bundle/index.ts';
import { API_BASE, nameOf, shimPath, type Failure } from '../contract/index.ts';
import { wordingOf, type BundlePlace, type Verdict } from './evidence.ts';

/** The version of the page's React. */
export const hostReact = () =>
  (globalThis as { NousViz?: { React?: { version?: string } } }).NousViz?.React?.version ?? 'unknown';

/**
 * The messages of Chromium, Firefox and WebKit when a script, or a module that it imports, did not load. WebKit has further words for a
 * type that is not JavaScript's and for bytes without the hash that the import map names.
 */
export const NOT_FETCHED =
  /dynamically imported module|Importing a module script failed|not a valid JavaScript MIME type|due to integrity mismatch/i;

/** The messages of Chromium, Firefox and WebKit when code reads a variable whose module was not evaluated to its end. */
export const UNSET = /before initialization|uninitialized variable/;

/** Reads the message of an error that a bundle's own code or a shim threw. */
export function findWording(message: string, place: BundlePlace): Verdict {
  const [, specifier] =
    /(?:Dynamic require of|Calling `require` for|Module name) "(.+?)"/.exec(message) ?? [];
  if (specifier) return { code: 'DYNAMIC_REQUIRE', details: { ...place, specifier } };
  if (/\brequire is not defined|variable: require\b/.test(message))
    return { code: 'DYNAMIC_REQUIRE', details: { ...place, specifier: '…' } };
  if (/\bReact is not defined|variable: React\b/.test(message))
    return { code: 'CLASSIC_JSX', details: place };
  // React 18 refuses the promise as a child.
  if (/(?:valid as a React child|React error #31\b).*object( |%20)Promise/.test(message))
    return { code: 'ASYNC_COMPONENT', details: place };
  if (/HOST_NOT_PUBLISHED|undefined.*apiFetch|apiFetch.*undefined/.test(message))
    return { code: 'HOST_NOT_PUBLISHED', details: place };
  return undefined;
}

/** What bundlers put in the place of an `import()` whose URL they do not know: a module map or `require`. */
const isReplacement = (thrown: unknown) =>
  (thrown as { code?: unknown } | null | undefined)?.code === 'MODULE_NOT_FOUND' ||
  /Dynamic require of|\brequire is not defined|variable: require\b/.test(wordingOf(thrown));

/** Whether the host app's bundler has replaced `import()`: then the import of a shim fails in the same way as the bundle's. */
export async function findReplaced(place: BundlePlace, importModule: ImportModule): Promise<Verdict> {
  if (!isReplacement(place.cause)) return undefined;
  const shim = new URL(API_BASE + shimPath('react.js'), globalThis.location.href).href;
  const isReplaced = await importModule(shim).then(() => false, isReplacement);
  return isReplaced
    ? { code: 'IMPORT_REPLACED', details: { ...place, message: wordingOf(place.cause) } }
    : undefined;
}

const isReact = (specifier: string) => /^react(-dom)?($|\/)/.test(specifier);

/** Reads the bundle's own imports and syntax. */
export function findInSource({ bare, syntaxError }: BundleFacts, place: BundlePlace): Verdict {
  const { cause } = place;
  const specifier = bare.find(isReact) ?? bare[0];
  if (specifier)
    return { code: isReact(specifier) ? 'BARE_REACT' : 'BARE_IMPORT', details: { ...place, specifier } };
  // The lexer is not the engine: its verdict counts where the engine refused the syntax too, or did not load the bundle.
  if (!syntaxError || !(nameOf(cause) === 'SyntaxError' || NOT_FETCHED.test(wordingOf(cause))))
    return undefined;
  const { line, column, message } = syntaxError;
  const at = ` at line ${line}, column ${column}`;
  return { code: 'BUNDLE_SYNTAX', details: { ...place, line: at, message } };
}

/** The names that a bundle imports from shims and that the page's React lacks. */
export interface Missing {
  /** Names that no shim has, so that the import does not link. */
  unlinked: string[];
  /** Names that another React has and this one lacks: they are `undefined` (CONTRACT S4). */
  absent: string[];
  /** A shim that could not be imported, and why. */
  failed?: { specifier: string; cause: unknown };
}

/** Imports a module by its absolute URL. */
export type ImportModule = (url: string) => Promise<object>;

/** Imports the shims that a bundle imports, and finds the names that they lack. */
export async function missingOf(
  { shimNames }: BundleFacts,
  text: string,
  url: string,
  message: string,
  importModule: ImportModule,
) {
  const missing: Missing = { unlinked: [], absent: [] };
  for (const { specifier, names } of shimNames) {
    try {
      const shim = await importModule(new URL(specifier, new URL(url, globalThis.location.href)).href);
      // After an import of the whole shim, only the message tells which of its names the bundle uses.
      const isSpoken = (name: string) =>
        new RegExp(`\\b${name}\\b`).test(message) ||
        // A renderer reads the internals of React by a key, and the message names only the member that it did not find there.
        (name.startsWith('__') && ABSENT.test(message) && OF_INTERNALS.test(message) && text.includes(name));
      const spoken = names.some((name) => name === 'default' || name === '*')
        ? Object.keys(shim).filter(isSpoken)
        : [];
      const wanted = [...new Set([...names, ...spoken])].filter((name) => name !== '*');
      missing.unlinked.push(...wanted.filter((name) => !(name in shim)));
      missing.absent.push(...wanted.filter((name) => name in shim && Reflect.get(shim, name) === undefined));
    } catch (cause) {
      missing.failed ??= { specifier, cause };
    }
  }
  return missing;
}

/**
 * Whether a shim was evaluated before the host published itself: then its names have no value. WebKit forgets that a module threw, so
 * that the next import of it succeeds.
 */
export const findUnset = (shim: Missing['failed'], place: BundlePlace): Verdict =>
  shim && UNSET.test(wordingOf(shim.cause)) ? { code: 'HOST_NOT_PUBLISHED', details: place } : undefined;

/** Makes the failure for names that the page's React lacks; `elsewhere` is whether another React has them. */
export function missingExport(names: string[], elsewhere: boolean, place: BundlePlace): Failure {
  const host = hostReact();
  const other = host.startsWith('18.') ? '19' : '18.3';
  const since = elsewhere
    ? `React ${other} has it: use a host on React ${other}, or check that it exists before you use it.`
    : 'No supported React has it: correct the import and rebuild.';
  const missing = [...new Set(names)].join(', ');
  return { code: 'MISSING_SHIM_EXPORT', details: { ...place, missing, host, since } };
}

/** Messages about a hook of a React that is not rendering. React's production build has only numbers. */
export const NO_DISPATCHER = /null.*\buse[A-Z]|\buse[A-Z]\w*.*null|Invalid hook call|React error #321\b/;
/** Messages about elements that this React does not accept; `typeof` is `$$typeof`, a key of elements. */
const FOREIGN_ELEMENT =
  /(?:not valid as a React child|React error #31\b).*typeof|(older|different) version of React|React error #525\b/;
/** Messages about a value that is missing. */
export const ABSENT = /not a function|undefined|not an object|null/;

/** The internals of React 18 and 19 that renderers read, as the messages of any engine name them. */
const OF_INTERNALS = /\bReactCurrent(?:BatchConfig|Dispatcher|Owner)\b|["'.][AHST]["')]/;

/** The internals of React that the JSX runtimes read. */
const INTERNALS =
  /getOwner|ReactCurrentOwner|ReactDebugCurrentFrame|recentlyCreatedOwnerStacks|getCurrentStack/;

/** Which React a bundle carries, and whether the message is about it (CONTRACT F3, F12). */
export function findForeign(
  { react, jsxRuntime }: BundleFacts,
  text: string,
  message: string,
  place: BundlePlace,
): Verdict {
  const host = hostReact();
  const isElement = FOREIGN_ELEMENT.test(message);
  if (react)
    return isElement || NO_DISPATCHER.test(message)
      ? { code: 'BUNDLES_REACT', details: { ...place, react, host, message } }
      : undefined;
  // Compilers that inline elements leave no runtime, only its mark.
  const inlined = isElement
    ? /Symbol\.for\(["'`](react\.(?:transitional\.)?element)["'`]\)/.exec(text)?.[1]
    : undefined;
  const runtime = jsxRuntime ?? inlined;
  if (!runtime) return undefined;
  const isOther = host.startsWith('18.') !== (runtime === 'react.element');
  const isMisread = INTERNALS.test(message) || (isOther && ABSENT.test(message));
  return isMisread || (isOther && isElement)
    ? { code: 'OLD_JSX_RUNTIME', details: { ...place, runtime, host, message } }
    : undefined;
}
