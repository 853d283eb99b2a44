import type { Root } from 'react-dom/client';
import type { Fault, FiberRoot } from './watch-root.ts';

/** The number of times that React reads a root's fiber until the root is watched: about twenty commits. Most widgets have fewer. */
const BUSY = 100;

/** Calls a function once, when React has worked on a root so often that it may never end. */
function onceBusy(fiberRoot: FiberRoot, onBusy: () => void) {
  let { current } = fiberRoot;
  let reads = 0;
  // Reads are counted, not commits, since a widget that suspends in each render may never commit.
  Object.defineProperty(fiberRoot, 'current', {
    configurable: true,
    get() {
      reads += 1;
      if (reads === BUSY) onBusy();
      return current;
    },
    set(next: object) {
      current = next;
    },
  });
}

/**
 * Watches a widget's root for renders without end (CONTRACT F17). The code of the watch is loaded when the root has rendered often.
 * Until then a loop goes on, which does no harm: React itself stops the loops that block the page.
 *
 * @param onFault Called with each fault that the watch finds.
 * @returns A function that renders the host's element in the root.
 */
export function startWatch(root: Root, onFault: (fault: Fault) => void): Root['render'] {
  let render: Root['render'] = (children) => root.render(children);
  const fiberRoot = (root as { _internalRoot?: FiberRoot | null })._internalRoot;
  const watch = () =>
    import('./watch-root.ts').then(
      ({ watchRoot }) => (render = watchRoot(root, fiberRoot!, onFault)),
      // Without it, since the server is down for instance, the widget is neither stopped nor slowed.
      () => {},
    );
  if (fiberRoot?.current) onceBusy(fiberRoot, () => void watch());
  return (children) => render(children);
}
