import { THEME_COLORS, type ThemeColor } from '../contract/index.ts';
import { observeLook } from './observe-look.ts';
import type { Owner } from './owner.ts';

/** The look of the page around a widget, for what style sheets cannot colour, such as a canvas. */
export interface Theme {
  /** The colours as `rgb(1, 2, 3)`; one that the page does not have is absent (CONTRACT D6). */
  readonly colors: Readonly<Partial<Record<ThemeColor, string>>>;
  /** Whether the widget is in dark mode. */
  readonly isDark: boolean;
  /** The language of the page, such as `en` or `pt-BR`, or an empty string. */
  readonly language: string;
}

/** Hue, saturation and lightness, as the theme's variables contain them. */
const TRIPLE = /^(-?[\d.]+)(?:deg)?[\s,]+([\d.]+)%[\s,]+([\d.]+)%$/;

/** The colour in a variable. Pages that are no NousViz may have whole colours in them. */
function readColor(value: string): string | undefined {
  const [, ...parts] = TRIPLE.exec(value) ?? [];
  if (parts.length === 0) return value || undefined;
  const [hue, saturation, lightness] = parts.map(Number) as [number, number, number];
  const chroma = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
  const channels = [0, 8, 4].map((offset) => {
    const turn = (((offset + hue / 30) % 12) + 12) % 12;
    return Math.round(255 * (lightness / 100 - chroma * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  });
  return `rgb(${channels.join(', ')})`;
}

/** The value of a variable at an element, also in jsdom, where elements inherit none. */
function readVariable(place: Element, name: string): string {
  for (let element: Element | null = place; element; element = element.parentElement) {
    const value = getComputedStyle(element).getPropertyValue(name).trim();
    if (value) return value;
  }
  return '';
}

function readTheme(place: Element): Theme {
  const colors = THEME_COLORS.flatMap((name) => {
    const color = readColor(readVariable(place, `--${name}`));
    return color ? [[name, color] as const] : [];
  });
  return Object.freeze({
    colors: Object.freeze(Object.fromEntries(colors)),
    isDark: place.closest('.dark') !== null,
    language: place.closest('[lang]')?.getAttribute('lang') ?? '',
  });
}

/**
 * Calls a listener with the theme at a panel, soon and after each change.
 *
 * @param signal Ends it.
 * @returns A function that ends it, too.
 */
export function followTheme(
  { pluginId, component }: Owner,
  listener: (theme: Theme) => void,
  signal: AbortSignal,
): () => void {
  // A sandboxed frame has no panel, and the look of the page around the panel.
  const place = document.querySelector(`[data-panel="${pluginId}/${component}"]`) ?? document.body;
  let last = '';
  function follow() {
    const theme = readTheme(place);
    const text = JSON.stringify(theme);
    if (text === last) return;
    last = text;
    listener(theme);
  }
  // Not at once, since the widget may have ended it while this file was loading.
  const timer = setTimeout(follow, 0);
  const stop = observeLook(place, follow);
  function end() {
    clearTimeout(timer);
    stop();
  }
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return end;
}
