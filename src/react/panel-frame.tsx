import type { ReactNode } from 'react';
import type { WidgetError } from '../contract/index.ts';

/** The height of a panel that has nothing to show yet. */
export const SKELETON_HEIGHT = '4rem';

/** Fills the place of a loading panel. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={{ minHeight: SKELETON_HEIGHT }} />
);

/** Renders the element around one panel, as high as its row. */
export function PanelFrame(props: { panel: string; status: string; label: string; children: ReactNode }) {
  return (
    <section
      data-panel={props.panel}
      data-status={props.status}
      aria-label={props.label}
      style={{ display: 'flex', flexDirection: 'column', height: '100%', minWidth: 0 }}
    >
      {props.children}
    </section>
  );
}

/** Says in one small line what is wrong with a widget that still runs. */
export const Notice = ({ error }: { error: WidgetError }) => (
  <p
    role="note"
    data-code={error.code}
    title={error.fix}
    style={{ margin: '0.25rem 0 0', fontSize: '0.75rem', opacity: 0.8 }}
  >
    {error.fact} <code>{error.code}</code>
  </p>
);
