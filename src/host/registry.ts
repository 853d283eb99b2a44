import type { ComponentType } from 'react';
import type { WidgetError } from '../contract/index.ts';
import { createComponents, type ComponentEntry } from './components.ts';
import { isWorthRetrying } from './heals.ts';
import { inTask } from './in-task.ts';
import { loadSlot } from './load-slot.ts';
import type { Load } from './loader.ts';
import type { Attempt } from './look-again.ts';
import {
  hasThrown,
  isAdmitted,
  isPending,
  keyOf,
  ownerOf,
  slotFor,
  type Ready,
  type Slot,
  type Status,
} from './slot.ts';
import type { Store } from './store.ts';
import type { Admission } from './trust.ts';
import { bareName, createUndecided } from './undecided.ts';
import type { Widget } from './widget.ts';

/** Holds the components by name, with their status (CONTRACT D4). */
export interface Registry {
  /** Applies the trust gate's admissions. Until the whole list has arrived or failed, no name is unknown. */
  sync(admissions: Iterable<Admission>, list?: ListState): void;
  /** Registers one of the host's own components, which replaces an earlier one of that name. @returns A function that removes it. */
  register<Props>(name: string, component: ComponentType<Props>): () => void;
  /**
   * Loads the component of a name on one plugin's dashboards.
   *
   * @param isAhead Whether nothing may hear of a failure, unless a panel shows it. A panel then loads it again.
   * @returns A promise of the error, if it fails.
   */
  load(pluginId: string, name: string, isAhead?: boolean): Promise<unknown>;
  /** Watches a name on one plugin's dashboards, and loads its component. */
  subscribe(pluginId: string, name: string, listener: () => void): () => void;
  getStatus(pluginId: string, name: string): Status;
  /** Stops a widget that crashes too often, in all its panels, until {@link Registry.retry} releases it or its bytes change. */
  park(slot: object, error: WidgetError): void;
  /** Returns the slot of a name, and the number of panels that show it. */
  inspect(pluginId: string, name: string): { slot: Slot; watchers: number };
  /** Loads a failed or parked component again, for all its panels. @returns Whether a plugin declares the component. */
  retry(pluginId: string, name: string): boolean;
  /**
   * Returns the attempts for components whose failure is temporary, and for those that have been loading for longer than
   * `patience`. A failure is shown until an attempt succeeds, or fails for another reason.
   */
  attempts(patience: number): readonly Attempt[];
  /** Loads a new instance of a ready widget for one panel; the other panels are not affected. */
  reload(pluginId: string, name: string): Promise<Widget>;
  /** Returns every name in use, a plugin's component as `plugin-id/Name`. */
  names(): string[];
  /** The components that dashboards can name: the host's own, then those of plugins. */
  readonly components: Store<readonly ComponentEntry[]>;
}

/** The state of a list that is not complete. */
export interface ListState {
  /** The error with which the list failed. */
  error?: WidgetError | undefined;
  /** Whether the plugins that have arrived decide a name on one plugin's dashboards. */
  isSettled?: ((pluginId: string, name: string) => boolean) | undefined;
}

interface Watcher {
  pluginId: string;
  name: string;
  listener: () => void;
}

const LOADING: Slot = { status: { status: 'loading' } };
const UNKNOWN: Slot = { status: { status: 'unknown', code: 'UNKNOWN_COMPONENT' } };

/** Adds a member to one set in a map of sets, or removes it; empty sets are dropped. */
function toggle<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member, present: boolean) {
  const set = sets.get(key) ?? new Set();
  if (present) sets.set(key, set.add(member));
  else if (set.delete(member) && set.size === 0) sets.delete(key);
}

/**
 * Makes an empty registry.
 *
 * @param onFailure Called with the error of each component that fails to load or is parked, whether or not a panel shows it.
 * @param onUndecided Called when a name is wanted that the list does not decide as far as it has arrived.
 */
export function createRegistry(
  load: Load,
  onFailure: (error: WidgetError) => void = () => {},
  onUndecided: () => void = () => {},
): Registry {
  const slots = new Map<string, Slot>();
  const builtIns = new Map<string, Slot>();
  const admitted = new Map<string, Set<string>>();
  const ambiguous = new Map<string, Slot>();
  const undecided = createUndecided();
  const watchers = new Map<string, Set<Watcher>>();
  const components = createComponents(() => [...builtIns, ...slots]);
  /** The slot of a name that no plugin declares: still loading, failed with the list, or unknown. */
  let fallback = LOADING;
  let isSettled: NonNullable<ListState['isSettled']> = () => false;

  /** Finds the slot of a name on a plugin's dashboards (CONTRACT D4). */
  function resolve(pluginId: string, name: string): Slot {
    const own = slots.get(`${pluginId}/${name}`) ?? slots.get(name);
    if (own) return own;
    // A built-in waits for the list too, since the plugin may declare a component of that name.
    if (fallback === LOADING && !isSettled(pluginId, name)) return undecided.slotOf(pluginId, name, LOADING);
    const keys = admitted.get(name);
    const builtIn = builtIns.get(name);
    if (builtIn) return builtIn;
    if (keys?.size === 1) return slots.get([...keys][0]!)!;
    return undecided.slotOf(pluginId, name, keys ? ambiguousSlot(name, keys) : fallback);
  }

  function ambiguousSlot(name: string, keys: ReadonlySet<string>): Slot {
    const slot: Slot = ambiguous.get(name) ?? {
      status: { status: 'unknown', code: 'AMBIGUOUS_COMPONENT', candidates: [...keys] },
    };
    ambiguous.set(name, slot);
    return slot;
  }

  /** Forgets what was decided about a name whose components have changed. */
  function forget(name: string) {
    ambiguous.delete(name);
    undecided.forget(name);
  }

  function watchersOf(slot: Slot, name: string) {
    const all = [...(watchers.get(bareName(name)) ?? [])];
    return all.filter((one) => resolve(one.pluginId, one.name) === slot).length;
  }

  const start = (slot: Slot, isQuiet = false, isAhead = false) =>
    loadSlot(slot, {
      load,
      isQuiet,
      isCurrent: ({ admission }) => slots.get(keyOf(admission!)) === slot,
      onRestart: components.update,
      onEnd(owner, failure) {
        const { component } = owner;
        const isUnseen = isAhead && !watchersOf(slot, component);
        // Code that has run is not run again.
        if (failure && isUnseen && !hasThrown(failure)) slot.status = { status: 'loading', owner };
        else if (failure) components.update();
        if (failure && !isUnseen) onFailure(failure);
        notifySoon(component);
      },
    });

  function startFor({ pluginId, name }: Omit<Watcher, 'listener'>, isAhead = false): Slot {
    const slot = resolve(pluginId, name);
    const isUndecided = !slot.admission && slot.status.status === 'loading';
    if (isUndecided && !isAhead) onUndecided();
    else if (!isUndecided && isPending(slot) && !slot.loading) start(slot, false, isAhead);
    return slot;
  }

  function notify(name: string) {
    const affected = watchers.get(name);
    // A page may have thousands of names, most without a panel.
    if (!affected) return;
    for (const watcher of new Set(affected)) {
      startFor(watcher);
      watcher.listener();
    }
  }

  const pending = new Set<string>();

  /** Notifies watchers in a later task, so that widgets that arrive one after the other render in a single pass. */
  function notifySoon(name: string) {
    // A later watcher reads the status itself.
    if (!watchers.has(name)) return;
    if (pending.size === 0)
      inTask(() => {
        const names = [...pending];
        pending.clear();
        for (const one of names) notify(one);
      });
    pending.add(name);
  }

  return {
    sync(admissions, { error, isSettled: settled } = {}) {
      const before = new Map(slots);
      const changed = new Set<string>();
      slots.clear();
      for (const admission of admissions) {
        const key = keyOf(admission);
        const { name } = admission.component;
        const old = before.get(key);
        const slot = slotFor(admission, old, watchers.has(name));
        slots.set(key, slot);
        if (slot === old) {
          before.delete(key);
          continue;
        }
        toggle(admitted, name, key, isAdmitted(admission));
        changed.add(name);
      }
      for (const key of before.keys()) {
        const name = bareName(key);
        if (!slots.has(key)) toggle(admitted, name, key, false);
        changed.add(name);
      }
      const next = error ? { status: { status: 'failed', error } as const } : settled ? LOADING : UNKNOWN;
      const all = fallback !== next || next === LOADING;
      fallback = next;
      if (settled) isSettled = settled;
      if (changed.size > 0) components.update();
      for (const name of changed) forget(name);
      for (const name of all ? [...watchers.keys()] : changed) notify(name);
    },

    register(name, component) {
      const slot: Slot = {
        status: { status: 'ready', Widget: component as Widget, slot: component },
      };
      const change = () => {
        components.update();
        forget(bareName(name));
        notify(bareName(name));
      };
      builtIns.set(name, slot);
      change();
      return () => {
        if (builtIns.get(name) === slot && builtIns.delete(name)) change();
      };
    },

    load: async (pluginId, name, isAhead) => startFor({ pluginId, name }, isAhead).loading,

    subscribe(pluginId, name, listener) {
      const watcher: Watcher = { pluginId, name, listener };
      toggle(watchers, bareName(name), watcher, true);
      startFor(watcher);
      return () => toggle(watchers, bareName(name), watcher, false);
    },

    getStatus: (pluginId, name) => resolve(pluginId, name).status,

    park(slot, error) {
      const key = (slot as Slot).admission && keyOf((slot as Slot).admission!);
      const running = key && slots.get(key);
      if (!running || running.status.status !== 'ready' || running.status.slot !== slot) return;
      const owner = ownerOf(running.admission!);
      // A new slot, so that a released widget starts with a full crash budget.
      const parked: Slot = { ...running, loading: undefined, status: { status: 'parked', owner, error } };
      parked.earlier = { ...running.status, slot: parked };
      slots.set(key, parked);
      components.update();
      onFailure(error);
      notify(owner.component);
    },

    inspect(pluginId, name) {
      const slot = resolve(pluginId, name);
      return { slot, watchers: watchersOf(slot, name) };
    },

    retry(pluginId, name) {
      const slot = resolve(pluginId, name);
      start(slot);
      notify(bareName(name));
      return Boolean(slot.admission);
    },

    attempts: (patience) =>
      [...slots.values()]
        .filter((slot) => isWorthRetrying(slot, patience))
        .map((slot) => async () => start(slot, true)),

    async reload(pluginId, name) {
      const slot = resolve(pluginId, name);
      const { admission, attempts = 0, status } = slot;
      const { Widget } = status as Ready;
      if (!admission || !isAdmitted(admission)) return Widget;
      slot.attempts = attempts + 1;
      return load(admission, attempts).catch((error: WidgetError) => {
        // Code that cannot run a second time on this page gets a new instance of its component.
        if (Widget && hasThrown(error)) return Widget;
        throw error;
      });
    },

    names: () => [...builtIns.keys(), ...slots.keys()],
    components: components.store,
  };
}
