import { createHostError, type Plugin } from '../contract/index.ts';
import type { Grants } from './trust.ts';

/** Makes one abort signal for each trusted plugin. */
export function createGrants() {
  const granted = new Map<string, AbortController>();
  let grants: Grants = new Map();
  return {
    get: () => grants,
    update(plugins: readonly Plugin[]) {
      const trusted = new Set(plugins.filter((plugin) => plugin.trusted).map(({ id }) => id));
      for (const id of trusted) if (!granted.has(id)) granted.set(id, new AbortController());
      for (const [id, controller] of granted) {
        if (trusted.has(id)) continue;
        granted.delete(id);
        controller.abort(createHostError('TRUST_REVOKED', { pluginId: id }));
      }
      grants = new Map([...granted].map(([id, { signal }]) => [id, signal]));
    },
  };
}
