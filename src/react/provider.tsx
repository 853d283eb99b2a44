import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { createHostError } from '../contract/index.ts';
import {
  internalsOf,
  type ComponentEntry,
  type Host,
  type HostInternals,
  type PluginList,
} from '../host/index.ts';

/** The internals of the host, for the panels below its provider. */
export const HostContext = createContext<HostInternals | null>(null);

/** Makes a host available to the panels below it. */
export function HostProvider({ host, children }: { host: Host; children?: ReactNode }) {
  const internals = useMemo(() => internalsOf(host), [host]);
  return <HostContext.Provider value={internals}>{children}</HostContext.Provider>;
}

/** Returns the internals of the host. @throws {WidgetError} `HOST_MISSING` outside of a {@link HostProvider}. */
export function useInternals(place: string): HostInternals {
  const internals = useContext(HostContext);
  if (!internals) throw createHostError('HOST_MISSING', { place });
  return internals;
}

/** Returns the host. @throws {WidgetError} `HOST_MISSING` outside of a {@link HostProvider}. */
export const useHost = (): Host => useInternals('useHost()').host;

/** The list while a server renders, and while React hydrates its HTML: the data may have arrived before that. */
const WAITING: PluginList = { status: 'loading', plugins: [], refused: [] };

/** Returns the live list of plugins, and loads the whole list. The component renders again when the list changes. */
export function usePlugins(): PluginList {
  const { subscribe, getSnapshot } = useInternals('usePlugins()').host.plugins;
  return useSyncExternalStore(subscribe, getSnapshot, () => WAITING);
}

/** Returns the live list of components, and loads the whole list of plugins. The component renders again when the list changes. */
export function useComponents(): readonly ComponentEntry[] {
  const { subscribe, getSnapshot } = useInternals('useComponents()').host.components;
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
}
