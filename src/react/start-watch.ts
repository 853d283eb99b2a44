import type { Root } from 'react-dom/client';
import type { Fault, FiberRoot, Watch } from './watch-root.ts';

/** The number of times that React reads a root's fiber until the root is watched: about twenty commits. Most widgets have fewer. */
const BUSY = 100;

/**
 * The number of commits of a root within one microtask, and within one task, after which its updates throw. React has a limit of 50
 * nested updates, but it forgets its count when another root commits, so that two widgets would block the page without end. The
 * second limit is as high as it is because a widget may read many lines that are there already.
 */
const [MAX_NESTED, MAX_IN_TASK] = [100, 50_000];

/**
 * Watches a widget's root for renders without end (CONTRACT F17). A loop that blocks the page ends here, since no code could be
 * loaded meanwhile. The code that finds other loops is loaded when the root has rendered often.
 *
 * @param onFault Called with each fault that the watch finds.
 * @returns A function that renders the host's element in the root.
 */
export function startWatch(root: Root, onFault: (fault: Fault) => void): Root['render'] {
  const fiberRoot = (root as { _internalRoot?: FiberRoot | null })._internalRoot;
  if (!fiberRoot?.current) return (children) => root.render(children);
  let { current, pendingLanes } = fiberRoot;
  let watch: Watch | undefined;
  let reads = 0;
  let isHost = false;
  let nested = 0;
  let inTask = 0;
  const load = () =>
    import('./watch-root.ts').then(
      ({ createWatch }) => (watch = createWatch(fiberRoot, onFault)),
      // Without it, since the server is down for instance, other loops are neither stopped nor slowed.
      () => {},
    );

  Object.defineProperties(fiberRoot, {
    current: {
      get() {
        // The host's own render is no work of the widget.
        if (!isHost) watch?.begin();
        reads += 1;
        // Reads are counted, not commits, since a widget that suspends in each render may never commit.
        if (reads === BUSY) void load();
        return current;
      },
      set(next: object) {
        current = next;
        if (nested++ === 0) queueMicrotask(() => (nested = 0));
        if (reads > BUSY && inTask++ === 0) setTimeout(() => (inTask = 0));
        watch?.commit();
      },
    },
    pendingLanes: {
      get: () => pendingLanes,
      set(next: number) {
        // A commit removes bits, an update does not.
        const isUpdate = (next & pendingLanes) === pendingLanes;
        // Thrown in the widget's code that sets state, as React does.
        if (isUpdate && !isHost && (nested > MAX_NESTED || inTask > MAX_IN_TASK))
          throw new Error('Maximum update depth exceeded');
        const before = pendingLanes;
        pendingLanes = next;
        if (isUpdate) watch?.update(isHost);
        else watch?.finish(before & ~next);
      },
    },
  });
  return (children) => {
    isHost = true;
    try {
      root.render(children);
    } finally {
      isHost = false;
    }
  };
}
