import { StrictMode, useLayoutEffect, useState } from 'react';
import type { CustomWidgetProps, Widget } from '../host/index.ts';

/**
 * What is tested: a component, or the promise of the module that exports it by default, which is evaluated after `window.NousViz`
 * is published, as it is in the app: `import('../widget/MyWidget.tsx')`.
 */
export type WidgetSource = Widget | PromiseLike<{ default: Widget }>;

/** The module that a bundle would be. */
export async function moduleOf(source: WidgetSource): Promise<{ default: Widget }> {
  const isPromise = typeof (source as PromiseLike<unknown> | undefined)?.then === 'function';
  return isPromise ? (source as PromiseLike<{ default: Widget }>) : { default: source as Widget };
}

/** The name of a component, as a manifest could declare it; "Widget" where it has none. */
export function nameOf(component: unknown): string {
  const inner = component as
    { displayName?: unknown; name?: unknown; type?: unknown; render?: unknown } | undefined;
  const name = inner?.displayName ?? inner?.name;
  if (typeof name === 'string' && /^[A-Z][A-Za-z0-9]*$/.test(name)) return name;
  // What memo and forwardRef wrap.
  const wrapped = inner?.type ?? inner?.render;
  return wrapped ? nameOf(wrapped) : 'Widget';
}

/** A widget within `StrictMode`. */
export const inStrictMode = (Widget: Widget): Widget =>
  function Strict(props: CustomWidgetProps) {
    const [isThere, setThere] = useState(false);
    // React mounts twice what StrictMode comes with, and not what comes around it: so that must be there first.
    useLayoutEffect(() => setThere(true), []);
    return (
      isThere && (
        <StrictMode>
          <Widget {...props} />
        </StrictMode>
      )
    );
  };
