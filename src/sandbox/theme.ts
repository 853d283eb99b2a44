import { THEME_COLORS } from '../contract/index.ts';
import { observeLook } from '../host/observe-look.ts';
import type { Theme } from './protocol.ts';
import { styleText } from './style-text.ts';

/** The theme's variables (CONTRACT D6). A page may set them on an element that is closer to the panel than `<html>`. */
const VARIABLES = [...THEME_COLORS, 'radius'].map((name) => `--${name}`);

/** The properties that a widget in the page would inherit. */
const INHERITED =
  `color color-scheme direction font-family font-size font-style font-weight letter-spacing line-height text-align
  word-spacing`.split(/\s+/);

/** The attributes that style sheets of pages and widgets select by. Other `data-*` may be the page's data, such as a token or a name. */
const ATTRIBUTE =
  /^(class|lang|dir|data-([a-z\d]+-)*(theme|mode|scheme|colou?r|contrast|density|skin|palette|appearance|dark|light)(-[a-z\d]+)*)$/;
/** The words of names that are never a look. */
const SECRET = /token|csrf|xsrf|nonce|session|user|auth|secret|key|password|email/;

/** The names of `data-*` that the page's style sheets select by. */
const selectedBy = (css: string): ReadonlySet<string> =>
  new Set([...css.matchAll(/\[\s*(data-[\w-]+)/g)].map(([, name]) => name!));

function attributesOf(element: Element | null, selected: ReadonlySet<string>) {
  return Object.fromEntries(
    [...(element?.attributes ?? [])]
      .filter(({ name }) => (ATTRIBUTE.test(name) || selected.has(name)) && !SECRET.test(name))
      .map(({ name, value }) => [name, value]),
  );
}

/**
 * Reads the look of the page around an element.
 *
 * @param css The page's style sheets.
 * @param selected The names of `data-*` that they select by.
 */
export function readTheme(place: HTMLElement, css: string, selected = selectedBy(css)): Theme {
  const { documentElement: html, body } = document;
  const style = getComputedStyle(place);
  const names = [...VARIABLES, ...INHERITED];
  const values = names
    .map((name) => [name, style.getPropertyValue(name)] as const)
    .filter(([, value]) => value);
  const lang = place.closest('[lang]')?.getAttribute('lang');
  const dir = style.direction;
  return {
    html: { ...attributesOf(html, selected), ...(lang && { lang }), dir },
    body: attributesOf(body, selected),
    css,
    values: Object.fromEntries(values),
  };
}

/** The theme of the page, which all frames follow. */
export interface ThemeSource {
  /** Calls `listener` with the theme at an element, at once and after each change. @returns A function that ends it. */
  follow(place: HTMLElement, listener: (theme: Theme) => void): () => void;
}

/** Makes the source of the page's theme. It observes the page as long as a frame follows it. */
export function createThemeSource(): ThemeSource {
  const followers = new Set<() => void>();
  let sheets: { css: string; selected: ReadonlySet<string> } | undefined;
  let stop: (() => void) | undefined;

  function update() {
    sheets = undefined;
    for (const follow of followers) follow();
  }

  /** Reads the style sheets once for all frames, since a page may have many. */
  function readSheets() {
    const css = styleText();
    return { css, selected: selectedBy(css) };
  }

  return {
    follow(place, listener) {
      let last = { text: '', css: '' };
      const follow = () => {
        sheets ??= readSheets();
        const { css, selected } = sheets;
        const theme = readTheme(place, css, selected);
        const text = JSON.stringify({ ...theme, css: '' });
        if (text === last.text && css === last.css) return;
        last = { text, css };
        listener(theme);
      };
      followers.add(follow);
      stop ??= observeLook(document.body, update);
      follow();
      return () => {
        followers.delete(follow);
        if (followers.size > 0) return;
        stop?.();
        stop = undefined;
        sheets = undefined;
      };
    },
  };
}
