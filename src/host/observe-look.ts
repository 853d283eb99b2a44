/**
 * Observes what the look of an element may depend on: the attributes of the elements around it, the style sheets in the page's head,
 * and the browser's colour scheme.
 *
 * @param onChange Called once for many changes, in the next frame.
 * @returns A function that ends it.
 */
export function observeLook(place: Element, onChange: () => void): () => void {
  let isDue = false;
  let hasEnded = false;
  function changeSoon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (!hasEnded) onChange();
    });
  }
  const changes = new MutationObserver(changeSoon);
  const attributes = { attributes: true };
  for (let element: Element | null = place; element; element = element.parentElement)
    changes.observe(element, attributes);
  changes.observe(document.head, { childList: true, subtree: true, characterData: true, ...attributes });
  /** A style sheet has its rules when it has loaded. Images and frames load too, and change no look. */
  const onLoad = ({ target }: Event) => {
    if (target instanceof HTMLLinkElement || target instanceof HTMLStyleElement) changeSoon();
  };
  document.addEventListener('load', onLoad, true);
  // jsdom has none.
  const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
  dark?.addEventListener('change', changeSoon);
  return () => {
    hasEnded = true;
    changes.disconnect();
    document.removeEventListener('load', onLoad, true);
    dark?.removeEventListener('change', changeSoon);
  };
}
