import type { Slot } from './slot.ts';

/** The slots of names without a component. Each name on each plugin's dashboards has its own, so that its panels share one failure. */
export interface Undecided {
  /** Returns the slot of a name, a copy of `of`, and the same one as long as `of` is the same. */
  slotOf(pluginId: string, name: string, of: Slot): Slot;
  /** Drops the slots of a bare name, `Chart` for `sales/Chart`. */
  forget(bareName: string): void;
}

/** The name without its plugin: `Chart` for `sales/Chart`. */
export const bareName = (name: string) => (name.includes('/') ? name.slice(name.lastIndexOf('/') + 1) : name);

/** Makes an empty set of slots. */
export function createUndecided(): Undecided {
  const slots = new Map<string, Map<string, { of: Slot; slot: Slot }>>();
  return {
    slotOf(pluginId, name, of) {
      const ofName = slots.get(bareName(name)) ?? new Map<string, { of: Slot; slot: Slot }>();
      slots.set(bareName(name), ofName);
      const key = `${pluginId} ${name}`;
      const known = ofName.get(key);
      if (known?.of === of) return known.slot;
      const slot: Slot = { status: { ...of.status } };
      ofName.set(key, { of, slot });
      return slot;
    },
    forget: (name) => void slots.delete(name),
  };
}
