import type { Registry } from './registry.ts';

/**
 * Loads a component again: one that runs is replaced in all its panels, one that failed is tried again, and a parked one is released.
 * Code that cannot run a second time on this page gets a new instance of its component.
 *
 * @returns Whether it is a component of a plugin.
 */
export function restart(registry: Registry, pluginId: string, name: string): boolean {
  const { slot } = registry.inspect(pluginId, name);
  const { status } = slot;
  if (status.status === 'ready' && slot.admission) {
    slot.earlier = { ...status };
    slot.status = { status: 'loading', ...(status.owner && { owner: status.owner }) };
  }
  return registry.retry(pluginId, name);
}
