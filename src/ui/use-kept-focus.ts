import { useLayoutEffect, type RefObject } from 'react';

/** Moves the focus from an element that disappears to what is around it, so that the keyboard does not start at the page's top. */
function moveFocus(from: HTMLElement) {
  const around = from.parentElement?.closest<HTMLElement>(
    '[tabindex="-1"], main, [role="main"], section, body',
  );
  if (!around || around === document.body) return;
  if (!around.hasAttribute('tabindex')) around.tabIndex = -1;
  around.focus({ preventScroll: true });
}

/** Keeps the focus near an element that has it and disappears, after a decision for instance. */
export function useKeptFocus(place: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = place.current;
    // React calls this before it removes the element.
    return () => {
      if (element?.contains(document.activeElement)) moveFocus(element);
    };
  }, [place]);
}
