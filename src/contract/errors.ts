import type { Message } from './message.ts';
import type { Code, Place } from './messages.ts';

const fill = (text: string, values: Readonly<Record<string, unknown>>) =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (name === 'message') return messageOf(value ?? values.cause);
    return Array.isArray(value) ? value.slice(0, 5).join(', ') : String(value ?? whole);
  });

/** A message with its arguments filled in. */
export interface FilledMessage {
  /** The card's heading, a few words. */
  title: string;
  /** The fact, one sentence. */
  fact: string;
  /** The remedy, one sentence. */
  fix: string;
  /** Flags or a line of code to copy. */
  copy: string | undefined;
}

/** Fills the arguments into a message. */
export function fillMessage(message: Message, details: Place): FilledMessage {
  const values = details as Readonly<Record<string, unknown>>;
  return {
    title: message.title,
    fact: fill(message.cause, values).replace(/[^.!?…]$/, '$&.'),
    fix: fill(message.fix, values),
    copy: message.copy && fill(message.copy, values),
  };
}

/** Joins fact, remedy and the code to copy in one line. */
export const sentenceOf = ({ fact, fix, copy }: FilledMessage): string =>
  `${fact} ${fix}${copy && fix.endsWith(':') ? ` ${copy}` : ''}`;

/**
 * The error of a failure. Its message has place, fact, remedy and code:
 * `sales/MyWidget: widget/dist/MyWidget.js did not export a default React component. End the file with … [NO_DEFAULT_EXPORT]`.
 * Recognise it by `name` and `code`, never by `instanceof`: frames are other realms.
 */
export class WidgetError extends Error implements FilledMessage {
  override readonly name = 'WidgetError';
  declare readonly code: Code;
  /** The arguments of the message. */
  declare readonly details: Readonly<Record<string, unknown>>;
  declare readonly pluginId: string | undefined;
  declare readonly component: string | undefined;
  /** The SHA-256 of the bytes that ran, in lower-case hex; `undefined` if none ran, or the host API has no hashes. */
  declare readonly hash: string | undefined;
  declare readonly title: string;
  declare readonly fact: string;
  declare readonly fix: string;
  declare readonly copy: string | undefined;
  /** The position in the author's source, `widget/MyWidget.tsx:12:5`, if the bundle has a source map; `stack` names such positions too. */
  declare readonly at?: string;
  /** The lines around it, if the map has them. */
  declare readonly frame?: string;

  constructor(code: Code, message: Message, details: Place) {
    const filled = fillMessage(message, details);
    const { pluginId, component, hash } = details;
    const place = [pluginId, component].filter(Boolean).join('/');
    // The details have the cause, if there is one.
    super(`${place && `${place}: `}${sentenceOf(filled)} [${code}]`, details);
    Object.assign(this, { code, details, pluginId, component, hash }, filled);
  }
}

/** Reads the `name` of a thrown value of any type; `undefined` if it has no name or throws when it is read. */
export function nameOf(thrown: unknown): unknown {
  try {
    return (thrown as Error | undefined)?.name;
  } catch {
    return undefined;
  }
}

/** Whether a thrown value is a {@link WidgetError}, from this realm or another. */
export const isWidgetError = (thrown: unknown): thrown is WidgetError => nameOf(thrown) === 'WidgetError';

/** Reads the message of a thrown value of any type, including `null` and objects that throw when they are read. */
export function messageOf(thrown: unknown): string {
  try {
    return String((thrown as Error | undefined)?.message || thrown);
  } catch {
    return 'a value that cannot be shown';
  }
}
