import { isWidgetError, messageOf, type WidgetError } from '../../contract/index.ts';
import { MAX_TEXT, type FrameFailure } from '../protocol.ts';
import type { Refusal } from './refused-power.ts';

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

/** The message of a thrown value. An error of `apiFetch` has a name and a code of the library's errors, and no fact. */
const factOf = (thrown: unknown) =>
  messageOf((isWidgetError(thrown) && (thrown as Partial<WidgetError>).fact) || thrown);

/**
 * Makes data of an error: the cause itself may be anything, also what cannot be cloned. A bundle may throw what looks like an error of
 * the library.
 *
 * @param refusal The power that the frame has refused.
 */
export function failureOf(error: WidgetError, refusal?: Refusal): FrameFailure {
  const { code, details, cause, at, frame } = error;
  const { power, address } = refusal ?? {};
  return {
    code: String(code),
    details: Object.fromEntries(
      Object.entries((details as WidgetError['details'] | undefined) ?? {})
        .filter(([, value]) => isSendable(value))
        .map(([name, value]) => [name, typeof value === 'string' ? clip(value) : value]),
    ),
    message: clip(factOf('cause' in error ? cause : error) + (address ? ` (${address})` : '')),
    stack: clip(stackOf(cause)),
    ...(power && { refused: power }),
    ...(at && { at }),
    ...(frame && { frame }),
  };
}

/** Makes data of a refusal that was no error. */
export const silentFailure = ({ power, address }: Refusal): FrameFailure => ({
  code: 'UNCAUGHT_ERROR',
  details: {},
  message: clip(address ?? 'the browser did nothing'),
  stack: '',
  refused: power,
});
