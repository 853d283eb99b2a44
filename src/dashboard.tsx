import { useEffect, useState, type ReactNode } from 'react';
import type { WidgetError } from './errors.ts';
import { Failure, Skeleton, usePanelHost } from './panel.tsx';
import type { DashboardSpec, Panel } from './spec.ts';
import { loadReading } from './told.ts';

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

type Reading = Awaited<ReturnType<typeof loadReading>>;
type Loaded = { of: string } & ({ spec: DashboardSpec; Rows: Reading['Rows'] } | { error: WidgetError });

/** Shows a plugin's dashboard: custom panels itself, all others through `renderPanel`, in place and order (CONTRACT D). */
export function Dashboard({ pluginId, name, renderPanel }: DashboardProps) {
  const { loadDashboard } = usePanelHost('<Dashboard>');
  const [attempt, setAttempt] = useState(0);
  const [loaded, setLoaded] = useState<Loaded>();
  const of = `${pluginId}/${name} ${attempt}`;

  useEffect(() => {
    const controller = new AbortController();
    Promise.all([loadDashboard(pluginId, name, controller.signal), loadReading()])
      .then(
        ([spec, { Rows }]): Loaded => ({ of, spec, Rows }),
        (error: WidgetError): Loaded => ({ of, error }),
      )
      .then((next) => controller.signal.aborted || setLoaded(next));
    return () => controller.abort();
  }, [loadDashboard, pluginId, name, of]);

  if (loaded?.of !== of) return <Skeleton label={name} />;
  if ('error' in loaded) return <Failure error={loaded.error} onRetry={() => setAttempt(attempt + 1)} />;
  return <loaded.Rows key={of} spec={loaded.spec} pluginId={pluginId} renderPanel={renderPanel} />;
}
