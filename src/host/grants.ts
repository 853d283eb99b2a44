import { createHostError, type Plugin } from '../contract/index.ts';
import type { Grants } from './trust.ts';

/** Makes one abort signal for each plugin that may run. */
export function createGrants(canSandbox: boolean) {
  const granted = new Map<string, { controller: AbortController; trusted: boolean }>();
  let grants: Grants = new Map();
  return {
    get: () => grants,
    update(plugins: readonly Plugin[]) {
      const allowed = plugins.filter((plugin) => plugin.trusted || (canSandbox && plugin.sandboxed));
      const verdicts = new Map(allowed.map(({ id, trusted }) => [id, trusted]));
      for (const [id, { controller, trusted }] of granted) {
        if (verdicts.get(id) === trusted) continue;
        granted.delete(id);
        controller.abort(createHostError('TRUST_REVOKED', { pluginId: id }));
      }
      for (const [id, trusted] of verdicts)
        if (!granted.has(id)) granted.set(id, { controller: new AbortController(), trusted });
      grants = new Map([...granted].map(([id, { controller }]) => [id, controller.signal]));
    },
  };
}
