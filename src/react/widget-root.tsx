import { Component, Suspense, useLayoutEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { clock, type HostInternals } from '../host/index.ts';
import { createRoom } from './room.ts';
import { startWatch } from './start-watch.ts';
import { useLifetime } from './use-lifetime.ts';
import type { Fault } from './watch-root.ts';

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

interface WidgetRootProps extends GuardProps {
  /** Called with what is wrong with a widget that renders without end. */
  onFault: (fault: Fault) => void;
  /** Called when the widget is in the page for the first time, with the time at which its render began. */
  onRender?: ((began: number) => void) | undefined;
  /** Fires when the widget loses its trust. It is then removed at once: React would not remove it while it hides it (CONTRACT T3). */
  signal: AbortSignal;
  /** Begins what lives as long as the widget. @returns A function that ends it. */
  hold: () => () => void;
  /** Whether the widget is not visible. It keeps its state, its size and the focus. */
  isHidden: HostInternals['areWidgetsHidden'];
}

/**
 * Has the size of the rest of the panel: its exact height if that is definite, else the height of its content. A grid stretches the
 * only child, so that a percentage height in it is definite where this one is. It may be smaller than its content, or a chart that
 * was drawn for a larger window would keep it large.
 */
const place: CSSProperties = {
  flex: 1,
  minWidth: 0,
  minHeight: 0,
  display: 'grid',
  grid: 'minmax(0, 1fr) / minmax(0, 1fr)',
};

interface RenderedProps {
  onRender: () => void;
  children?: ReactNode;
}

/** Calls `onMount` when it is in the page, before the effects of the elements after it: a chart may read its size there once. */
function First({ onMount }: { onMount: () => void }) {
  const latest = useRef(onMount);
  useLayoutEffect(() => latest.current(), []);
  return null;
}

/** Calls `onRender` when its children are in the page for the first time, which is later if they suspend. */
function Rendered({ onRender, children }: RenderedProps) {
  const latest = useRef(onRender);
  useLayoutEffect(() => latest.current(), []);
  return children;
}

/**
 * Renders its children in a React root of their own, so that they cannot affect the host's tree (CONTRACT F0).
 * An error boundary alone is not enough: React passes an error of an effect's cleanup to the closest boundary that stays mounted,
 * and when the user leaves a route, that is a boundary of the host, or there is none. One root for all widgets is not enough
 * either: React commits a root's transitions together, so a transition that waits for its data would delay those of other widgets.
 */
export function WidgetRoot(props: WidgetRootProps) {
  const { signal, hold, isHidden, onCrash, onFault, onRender, children, ...guard } = props;
  const element = useRef<HTMLDivElement>(null);
  const events = useRef<Pick<WidgetRootProps, 'onCrash' | 'onFault'>>(props);
  const render = useRef<Root['render']>(ignore);
  const began = useRef(0);
  const checkRoom = useRef(ignore);

  useLifetime(
    () => {
      if (signal.aborted) return () => ignore;
      began.current = clock();
      const container = document.createElement('div');
      Object.assign(container.style, { minWidth: 0, minHeight: 0 });
      // Not `visibility`, which an element in it can override.
      const hide = () => (container.style.opacity = isHidden.getSnapshot() ? '0' : '');
      hide();
      const unsubscribe = isHidden.subscribe(hide);
      element.current!.append(container);
      const room = createRoom(element.current!, container);
      checkRoom.current = room.check;
      // React 19 logs errors that a boundary caught; the panel writes a better line itself.
      const root = createRoot(container, { onCaughtError: ignore });
      render.current = startWatch(root, (fault) => container.parentNode && events.current.onFault(fault));
      const end = () => {
        signal.removeEventListener('abort', onAbort);
        unsubscribe();
        room.end();
        container.remove();
        render.current = ignore;
        const report = events.current.onCrash;
        // Emptied, not unmounted: the boundary must outlive the widget to catch errors of its cleanup.
        return () => root.render(<Guard onCrash={(thrown) => report(thrown, true)} />);
      };
      const onAbort = () => queueMicrotask(end());
      signal.addEventListener('abort', onAbort);
      return end;
    },
    element,
    signal,
  );
  // Ended later, since the widget may set state when its signal fires.
  useLifetime(
    () => {
      const end = hold();
      return () => end;
    },
    element,
    hold,
  );
  useLayoutEffect(() => {
    events.current = { onCrash, onFault };
    render.current(
      <Guard {...guard} onCrash={onCrash}>
        <First onMount={() => checkRoom.current()} />
        <Rendered onRender={() => onRender?.(began.current)}>{children}</Rendered>
      </Guard>,
    );
  });

  return <div ref={element} style={place} />;
}
