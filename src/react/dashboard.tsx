import { useMemo, useSyncExternalStore } from 'react';
import { DashboardGrid } from './dashboard-grid.tsx';
import { FailureCard } from './failure-card.tsx';
import type { RenderPanel } from './host-panel.tsx';
import { Skeleton } from './panel-frame.tsx';
import { useInternals } from './provider.tsx';

/** The props of {@link Dashboard}. */
export interface DashboardProps {
  pluginId: string;
  name: string;
  /** Renders the panels of all types but `custom` (CONTRACT D3). @default a note that names the type */
  renderPanel?: RenderPanel;
}

/** Shows a plugin's dashboard. It renders custom panels itself, and all others with `renderPanel`, in place and order (CONTRACT D). */
export function Dashboard({ pluginId, name, renderPanel }: DashboardProps) {
  const internals = useInternals('<Dashboard>');
  const { dashboards, host } = internals;
  const subscribe = useMemo(() => {
    // During the render, since effects run only after the page is painted and the requests can start earlier.
    void host.preload(pluginId, name);
    return (listener: () => void) => dashboards.subscribe(pluginId, name, listener);
  }, [host, dashboards, pluginId, name]);
  const loaded = useSyncExternalStore(
    subscribe,
    () => dashboards.getSnapshot(pluginId, name),
    // A server renders the dashboard as loading, and so does React while it hydrates.
    () => undefined,
  );
  if (!loaded) return <Skeleton label={name} />;
  if (loaded.error) {
    const onRetry = () => void dashboards.refresh(pluginId, name);
    return <FailureCard internals={internals} failure={loaded.error} onRetry={onRetry} />;
  }
  if (loaded.layout.rows.length === 0) return <p role="note">This dashboard has no panels.</p>;
  return (
    <DashboardGrid
      key={`${pluginId}/${name}`}
      internals={internals}
      place={{ pluginId, dashboardName: name }}
      rows={loaded.layout.rows}
      renderPanel={renderPanel}
    />
  );
}
