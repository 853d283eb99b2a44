import { Component, Suspense, useLayoutEffect, useRef, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';

interface BoundaryProps {
  /**
   * Called with the thrown value, of any type, and whether the widget was removed already. Without children the boundary still
   * catches what they throw while they are removed.
   */
  onCrash: (thrown: unknown, isRemoved?: boolean) => void;
  children?: ReactNode;
}

/** Renders nothing in place of children that crashed, and reports the first crash. */
class Boundary extends Component<BoundaryProps, { crashed: boolean }> {
  override state = { crashed: false };
  private hasReported = false;

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(thrown: unknown) {
    // What a crashed widget throws while it is removed is a consequence.
    if (!this.hasReported) this.props.onCrash(thrown);
    this.hasReported = true;
  }

  override render() {
    return this.state.crashed ? null : this.props.children;
  }
}

interface GuardProps extends BoundaryProps {
  /** Shown while the children suspend. */
  fallback?: ReactNode;
}

/** Contains what its children throw and what they suspend for. */
export const Guard = ({ fallback, onCrash, children }: GuardProps) => (
  <Boundary onCrash={onCrash}>
    <Suspense fallback={fallback}>{children}</Suspense>
  </Boundary>
);

const ignore = () => {};

/** Commits per second that no screen can show: only an effect that sets state each time it runs reaches them. */
const MAX_COMMITS = 1000;

/**
 * Detects a root that renders without end. React stops only loops that leave the browser no time; a loop through a passive
 * effect never ends, in production without a warning. React has no hook for a commit in production, but it assigns `current`
 * of its root at each.
 */
function watchCommits(root: Root, onLoop: () => void) {
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
      if (count === MAX_COMMITS) queueMicrotask(onLoop);
    },
  });
}

interface WidgetRootProps extends GuardProps {
  /** Called when the widget renders without end, with the number of commits within a second. */
  onLoop: (commits: number) => void;
}

/**
 * Renders its children in a React root of their own, so that nothing they do reaches the host's tree (CONTRACT F0).
 * An error boundary alone does not suffice: React passes what an effect's cleanup throws to the nearest boundary
 * that stays, and when a route is left that is one of the host's, or none. One root for all widgets does not suffice either:
 * React commits a root's transitions together, so that a transition that waits for its data would hold up those of other widgets.
 */
export function WidgetRoot(props: WidgetRootProps) {
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<{ root?: Root } & Pick<WidgetRootProps, 'onCrash' | 'onLoop'>>(props);

  useLayoutEffect(() => {
    const container = document.createElement('div');
    container.style.display = 'contents';
    place.current!.append(container);
    // React 19 logs errors that a boundary caught; the panel's own line says more.
    const root = createRoot(container, { onCaughtError: ignore });
    widget.current = { root, onCrash: ignore, onLoop: ignore };
    watchCommits(root, () => widget.current.onLoop(MAX_COMMITS));
    return () => {
      container.remove();
      // Emptied, not unmounted: the boundary must outlive the widget to catch what its cleanup throws.
      const { onCrash } = widget.current;
      root.render(<Guard onCrash={(thrown) => onCrash(thrown, true)} />);
    };
  }, []);
  useLayoutEffect(() => {
    const { onLoop, ...guard } = props;
    Object.assign(widget.current, { onCrash: props.onCrash, onLoop });
    widget.current.root!.render(<Guard {...guard} />);
  });

  return <div ref={place} style={{ flex: 1 }} />;
}
