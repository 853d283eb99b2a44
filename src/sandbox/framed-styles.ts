import type { CSSProperties } from 'react';

const faint = 'color-mix(in srgb, currentColor 22%, transparent)';
/** The border around a frame, which its widget cannot draw over. */
export const box: CSSProperties = {
  // As high as the rest of the panel.
  flex: 1,
  minHeight: 0,
  display: 'flex',
  flexDirection: 'column',
  minWidth: 0,
  border: `1px solid ${faint}`,
  // A host may give a panel a height. Without round corners, which would be a mask that the browser draws over each picture of a frame.
  overflow: 'hidden',
};
/** The line that names the plugin. */
export const badge: CSSProperties = {
  flex: 'none',
  padding: '0.125rem 0.5rem',
  borderBottom: `1px solid ${faint}`,
  fontSize: '0.75rem',
  lineHeight: 1.5,
  color: 'color-mix(in srgb, currentColor 80%, transparent)',
  // A long name of a plugin would hide the panel below it.
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
};
/** The line about refused requests. */
export const refusals: CSSProperties = {
  ...badge,
  borderBottom: 0,
  borderTop: badge.borderBottom,
  whiteSpace: 'normal',
};
/** The place of the frame, as high as its widget. */
export const slot: CSSProperties = { flex: '1 0 auto', position: 'relative', minWidth: 0 };
/** Not shown until the widget has rendered: a frame without a layout would not measure it. */
export const hidden: CSSProperties = { opacity: 0 };
