import { Component, Suspense, useLayoutEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { clock, type HostInternals } from '../host/index.ts';
import { rooms } from './room.ts';
import { startWatch } from './start-watch.ts';
import { useLifetime, type End } from './use-lifetime.ts';
import type { Fault } from './watch-root.ts';

interface GuardProps {
  /**
   * Called with the thrown value, of any type, and whether the widget was removed already. A boundary whose children are removed
   * still catches errors of their cleanup.
   */
  onCrash: (thrown: unknown, isRemoved?: boolean) => void;
  /** Shown while the children suspend. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** Catches errors of its children, and shows a fallback while they suspend. It shows nothing after the first error, which it reports. */
export class Guard extends Component<GuardProps, { crashed: boolean }> {
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
    const { fallback, children } = this.props;
    return this.state.crashed ? null : <Suspense fallback={fallback}>{children}</Suspense>;
  }
}

const ignore = () => {};

interface WidgetRootProps extends GuardProps {
  /** Called with what is wrong with a widget that renders without end. */
  onFault: (fault: Fault) => void;
  /** Called when the widget is in the page for the first time, with the time at which its render began. */
  onRender?: ((began: number) => void) | undefined;
  /** Fires when the widget loses its trust. It is then removed at once: React would not remove it while it hides it (CONTRACT T3). */
  signal: AbortSignal;
  /** Begins what lives as long as the widget; another function for another widget. @returns A function that ends it. */
  hold: () => () => void;
  /** Whether the widget is not visible. It keeps its state, its size and the focus. */
  isHidden: HostInternals['areWidgetsHidden'];
}

/**
 * Has the size of the rest of the panel: its exact height if that is definite, else the height of its content. A line of a flex box
 * stretches the only child, so that a percentage height in it is definite where this one is. A grid would too, at four times the cost
 * of the layout. It may be smaller than its content, or a chart that was drawn for a larger window would keep it large.
 */
export const widgetPlace: CSSProperties = {
  flex: 1,
  minWidth: 0,
  minHeight: 0,
  display: 'flex',
};

/** Calls `onMount` when it is in the page, before the effects of the elements after it: a chart may read its size there once. */
class First extends Component<{ onMount: () => void }> {
  override componentDidMount() {
    this.props.onMount();
  }

  override render() {
    return null;
  }
}

/** A widget in a React root of its own. */
export interface RunningWidget {
  /** Renders the widget with other props. */
  render(props: WidgetRootProps): void;
  end: End;
}

/** Starts a widget in an element, which gets a React root. It renders nothing before the first `render`. */
export function startWidget(element: HTMLElement, first: WidgetRootProps): RunningWidget {
  const { signal, hold, isHidden } = first;
  const container = document.createElement('div');
  container.style.cssText = 'flex:1;min-width:0';
  // Not `visibility`, which an element in it can override.
  const hide = () => (container.style.opacity = isHidden.getSnapshot() ? '0' : '');
  hide();
  const unsubscribe = isHidden.subscribe(hide);
  element.append(container);
  // React 19 logs errors that a boundary caught; the panel writes a better line itself.
  const root = createRoot(container, { onCaughtError: ignore });
  let latest = first;
  let isRunning = !signal.aborted;
  const render = startWatch(root, (fault) => container.parentNode && latest.onFault(fault));
  const room = rooms.open(element, container);
  const began = clock();
  const release = hold();
  const onMount = () => {
    if (!isRunning) return;
    rooms.check(room);
    latest.onRender?.(began);
  };
  const end = () => {
    isRunning = false;
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
    rooms.end(room);
    container.remove();
    const report = latest.onCrash;
    return () => {
      // Emptied, not unmounted: the boundary must outlive the widget to catch errors of its cleanup.
      root.render(<Guard onCrash={(thrown) => report(thrown, true)} />);
      // Later than the signal of the trust, since the widget may set state when its own signal fires.
      release();
    };
  };
  const onAbort = () => queueMicrotask(end());
  signal.addEventListener('abort', onAbort);
  return {
    render(props) {
      latest = props;
      if (!isRunning) return;
      render(
        <Guard onCrash={props.onCrash} fallback={props.fallback}>
          <First onMount={onMount} />
          {props.children}
        </Guard>,
      );
    },
    end,
  };
}

/**
 * Renders its children in a React root of their own, so that they cannot affect the host's tree (CONTRACT F0).
 * An error boundary alone is not enough: React passes an error of an effect's cleanup to the closest boundary that stays mounted,
 * and when the user leaves a route, that is a boundary of the host, or there is none. One root for all widgets is not enough
 * either: React commits a root's transitions together, so a transition that waits for its data would delay those of other widgets.
 */
export function WidgetRoot(props: WidgetRootProps) {
  const element = useRef<HTMLDivElement>(null);
  const running = useRef<RunningWidget>(undefined);
  useLifetime(
    () => {
      const started = startWidget(element.current!, props);
      running.current = started;
      return started.end;
    },
    element,
    props.hold,
  );
  useLayoutEffect(() => running.current?.render(props));

  return <div ref={element} style={widgetPlace} />;
}
