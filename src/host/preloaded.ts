import { OPENING } from '../contract/urls.ts';

/** What the page's HTML knows, or has asked for, before the host is created; answers may be promises of answers, or of nothing. */
export interface Opening {
  /** The dashboard that the page opens with; absent on other pages. */
  plugin?: string;
  name?: string;
  /** What the host API answers to the request for the list, or for the dashboard's part of it. */
  list?: unknown;
  /** The dashboard's document. */
  spec?: unknown;
  /** The session token that was sent, `null` for none; absent where the server itself wrote the answers. */
  token?: string | null;
}

/** Takes the page's opening out of its HTML, once; it is there as JSON by the server or as requests by an inline script. */
export function takeOpening(): Opening | undefined {
  const element = globalThis.document?.querySelector<HTMLScriptElement & { opening?: Opening }>(
    `script#${OPENING}`,
  );
  element?.remove();
  if (!element || element.opening) return element?.opening;
  try {
    return Object(JSON.parse(element.text)) as Opening;
  } catch {
    // What was cut short is asked for again.
    return undefined;
  }
}
