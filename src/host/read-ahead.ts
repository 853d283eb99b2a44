import type { DashboardLayout } from '../contract/index.ts';
import { FRESH, keyOf, type DashboardStore, type LoadDashboard } from './dashboard-store.ts';
import { clock } from './timing.ts';

/** Reads dashboards before something shows them. */
export interface ReadAhead {
  /**
   * Reads a dashboard without its widgets, unless the store has it already, also one that was left. The store uses it when it is shown
   * while it is fresh, and reads it again if it has failed. Nothing hears of that failure.
   */
  read(pluginId: string, name: string): Promise<DashboardLayout | undefined>;
  /** Whether no dashboard is loading for the first time. */
  isIdle(): boolean;
}

const made = new WeakMap<DashboardStore, ReadAhead>();

function createReadAhead({ entries, ahead }: DashboardStore, load: LoadDashboard): ReadAhead {
  /** What is read ahead, and when it was requested. Without timers, since there may be many. */
  const readings = new Map<string, { loading: Promise<DashboardLayout | undefined>; began: number }>();
  function find(key: string) {
    const reading = readings.get(key);
    return reading && clock() - reading.began < FRESH ? reading.loading : undefined;
  }
  ahead.take = (key) => {
    const found = find(key);
    readings.delete(key);
    return found;
  };
  ahead.forget = () => readings.clear();
  return {
    read(pluginId, name) {
      const key = keyOf(pluginId, name);
      const known = entries.get(key);
      if (known) return known.loading.then(({ layout }) => layout ?? known.loaded?.layout);
      const found = find(key);
      if (found) return found;
      const loading = load(pluginId, name).catch(() => {
        readings.delete(key);
        return undefined;
      });
      readings.set(key, { loading, began: clock() });
      return loading;
    },
    isIdle: () => [...entries.values()].every(({ loaded }) => loaded),
  };
}

/** Returns what reads dashboards ahead for a store, one for each store. */
export function readAheadOf(store: DashboardStore, load: LoadDashboard): ReadAhead {
  const found = made.get(store) ?? createReadAhead(store, load);
  made.set(store, found);
  return found;
}
