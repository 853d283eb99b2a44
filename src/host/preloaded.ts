import { PRELOADED_ID } from '../contract/index.ts';

/** Answers of the host API that the page's HTML contains or has requested before the host is created; each may be a promise. */
export interface Preloaded {
  /** The plugin of the page's first dashboard; absent on a page without one. */
  plugin?: string;
  name?: string;
  /** The answer to the request for the list, or for the dashboard's part of it. */
  list?: unknown;
  /** The answer to the request for the dashboard. */
  dashboard?: unknown;
  /** The session token of the requests, or `null` without a token; absent if the server itself wrote the answers. */
  token?: string | null;
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
