import type { ComponentType } from 'react';
import type { Config } from '../contract/index.ts';
import type { PluginHandle } from './handle.ts';

/** The props of a widget (CONTRACT D2). */
export interface CustomWidgetProps {
  /** The plugin that owns the widget, even on another plugin's dashboard. */
  pluginId: string;
  dashboardName: string;
  /** A frozen copy of the panel's `config`. */
  config: Config;
  /** The host's helpers for this panel; they stop working when the panel is removed or trust is revoked. */
  host?: PluginHandle;
}

/** A loaded widget: the default export of a bundle. */
export type Widget = ComponentType<CustomWidgetProps>;

const WRAPPERS: ReadonlySet<unknown> = new Set(
  ['react.memo', 'react.forward_ref', 'react.lazy'].map((name) => Symbol.for(name)),
);

/** Whether React can render a value as a component: functions, classes, `memo`, `forwardRef`, `lazy` (CONTRACT F4). */
export function isComponent(value: unknown): value is Widget {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && WRAPPERS.has(Reflect.get(value, '$$typeof'));
}

/** Whether a component is an async function, also within `memo` and `forwardRef`. React cannot render it in a browser. */
export function isAsync(component: Widget): boolean {
  let inner: unknown = component;
  // A wrapper of a wrapper is rare, and a value that wraps itself is no component.
  for (let depth = 0; depth < 10 && typeof inner === 'object' && inner !== null; depth += 1)
    inner = Reflect.get(inner, 'type') ?? Reflect.get(inner, 'render');
  return Object.prototype.toString.call(inner).startsWith('[object Async');
}
