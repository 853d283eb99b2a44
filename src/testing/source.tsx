import { StrictMode, useLayoutEffect, useState, type ComponentType } from 'react';
import type { CustomWidgetProps, Widget } from '../host/index.ts';

/** A component whose config may have the type of its settings. */
type TestedWidget = ComponentType<Omit<CustomWidgetProps, 'config'> & { config: any }>;

/** The module of a widget's file. */
interface WidgetModule<W = TestedWidget> {
  default: W;
  /** The schema of its settings. */
  config?: unknown;
}

/**
 * The widget under test: a component, or the promise of a module with the component as its default export. The module of
 * `import('../widget/MyWidget.tsx')` is evaluated after `window.NousViz` is published, as in the app.
 */
export type WidgetSource = TestedWidget | PromiseLike<WidgetModule>;

/** The module with the widget, as if it were a bundle. */
export async function moduleOf(source: WidgetSource): Promise<WidgetModule<Widget>> {
  const isPromise = typeof (source as PromiseLike<unknown> | undefined)?.then === 'function';
  return isPromise ? (source as PromiseLike<WidgetModule>) : { default: source as Widget };
}

/** A component's name if a manifest can declare it, otherwise "Widget". */
export function componentName(component: unknown): string {
  const inner = component as
    { displayName?: unknown; name?: unknown; type?: unknown; render?: unknown } | undefined;
  const name = inner?.displayName ?? inner?.name;
  if (typeof name === 'string' && /^[A-Z][A-Za-z0-9]*$/.test(name)) return name;
  // The component within memo and forwardRef.
  const wrapped = inner?.type ?? inner?.render;
  return wrapped ? componentName(wrapped) : 'Widget';
}

/** A widget within `StrictMode`. */
export const inStrictMode = (Widget: Widget): Widget =>
  function Strict(props: CustomWidgetProps) {
    const [isMounted, setMounted] = useState(false);
    // React mounts components twice if they are added together with StrictMode, so this component must be mounted before.
    useLayoutEffect(() => setMounted(true), []);
    return (
      isMounted && (
        <StrictMode>
          <Widget {...props} />
        </StrictMode>
      )
    );
  };
