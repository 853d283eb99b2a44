import { useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { Config } from '../contract/data.ts';
import { useHost } from './provider.tsx';
import type { Panel } from '../contract/dashboard.ts';
import type { View } from '../host/told.ts';

/** What {@link CustomPanel} takes. */
export interface CustomPanelProps {
  /** The plugin whose dashboard the panel stands on; its own components come first (CONTRACT D4). */
  pluginId: string;
  /** `Name`, or `plugin-id/Name` for another plugin's. */
  component: string;
  dashboardName: string;
  /** Plain data for the widget, which gets a frozen copy. @default {} */
  config?: Config;
  /** A heading above the widget. */
  label?: string | undefined;
}

/** Where a panel that the host draws stands. */
export interface PanelPlace {
  pluginId: string;
  dashboardName: string;
}

/** What {@link Dashboard} takes. */
export interface DashboardProps {
  pluginId: string;
  name: string;
  /** Draws a panel of a type that is the host's (CONTRACT D3). @default a note that names the type */
  renderPanel?: (panel: Panel, place: PanelPlace) => ReactNode;
}

/** Draws with what came along with the list of plugins; before that there is nothing to draw. */
function Drawn({ children }: { children: (view: View) => ReactNode }) {
  const { plugins } = useHost();
  const { status, view, error } = useSyncExternalStore(
    plugins.subscribe,
    plugins.getSnapshot,
    plugins.getSnapshot,
  );
  if (view) return children(view);
  if (status === 'loading') return <div role="status" aria-label="Loading" style={{ minHeight: '4rem' }} />;
  // Not even what draws a card could be had.
  return (
    <div role="alert" data-code={error?.code}>
      {error?.message} <button onClick={plugins.refresh}>Retry</button>
    </div>
  );
}

/** Shows one component of a plugin, or says exactly why it cannot (CONTRACT D, F, T1). */
export function CustomPanel(props: CustomPanelProps) {
  const host = useHost();
  return <Drawn>{({ Panel }) => <Panel {...props} host={host} />}</Drawn>;
}

/** Shows a plugin's dashboard: custom panels itself, all others through `renderPanel`, in place and order (CONTRACT D). */
export function Dashboard(props: DashboardProps) {
  const host = useHost();
  const { dashboards } = host;
  const { pluginId, name } = props;
  const subscribe = useMemo(() => {
    // While it renders: effects run when the page has been painted, and the answers could be on their way by then.
    void host.warm(pluginId, name);
    return (listener: () => void) => dashboards.subscribe(pluginId, name, listener);
  }, [host, dashboards, pluginId, name]);
  const loaded = useSyncExternalStore(subscribe, () => dashboards.getSnapshot(pluginId, name));
  const onRetry = () => void dashboards.refresh(pluginId, name);
  return (
    <Drawn>
      {({ Rows }) => (
        <Rows key={`${pluginId}/${name}`} {...props} host={host} loaded={loaded} onRetry={onRetry} />
      )}
    </Drawn>
  );
}
