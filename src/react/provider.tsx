import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { WidgetError } from '../contract/errors.ts';
import type { Host } from '../host/host.ts';
import type { PluginList } from '../host/plugins.ts';

const HostContext = createContext<Host | null>(null);

/** Gives a host to the panels below it. */
export function HostProvider({ host, children }: { host: Host; children?: ReactNode }) {
  return <HostContext.Provider value={host}>{children}</HostContext.Provider>;
}

/** The host around a component. @throws {WidgetError} `HOST_MISSING` outside a {@link HostProvider}. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host)
    throw new WidgetError('HOST_MISSING', { message: 'A panel or useHost() is outside <HostProvider>.' });
  return host;
}

/** The live list of plugins, whole as soon as it can be; the component renders again when it changes. */
export function usePlugins(): PluginList {
  const { plugins } = useHost();
  useEffect(() => void plugins.complete(), [plugins]);
  return useSyncExternalStore(plugins.subscribe, plugins.getSnapshot, plugins.getSnapshot);
}
