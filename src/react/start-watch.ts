import { version } from 'react';
import type { Root } from 'react-dom/client';
import type { Fault, FiberRoot, Watch } from './watch-root.ts';

/** The number of times that React reads a root's fiber until the root is watched: about twenty commits. Most widgets have fewer. */
const BUSY = 100;

/**
 * The number of commits of a root within one task, after which its synchronous updates wait for the next task. React has a limit of 50 nested
 * updates, but it forgets its count when another root commits, and it does not count what a microtask updates. Without a limit such
 * loops would block the page, and nothing could stop them.
 */
const MAX_IN_TASK = 500;

/** React's lanes for synchronous work, and the lane for the work of a later task: in React 18.3 and in 19. */
const SYNC = 3;
const DEFAULT = version.startsWith('18') ? 16 : 32;

/**
 * Watches a widget's root for renders without end (CONTRACT F17). The code of the watch is loaded when the root has rendered often.
 * Until then a loop goes on, but it does not block the page.
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
  let inTask = 0;
  let isDeferred = false;
  let isEmpty = false;
  // Few roots get so far, and a page may have a hundred.
  function load() {
    pendingLanes = fiberRoot!.pendingLanes;
    Object.defineProperty(fiberRoot, 'pendingLanes', {
      get: () => pendingLanes,
      set(lanes: number) {
        const removed = pendingLanes & ~lanes;
        const isSync = (lanes & SYNC) > 0;
        pendingLanes = lanes;
        // A commit removes bits, an update does not.
        if (removed) {
          // The components still have the lane of their update: this commit finds nothing to do, and React does theirs after it.
          isEmpty = isDeferred && isSync && (removed & DEFAULT) > 0;
          isDeferred &&= !isEmpty;
          watch?.finish(removed);
          return;
        }
        if (isSync && (inTask > MAX_IN_TASK || watch?.isLong())) {
          pendingLanes = (lanes & ~SYNC) | DEFAULT;
          isDeferred = true;
        }
        watch?.update(isHost);
      },
    });
    void import('./watch-root.ts').then(
      (module) => (watch = module.createWatch(fiberRoot!, onFault)),
      // Without it, since the server is down for instance, the widget is neither stopped nor slowed.
      () => {},
    );
  }

  Object.defineProperty(fiberRoot, 'current', {
    get() {
      // The host's own render is no work of the widget.
      if (!isHost) watch?.begin();
      reads += 1;
      // Reads are counted, not commits, since a widget that suspends in each render may never commit.
      if (reads === BUSY) load();
      return current;
    },
    set(next: object) {
      current = next;
      fiberRoot.commits = (fiberRoot.commits ?? 0) + 1;
      if (reads > BUSY && inTask++ === 0) setTimeout(() => (inTask = 0), 0);
      if (!isEmpty) watch?.commit();
      isEmpty = false;
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
