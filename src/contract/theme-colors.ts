/** The colours of the theme: the variable `--card` for `card` (CONTRACT D6). */
export const THEME_COLORS = [
  'background',
  'foreground',
  'card',
  'card-foreground',
  'popover',
  'popover-foreground',
  'primary',
  'primary-foreground',
  'secondary',
  'secondary-foreground',
  'muted',
  'muted-foreground',
  'accent',
  'accent-foreground',
  'destructive',
  'destructive-foreground',
  'border',
  'input',
  'ring',
] as const;

/** A colour of the theme. */
export type ThemeColor = (typeof THEME_COLORS)[number];
