import type { ReactNode } from 'react';

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
