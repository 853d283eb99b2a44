import { useSyncExternalStore, type CSSProperties } from 'react';

/** The height of a panel that has nothing to show yet. */
export const SKELETON_HEIGHT = '4rem';

const subscribe = () => () => {};

/**
 * Whether elements get their styles: in the browser, and not in the HTML of a server. A Content-Security-Policy without inline styles
 * blocks the attribute `style` in HTML, and admits what a script sets.
 */
export const useStyled = () =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  );

const skeleton: CSSProperties = { minHeight: SKELETON_HEIGHT };
const frame: CSSProperties = { display: 'flex', flexDirection: 'column', height: '100%', minWidth: 0 };

/** The style of the label above a widget. */
export const heading: CSSProperties = { margin: '0 0 .5rem', fontSize: '.875rem', fontWeight: 600 };

/** Fills the place of a loading panel. */
export const Skeleton = ({ label }: { label: string }) => (
  <div role="status" aria-label={`${label} is loading`} style={useStyled() ? skeleton : undefined} />
);

/** The attributes of the `section` around one panel, as high as its row. It is no landmark, since a dashboard has many, and some twice. */
export const frameOf = (panel: string, status: string, label: string, isStyled = true) => ({
  role: 'group',
  'data-panel': panel,
  'data-status': status,
  'aria-label': label,
  style: isStyled ? frame : undefined,
});
