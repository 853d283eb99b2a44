import { PLUGINS, PRELOADED_ID } from '../contract/index.ts';

/** An answer of the host API that the page's HTML contains or has requested before the host is created; it may be a promise. */
export interface Preloaded {
  /** The URL of the host API that the answers are from, as in `createHost({ apiBase })`. */
  base?: string;
  /** The plugin of the page's first dashboard; absent on a page without one. */
  plugin?: string;
  name?: string;
  /** A `JsonAnswer`: the dashboard with its part of the list; on a page without a dashboard the whole list. */
  answer?: unknown;
  /** The session token of the request, or `null` without a token; absent if the server itself wrote the answers. */
  token?: string | null;
}

/** Whether preloaded answers are from the host API at `apiBase`. Both may be root-relative or absolute. */
export function isFrom({ base }: Preloaded, apiBase: string): boolean {
  const urlOf = (api: string) => new URL(api + PLUGINS, location.href).href;
  return base === undefined || urlOf(base) === urlOf(apiBase);
}

/** Removes the preloaded answers from the page's HTML and returns them: JSON that the server wrote, or requests of an inline script. */
export function takePreloaded(): Preloaded | undefined {
  const element = globalThis.document?.querySelector<HTMLScriptElement & { preloaded?: Preloaded }>(
    `script#${PRELOADED_ID}`,
  );
  element?.remove();
  if (!element || element.preloaded) return element?.preloaded;
  try {
    return Object(JSON.parse(element.text)) as Preloaded;
  } catch {
    // The host requests the answers itself if the JSON is incomplete.
    return undefined;
  }
}
