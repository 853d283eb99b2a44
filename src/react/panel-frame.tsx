import { useSyncExternalStore, type CSSProperties, type ReactNode } from 'react';

/** The height of a panel that has nothing to show yet. */
export const SKELETON_HEIGHT = '4rem';

const subscribe = () => () => {};

/**
 * Returns a style in the browser, and none for the HTML of a server: a Content-Security-Policy without inline styles blocks the
 * attribute `style` in HTML, and admits what a script sets.
 *
 * @param style The same object in each render.
 */
export const useStyle = (style: CSSProperties) =>
  useSyncExternalStore(
    subscribe,
    () => style,
    () => undefined,
  );

const skeleton: CSSProperties = { minHeight: SKELETON_HEIGHT };
const frame: CSSProperties = { display: 'flex', flexDirection: 'column', height: '100%', minWidth: 0 };
const heading: CSSProperties = { margin: '0 0 0.5rem', fontSize: '0.875rem', fontWeight: 600 };

/** Fills the place of a loading panel. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={useStyle(skeleton)} />
);

/** The label above a widget. */
export const Heading = ({ children }: { children: ReactNode }) => (
  <h3 style={useStyle(heading)}>{children}</h3>
);

/** Renders the element around one panel, as high as its row. */
export function PanelFrame(props: { panel: string; status: string; label: string; children: ReactNode }) {
  return (
    <section
      data-panel={props.panel}
      data-status={props.status}
      aria-label={props.label}
      style={useStyle(frame)}
    >
      {props.children}
    </section>
  );
}
