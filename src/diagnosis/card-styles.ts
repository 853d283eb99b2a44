import type { CSSProperties } from 'react';

// Inline and in the page's own colours: the host's stylesheet may have no rules for the card.
const faint = 'color-mix(in srgb, currentColor 22%, transparent)';
const red = '#dc2626';

/** The element around a card: the rules below depend on its width. */
export const outer: CSSProperties = {
  boxSizing: 'border-box',
  width: '100%',
  minHeight: 0,
  maxHeight: '100%',
  overflow: 'auto',
  textAlign: 'start',
  // Named, since the app may have containers of its own around it.
  containerName: 'nvz-card',
  containerType: 'inline-size',
  containIntrinsicInlineSize: '18rem',
};
// The app around the card may centre text, or be as narrow as its text.
const card: CSSProperties = {
  boxSizing: 'border-box',
  border: `1px solid ${faint}`,
  borderRadius: 8,
  padding: '0.75rem 1rem',
  fontSize: '0.875rem',
  lineHeight: 1.5,
  overflowWrap: 'anywhere',
  textAlign: 'start',
};
export const alarm: CSSProperties = { ...card, borderInlineStart: `4px solid ${red}` };
export const note: CSSProperties = { ...card, borderStyle: 'dashed' };
/** A card with a title and buttons only, in one line where that fits. */
export const short: CSSProperties = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'baseline',
  justifyContent: 'space-between',
  padding: '0.25rem 1rem 0.75rem',
};
export const icon: CSSProperties = {
  // Not a block, which style resets make of it.
  display: 'inline',
  width: '1em',
  height: '1em',
  marginInlineEnd: '0.375em',
  verticalAlign: '-0.125em',
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
};
export const alarmIcon: CSSProperties = { ...icon, stroke: red };
/** What the rules below show in a narrow card. */
export const narrow: CSSProperties = { display: 'none' };
export const line: CSSProperties = { margin: '0.25rem 0 0' };
export const small: CSSProperties = { ...line, fontSize: '0.75rem', opacity: 0.75 };
export const button: CSSProperties = {
  marginTop: '0.5rem',
  minHeight: 36,
  padding: '0 0.875rem',
  border: `1px solid ${faint}`,
  borderRadius: 6,
  background: 'transparent',
  color: 'inherit',
  font: 'inherit',
  cursor: 'pointer',
};
export const buttons: CSSProperties = { display: 'flex', flexWrap: 'wrap', gap: '0 0.5rem' };
export const command: CSSProperties = {
  display: 'block',
  margin: '0.25rem 0',
  padding: '0.5rem',
  borderRadius: 4,
  background: 'color-mix(in srgb, currentColor 8%, transparent)',
  fontSize: '0.75rem',
  whiteSpace: 'pre-wrap',
};
/** The browser gives it a height and scrolls it. */
export const dialog: CSSProperties = { ...card, width: 'min(40rem, calc(100vw - 2rem))' };

/**
 * What depends on the width of the panel: a narrow card has an icon, a title and the button “Details”, and fits in 130 × 100 pixels.
 * `nvz-wide` is shown in a wide card only, `nvz-narrow`, which has `display: none` inline, in a narrow one only.
 */
export const SHEET = `
@container nvz-card (max-width: 14rem) {
  .nvz-card { padding: 6px 8px !important; font-size: 12px !important }
  .nvz-card button { min-height: 24px !important; margin-top: 4px !important; padding: 0 4px !important }
  .nvz-wide { display: none !important }
  .nvz-narrow { display: block !important }
}`;
