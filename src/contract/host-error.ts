import { WidgetError } from './errors.ts';
import { HOST_MESSAGES } from './host-messages.ts';
import type { Details } from './messages.ts';

/** Makes an error that the host throws synchronously. Its message is complete, since every page loads these few messages. */
export const createHostError = <C extends keyof typeof HOST_MESSAGES>(
  code: C,
  details: Details<C>,
): WidgetError => new WidgetError(code, HOST_MESSAGES[code], details);
