import { memo, useState, useSyncExternalStore, type CSSProperties } from 'react';
import type { DashboardProps, PanelPlace } from './dashboard.tsx';
import type { Loaded } from '../host/dashboard-store.ts';
import { WidgetError } from '../contract/errors.ts';
import { Guard } from './widget-root.tsx';
import type { Host } from '../host/host.ts';
import { Failure, Panel as WidgetPanel, PanelFrame, Skeleton } from './panel.tsx';
import type { Cell, Panel } from '../contract/dashboard.ts';

const NARROW = '(max-width: 640px)';

function subscribeToWidth(listener: () => void) {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

const useNarrow = () =>
  useSyncExternalStore(
    subscribeToWidth,
    () => matchMedia(NARROW).matches,
    () => false,
  );

const GAP = '1rem';
const column: CSSProperties = { display: 'flex', flexDirection: 'column', gap: GAP };

interface RowsProps extends DashboardProps {
  host: Host;
  /** Nothing while the document is on its way. */
  loaded: Loaded | undefined;
  onRetry: () => void;
}

const grid: CSSProperties = { display: 'grid', gap: GAP, gridTemplateColumns: 'repeat(12, minmax(0, 1fr))' };
const line: CSSProperties = { display: 'flex', gap: GAP };

const cellStyle = ({ width, area }: Cell): CSSProperties => ({
  minWidth: 0,
  ...(area ? { gridArea: area } : { flex: `${width} 1 0px` }),
});

/** The rows of a dashboard, or why there are none. */
export function Rows({ host, pluginId, name, renderPanel, loaded, onRetry }: RowsProps) {
  const narrow = useNarrow();
  if (!loaded) return <Skeleton label={name} />;
  if (loaded.error) return <Failure host={host} error={loaded.error} onRetry={onRetry} />;
  return (
    <div style={column}>
      {loaded.spec.rows.map((row) => (
        <div key={row.cells[0]?.panel.key} style={narrow ? column : row.grid ? grid : line}>
          {row.cells.map((cell) => {
            const { panel } = cell;
            const { key, component, config, label, error } = panel;
            const given = { host, pluginId, dashboardName: name };
            return (
              <div key={key} style={narrow ? undefined : cellStyle(cell)}>
                {component === undefined || error ? (
                  <OtherPanel {...given} {...{ panel, renderPanel }} />
                ) : (
                  <WidgetPanel {...given} {...{ component, config, label }} />
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

interface HostPanelProps {
  panel: Panel;
  place: PanelPlace;
  renderPanel: DashboardProps['renderPanel'];
}

// A component, so that what the host's function throws meets the boundary around it.
const HostPanel = ({ panel, place, renderPanel }: HostPanelProps) =>
  renderPanel ? renderPanel(panel, place) : `This host draws no "${panel.type}" panels.`;

interface OtherPanelProps {
  host: Host;
  panel: Panel;
  pluginId: string;
  dashboardName: string;
  renderPanel: DashboardProps['renderPanel'];
}

/** One panel that is the host's, or that cannot be read; a new row layout does not draw it again. */
const OtherPanel = memo(function OtherPanel({
  host,
  panel,
  pluginId,
  dashboardName,
  renderPanel,
}: OtherPanelProps) {
  const [crash, setCrash] = useState<WidgetError>();
  const { component, label, type } = panel;
  const error = panel.error ?? crash;
  const onCrash = (cause: unknown) =>
    setCrash(new WidgetError('WIDGET_CRASHED', { pluginId, component: type, cause }));
  return (
    <PanelFrame
      panel={`${pluginId}/${component ?? type}`}
      status={error ? 'failed' : 'ready'}
      label={label || type}
    >
      {error ? (
        <Failure host={host} error={error} onRetry={() => setCrash(undefined)} />
      ) : (
        <Guard onCrash={onCrash}>
          <HostPanel panel={panel} place={{ pluginId, dashboardName }} renderPanel={renderPanel} />
        </Guard>
      )}
    </PanelFrame>
  );
});
