import type { BundleFacts } from '../bundle/index.ts';
import { messageOf, nameOf, shimOf, type Failure, type Place, type WidgetError } from '../contract/index.ts';
import { createError, errorOf } from '../contract/words.ts';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The answer to a second request for a bundle's URL, with its text where it is JavaScript; `undefined` without an answer. */
type Evidence = { status: number; type: string; text?: string; isNamed?: boolean } | undefined;

/** Whether bytes are the ones that their URL names; taken for true on plain http, where pages cannot compute it. */
async function areNamed(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const [, version] = /[?&]v=([0-9a-f]{64})/.exec(url) ?? [];
  if (!version || !globalThis.crypto?.subtle) return true;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') === version;
}

async function lookAgain(url: string, fetch: Fetch): Promise<Evidence> {
  try {
    // Like import() itself, without the token.
    const response = await fetch(url, { cache: 'no-store' });
    const type = response.headers.get('Content-Type') ?? 'no type';
    const readable = response.ok && /javascript|ecmascript/i.test(type);
    if (!readable) return { status: response.status, type };
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    return { status: response.status, type, text, isNamed: await areNamed(url, bytes) };
  } catch {
    return undefined;
  }
}

/** The bundle that failed, and what was thrown. */
interface BundlePlace extends Place {
  pluginId: string;
  component: string;
  file: string;
  cause: unknown;
}

/** The part of a thrown message that is searched for the words of engines: a plugin may throw a message of any length. */
const wordingOf = (thrown: unknown) => messageOf(thrown).slice(0, 2000);

/** A failure that the evidence proves; `undefined` where it proves none. */
type Verdict = Failure | undefined;

/** Why the server does not serve the bundle; `undefined` where it does. */
function refusalOf(evidence: Evidence, place: BundlePlace): Verdict {
  if (!evidence) return { code: 'UNREACHABLE', details: place };
  const { status, type, text } = evidence;
  const details = { ...place, status };
  if (status === 401 || status === 403) return { code: 'BUNDLE_REFUSED', details };
  if (status === 404 || status === 410) return { code: 'BUNDLE_MISSING', details };
  if (status === 409) return { code: 'BUNDLE_CHANGED', details };
  if (status >= 400) return { code: 'SERVER_ERROR', details };
  return text === undefined ? { code: 'NOT_JAVASCRIPT', details: { ...details, type } } : undefined;
}

const factsOf = async (text: string): Promise<BundleFacts> =>
  (await import('../bundle/index.ts')).readBundle(text);

const version = () =>
  (globalThis as { NousViz?: { React?: { version?: string } } }).NousViz?.React?.version ?? 'unknown';

// Chromium, Firefox and WebKit say no more than this when a script or one it imports did not arrive.
const NOT_FETCHED = /dynamically imported module|Importing a module script failed/i;

// What a bundle's own code or the shim threw; no other evidence says more.
function findWording(message: string, place: BundlePlace): Verdict {
  const [, specifier] =
    /(?:Dynamic require of|Calling `require` for|Module name) "(.+?)"/.exec(message) ?? [];
  if (specifier) return { code: 'DYNAMIC_REQUIRE', details: { ...place, specifier } };
  if (/\brequire is not defined|variable: require\b/.test(message))
    return { code: 'DYNAMIC_REQUIRE', details: { ...place, specifier: '…' } };
  if (/\bReact is not defined|variable: React\b/.test(message))
    return { code: 'CLASSIC_JSX', details: place };
  if (/HOST_NOT_PUBLISHED|undefined.*apiFetch|apiFetch.*undefined/.test(message))
    return { code: 'HOST_NOT_PUBLISHED', details: place };
  return undefined;
}

const isReact = (specifier: string) => /^react(-dom)?($|\/)/.test(specifier);

function findInSource({ bare, syntaxError }: BundleFacts, place: BundlePlace): Verdict {
  const { cause } = place;
  const specifier = bare.find(isReact) ?? bare[0];
  if (specifier)
    return { code: isReact(specifier) ? 'BARE_REACT' : 'BARE_IMPORT', details: { ...place, specifier } };
  // The reader is not the engine: its word counts where the engine refused the syntax too, or for its bytes never read it.
  if (!syntaxError || !(nameOf(cause) === 'SyntaxError' || NOT_FETCHED.test(wordingOf(cause))))
    return undefined;
  const { line, column, message } = syntaxError;
  const at = ` at line ${line}, column ${column}`;
  return { code: 'BUNDLE_SYNTAX', details: { ...place, line: at, message } };
}

/** What a bundle wants of the shims and does not get. */
interface Missing {
  /** Names that no shim has, so that the import does not link. */
  unlinked: string[];
  /** Names that another React has and this one lacks: they are `undefined` (CONTRACT S4). */
  absent: string[];
  /** A shim that could not be imported, and why. */
  failed?: { specifier: string; cause: unknown };
}

type ImportModule = (url: string) => Promise<object>;

async function missingOf(
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
      // A whole React was imported: what the message speaks of is what was wanted of it.
      const isSpoken = (name: string) =>
        new RegExp(`\\b${name}\\b`).test(message) ||
        // Of a bundled renderer's React, a message has but the member that it looked for in the internals.
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

function missingExport(names: string[], elsewhere: boolean, place: BundlePlace): Failure {
  const host = version();
  const other = host.startsWith('18.') ? '19' : '18.3';
  const since = elsewhere
    ? `React ${other} has it: ask for a host on React ${other}, or use it only where it is there.`
    : 'No supported React has it: correct the import and rebuild.';
  const missing = [...new Set(names)].join(', ');
  return { code: 'MISSING_SHIM_EXPORT', details: { ...place, missing, host, since } };
}

// A hook of a React that is not rendering, and elements that this React does not take; the numbers are production's, the key is an element's.
const NO_DISPATCHER = /null.*\buse[A-Z]|\buse[A-Z]\w*.*null|Invalid hook call|React error #321\b/;
const FOREIGN_ELEMENT =
  /(?:not valid as a React child|React error #31\b).*typeof|(older|different) version of React|React error #525\b/;
const ABSENT = /not a function|undefined|not an object|null/;

// What renderers read of their React's internals: of React 18, and of 19, in any engine's words.
const OF_INTERNALS = /\bReactCurrent(?:BatchConfig|Dispatcher|Owner)\b|["'.][AHST]["')]/;

// What the JSX runtimes read of their own React's internals.
const INTERNALS =
  /getOwner|ReactCurrentOwner|ReactDebugCurrentFrame|recentlyCreatedOwnerStacks|getCurrentStack/;

/** Which React a bundle carries, and whether the message is about it (CONTRACT F3, F12). */
function findForeign(
  { react, jsxRuntime }: BundleFacts,
  text: string,
  message: string,
  place: BundlePlace,
): Verdict {
  const host = version();
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

/** The import that failed, and the means to find out why. */
export interface FailedImport<Module> {
  url: string;
  /** The value that the import was rejected with. */
  cause: unknown;
  details: { pluginId: string; component: string; file: string };
  fetch: Fetch;
  importModule(url: string): Promise<Module & object>;
  /** Reads the list of plugins again. */
  refresh?: (() => void) | undefined;
}

/** What a bundle's text proves about its failed import. */
async function findInText(
  text: string,
  facts: BundleFacts | undefined,
  place: BundlePlace,
  { url, importModule }: Pick<FailedImport<object>, 'url' | 'importModule'>,
): Promise<Failure> {
  const message = wordingOf(place.cause);
  const none: Missing = { unlinked: [], absent: [] };
  const missing = facts ? await missingOf(facts, text, url, message, importModule) : none;
  const { unlinked, absent, failed: shim } = missing;
  if (unlinked.length > 0) return missingExport(unlinked, false, place);
  const found = findWording(message, place) ?? (shim && findWording(wordingOf(shim.cause), place));
  if (found) return found;
  if (shim) return { code: 'SHIM_FAILED', details: { ...place, specifier: shim.specifier } };
  const foreign = facts && findForeign(facts, text, message, place);
  // A hook outside of a component fails as a second React's would: here only its elements prove a second React.
  if (foreign && foreign.code !== 'BUNDLES_REACT') return foreign;
  if (absent.length > 0 && ABSENT.test(message)) return missingExport(absent, true, place);
  const specifier = facts?.imports.find(
    (one) => /^[./]/.test(one.specifier) && !shimOf(one.specifier),
  )?.specifier;
  if (specifier && NOT_FETCHED.test(message))
    return { code: 'IMPORT_FAILED', details: { ...place, specifier } };
  return nameOf(place.cause) === 'SyntaxError'
    ? { code: 'BUNDLE_SYNTAX', details: { ...place, line: '', message } }
    : { code: 'BUNDLE_THREW', details: place };
}

/**
 * Reads a bundle again whose import failed, and finds out why from its bytes (CONTRACT F1, F2, F6, F7, F12).
 * An import that succeeds by then is returned.
 *
 * @throws {WidgetError} with the code that the evidence proves.
 */
export async function diagnose<Module>(failed: FailedImport<Module>): Promise<Module> {
  const { url, cause, details, fetch, importModule, refresh } = failed;
  const place: BundlePlace = { ...details, cause };
  const evidence = await lookAgain(url, fetch);
  const refusal = refusalOf(evidence, place);
  // Trust has changed since the list was read: the next list has it.
  if (refusal?.code === 'BUNDLE_CHANGED' || refusal?.code === 'BUNDLE_REFUSED') refresh?.();
  if (refusal) throw errorOf(refusal);
  const { text = '', isNamed } = evidence!;
  const facts = await factsOf(text).catch(() => undefined);
  const inSource = facts && findInSource(facts, place);
  if (inSource) throw errorOf(inSource);
  // The page's import map lets no other bytes pass, and neither may the retry.
  if (!isNamed) throw createError('BUNDLE_CHANGED', place);
  if (NOT_FETCHED.test(wordingOf(cause))) {
    // The bundle is there now. Engines remember a failed URL, so the one retry has another.
    const again = await importModule(`${url}${url.includes('?') ? '&' : '?'}again`).catch(() => undefined);
    if (again) return again;
  }
  throw errorOf(await findInText(text, facts, place, failed));
}

/** A crash, and the means to find out why. */
export interface Crash {
  pluginId: string;
  component: string;
  /** What was thrown, of any type. */
  cause: unknown;
  /** The bundle that ran, as its author knows it, and its URL; absent where the list has none. */
  bundle?: { file: string; url: string } | undefined;
  fetch: Fetch;
  importModule: ImportModule;
}

/** Finds out why a widget crashed, from its bytes where they can be read (CONTRACT F3, F5, F8, F11, F12). Never rejects. */
export async function diagnoseCrash(crash: Crash): Promise<WidgetError> {
  const { pluginId, component, cause, bundle, fetch, importModule } = crash;
  const { file = 'the bundle', url } = bundle ?? {};
  const place: BundlePlace = { pluginId, component, file, cause };
  const message = wordingOf(cause);
  const text = url && (await lookAgain(url, fetch))?.text;
  const facts = text ? await factsOf(text).catch(() => undefined) : undefined;

  let found = findWording(message, place) ?? (facts && findForeign(facts, text!, message, place));
  if (!found && facts && url && ABSENT.test(message)) {
    const { absent } = await missingOf(facts, text!, url, message, importModule);
    if (absent.length > 0) found = missingExport(absent, true, place);
  }
  // Without the bytes, the message has to do.
  if (!found && !facts && NO_DISPATCHER.test(message))
    found = { code: 'BUNDLES_REACT', details: { ...place, react: 'unknown', host: version(), message } };
  return errorOf(found ?? { code: 'WIDGET_CRASHED', details: place });
}
