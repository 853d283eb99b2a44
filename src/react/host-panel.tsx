import { memo, useMemo, useState, type ReactNode } from 'react';
import { failureOfIssue, type Failure, type Panel } from '../contract/index.ts';
import { failureFor, type HostInternals } from '../host/index.ts';
import { FailureCard } from './failure-card.tsx';
import { frameOf } from './panel-frame.tsx';
import { Guard } from './widget-root.tsx';

/** The place of a panel that the host renders. */
export interface PanelPlace {
  pluginId: string;
  dashboardName: string;
}

/** Renders the panels of all types but `custom` (CONTRACT D3). */
export type RenderPanel = (panel: Panel, place: PanelPlace) => ReactNode;

interface RenderedProps {
  panel: Panel;
  place: PanelPlace;
  renderPanel: RenderPanel | undefined;
}

// A component, so that the boundary around it catches an error of the host's function.
const Rendered = ({ panel, place, renderPanel }: RenderedProps) =>
  renderPanel ? renderPanel(panel, place) : `This host renders no "${panel.type}" panels.`;

interface HostPanelProps extends PanelPlace {
  internals: HostInternals;
  panel: Panel;
  renderPanel: RenderPanel | undefined;
}

/** Shows a panel that the host renders, or one that cannot be read. It is memoized, so a new layout does not render it again. */
export const HostPanel = memo(function HostPanel({
  internals,
  panel,
  pluginId,
  dashboardName,
  renderPanel,
}: HostPanelProps) {
  const [crash, setCrash] = useState<Failure>();
  const { component, label, type, issue } = panel;
  const invalid = useMemo(
    () => issue && failureFor(issue, () => failureOfIssue('DASHBOARD_INVALID', issue, pluginId)),
    [issue, pluginId],
  );
  const failure = invalid ?? crash;
  const onCrash = (cause: unknown) =>
    setCrash({ code: 'WIDGET_CRASHED', details: { pluginId, component: type, cause, variant: 'app' } });
  return (
    <section {...frameOf(`${pluginId}/${component ?? type}`, failure ? 'failed' : 'ready', label || type)}>
      {failure ? (
        <FailureCard internals={internals} failure={failure} onRetry={() => setCrash(undefined)} />
      ) : (
        <Guard onCrash={onCrash}>
          <Rendered panel={panel} place={{ pluginId, dashboardName }} renderPanel={renderPanel} />
        </Guard>
      )}
    </section>
  );
});
