import type { Code, WidgetError } from '../contract/index.ts';
import type { Slot } from './slot.ts';
import { clock } from './timing.ts';

/** The codes of failures whose cause is the network, or a server that is down or busy. */
const CODES: ReadonlySet<Code> = new Set(['API_FAILED', 'SERVER_ERROR', 'SHIM_FAILED', 'UNREACHABLE']);

/** The HTTP statuses below 500 of a server that is busy. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Whether a failure is temporary. It is not if the server has answered no, if the bundle is at fault, or if the browser blocks the
 * request. An answer of status 200 failed because it was incomplete.
 */
export function heals({ code, details }: WidgetError): boolean {
  const { status, variant } = details as { status?: number; variant?: string };
  const isTemporary = status === undefined || status < 300 || status >= 500 || BUSY.has(status);
  return CODES.has(code) && variant !== 'blocked' && isTemporary;
}

/** Whether a request had no answer at all, so that other requests would have none either. */
export const isUnanswered = ({ code, details }: WidgetError): boolean =>
  details.status === undefined && code !== 'SHIM_FAILED';

/** Whether to load a component again: its failure is temporary, or it has been loading for longer than `patience`. */
export const isWorthRetrying = ({ status, loading, began = 0 }: Slot, patience: number): boolean =>
  status.status === 'failed' ? heals(status.error) : loading !== undefined && clock() - began > patience;
