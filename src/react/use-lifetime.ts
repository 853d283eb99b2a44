import { useEffect, useInsertionEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** Ends something in the page. @returns What may set state, and so has to wait until React has removed the component. */
export type End = () => () => void;

interface Life {
  end?: End | undefined;
  later?: (() => void) | undefined;
}

function finishLater(life: Life) {
  const { later } = life;
  life.later = undefined;
  later?.();
}

function finish(life: Life) {
  life.later = life.end?.() ?? life.later;
  life.end = undefined;
  queueMicrotask(() => finishLater(life));
}

/**
 * Begins something when a component appears, and ends it when React removes the component, or when `key` changes.
 *
 * React runs the cleanups of layout effects also when it hides a tree whose state it keeps, because a boundary above suspends again.
 * A hidden `Activity` and StrictMode run those of passive effects, too. Only the cleanup of an insertion effect means that the
 * component is gone. React 18 skips it for a tree that is removed while it is hidden, but then it runs the cleanup of the passive
 * effect, after the element has left the page.
 *
 * @param begin Returns the function that ends it.
 * @param place An element of the component.
 */
export function useLifetime(begin: () => End, place: RefObject<HTMLElement | null>, key?: unknown): void {
  const current = useRef<Life>({});
  useInsertionEffect(() => {
    const life: Life = {};
    current.current = life;
    return () => finish(life);
  }, [key]);
  useLayoutEffect(() => {
    current.current.end ??= begin();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it begins once for each key
  }, [key]);
  useEffect(() => {
    const life = current.current;
    const element = place.current;
    return () => {
      if (!element?.isConnected) finish(life);
      // Before the microtask where React removes the component synchronously, as act() does in tests.
      finishLater(life);
    };
  }, [place, key]);
}
