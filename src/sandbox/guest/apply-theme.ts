import { FIRST_HEIGHT, type Theme } from '../protocol.ts';

/** Matches a frame whose height is the first one, also in a zoomed page, where heights have fractions. */
const IS_FIRST = `(min-height: ${FIRST_HEIGHT - 0.5}px) and (max-height: ${FIRST_HEIGHT + 0.5}px)`;

/**
 * The frame has the page's colours, and the page shows through where the widget draws nothing. The widget fills the frame, once the page
 * has given it a height: the widget then keeps its size, and nothing is measured a second time.
 */
const BASE = `html, body { background: transparent !important; margin: 0 !important; padding: 0 !important; min-height: 0 !important;
  height: auto !important; overflow: visible !important; }
#nousviz-root { display: grid; grid-template-columns: minmax(0, 1fr); min-height: 100vh; }
@media ${IS_FIRST} { #nousviz-root { min-height: 0; } }`;

/** Sets an element's attributes to those given, and removes those of the last call that are gone. */
function setAttributes(element: Element, next: Theme['html'], before: Theme['html'] | undefined) {
  for (const name of Object.keys(before ?? {})) if (!(name in next)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(next))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Makes the function that gives the frame the look of the page. */
export function createThemeApplier(): (theme: Theme) => void {
  const styles = document.createElement('style');
  // Before all style sheets of the widget, which win over the page's as they do in the page.
  document.head.prepend(styles);
  let last: Theme | undefined;
  return (theme) => {
    const { documentElement: html, body } = document;
    setAttributes(html, theme.html, last?.html);
    setAttributes(body, theme.body, last?.body);
    const values = Object.entries(theme.values)
      .map(([name, value]) => `${name}: ${value};`)
      .join(' ');
    const text = `${theme.css}\n:root, body { ${values} }\n${BASE}`;
    if (styles.textContent !== text) styles.textContent = text;
    last = theme;
  };
}
