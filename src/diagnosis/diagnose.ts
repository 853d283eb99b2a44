import type { BundleFacts } from '../bundle/index.ts';
import {
  API_BASE,
  bundlePath,
  isWidgetError,
  nameOf,
  shimOf,
  shimPath,
  type ComponentDeclaration,
  type Failure,
  type WidgetError,
} from '../contract/index.ts';
import { createError, errorOf, misspelledShim } from '../contract/words.ts';
import {
  fetchShims,
  isServerUp,
  readAgain,
  refusalOf,
  wordingOf,
  type BundlePlace,
  type Fetch,
} from './evidence.ts';
import { locate } from './locate.ts';
import type { Runs } from './taken.ts';
import {
  ABSENT,
  findForeign,
  findInSource,
  findReplaced,
  findUnset,
  findWording,
  hostReact,
  missingExport,
  missingOf,
  NO_DISPATCHER,
  NOT_FETCHED,
  UNSET,
  type ImportModule,
  type Missing,
} from './verdicts.ts';

const factsOf = async (text: string): Promise<BundleFacts> =>
  (await import('../bundle/index.ts')).readBundle(text);

/** The import that failed, and the means to find out why. */
export interface FailedImport<Module> {
  url: string;
  /** The value that the import was rejected with. */
  cause: unknown;
  details: Omit<BundlePlace, 'cause'>;
  fetch: Fetch;
  importModule(url: string): Promise<Module & object>;
  /** Reads the list of plugins again. */
  refresh?: (() => void) | undefined;
  /** The bundles that ran on this page; a bundle that throws is added. */
  runs?: Runs | undefined;
}

/** The first import of a bundle that means a shim and has another URL. */
function wrongShim(facts: BundleFacts | undefined, place: BundlePlace): Failure | undefined {
  for (const { specifier } of facts?.imports ?? []) {
    const shim = misspelledShim(specifier);
    if (shim) return { code: 'WRONG_SHIM', details: { ...place, specifier, url: API_BASE + shimPath(shim) } };
  }
  return undefined;
}

/** What a bundle's text proves about its failed import. */
async function findInText(
  text: string,
  facts: BundleFacts | undefined,
  place: BundlePlace,
  {
    url,
    importModule,
    runs,
    fetch,
  }: Pick<FailedImport<object>, 'url' | 'importModule' | 'fetch'> & { runs: Runs },
): Promise<Failure> {
  const message = wordingOf(place.cause);
  const none: Missing = { unlinked: [], absent: [] };
  const missing = facts ? await missingOf(facts, text, url, message, importModule) : none;
  const { unlinked, absent, failed: shim } = missing;
  const isNotFetched = NOT_FETCHED.test(message);
  const isUnlinked = isNotFetched || nameOf(place.cause) === 'SyntaxError';
  const wrong = isUnlinked ? wrongShim(facts, place) : undefined;
  if (wrong) return wrong;
  if (unlinked.length > 0) return missingExport(unlinked, false, place);
  const found =
    findWording(message, place) ??
    (shim && findWording(wordingOf(shim.cause), place)) ??
    findUnset(shim, place);
  if (found) return found;
  if (shim) return { code: 'SHIM_FAILED', details: { ...place, specifier: shim.specifier } };
  const foreign = facts && findForeign(facts, text, message, place);
  // A hook outside of a component fails as a second React's would: here only its elements prove a second React.
  if (foreign && foreign.code !== 'BUNDLES_REACT') return foreign;
  if (absent.length > 0 && ABSENT.test(message)) return missingExport(absent, true, place);
  const specifier = facts?.imports.find(
    (one) => /^(?:[./]|https?:)/.test(one.specifier) && !shimOf(one.specifier),
  )?.specifier;
  if (specifier && isNotFetched) return { code: 'IMPORT_FAILED', details: { ...place, specifier } };
  // The bytes are there, and nothing that they import is missing: the browser refuses them as a script only.
  if (isNotFetched) return { code: 'UNREACHABLE', details: { ...place, variant: 'blocked' } };
  return nameOf(place.cause) === 'SyntaxError'
    ? { code: 'BUNDLE_SYNTAX', details: { ...place, line: '', message } }
    : // Few bundles throw, and fewer on a page that has what they define already.
      import('./taken.ts').then(
        ({ findThrown }) => findThrown({ url, place, text, runs, fetch }),
        () => ({ code: 'BUNDLE_THREW', details: place }),
      );
}

/**
 * Reads a bundle again whose import failed, and finds out why from its bytes (CONTRACT F1, F2, F6, F7, F12).
 * If an import succeeds meanwhile, its module is returned.
 *
 * @throws {WidgetError} with the code that the evidence proves.
 */
export async function diagnose<Module>(failed: FailedImport<Module>): Promise<Module> {
  const { url, cause, details, fetch, importModule, refresh, runs = new Map() } = failed;
  const place: BundlePlace = { ...details, cause };
  const evidence = await readAgain(url, fetch);
  if (!evidence && (await isServerUp(url, fetch)))
    throw createError('UNREACHABLE', { ...place, variant: 'blocked' });
  const refusal = refusalOf(evidence, place);
  // Trust has changed since the list was read: the next list has it.
  if (refusal?.code === 'BUNDLE_CHANGED' || refusal?.code === 'BUNDLE_REFUSED') refresh?.();
  if (refusal) throw errorOf(refusal);
  const { text = '', isNamed } = evidence!;
  const replaced = await findReplaced(place, importModule);
  if (replaced) throw errorOf(replaced);
  const facts = await factsOf(text).catch(() => undefined);
  const inSource = facts && findInSource(facts, place);
  if (inSource) throw errorOf(inSource);
  // The page's import map lets no other bytes pass, and neither may the retry.
  if (!isNamed) throw createError('BUNDLE_CHANGED', place);
  if (NOT_FETCHED.test(wordingOf(cause))) {
    const shims = facts?.shimNames.map(({ specifier }) => specifier) ?? [];
    await fetchShims(shims, url, fetch);
    // The bundle is there now. Engines remember a failed URL, so the one retry has another.
    const again = await importModule(`${url}${url.includes('?') ? '&' : '?'}again`).catch(
      (thrown: unknown) => void (place.cause = thrown),
    );
    if (again) return again;
  }
  const error = errorOf(await findInText(text, facts, place, { url, importModule, fetch, runs }));
  // Its code ran up to the place that threw.
  if (!NOT_FETCHED.test(wordingOf(place.cause)) && nameOf(place.cause) !== 'SyntaxError')
    runs.set(url, error);
  throw await locate(error, fetch);
}

/** A crash, and the means to find out why. */
export interface Crash {
  pluginId: string;
  component: string;
  /** The SHA-256 of the bytes that ran. */
  hash?: string | undefined;
  /** What was thrown, of any type. */
  cause: unknown;
  /** The component as its plugin declares it; absent where the list has none. */
  declared?: ComponentDeclaration | undefined;
  /** Whether it ran in a frame, which has diagnosed what it throws. */
  isSandboxed?: boolean | undefined;
  /** URL of the host API, without a trailing slash. */
  apiBase: string;
  fetch: Fetch;
  importModule: ImportModule;
  /** `author` on a page of `nousviz-widget dev`. */
  audience?: 'operator' | 'author' | undefined;
}

/** Finds out why a widget crashed, from its bytes where they can be read (CONTRACT F3, F5, F8, F11, F12). Never rejects. */
export async function diagnoseCrash(crash: Crash): Promise<WidgetError> {
  const { pluginId, component, hash, cause, declared, apiBase, fetch, importModule, audience } = crash;
  if (crash.isSandboxed && isWidgetError(cause)) return cause;
  const file = declared?.path ?? 'the bundle';
  const url = declared && apiBase + bundlePath(pluginId, declared.filename, hash);
  const place: BundlePlace = { pluginId, component, file, hash, cause };
  const message = wordingOf(cause);
  const text = url && (await readAgain(url, fetch))?.text;
  const facts = text ? await factsOf(text).catch(() => undefined) : undefined;

  let found = findWording(message, place) ?? (facts && findForeign(facts, text!, message, place));
  if (!found && facts && url && (UNSET.test(message) || ABSENT.test(message))) {
    const { absent, failed } = await missingOf(facts, text!, url, message, importModule);
    found = absent.length > 0 ? missingExport(absent, true, place) : findUnset(failed, place);
  }
  // Without the bytes, the message has to do.
  if (!found && !facts && NO_DISPATCHER.test(message))
    found = { code: 'BUNDLES_REACT', details: { ...place, react: 'unknown', host: hostReact(), message } };
  const details = { ...place, variant: audience === 'author' ? audience : undefined };
  return locate(errorOf(found ?? { code: 'WIDGET_CRASHED', details }), fetch);
}

/** Makes the error of a failure; a request without an answer is compared with another request to the same server. Never rejects. */
export async function describeFailure(
  failure: Failure,
  fetch: Fetch = globalThis.fetch,
): Promise<WidgetError> {
  const { code, details } = failure;
  const isUnanswered = code === 'API_FAILED' && nameOf(details.cause) === 'TypeError';
  if (!isUnanswered || !(await isServerUp(String(details.url), fetch)))
    return locate(errorOf(failure), fetch);
  return errorOf({ code, details: { ...details, variant: 'blocked' } });
}
