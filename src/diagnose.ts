import { messageOf, WidgetError, type Code, type Details } from './errors.ts';

/** What a second request for a bundle's URL told: nothing at all, or the answer's head. */
type Evidence = { status: number; type: string } | undefined;

/** The import that failed, and the means to learn why. */
export interface Failed<Module> {
  url: string;
  /** What the import was rejected with. */
  cause: unknown;
  details: Details;
  fetch(url: string, init: RequestInit): Promise<Response>;
  importModule(url: string): Promise<Module>;
}

// Chromium, Firefox and WebKit say no more than this when a script or one it imports did not arrive.
const NOT_FETCHED = /dynamically imported module|Importing a module script failed/i;

const REFUSALS: Record<number, Code> = {
  401: 'BUNDLE_REFUSED',
  403: 'BUNDLE_REFUSED',
  404: 'BUNDLE_MISSING',
  410: 'BUNDLE_MISSING',
};

async function lookAgain({ url, fetch }: Pick<Failed<unknown>, 'url' | 'fetch'>): Promise<Evidence> {
  try {
    // Like import() itself, without the token.
    const response = await fetch(url, { cache: 'no-store' });
    void response.body?.cancel();
    return { status: response.status, type: response.headers.get('Content-Type') ?? 'no type' };
  } catch {
    return undefined;
  }
}

function codeOf(evidence: Evidence): Code | undefined {
  if (!evidence) return 'UNREACHABLE';
  const { status, type } = evidence;
  if (status >= 400) return REFUSALS[status] ?? 'SERVER_ERROR';
  return /javascript|ecmascript/i.test(type) ? undefined : 'NOT_JAVASCRIPT';
}

/**
 * Takes a second look at a bundle whose import failed (CONTRACT F6). A failure that is over by then is healed.
 * @throws {WidgetError} with the code that the evidence speaks for.
 */
export async function diagnose<Module>(failed: Failed<Module>): Promise<Module> {
  const { url, cause, details, importModule } = failed;
  const evidence = await lookAgain(failed);
  const code = codeOf(evidence);
  if (code) throw new WidgetError(code, { ...details, ...evidence, cause });
  const threw = (thrown: unknown): never => {
    throw new WidgetError('BUNDLE_THREW', { ...details, cause: thrown });
  };
  // The bundle is there now. Engines remember a failed URL, so the one retry has another.
  if (NOT_FETCHED.test(messageOf(cause)))
    return importModule(`${url}${url.includes('?') ? '&' : '?'}again`).catch(threw);
  return threw(cause);
}
