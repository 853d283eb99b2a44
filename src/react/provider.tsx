import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { createHostError } from '../contract/index.ts';
import { internalsOf, type Host, type HostInternals, type PluginList } from '../host/index.ts';

/** What panels need of the host around them. */
export const HostContext = createContext<HostInternals | null>(null);

/** Makes a host available to the panels below it. */
export function HostProvider({ host, children }: { host: Host; children?: ReactNode }) {
  const internals = useMemo(() => internalsOf(host), [host]);
  return <HostContext.Provider value={internals}>{children}</HostContext.Provider>;
}

/** What a panel needs of the host around it. @throws {WidgetError} `HOST_MISSING` outside of a {@link HostProvider}. */
export function useInternals(place: string): HostInternals {
  const internals = useContext(HostContext);
  if (!internals) throw createHostError('HOST_MISSING', { place });
  return internals;
}

/** The host around a component. @throws {WidgetError} `HOST_MISSING` outside of a {@link HostProvider}. */
export const useHost = (): Host => useInternals('useHost()').host;

/** The live list of plugins, as soon as it has loaded all of it; the component renders again when the list changes. */
export function usePlugins(): PluginList {
  const { plugins } = useInternals('usePlugins()');
  useEffect(() => void plugins.loadAll(), [plugins]);
  return useSyncExternalStore(plugins.subscribe, plugins.getSnapshot, plugins.getSnapshot);
}
