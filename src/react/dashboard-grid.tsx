import { useSyncExternalStore, type CSSProperties } from 'react';
import type { Cell, Row } from '../contract/index.ts';
import type { HostInternals } from '../host/index.ts';
import { HostPanel, type PanelPlace, type RenderPanel } from './host-panel.tsx';
import { Panel } from './panel.tsx';

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
const column: CSSProperties = { display: 'flex', flexDirection: 'column', gap: GAP, minWidth: 0 };

const grid: CSSProperties = { display: 'grid', gap: GAP, gridTemplateColumns: 'repeat(12, minmax(0, 1fr))' };
const line: CSSProperties = { display: 'flex', gap: GAP };

const cellStyle = ({ width, area }: Cell): CSSProperties => ({
  minWidth: 0,
  ...(area ? { gridArea: area } : { flex: `${width} 1 0px` }),
});

interface DashboardGridProps {
  internals: HostInternals;
  place: PanelPlace;
  rows: readonly Row[];
  renderPanel: RenderPanel | undefined;
}

/** Renders the rows of a dashboard. */
export function DashboardGrid({ internals, place, rows, renderPanel }: DashboardGridProps) {
  const narrow = useNarrow();
  const { pluginId, dashboardName } = place;
  const given = { internals, pluginId, dashboardName };
  return (
    <div style={column}>
      {rows.map((row) => (
        <div key={row.key ?? row.cells[0]?.panel.key} style={narrow ? column : row.grid ? grid : line}>
          {row.cells.map((cell) => {
            const { panel } = cell;
            const { key, component, config, label, issue } = panel;
            return (
              <div key={key} style={narrow ? undefined : cellStyle(cell)}>
                {component === undefined || issue ? (
                  <HostPanel {...given} panel={panel} renderPanel={renderPanel} />
                ) : (
                  <Panel {...given} component={component} config={config} label={label} />
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}
