import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';
import { createApiFetch, type ApiFetch, type ApiFetchOptions } from './api-fetch.ts';
import { formatters, type Formatters } from './formatters.ts';

/** The helpers that a host may bring of its own (CONTRACT H2–H6). */
export interface OwnHelpers extends Formatters {
  /** Joins class names; of conflicting Tailwind utilities the later wins (CONTRACT H6). */
  cn(...inputs: ClassValue[]): string;
}

/** The host's helpers, `window.NousViz.widgets` (CONTRACT H). */
export interface Widgets extends OwnHelpers {
  /**
   * `fetch` with the operator's session token, which goes to the host's own origin and API alone (CONTRACT H1).
   * Nothing is cached unless the caller says so; a 401 is the caller's to handle.
   * @throws {WidgetError} `API_REDIRECTED` where the server redirects a request that cannot be repeated safely.
   */
  apiFetch: ApiFetch;
}

/** The library's own: the formatters, and `cn` by clsx and tailwind-merge. A function, so that who does not call it does not pay. */
export const standardHelpers = (): OwnHelpers => ({
  ...formatters,
  cn: (...inputs) => twMerge(clsx(inputs)),
});

/** Makes the helpers that widgets find at `window.NousViz.widgets`; the object is frozen (CONTRACT G3, H). */
export function createWidgets(options: ApiFetchOptions, own: OwnHelpers): Widgets {
  const { formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn } = own;
  const apiFetch = createApiFetch(options);
  return Object.freeze({ apiFetch, formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn });
}
