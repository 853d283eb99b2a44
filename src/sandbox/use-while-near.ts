import { useEffect, useRef, type RefObject } from 'react';
import { useLifetime, type End } from '../react/index.ts';

/** The distance from the viewport within which a frame is created: one viewport above and below. */
const MARGIN = '100% 0px';
/** The time for which a frame that is far away is kept, in milliseconds. */
const PATIENCE = 10_000;

/** Whether an element is in the viewport of a visible page. A container that scrolls may hide it; the observer then says so. */
function isInView(element: Element): boolean {
  const { top, right, bottom, left } = element.getBoundingClientRect();
  const hasLayout = element.getClientRects().length > 0;
  const isInside = top <= innerHeight && bottom >= 0 && left <= innerWidth && right >= 0;
  return !document.hidden && hasLayout && isInside;
}

/** What opens if its element is in the viewport, at the end of the current work. */
const looks = new Map<Element, () => void>();

/**
 * Opens something at the end of the current work if its element is in the viewport. An observer reports the element only with the next
 * frame of the page. The places of all elements are read first, since what opens changes the page's layout.
 */
function lookSoon(element: Element, open: () => void) {
  if (looks.size === 0)
    queueMicrotask(() => {
      const inView = [...looks].filter(([one]) => isInView(one));
      looks.clear();
      for (const [, openOne] of inView) openOne();
    });
  looks.set(element, open);
}

/**
 * Opens something while an element is near the viewport, or was until a few seconds ago. An element without a layout, such as one in a
 * hidden tab or a hidden `Activity`, stays as near as it was. Nothing is rendered for it: a page may have many such elements.
 *
 * @param isInUse Whether to keep it open, since the user works in it.
 * @param open Returns the function that closes it. Another function closes it, and opens it again.
 */
export function useWhileNear(
  element: RefObject<HTMLElement | null>,
  isInUse: () => boolean,
  open: () => End,
): void {
  const current = useRef<{ open: () => End; isNear: boolean; close?: End | undefined }>({
    open,
    isNear: false,
  });

  useEffect(() => {
    const state = current.current;
    if (state.open === open) return;
    state.open = open;
    state.close?.()();
    state.close = state.isNear ? open() : undefined;
  }, [open]);

  useLifetime(() => {
    const state = current.current;
    const target = element.current!;
    let leaving: ReturnType<typeof setTimeout> | undefined;
    function setNear(isNear: boolean) {
      if (state.isNear === isNear) return;
      state.isNear = isNear;
      state.close?.()();
      state.close = isNear ? state.open() : undefined;
    }
    const leave = () => {
      if (isInUse()) leaving = setTimeout(leave, PATIENCE);
      else setNear(false);
    };
    const onMove: IntersectionObserverCallback = (entries) => {
      const { isIntersecting } = entries.at(-1)!;
      clearTimeout(leaving);
      if (isIntersecting) setNear(true);
      else if (target.getClientRects().length > 0) leaving = setTimeout(leave, PATIENCE);
    };
    let observer: IntersectionObserver | undefined;
    try {
      observer = new IntersectionObserver(onMove, { rootMargin: MARGIN });
      observer.observe(target);
    } catch {
      // Another script has replaced it. A throw here would end the page; what cannot be observed counts as near.
      setNear(true);
    }
    lookSoon(target, () => setNear(true));
    return () => {
      looks.delete(target);
      clearTimeout(leaving);
      observer?.disconnect();
      const { close } = state;
      Object.assign(state, { isNear: false, close: undefined });
      return close?.() ?? (() => {});
    };
  }, element);
}
