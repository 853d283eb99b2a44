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

const NAMES = [...VARIABLES, ...INHERITED];

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

/** The part of the look that all places of a page share. */
type PageLook = Pick<Theme, 'html' | 'body' | 'css'>;

/** Reads the page's attributes and style sheets. */
export function readPage(css = styleText()): PageLook {
  const { documentElement: html, body } = document;
  const selected = selectedBy(css);
  return { html: attributesOf(html, selected), body: attributesOf(body, selected), css };
}

/** Reads the look of the page around an element. */
export function readTheme(place: HTMLElement, { html, body, css }: PageLook): Theme {
  const style = getComputedStyle(place);
  const values = NAMES.map((name) => [name, style.getPropertyValue(name)] as const).filter(
    ([, value]) => value,
  );
  const lang = place.closest('[lang]')?.getAttribute('lang');
  return {
    html: { ...html, ...(lang && { lang }), dir: style.direction },
    body,
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
  let look: PageLook | undefined;
  let stop: (() => void) | undefined;

  function update() {
    look = undefined;
    for (const follow of followers) follow();
  }

  return {
    follow(place, listener) {
      let last = { text: '', css: '' };
      const follow = () => {
        // Once for all frames, since a page may have many style sheets.
        look ??= readPage();
        const theme = readTheme(place, look);
        const { css } = theme;
        const text = JSON.stringify({ ...theme, css: '' });
        if (text === last.text && css === last.css) return;
        last = { text, css };
        listener(theme);
      };
      stop ??= observeLook(document.body, update);
      followers.add(follow);
      follow();
      return () => {
        followers.delete(follow);
        if (followers.size > 0) return;
        stop?.();
        stop = undefined;
        look = undefined;
      };
    },
  };
}
