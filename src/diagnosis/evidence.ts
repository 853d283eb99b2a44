import { messageOf, shimPath, type Failure, type Place } from '../contract/index.ts';

/** `fetch` as far as a diagnosis needs it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The answer to a second request for a bundle's URL, with its text where it is JavaScript; `undefined` without an answer. */
export type Evidence = { status: number; type: string; text?: string; isNamed?: boolean } | undefined;

/** Whether bytes have the hash that their URL names; `true` on plain http, where pages cannot compute hashes. */
async function areNamed(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const [, version] = /[?&]v=([0-9a-f]{64})/.exec(url) ?? [];
  if (!version || !globalThis.crypto?.subtle) return true;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') === version;
}

/** Requests a bundle again, to learn why it could not be imported. */
export async function readAgain(url: string, fetch: Fetch): Promise<Evidence> {
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

/** Where the page's import map leads from a URL: by default to itself. */
function mappedUrl(url: string): string {
  const maps = [...document.querySelectorAll('script[type="importmap"]')];
  const entries = maps.flatMap(({ textContent }) =>
    Object.entries((JSON.parse(textContent || '{}') as { imports?: Record<string, string> }).imports ?? {}),
  );
  const [, target] = entries.find(([from]) => new URL(from, document.baseURI).href === url) ?? [];
  return target === undefined ? url : new URL(target, document.baseURI).href;
}

/**
 * Requests the shims that a bundle imports. WebKit remembers a preloaded script that failed, also after a reload, until the page
 * fetches its URL.
 */
export async function fetchShims(specifiers: readonly string[], url: string, fetch: Fetch): Promise<void> {
  const bundle = new URL(url, globalThis.location.href);
  const load = async (specifier: string) => fetch(mappedUrl(new URL(specifier, bundle).href));
  // The import after this says whether they are there.
  await Promise.allSettled(specifiers.map(load));
}

/** Whether the host API of a URL answers, with any status: the server and the network work then. */
export async function isServerUp(url: string, fetch: Fetch): Promise<boolean> {
  const [, base] = /^(.*)\/plugins(?:[/?]|$)/.exec(url) ?? [];
  if (base === undefined) return false;
  try {
    // A shim is small, and its URL names no plugin, so that the same blocker hardly blocks it.
    await fetch(base + shimPath('react.js'), { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** The bundle that failed, and what was thrown. */
export interface BundlePlace extends Place {
  pluginId: string;
  component: string;
  file: string;
  cause: unknown;
}

/** The part of a thrown message that is searched for the words of engines: a plugin may throw a message of any length. */
export const wordingOf = (thrown: unknown) => messageOf(thrown).slice(0, 2000);

/** A failure that the evidence proves; `undefined` where it proves none. */
export type Verdict = Failure | undefined;

/** Why the server does not serve the bundle; `undefined` where it does. */
export function refusalOf(evidence: Evidence, place: BundlePlace): Verdict {
  if (!evidence) return { code: 'UNREACHABLE', details: place };
  const { status, type, text } = evidence;
  const details = { ...place, status };
  if (status === 401 || status === 403) return { code: 'BUNDLE_REFUSED', details };
  if (status === 404 || status === 410) return { code: 'BUNDLE_MISSING', details };
  if (status === 409) return { code: 'BUNDLE_CHANGED', details };
  if (status >= 400) return { code: 'SERVER_ERROR', details };
  return text === undefined ? { code: 'NOT_JAVASCRIPT', details: { ...details, type } } : undefined;
}
