import type { ReactNode } from 'react';

/** Fills the place of a loading panel. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={{ minHeight: '4rem' }} />
);

/** Renders the element around one panel, as high as its row. */
export function PanelFrame(props: { panel: string; status: string; label: string; children: ReactNode }) {
  return (
    <section
      data-panel={props.panel}
      data-status={props.status}
      aria-label={props.label}
      style={{ display: 'flex', flexDirection: 'column', height: '100%' }}
    >
      {props.children}
    </section>
  );
}
