import type { ComponentType } from 'react';
import type { WidgetError } from '../contract/index.ts';
import type { ApiFetchOptions } from '../helpers/index.ts';
import type { Activity, ActivityEntry } from './activity.ts';
import type { PluginStore } from './plugin-list.ts';
import type { Store } from './store.ts';
import type { Sandboxed } from './trust.ts';
import type { CustomWidgetProps } from './widget.ts';

/** The parts of a host that a sandbox uses. */
export interface SandboxPage {
  /** URL of the host API, absolute or root-relative, without a trailing slash. */
  readonly apiBase: string;
  readonly plugins: PluginStore;
  /** The time after which a widget that is still loading is reported, in milliseconds. */
  readonly loadTimeout: number;
  /** The reader of the cards. */
  readonly audience?: 'operator' | 'author' | undefined;
  /** Returns the operator's session token, which reports leave out. */
  readonly getSessionToken?: ApiFetchOptions['getSessionToken'] | undefined;
  /** Whether the page was frozen and the list of plugins is not confirmed yet: widgets are then not visible. */
  readonly areWidgetsHidden: Store<boolean>;
  /** Calls `apiFetch` on a plugin's behalf. */
  readonly request: Activity['request'];
  /** Reports an error once: to the console, the activity list and the host's `onError`. */
  report(error: WidgetError): void;
  /** Adds an entry to the activity list. */
  onEntry(entry: ActivityEntry): void;
}

/** The props of the component that a {@link Sandbox} makes. */
export interface SandboxedWidgetProps extends Omit<CustomWidgetProps, 'host'> {
  /** Shows a failure in the place of the widget: its error, or what the widget threw; `isRemoved` if it threw while it was removed. */
  onCrash(cause: unknown, isRemoved?: boolean): void;
  /** Measures the first render of the widget, which began at the given time of `performance.now()`. */
  onRender(began: number): void;
}

/**
 * Makes the component that shows a sandboxed plugin's component in a frame (CONTRACT X). It renders in the panel, and ends its frame
 * when the signal of the plugin's decision fires.
 *
 * @param attempt The number of earlier loads.
 */
export type Sandbox = (
  sandboxed: Sandboxed,
  attempt: number,
  page: SandboxPage,
) => ComponentType<SandboxedWidgetProps> | Promise<ComponentType<SandboxedWidgetProps>>;
