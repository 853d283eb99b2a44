import { PRELOADED_ID } from '../contract/index.ts';

/** Answers of the host API that the page's HTML holds, or has asked for, before the host is created; each may be a promise. */
export interface Preloaded {
  /** The plugin of the dashboard that the page opens with; absent on other pages. */
  plugin?: string;
  name?: string;
  /** The answer to the request for the list, or for the dashboard's part of it. */
  list?: unknown;
  /** The answer to the request for the dashboard. */
  dashboard?: unknown;
  /** The session token that was sent, `null` for none; absent where the server itself wrote the answers. */
  token?: string | null;
}

/** Takes the preloaded answers out of the page's HTML, once: JSON that the server wrote, or requests that an inline script made. */
export function takePreloaded(): Preloaded | undefined {
  const element = globalThis.document?.querySelector<HTMLScriptElement & { preloaded?: Preloaded }>(
    `script#${PRELOADED_ID}`,
  );
  element?.remove();
  if (!element || element.preloaded) return element?.preloaded;
  try {
    return Object(JSON.parse(element.text)) as Preloaded;
  } catch {
    // JSON that was cut short is asked for again.
    return undefined;
  }
}
