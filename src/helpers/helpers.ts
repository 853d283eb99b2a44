import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';
import { createApiFetch, type ApiFetch, type ApiFetchOptions } from './api-fetch.ts';
import { formatters, type Formatters } from './formatters.ts';

/** The helpers that a host may replace with its own (CONTRACT H2–H6). */
export interface OwnHelpers extends Formatters {
  /** Joins class names; the later of two conflicting Tailwind utilities wins (CONTRACT H6). */
  cn(...inputs: ClassValue[]): string;
}

/** The host's helpers, `window.NousViz.widgets` (CONTRACT H). */
export interface Widgets extends OwnHelpers {
  /**
   * Calls `fetch` with the operator's session token, which it sends only to the host's own origin and API (CONTRACT H1).
   * Nothing is cached unless the caller requests it. The caller handles a 401, unless the host has `onUnauthorized`.
   * @throws {WidgetError} `API_REDIRECTED` if the server redirects a request that cannot be repeated safely.
   */
  apiFetch: ApiFetch;
}

/** Returns the library's own helpers: the formatters, and `cn` from clsx and tailwind-merge. It is a function, so that bundlers drop unused helpers. */
export const standardHelpers = (): OwnHelpers => ({
  ...formatters,
  cn: (...inputs) => twMerge(clsx(inputs)),
});

/** Makes the frozen object `window.NousViz.widgets` (CONTRACT G3, H). */
export function createWidgets(options: ApiFetchOptions, own: OwnHelpers): Widgets {
  const { formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn } = own;
  const apiFetch = createApiFetch(options);
  return Object.freeze({ apiFetch, formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn });
}
