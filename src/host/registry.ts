import type { ComponentType } from 'react';
import type { WidgetError } from '../contract/errors.ts';
import type { Load, Widget } from './loader.ts';
import type { Admission, Admitted, Reason } from './trust.ts';

/** Whose component a panel shows. */
export interface Owner {
  pluginId: string;
  component: string;
}

/** What a panel's component is at the moment; a new object at every change, the same object without one. */
export type Status =
  | { status: 'loading'; owner?: Owner }
  | {
      status: 'unknown';
      code: 'UNKNOWN_COMPONENT' | 'AMBIGUOUS_COMPONENT' | 'CONFIG_TOO_DEEP';
      candidates?: readonly string[];
    }
  | { status: 'refused'; owner: Owner; code: Reason; file: string }
  | {
      status: 'ready';
      owner?: Owner;
      Widget: Widget;
      slot: object;
      /** Fires when trust is revoked; a component of the host's own has none. */
      signal?: AbortSignal;
    }
  | { status: 'failed'; owner?: Owner; error: WidgetError }
  /** Crashed too often: it stands still until it is released or its bytes change (CONTRACT F9). */
  | { status: 'parked'; owner: Owner; error: WidgetError };

/** The components by name, and their status (CONTRACT D4). */
export interface Registry {
  /** Takes in what the list declares. Until it is whole, or failed, nothing is unknown. */
  sync(admissions: Iterable<Admission>, list?: ListState): void;
  /** Registers a component of the host's own, in place of an earlier one of that name. @returns a function that takes it back. */
  register(name: string, component: ComponentType<never>): () => void;
  /** Loads what a name stands for, as seen from one plugin, for who will watch it. @returns what tells that it is settled */
  load(pluginId: string, name: string): Promise<void>;
  /** Watches one name as seen from one plugin, and loads what it stands for. */
  subscribe(pluginId: string, name: string, listener: () => void): () => void;
  getSnapshot(pluginId: string, name: string): Status;
  /** Stops a widget that crashes too often, in all its panels, until it is released by {@link Registry.retry} or has other bytes. */
  park(slot: object, error: WidgetError): void;
  /** What is known of a name beyond its status, for who explains it. */
  inspect(pluginId: string, name: string): { slot: Slot; watchers: number };
  /** Loads a failed or parked component again, for all panels that wait for it. @returns whether there was one. */
  retry(pluginId: string, name: string): boolean;
  /** Loads a new instance of a ready widget for one panel alone; the others keep theirs. */
  reload(pluginId: string, name: string): Promise<Widget>;
  /** Every name that is taken, declared ones as `plugin-id/Name`. */
  names(): string[];
}

/** How much of the list there is. */
export interface ListState {
  /** Why there is none. */
  error?: WidgetError | undefined;
  /** Tells, while the list is not whole, whether it is enough for a name as seen from one plugin. */
  isSettled?: ((pluginId: string, name: string) => boolean) | undefined;
}

/** What a name stands for. Built-ins and "nothing" are slots too, without an admission. */
export interface Slot {
  snapshot: Status;
  admission?: Admission;
  /** How often it was loaded. */
  attempts?: number;
  loading?: Promise<void> | undefined;
}

interface Watcher {
  pluginId: string;
  name: string;
  listener: () => void;
}

const LOADING: Slot = { snapshot: { status: 'loading' } };
const UNKNOWN: Slot = { snapshot: { status: 'unknown', code: 'UNKNOWN_COMPONENT' } };

/** The part of a name that all its spellings share: `Chart` of `sales/Chart`. */
const bareName = (name: string) => (name.includes('/') ? name.slice(name.lastIndexOf('/') + 1) : name);

/** Adds to or takes from one entry of a map of sets, which is there as long as it has members. */
function toggle<Key, Member>(sets: Map<Key, Set<Member>>, key: Key, member: Member, present: boolean) {
  const set = sets.get(key) ?? new Set();
  if (present) sets.set(key, set.add(member));
  else if (set.delete(member) && set.size === 0) sets.delete(key);
}

/** Makes an empty registry over what loads an admitted component. */
export function createRegistry(load: Load): Registry {
  const slots = new Map<string, Slot>();
  const builtIns = new Map<string, Slot>();
  const admitted = new Map<string, Set<string>>();
  const ambiguous = new Map<string, Slot>();
  const watchers = new Map<string, Set<Watcher>>();
  /** What a name that nobody declared stands for: it may still come, there is no list, or nothing. */
  let otherwise = LOADING;
  let isSettled: NonNullable<ListState['isSettled']> = () => false;

  /** What a name stands for, seen from a plugin (CONTRACT D4). */
  function resolve(pluginId: string, name: string): Slot {
    const own = slots.get(`${pluginId}/${name}`) ?? slots.get(name);
    // A built-in waits for the list too: the plugin may declare a component of that name.
    if (own || (otherwise === LOADING && !isSettled(pluginId, name))) return own ?? LOADING;
    const keys = admitted.get(name);
    const found = builtIns.get(name) ?? ambiguous.get(name);
    if (found || !keys) return found ?? otherwise;
    if (keys.size === 1) return slots.get([...keys][0]!)!;
    const slot: Slot = {
      snapshot: { status: 'unknown', code: 'AMBIGUOUS_COMPONENT', candidates: [...keys] },
    };
    ambiguous.set(name, slot);
    return slot;
  }

  function start(slot: Slot) {
    const { admission, attempts = 0, snapshot } = slot;
    if (!admission || !isAdmitted(admission) || snapshot.status === 'ready') return;
    const owner = ownerOf(admission);
    const finish = (next: Status) => {
      // The first of several attempts to arrive is shown, a failure only of the last.
      if (slot.snapshot.status === 'ready' || (next.status === 'failed' && slot.loading !== loading)) return;
      slot.loading = undefined;
      if (slots.get(keyOf(admission)) !== slot || admission.signal.aborted) return;
      slot.snapshot = next;
      notifySoon(owner.component);
    };
    const loading = load(admission, attempts).then(
      (Widget) => finish({ status: 'ready', owner, Widget, slot, signal: admission.signal }),
      (error: WidgetError) => finish({ status: 'failed', owner, error }),
    );
    Object.assign(slot, { loading, attempts: attempts + 1, snapshot: { status: 'loading', owner } });
  }

  function startFor({ pluginId, name }: Omit<Watcher, 'listener'>): Slot {
    const slot = resolve(pluginId, name);
    if (slot.snapshot.status === 'loading' && !slot.loading) start(slot);
    return slot;
  }

  function notify(name: string) {
    const concerned = watchers.get(name);
    // Of thousands of names hardly any is on the page.
    if (!concerned) return;
    for (const watcher of new Set(concerned)) {
      startFor(watcher);
      watcher.listener();
    }
  }

  const due = new Set<string>();

  /** Tells watchers in a task of its own, so that widgets which arrive one after the other are drawn at one go. */
  function notifySoon(name: string) {
    // Who comes to watch it later looks first.
    if (!watchers.has(name)) return;
    if (due.size === 0)
      inTask(() => {
        const names = [...due];
        due.clear();
        for (const one of names) notify(one);
      });
    due.add(name);
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
        if (old && isSame(old.admission!, admission)) {
          slots.set(key, old);
          before.delete(key);
          continue;
        }
        slots.set(key, {
          admission,
          snapshot: firstOf(admission),
          // Other bytes have another URL, which no engine remembers a failure of.
          ...(old?.attempts && old.admission!.version === admission.version && { attempts: old.attempts }),
        });
        toggle(admitted, name, key, isAdmitted(admission));
        changed.add(name);
      }
      for (const key of before.keys()) {
        const name = bareName(key);
        if (!slots.has(key)) toggle(admitted, name, key, false);
        changed.add(name);
      }
      const next = error ? { snapshot: { status: 'failed', error } as const } : settled ? LOADING : UNKNOWN;
      const all = otherwise !== next || next === LOADING;
      otherwise = next;
      if (settled) isSettled = settled;
      for (const name of changed) ambiguous.delete(name);
      for (const name of all ? [...watchers.keys()] : changed) notify(name);
    },

    register(name, component) {
      const slot: Slot = {
        snapshot: { status: 'ready', Widget: component as Widget, slot: component },
      };
      builtIns.set(name, slot);
      notify(bareName(name));
      return () => {
        if (builtIns.get(name) === slot && builtIns.delete(name)) notify(bareName(name));
      };
    },

    load: async (pluginId, name) => startFor({ pluginId, name }).loading,

    subscribe(pluginId, name, listener) {
      const watcher: Watcher = { pluginId, name, listener };
      toggle(watchers, bareName(name), watcher, true);
      startFor(watcher);
      return () => toggle(watchers, bareName(name), watcher, false);
    },

    getSnapshot: (pluginId, name) => resolve(pluginId, name).snapshot,

    park(slot, error) {
      const { admission, attempts } = slot as Slot;
      if (!admission || slots.get(keyOf(admission)) !== slot) return;
      const owner = ownerOf(admission);
      // Another slot: what is released begins anew.
      slots.set(keyOf(admission), {
        admission,
        attempts: attempts!,
        snapshot: { status: 'parked', owner, error },
      });
      notify(owner.component);
    },

    inspect(pluginId, name) {
      const slot = resolve(pluginId, name);
      const all = [...(watchers.get(bareName(name)) ?? [])];
      return { slot, watchers: all.filter((one) => resolve(one.pluginId, one.name) === slot).length };
    },

    retry(pluginId, name) {
      const slot = resolve(pluginId, name);
      start(slot);
      notify(bareName(name));
      return Boolean(slot.admission);
    },

    async reload(pluginId, name) {
      const slot = resolve(pluginId, name);
      const { admission, attempts = 0, snapshot } = slot;
      if (!admission || !isAdmitted(admission)) return (snapshot as { Widget: Widget }).Widget;
      slot.attempts = attempts + 1;
      return load(admission, attempts);
    },

    names: () => [...builtIns.keys(), ...slots.keys()],
  };
}

/** Runs in the next task, whatever a test does to timers. */
function inTask(act: () => void) {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    act();
  });
  port1.start();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  port2.postMessage(undefined);
}

const isAdmitted = (admission: Admission): admission is Admitted => !admission.reason;
const keyOf = ({ pluginId, component }: Admission) => `${pluginId}/${component.name}`;
const ownerOf = ({ pluginId, component }: Admission): Owner => ({ pluginId, component: component.name });

const firstOf = (admission: Admission): Status =>
  isAdmitted(admission)
    ? { status: 'loading', owner: ownerOf(admission) }
    : {
        status: 'refused',
        owner: ownerOf(admission),
        code: admission.reason,
        file: admission.component.path,
      };

const isSame = (a: Admission, b: Admission) =>
  a.component.path === b.component.path &&
  a.version === b.version &&
  a.signal === b.signal &&
  a.reason === b.reason;
