import { Component, Suspense, useLayoutEffect, useRef, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { clock } from '../host/index.ts';

interface BoundaryProps {
  /**
   * Called with the thrown value, of any type, and whether the widget was removed already. A boundary whose children are removed
   * still catches errors of their cleanup.
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
    // Later errors, while a crashed widget is removed, are consequences of the first one.
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

/** Catches errors of its children, and shows a fallback while they suspend. */
export const Guard = ({ fallback, onCrash, children }: GuardProps) => (
  <Boundary onCrash={onCrash}>
    <Suspense fallback={fallback}>{children}</Suspense>
  </Boundary>
);

const ignore = () => {};

/** The number of commits per second that counts as a loop. No screen can show so many; only an effect that always sets state reaches it. */
const MAX_COMMITS = 1000;

/**
 * Detects a root that renders in an endless loop. React stops only loops that block the browser; a loop through a passive effect
 * never ends, and in production React does not warn of it. React has no callback for commits in production, but it assigns
 * `current` of its root in each commit.
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
      const now = clock();
      if (now - since > 1000) [count, since] = [0, now];
      count += 1;
      // In a microtask, so that React finishes its commit first.
      if (count === MAX_COMMITS) queueMicrotask(onLoop);
    },
  });
}

interface RenderedProps {
  onRender: () => void;
  children?: ReactNode;
}

/** Calls `onRender` when its children are in the page for the first time, which is later if they suspend. */
function Rendered({ onRender, children }: RenderedProps) {
  const latest = useRef(onRender);
  useLayoutEffect(() => latest.current(), []);
  return children;
}

interface WidgetRootProps extends GuardProps {
  /** Called when the widget is in the page for the first time, with the time at which its render began. */
  onRender?: ((began: number) => void) | undefined;
  /** Called when the widget renders in an endless loop, with the number of commits within a second. */
  onLoop: (commits: number) => void;
}

/**
 * Renders its children in a React root of their own, so that they cannot affect the host's tree (CONTRACT F0).
 * An error boundary alone is not enough: React passes an error of an effect's cleanup to the closest boundary that stays mounted,
 * and when the user leaves a route, that is a boundary of the host, or there is none. One root for all widgets is not enough
 * either: React commits a root's transitions together, so a transition that waits for its data would delay those of other widgets.
 */
export function WidgetRoot(props: WidgetRootProps) {
  const place = useRef<HTMLDivElement>(null);
  const widget = useRef<{ root?: Root } & Pick<WidgetRootProps, 'onCrash' | 'onLoop'>>(props);
  const began = useRef(0);

  useLayoutEffect(() => {
    began.current = clock();
    const container = document.createElement('div');
    container.style.display = 'contents';
    place.current!.append(container);
    // React 19 logs errors that a boundary caught; the panel writes a better line itself.
    const root = createRoot(container, { onCaughtError: ignore });
    widget.current = { root, onCrash: ignore, onLoop: ignore };
    watchCommits(root, () => widget.current.onLoop(MAX_COMMITS));
    return () => {
      container.remove();
      // Emptied, not unmounted: the boundary must outlive the widget to catch errors of its cleanup.
      const { onCrash } = widget.current;
      root.render(<Guard onCrash={(thrown) => onCrash(thrown, true)} />);
    };
  }, []);
  useLayoutEffect(() => {
    const { onLoop, onRender, children, ...guard } = props;
    Object.assign(widget.current, { onCrash: props.onCrash, onLoop });
    widget.current.root!.render(
      <Guard {...guard}>
        <Rendered onRender={() => onRender?.(began.current)}>{children}</Rendered>
      </Guard>,
    );
  });

  return <div ref={place} style={{ flex: 1 }} />;
}
