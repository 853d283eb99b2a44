import { Component, Suspense, useLayoutEffect, useRef, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { WidgetError } from '../contract/errors.ts';

interface BoundaryProps {
  /** Told what was thrown, of any type, and whether the island is left already. Without children the boundary goes on catching what they throw on leaving. */
  onCrash: (thrown: unknown, left?: boolean) => void;
  children?: ReactNode;
}

/** Draws nothing in place of what crashed, and says so. */
class Boundary extends Component<BoundaryProps, { crashed: boolean }> {
  override state = { crashed: false };
  private told = false;

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(thrown: unknown) {
    // What a widget throws on its way out after a crash is the same story.
    if (!this.told) this.props.onCrash(thrown);
    this.told = true;
  }

  override render() {
    return this.state.crashed ? null : this.props.children;
  }
}

interface GuardProps extends BoundaryProps {
  /** Shown while the children suspend. */
  fallback?: ReactNode;
}

/** Keeps what its children throw or wait for to itself. */
export const Guard = ({ fallback, onCrash, children }: GuardProps) => (
  <Boundary onCrash={onCrash}>
    <Suspense fallback={fallback}>{children}</Suspense>
  </Boundary>
);

const ignore = () => {};

/** Renders within a second that no screen can show: only an effect that sets state each time it runs gets there. */
const RUNAWAY = 1000;

/**
 * Tells when a root renders without end. React stops only loops that leave the browser no time; one that runs through a
 * passive effect goes on for ever, in production without a word. React has no hook for a commit in production, but it
 * assigns `current` of its root at each.
 */
function watchCommits(root: Root, onRunaway: () => void) {
  const fiberRoot = (root as { _internalRoot?: { current?: object } | null })._internalRoot;
  if (!fiberRoot?.current) return;
  let { current } = fiberRoot;
  let [count, since] = [0, 0];
  Object.defineProperty(fiberRoot, 'current', {
    get: () => current,
    set(next: object) {
      current = next;
      const now = performance.now();
      if (now - since > 1000) [count, since] = [0, now];
      count += 1;
      // Not in the middle of React's work.
      if (count === RUNAWAY) queueMicrotask(onRunaway);
    },
  });
}

/**
 * Renders its children in a React root of their own, so that nothing they do reaches the host's tree (CONTRACT F0).
 * An error boundary alone does not hold: React hands what an effect's cleanup throws to the nearest boundary
 * that stays, and when a route goes away that is one of the host's, or none. Nor does one root for all widgets: React commits a
 * root's transitions together, so that one that waits for its data would hold up those of the others.
 */
export function Island(props: GuardProps) {
  const place = useRef<HTMLDivElement>(null);
  const island = useRef<{ root?: Root; onCrash: GuardProps['onCrash'] }>(props);

  useLayoutEffect(() => {
    const container = document.createElement('div');
    container.style.display = 'contents';
    place.current!.append(container);
    // React 19 logs what a boundary caught unless told otherwise; the panel's own line says it better.
    const root = createRoot(container, { onCaughtError: ignore });
    island.current = { root, onCrash: ignore };
    watchCommits(root, () => island.current.onCrash(new WidgetError('RENDER_LOOP', { count: RUNAWAY })));
    return () => {
      container.remove();
      // Emptied, not unmounted: the boundary must outlive the widget to catch what its cleanup throws.
      const { onCrash } = island.current;
      root.render(<Guard onCrash={(thrown) => onCrash(thrown, true)} />);
    };
  }, []);
  useLayoutEffect(() => {
    island.current.onCrash = props.onCrash;
    island.current.root!.render(<Guard {...props} />);
  });

  return <div ref={place} style={{ flex: 1 }} />;
}
