import type { Slot } from './slot.ts';
import type { Store } from './store.ts';

/** A component that dashboards can name, as plain data. */
export interface ComponentEntry {
  /** The component's name: `Chart`. Elsewhere than on its own plugin's dashboards, `sales/Chart` is the name without ambiguity. */
  readonly name: string;
  /** The plugin that owns it; `null` for a built-in. */
  readonly pluginId: string | null;
  /** `built-in` for a component that the app has registered. */
  readonly kind: 'widget' | 'built-in';
  /** `available`: panels can show it. `refused`: its code may not run. `failed` or `parked`: a panel has a card instead of it. */
  readonly status: 'available' | 'refused' | 'failed' | 'parked';
  /** The error code of every status but `available`. */
  readonly code?: string;
}

/** A store of the components, and a function for those who change them. */
interface ComponentStore {
  readonly store: Store<readonly ComponentEntry[]>;
  /** Called after a change. */
  update(): void;
}

function entryOf(name: string, { admission, status }: Slot): ComponentEntry {
  const code = 'error' in status ? status.error.code : 'code' in status ? status.code : undefined;
  return Object.freeze({
    name: admission?.component.name ?? name,
    pluginId: admission?.pluginId ?? null,
    kind: admission ? 'widget' : 'built-in',
    status: code ? (status.status as Exclude<ComponentEntry['status'], 'available'>) : 'available',
    ...(code && { code }),
  });
}

/**
 * Makes the list of components. It is made when it is read, since a page may have thousands of components and few read the list.
 *
 * @param slots Returns the slots by name, the built-ins first.
 */
export function createComponents(slots: () => readonly (readonly [string, Slot])[]): ComponentStore {
  const listeners = new Set<() => void>();
  let entries: readonly ComponentEntry[] = [];
  let text = '[]';
  let isOld = true;

  function getSnapshot() {
    if (isOld) {
      isOld = false;
      const next = slots().map(([name, slot]) => entryOf(name, slot));
      const before = text;
      text = JSON.stringify(next);
      if (text !== before) entries = Object.freeze(next);
    }
    return entries;
  }

  return {
    store: {
      getSnapshot,
      subscribe(listener) {
        getSnapshot();
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    update() {
      isOld = true;
      if (listeners.size === 0) return;
      const before = entries;
      if (getSnapshot() !== before) for (const listener of listeners) listener();
    },
  };
}
