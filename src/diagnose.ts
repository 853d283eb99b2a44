import type { BundleFacts } from './bundle.ts';
import { isWidgetError, messageOf, nameOf, WidgetError, type Code, type Details } from './errors.ts';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What a second request for a bundle's URL told: nothing at all, or the answer, with its text where it is JavaScript. */
type Evidence = { status: number; type: string; text?: string; isNamed?: boolean } | undefined;

/** Whether bytes are those that their URL names; as far as is known, since pages on plain http cannot compute it. */
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

const REFUSALS: Record<number, Code> = {
  401: 'BUNDLE_REFUSED',
  403: 'BUNDLE_REFUSED',
  404: 'BUNDLE_MISSING',
  409: 'BUNDLE_CHANGED',
  410: 'BUNDLE_MISSING',
};

function refusalOf(evidence: Evidence): Code | undefined {
  if (!evidence) return 'UNREACHABLE';
  if (evidence.status >= 400) return REFUSALS[evidence.status] ?? 'SERVER_ERROR';
  return evidence.text === undefined ? 'NOT_JAVASCRIPT' : undefined;
}

/** What was thrown, as far as it is searched for the words of engines: a plugin may throw a text of any length. */
const wordingOf = (thrown: unknown) => messageOf(thrown).slice(0, 2000);

/** A code with the details that its words want. */
type Finding = [code: Code, details?: Details] | undefined;

const factsOf = async (text: string): Promise<BundleFacts> => (await import('./bundle.ts')).readBundle(text);

const version = () =>
  (globalThis as { NousViz?: { React?: { version?: string } } }).NousViz?.React?.version ?? 'unknown';

// Chromium, Firefox and WebKit say no more than this when a script or one it imports did not arrive.
const NOT_FETCHED = /dynamically imported module|Importing a module script failed/i;

// What a bundle's own code or the shim threw; no other evidence says more.
function findWording(message: string): Finding {
  const [, specifier] =
    /(?:Dynamic require of|Calling `require` for|Module name) "(.+?)"/.exec(message) ?? [];
  if (specifier) return ['DYNAMIC_REQUIRE', { specifier }];
  if (/\brequire is not defined|variable: require\b/.test(message))
    return ['DYNAMIC_REQUIRE', { specifier: '…' }];
  if (/\bReact is not defined|variable: React\b/.test(message)) return ['CLASSIC_JSX'];
  if (/HOST_NOT_PUBLISHED|undefined.*apiFetch|apiFetch.*undefined/.test(message))
    return ['HOST_NOT_PUBLISHED'];
  return undefined;
}

const isReact = (specifier: string) => /^react(-dom)?($|\/)/.test(specifier);

function findInSource({ bare, syntaxError }: BundleFacts, cause: unknown): Finding {
  const specifier = bare.find(isReact) ?? bare[0];
  if (specifier) return [isReact(specifier) ? 'BARE_REACT' : 'BARE_IMPORT', { specifier }];
  // The reader is not the engine: its word counts where the engine refused the syntax too, or for its bytes never read it.
  if (!syntaxError || !(nameOf(cause) === 'SyntaxError' || NOT_FETCHED.test(wordingOf(cause))))
    return undefined;
  const { line, column, message } = syntaxError;
  return ['BUNDLE_SYNTAX', { line: ` at line ${line}, column ${column}`, message }];
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

const notHad = (names: string[], elsewhere: boolean): NonNullable<Finding> => {
  const host = version();
  const other = host.startsWith('18.') ? '19' : '18.3';
  const since = elsewhere
    ? `React ${other} has it: ask for a host on React ${other}, or use it only where it is there.`
    : 'No supported React has it: correct the import and rebuild.';
  return ['MISSING_SHIM_EXPORT', { names: [...new Set(names)].join(', '), host, since }];
};

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

/** Which React a bundle carries, and whether that is what the message is about (CONTRACT F3, F12). */
function findForeign({ react, jsxRuntime }: BundleFacts, text: string, message: string): Finding {
  const host = version();
  const isElement = FOREIGN_ELEMENT.test(message);
  if (react) return isElement || NO_DISPATCHER.test(message) ? ['BUNDLES_REACT', { react, host }] : undefined;
  // Compilers that inline elements leave no runtime, only its mark.
  const inlined = isElement
    ? /Symbol\.for\(["'`](react\.(?:transitional\.)?element)["'`]\)/.exec(text)?.[1]
    : undefined;
  const runtime = jsxRuntime ?? inlined;
  if (!runtime) return undefined;
  const isOther = host.startsWith('18.') !== (runtime === 'react.element');
  const isMisread = INTERNALS.test(message) || (isOther && ABSENT.test(message));
  return isMisread || (isOther && isElement) ? ['OLD_JSX_RUNTIME', { runtime, host }] : undefined;
}

/** The import that failed, and the means to learn why. */
export interface FailedImport<Module> {
  url: string;
  /** What the import was rejected with. */
  cause: unknown;
  details: Details;
  fetch: Fetch;
  importModule(url: string): Promise<Module & object>;
  /** Reads the list of plugins again. */
  refresh?: (() => void) | undefined;
}

/**
 * Takes a second look at a bundle whose import failed, and decides from its bytes (CONTRACT F1, F2, F6, F7, F12).
 * A failure that is over by then is healed.
 * @throws {WidgetError} with the code that the evidence speaks for.
 */
export async function diagnose<Module>(failed: FailedImport<Module>): Promise<Module> {
  const { url, cause, details, fetch, importModule, refresh } = failed;
  const fail = ([code, more]: NonNullable<Finding>): never => {
    throw new WidgetError(code, { ...details, cause, ...more });
  };
  const evidence = await lookAgain(url, fetch);
  const refusal = refusalOf(evidence);
  // Trust has changed since the list was read: the next one tells.
  if (refusal === 'BUNDLE_CHANGED' || refusal === 'BUNDLE_REFUSED') refresh?.();
  if (refusal) return fail([refusal, { status: evidence?.status, type: evidence?.type }]);
  const { text = '' } = evidence!;
  const facts = await factsOf(text).catch(() => undefined);
  const inSource = facts && findInSource(facts, cause);
  if (inSource) return fail(inSource);

  const message = wordingOf(cause);
  // The page's import map lets no other bytes pass, and nor must the retry.
  if (!evidence!.isNamed) return fail(['BUNDLE_CHANGED']);
  if (NOT_FETCHED.test(message)) {
    // The bundle is there now. Engines remember a failed URL, so the one retry has another.
    const again = await importModule(`${url}${url.includes('?') ? '&' : '?'}again`).catch(() => undefined);
    if (again) return again;
  }
  const {
    unlinked,
    absent,
    failed: shim,
  }: Missing = facts
    ? await missingOf(facts, text, url, message, importModule)
    : { unlinked: [], absent: [] };
  if (unlinked.length > 0) return fail(notHad(unlinked, false));
  const found = findWording(message) ?? (shim && findWording(wordingOf(shim.cause)));
  if (found) return fail(found);
  if (shim) return fail(['SHIM_FAILED', { specifier: shim.specifier }]);
  const foreign = facts && findForeign(facts, text, message);
  // A hook outside of a component fails as a second React's would: only its elements speak for that here.
  if (foreign && foreign[0] !== 'BUNDLES_REACT') return fail(foreign);
  if (absent.length > 0 && ABSENT.test(message)) return fail(notHad(absent, true));
  const specifier = facts?.imports.find(
    (one) => /^[./]/.test(one.specifier) && !/\/widget-runtime\//.test(one.specifier),
  )?.specifier;
  if (specifier && NOT_FETCHED.test(message)) return fail(['IMPORT_FAILED', { specifier }]);
  return fail(nameOf(cause) === 'SyntaxError' ? ['BUNDLE_SYNTAX', { line: '' }] : ['BUNDLE_THREW']);
}

/** A crash, and the means to learn why. */
export interface Crash {
  pluginId: string;
  component: string;
  /** What was thrown, of any type. */
  cause: unknown;
  /** The bundle that ran, as its author knows it, and its URL; nothing where the list has none. */
  bundle?: { file: string; url: string } | undefined;
  fetch: Fetch;
  importModule: ImportModule;
}

/** Finds out why a widget crashed, from its bytes where they can be had (CONTRACT F3, F5, F8, F11, F12). Never rejects. */
export async function diagnoseCrash(crash: Crash): Promise<WidgetError> {
  const { pluginId, component, cause, bundle, fetch, importModule } = crash;
  const details = { pluginId, component, file: bundle?.file, cause };
  if (isWidgetError(cause) && cause.code === 'RENDER_LOOP')
    return new WidgetError(cause.code, { ...cause.details, ...details });
  const message = wordingOf(cause);
  const url = bundle?.url;
  const text = url && (await lookAgain(url, fetch))?.text;
  const facts = text ? await factsOf(text).catch(() => undefined) : undefined;

  let found = findWording(message) ?? (facts && findForeign(facts, text!, message));
  if (!found && facts && url && ABSENT.test(message)) {
    const { absent } = await missingOf(facts, text!, url, message, importModule);
    if (absent.length > 0) found = notHad(absent, true);
  }
  // Without the bytes, the wording has to do.
  if (!found && !facts && NO_DISPATCHER.test(message))
    found = ['BUNDLES_REACT', { react: 'unknown', host: version() }];
  const [code, more] = found ?? ['WIDGET_CRASHED'];
  return new WidgetError(code, { ...details, ...more });
}
