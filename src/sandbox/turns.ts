/** Waits for a turn. @returns A function that ends the turn, or the wait for it. */
export type TakeTurn = (begin: () => void) => () => void;

/**
 * Makes turns, a few at a time and in order, so that frames do not all start together: those of one site share a process, and then all
 * of them would be late.
 *
 * @param atOnce The number of turns at a time.
 * @param longest The time after which a turn ends by itself, in milliseconds: nobody waits longer for a frame that does not start.
 */
export function createTurns(atOnce: number, longest: number): TakeTurn {
  const waiting = new Set<() => void>();
  let running = 0;

  function next() {
    for (const begin of waiting) {
      if (running >= atOnce) return;
      waiting.delete(begin);
      begin();
    }
  }

  return (begin) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    function end() {
      if (waiting.delete(start) || timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      running -= 1;
      next();
    }
    function start() {
      running += 1;
      timer = setTimeout(end, longest);
      begin();
    }
    waiting.add(start);
    next();
    return end;
  };
}
