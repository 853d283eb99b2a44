import { useSyncExternalStore, type ReactNode } from 'react';
import type { Host } from './host.ts';
import { HostContext, usePanelHost } from './panel.tsx';
import type { PluginList } from './plugins.ts';

/** Gives a host to the panels below it. */
export function HostProvider({ host, children }: { host: Host; children?: ReactNode }) {
  return <HostContext.Provider value={host}>{children}</HostContext.Provider>;
}

/** The host around a component. @throws {WidgetError} `HOST_MISSING` outside a {@link HostProvider}. */
export function useHost(): Host {
  // HostProvider alone fills the context.
  return usePanelHost('useHost()') as Host;
}

/** The live list of plugins; the component renders again when it changes. */
export function usePlugins(): PluginList {
  const { plugins } = useHost();
  return useSyncExternalStore(plugins.subscribe, plugins.getSnapshot, plugins.getSnapshot);
}
