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

/** What is known of a watched root. */
class Watched {
  watch: Watch | undefined;
  current: object;
  pendingLanes: number;
  reads = 0;
  isHost = false;
  inTask = 0;
  isDeferred = false;
  isEmpty = false;
  readonly fiberRoot: WatchedRoot;
  readonly onFault: (fault: Fault) => void;

  constructor(fiberRoot: WatchedRoot, onFault: (fault: Fault) => void) {
    this.fiberRoot = fiberRoot;
    this.onFault = onFault;
    this.current = fiberRoot.current;
    this.pendingLanes = fiberRoot.pendingLanes;
  }

  /** The root has rendered often. */
  async load() {
    this.pendingLanes = this.fiberRoot.pendingLanes;
    Object.defineProperty(this.fiberRoot, 'pendingLanes', PENDING_LANES);
    // Without it, since the server is down for instance, the widget is neither stopped nor slowed.
    const { createWatch } = (await import('./watch-root.ts').catch(() => undefined)) ?? {};
    this.watch = createWatch?.(this.fiberRoot, this.onFault);
  }

  begin() {
    // The host's own render is no work of the widget.
    if (!this.isHost) this.watch?.begin();
    this.reads += 1;
    // Reads are counted, not commits, since a widget that suspends in each render may never commit.
    if (this.reads === BUSY) void this.load();
  }

  commit(next: object) {
    this.current = next;
    if (this.reads > BUSY && this.inTask++ === 0) setTimeout(() => (this.inTask = 0), 0);
    if (!this.isEmpty) this.watch?.commit();
    this.isEmpty = false;
  }

  setLanes(lanes: number) {
    const removed = this.pendingLanes & ~lanes;
    const isSync = (lanes & SYNC) > 0;
    this.pendingLanes = lanes;
    // A commit removes bits, an update does not.
    if (removed) {
      // The components still have the lane of their update: this commit finds nothing to do, and React does theirs after it.
      this.isEmpty = this.isDeferred && isSync && (removed & DEFAULT) > 0;
      this.isDeferred &&= !this.isEmpty;
      this.watch?.finish(removed);
      return;
    }
    if (isSync && (this.inTask > MAX_IN_TASK || this.watch?.isLong())) {
      this.pendingLanes = (lanes & ~SYNC) | DEFAULT;
      this.isDeferred = true;
    }
    this.watch?.update(this.isHost);
  }
}

const WATCHED = Symbol('watched');

interface WatchedRoot extends FiberRoot {
  [WATCHED]: Watched;
}

/** The same functions for all roots, of which a page may have a hundred. */
const CURRENT: PropertyDescriptor & ThisType<WatchedRoot> = {
  get() {
    this[WATCHED].begin();
    return this[WATCHED].current;
  },
  set(next: object) {
    this[WATCHED].commit(next);
  },
};
const PENDING_LANES: PropertyDescriptor & ThisType<WatchedRoot> = {
  get() {
    return this[WATCHED].pendingLanes;
  },
  set(lanes: number) {
    this[WATCHED].setLanes(lanes);
  },
};

/**
 * Watches a widget's root for renders without end (CONTRACT F17). The code of the watch is loaded when the root has rendered often.
 * Until then a loop goes on, but it does not block the page.
 *
 * @param onFault Called with each fault that the watch finds.
 * @returns A function that renders the host's element in the root.
 */
export function startWatch(root: Root, onFault: (fault: Fault) => void): Root['render'] {
  const fiberRoot = (root as { _internalRoot?: WatchedRoot | null })._internalRoot;
  if (!fiberRoot?.current) return (children) => root.render(children);
  const watched = new Watched(fiberRoot, onFault);
  fiberRoot[WATCHED] = watched;
  Object.defineProperty(fiberRoot, 'current', CURRENT);
  return (children) => {
    watched.isHost = true;
    try {
      root.render(children);
    } finally {
      watched.isHost = false;
    }
  };
}
