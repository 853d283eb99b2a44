import { useEffect, useState, type RefObject } from 'react';

/** The distance from the viewport within which a frame is created: one viewport above and below. */
const MARGIN = '100% 0px';
/** The time for which a frame that is far away is kept, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Whether an element is near the viewport, or was until a few seconds ago. An element without a layout, such as one in a hidden tab,
 * stays as near as it was.
 *
 * @param isInUse Whether to keep it as near, since the user works in it.
 */
export function useNear(element: RefObject<HTMLElement | null>, isInUse: () => boolean): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const target = element.current!;
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      if (isInUse()) leaving = setTimeout(leave, PATIENCE);
      else setNear(false);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const { isIntersecting } = entries.at(-1)!;
        clearTimeout(leaving);
        if (isIntersecting) setNear(true);
        else if (target.getClientRects().length > 0) leaving = setTimeout(leave, PATIENCE);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(target);
    return () => {
      clearTimeout(leaving);
      observer.disconnect();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the last frame is read when it matters
  }, [element]);
  return isNear;
}
