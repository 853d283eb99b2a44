import type { RefusedPlugin, WidgetError } from '../contract/index.ts';
import { createFailure } from './failures.ts';

/**
 * Makes a function that takes the refused plugins of each list, and calls `onFailure` with those that the list before did not
 * have.
 */
export function watchRefused(onFailure: (error: WidgetError) => void) {
  let known = new Set<string>();
  return (refused: readonly RefusedPlugin[]) => {
    const before = known;
    known = new Set(refused.map(({ id, detail }) => `${id} ${detail}`));
    for (const { id: pluginId, detail: message } of refused)
      if (!before.has(`${pluginId} ${message}`))
        void createFailure({ code: 'PLUGIN_REFUSED', details: { pluginId, message } }).then(onFailure);
  };
}
