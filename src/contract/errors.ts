import type { ERRORS, RULES } from './messages.ts';

/** The name of a failure; stable, searchable, and the card's `data-code` (CONTRACT F). */
export type Code = keyof typeof ERRORS;

/** What an error is told with, and whom it concerns. */
export interface Details {
  pluginId?: string | undefined;
  component?: string | undefined;
  /** The bundle as its author knows it, `widget/dist/MyWidget.js`. */
  file?: string | undefined;
  /** What was thrown first, of any type. */
  cause?: unknown;
  /** The rule that was broken, by its name in words.ts. */
  rule?: keyof typeof RULES | undefined;
  [word: string]: unknown;
}

/**
 * A failure: a code and its data. `tell` of words.ts completes `message` with place, fact and remedy before anybody sees it.
 * Recognise it by `name` and `code`, never by `instanceof`: frames are other realms.
 */
export class WidgetError extends Error {
  override readonly name = 'WidgetError';
  readonly code: Code;
  readonly details: Details;
  readonly pluginId: string | undefined;
  readonly component: string | undefined;

  constructor(code: Code, details: Details = {}) {
    super(`${details.message ?? ''} [${code}]`, details);
    this.code = code;
    this.details = details;
    this.pluginId = details.pluginId;
    this.component = details.component;
  }
}

/** The name of a thrown value of any type; nothing where it has none, or refuses to be read. */
export function nameOf(thrown: unknown): unknown {
  try {
    return (thrown as Error | undefined)?.name;
  } catch {
    return undefined;
  }
}

/** Whether a thrown value is a {@link WidgetError}, from this realm or another. */
export const isWidgetError = (thrown: unknown): thrown is WidgetError => nameOf(thrown) === 'WidgetError';

/** The text of a thrown value of any type, `null` and objects that refuse to be read included. */
export function messageOf(thrown: unknown): string {
  try {
    return String((thrown as Error | undefined)?.message || thrown);
  } catch {
    return 'a value that cannot be shown';
  }
}
