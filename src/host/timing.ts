import type { Owner } from './owner.ts';

/** Returns the time for {@link measure}; 0 where the page has no clock. */
export const clock = (): number => globalThis.performance?.now() ?? 0;

/** Adds an entry to the browser's User Timing, from `start` until now: `NousViz load sales/Chart`. */
export function measure(what: 'load' | 'render', { pluginId, component }: Owner, start: number): void {
  // Not all test environments have it.
  globalThis.performance?.measure?.(`NousViz ${what} ${pluginId}/${component}`, { start });
}
