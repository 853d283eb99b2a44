import type { Owner } from './owner.ts';

/** Returns the time for {@link measure}; 0 where the page has no clock. */
export const clock = (): number => globalThis.performance?.now() ?? 0;

/** The entries of the current task. */
const entries: [name: string, options: { start: number; end: number }][] = [];

/**
 * Adds an entry to the browser's User Timing, from `start` until now: `NousViz load sales/Chart`. It is added in a later task, since a
 * dashboard may have a hundred widgets.
 */
export function measure(what: 'load' | 'render', { pluginId, component }: Owner, start: number): void {
  if (entries.length === 0)
    setTimeout(() => {
      // Not all test environments have it.
      for (const entry of entries.splice(0)) globalThis.performance?.measure?.(...entry);
      // Explicit, because the fake timers of Node 20 lose their order without a delay.
    }, 0);
  entries.push([`NousViz ${what} ${pluginId}/${component}`, { start, end: clock() }]);
}
