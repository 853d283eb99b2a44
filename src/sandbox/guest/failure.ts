import { isWidgetError, messageOf, type WidgetError } from '../../contract/index.ts';
import { MAX_TEXT, type FrameFailure } from '../protocol.ts';

const stackOf = (thrown: unknown): string => {
  try {
    return String((thrown as Error).stack ?? '');
  } catch {
    return '';
  }
};

const clip = (text: string) => text.slice(0, MAX_TEXT);

const isSendable = (value: unknown) =>
  ['string', 'number'].includes(typeof value) ||
  (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** Makes data of an error: the cause itself may be anything, also what cannot be cloned. */
export function failureOf(error: WidgetError): FrameFailure {
  const { code, details, cause, at, frame } = error;
  return {
    code,
    details: Object.fromEntries(
      Object.entries(details)
        .filter(([, value]) => isSendable(value))
        .map(([name, value]) => [name, typeof value === 'string' ? clip(value) : value]),
    ),
    message: clip('cause' in error ? messageOf(isWidgetError(cause) ? cause.fact : cause) : error.fact),
    stack: clip(stackOf(cause)),
    ...(at && { at }),
    ...(frame && { frame }),
  };
}
